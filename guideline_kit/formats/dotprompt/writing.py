"""Writing dotprompt files."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from guideline_kit.formats import dotprompt
from guideline_kit.formats.beside import ALONE
from guideline_kit.formats.dotprompt.as_entries import (
    COMMENTS,
    OWN,
    declaration,
    entries,
    inputs_of,
    output_of,
    output_said,
)
from guideline_kit.formats.dotprompt.picoschema import taken_apart
from guideline_kit.formats.dotprompt.picoschema_json import is_json_schema
from guideline_kit.formats.writing.call_settings import in_camel_case, settings
from guideline_kit.formats.writing.entries import KEPT, Entry, description, slug
from guideline_kit.formats.writing.metadata import written
from guideline_kit.formats.writing.role_texts import joined
from guideline_kit.formats.writing.translating import translate
from guideline_kit.text import Source
from guideline_kit.yamlio.writing import write as write_yaml

_ROLES = {"assistant": "model"}
# What the tool puts between messages in its own text.
_MARK = "<<<dotprompt:"


def write(entry: Mapping[str, Any], kept: Mapping[str, Any] | None) -> str:
    """Return a prompt's file; `kept` goes into `metadata`, which is for others' things."""
    own = entry.get(OWN)
    own = dict(own) if isinstance(own, dict) else {}
    messages = _messages(entry)
    text = joined(messages, _mark)
    template = own.pop("template", None)
    if isinstance(template, str) and _said(template)["template"]["messages"] == _wanted(messages):
        text = template
    comments = own.pop(COMMENTS, None)
    before = f"{comments}\n\n" if _are_comments(comments) else ""
    fields = {
        **_about(entry, own),
        "input": _input(entry, own.pop("input", None), text),
        "output": _output(entry, own.pop("output", None)),
    }
    metadata = own.pop("metadata", None)
    metadata = {
        **written(entry, version=False),
        **(metadata if isinstance(metadata, dict) else {}),
    }
    data = {key: value for key, value in fields.items() if value not in (None, "", {})}
    data |= {key: value for key, value in own.items() if key not in fields}
    if metadata or kept is not None:
        data["metadata"] = {**metadata, **({KEPT: kept} if kept is not None else {})}
    return f"{before}---\n{write_yaml(data, aliases=False)}---\n{text}"


def _about(entry: Mapping[str, Any], own: dict[str, Any]) -> Entry:
    """Return what a file says of a prompt before its inputs."""
    name, variant = own.pop("name", None), own.pop("variant", None)
    is_its_name = isinstance(name, str) and (
        slug(f"{name} {variant}" if isinstance(variant, str) else name) == entry["id"]
    )
    about = description(entry)
    model, parameters = settings(entry)
    config = own.pop("config", None)
    if config is None or isinstance(config, dict):
        config = {**in_camel_case(parameters), **(config or {})}
    return {
        "name": name if is_its_name else entry["id"],
        "variant": variant if is_its_name else None,
        "version": own.pop("version", entry.get("version")),
        "description": about if about != entry.get("title") else own.pop("description", None),
        "model": own.pop("model", model),
        "config": config,
        **{key: own.pop(key) for key in ("tools", "toolDefs") if key in own},
    }


# --- text ----------------------------------------------------------------------------------


def _messages(entry: Mapping[str, Any]) -> list[dict[str, Any]]:
    engine = entry["template"]["engine"]
    found = []
    for message in entry["template"]["messages"]:
        content = message["content"]
        text = translate(content, engine, "handlebars")
        if text is None:
            plain = translate(content, engine, "none")
            text = content if plain is None else plain.replace("{{", "\\{{")
        found.append({**message, "content": text.replace(_MARK, _MARK.replace(":", " :"))})
    return found


def _mark(number: int, role: str) -> str:
    # Whoever says nothing else is the user.
    return f'{{{{role "{_ROLES.get(role, role)}"}}}}' if number or role != "user" else ""


def _said(text: str) -> Entry:
    document = dotprompt.read(Source("", f"---\n---\n{text}"), ALONE)
    found = entries(document)
    return found[0] if found else {"template": {"messages": []}}


def _wanted(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {key: message[key] for key in ("role", "content", "example") if message.get(key)}
        for message in messages
    ]


def _are_comments(text: Any) -> bool:
    lines = text.split("\n") if isinstance(text, str) else [""]
    return any(lines) and all(not line.strip() or line.startswith("#") for line in lines)


# --- inputs and output ---------------------------------------------------------------------


def _input(entry: Mapping[str, Any], own: Any, text: str) -> Any:
    inputs = entry.get("inputs") or {}
    if own is not None and not isinstance(own, dict):
        return own if not inputs or inputs == _said(text).get("inputs") else _plain(inputs, {})
    return _plain(inputs, own or {}, text)


def _plain(inputs: Mapping[str, Any], own: Mapping[str, Any], text: str = "") -> Entry:
    given = own.get("default")
    defaults = {name: about["default"] for name, about in inputs.items() if "default" in about}
    whole = {**defaults, **(given if isinstance(given, dict) else {})}
    found = {key: value for key, value in own.items() if key not in ("schema", "default")}
    schema = _schema(inputs, own, defaults, text)
    if schema:
        found = {"schema": schema, **found}
    if whole:
        found["default"] = whole
    return found


def _schema(
    inputs: Mapping[str, Any], own: Mapping[str, Any], defaults: Mapping[str, Any], text: str
) -> Any:
    """Return the schema of the inputs; a file's own one, as far as an entry still says the same."""
    schema = own.get("schema")
    if isinstance(schema, str):
        return schema  # the name of one that a program has
    if schema is None and "schema" in own:
        front = write_yaml({"input": {"default": defaults}}) if defaults else ""
        document = dotprompt.read(Source("", f"---\n{front}---\n{text}"), ALONE)
        if _views(next(iter(entries(document)), {}).get("inputs") or {}) == _views(inputs):
            return None
    plain = declaration(inputs) if inputs else {}
    if not isinstance(schema, dict):
        return plain
    if is_json_schema(schema):
        return schema if _views(inputs_of(schema, defaults)) == _views(inputs) else plain
    if is_json_schema(plain):
        return plain
    fields = {taken_apart(key)[0]: (key, value) for key, value in plain.items()}
    for key, value in schema.items():
        name = taken_apart(key)[0]
        here = {name: defaults[name]} if name in defaults else {}
        said = inputs_of({key: value}, here)
        if name not in said or _views(said) == _views({name: inputs.get(name)}):
            fields[name or key] = (key, value)
    found = dict(fields.values())
    return plain if is_json_schema(found) else found


def _views(inputs: Mapping[str, Any]) -> Entry:
    """Return of inputs what a file can say, so that it can be compared."""
    return {
        name: {
            "required": about.get("required") is not False,
            **{
                key: about[key]
                for key in ("type", "description", "default", "choices")
                if key in about
            },
        }
        for name, about in inputs.items()
        if isinstance(about, dict)
    }


def _output(entry: Mapping[str, Any], own: Any) -> Any:
    output = entry.get("output")
    if own is not None and not isinstance(own, dict):
        return own if output is None else output_said(output)
    own = own or {}
    if output is None:
        return own
    plain = output_said(output)
    whole = {**plain, **own}
    wanted = {key: output[key] for key in ("format", "schema", "choices") if key in output}
    if output_of(whole)[0] == wanted:
        return whole
    return {**{key: value for key, value in own.items() if key not in plain}, **plain}
