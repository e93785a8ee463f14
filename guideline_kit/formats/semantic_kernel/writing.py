"""Prompt functions of Semantic Kernel as catalog entries, and entries as its YAML."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from guideline_kit.documents import Document
from guideline_kit.formats import semantic_kernel_yaml
from guideline_kit.formats.beside import ALONE
from guideline_kit.formats.semantic_kernel import config
from guideline_kit.formats.semantic_kernel.chat_tags import read_chat
from guideline_kit.formats.semantic_kernel.chat_writing import Spoken, in_tags, spoken
from guideline_kit.formats.semantic_kernel.inputs import inputs_of, variables_of
from guideline_kit.formats.writing.call_settings import settings
from guideline_kit.formats.writing.entries import (
    Entry,
    declared,
    described,
    description,
    plain_text,
    slug,
    stem,
    template,
)
from guideline_kit.formats.writing.own_keys import own_keys, put_back
from guideline_kit.formats.writing.translating import translate
from guideline_kit.text import MappedText, Source

OWN = "x-semantic-kernel"

_ORDER = (
    "name", "description", "template_format", "template", "input_variables", "output_variable",
    "execution_settings",
)  # fmt: skip
_TOGETHER = (("template", "template_format"), ("output_variable", "execution_settings"))
# The languages of templates, the kernel's own first, and what comes nearest to others.
_LANGUAGES = ("semantic-kernel", "handlebars", "jinja2")
_NEAREST = {"mustache": "handlebars", "nunjucks": "jinja2"}
_SERVICE = "default"


def entries(document: Document, text: MappedText | None) -> list[Entry]:
    """Return a prompt function as an entry, given its template."""
    entry = _said(document, text)
    if not entry["template"]["messages"]:
        return []
    plain = _data(entry)
    fields = {**document.fields, **({"template": text.text} if text is not None else {})}
    own = own_keys(fields, plain)
    # The layout of tags says nothing; what fills in whole messages does.
    if "template" in own and _messages_of(plain) == entry["template"]["messages"]:
        code = read_chat(document.source, text, _format_of(fields)).code if text else ()
        if not code:
            del own["template"]
    if own:
        entry[OWN] = own
    return [entry]


def _said(document: Document, text: MappedText | None) -> Entry:
    """Return what an entry has fields for."""
    fields = document.fields
    path = document.source.name
    entry = described(
        plain_text(fields.get("name")) or stem(path),
        description=plain_text(fields.get("description")),
    )
    # Functions are named in capitals, without signs between words.
    entry["id"] = slug(entry["title"])
    engine = document.engine if document.placeholders else "none"
    entry["template"] = template(document, engine or None)
    if text is not None:
        chat = read_chat(document.source, text, _format_of(fields))
        entry["template"]["messages"] = spoken(chat, text.text)
    names = declared(document, entry["template"]["engine"])
    inputs = inputs_of(fields, names)
    output = _output(fields)
    found = {"inputs": inputs, "output": output}
    return entry | {key: value for key, value in found.items() if value}


def _format_of(fields: Mapping[str, Any]) -> str:
    return plain_text(fields.get("template_format")) or config.FORMAT


def _messages_of(data: Mapping[str, Any]) -> list[Entry]:
    text = data["template"]
    source = Source("", text)
    return spoken(read_chat(source, MappedText.verbatim(source), _format_of(data)), text)


def _output(fields: Mapping[str, Any]) -> Entry | None:
    """Return what comes back, as far as the file says it."""
    about = fields.get("output_variable")
    about = plain_text(about.get("description")) if isinstance(about, dict) else ""
    said = {"description": about} if about.strip() else {}
    services = fields.get("execution_settings")
    for service in services.values() if isinstance(services, dict) else ():
        wanted = service.get("response_format") if isinstance(service, dict) else None
        if wanted == "json_object":
            return {"format": "json", **said}
        if isinstance(wanted, dict) and wanted.get("type") in ("json_object", "json_schema"):
            inside = wanted.get("json_schema")
            schema = inside.get("schema") if isinstance(inside, dict) else None
            return {
                "format": "json",
                **said,
                **({"schema": schema} if isinstance(schema, dict) else {}),
            }
    return {"format": "text", **said} if said else None


# --- writing -------------------------------------------------------------------------------


def write(entry: Mapping[str, Any]) -> str:
    """Return a prompt function's file."""
    data = put_back(_data(entry), _known(entry.get(OWN)), entry, _of, _TOGETHER)
    return _text({key: data[key] for key in (*_ORDER, *data) if key in data})


def _known(own: Any) -> Entry:
    """Return the keys of a file that YAML has a place for, by their names of today."""
    if not isinstance(own, dict):
        return {}
    before = own.get("completion")
    now = {"execution_settings": {_SERVICE: before}} if isinstance(before, dict) else {}
    return {key: value for key, value in {**now, **own}.items() if key in config.KEYS}


def _of(data: Entry) -> Entry:
    document = semantic_kernel_yaml.read(Source("-.yaml", _text(data)), ALONE)
    return _said(document, document.tree.text(("template",)) if document.tree else None)


def _text(data: Entry) -> str:
    from guideline_kit.yamlio.writing import write as write_yaml

    return write_yaml(data)


def _data(entry: Mapping[str, Any]) -> Entry:
    """Return the keys of a file."""
    engine, text = _template(entry["template"])
    output = entry.get("output") or {}
    about = output.get("description")
    data: Entry = {
        # A name has letters, digits and underscores in it.
        "name": entry["id"].replace("-", "_"),
        "description": description(entry),
        "template_format": engine,
        "template": text,
        "input_variables": variables_of(entry.get("inputs") or {}),
        "output_variable": {"description": about} if about else None,
        "execution_settings": _settings(entry, output),
    }
    return {key: value for key, value in data.items() if value}


def _template(template: Mapping[str, Any]) -> tuple[str, str]:
    """Return the language of the template, and its text."""
    engine, messages = template["engine"], template["messages"]
    language = next(
        (
            other
            for other in sorted(_LANGUAGES, key=lambda other: other != engine)
            if all(translate(message["content"], engine, other) is not None for message in messages)
        ),
        engine if engine in _LANGUAGES else _NEAREST.get(engine, _LANGUAGES[0]),
    )
    found = []
    for message in messages:
        content = message["content"]
        text = translate(content, engine, language)
        # Where nothing is filled in, what looks like a placeholder is none.
        plain = translate(content, engine, "none") if text is None else None
        found.append(Spoken(message["role"], text or plain or content, plain is not None))
    return language, in_tags(found, language)


def _settings(entry: Mapping[str, Any], output: Mapping[str, Any]) -> Entry:
    """Return the settings of the call, for any service."""
    model, parameters = settings(entry)
    found: Entry = {**({"model_id": model} if model else {}), **parameters}
    if output.get("format") == "json" and "response_format" not in found:
        schema = output.get("schema")
        name = entry["id"].replace("-", "_")
        found["response_format"] = (
            {"type": "json_schema", "json_schema": {"name": name, "schema": schema}}
            if isinstance(schema, dict)
            else "json_object"
        )
    return {_SERVICE: found} if found else {}
