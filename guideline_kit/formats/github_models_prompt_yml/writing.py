"""Prompts of GitHub Models as catalog entries, and entries as files for GitHub Models."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from guideline_kit.documents import Document
from guideline_kit.formats import github_models_prompt_yml as form
from guideline_kit.formats.beside import ALONE
from guideline_kit.formats.github_models_prompt_yml.tests import (
    examples_of,
    rows_and_evaluators,
    tests_of,
)
from guideline_kit.formats.reading.data_files import listed
from guideline_kit.formats.reading.inputs import declared as guessed
from guideline_kit.formats.writing.call_settings import settings
from guideline_kit.formats.writing.entries import (
    Entry,
    declared,
    described,
    description,
    id_of_file,
    plain_text,
    stem,
    template,
)
from guideline_kit.formats.writing.own_keys import own_keys, put_back
from guideline_kit.formats.writing.translating import translate
from guideline_kit.text import Source, Span

OWN = "x-github-models"

_ROLES = ("system", "user", "assistant")
_ORDER = (
    "name", "description", "model", "modelParameters", "responseFormat", "jsonSchema", "messages",
    "testData", "evaluators",
)  # fmt: skip
_TOGETHER = (("model", "modelParameters"), ("responseFormat", "jsonSchema"),
             ("testData", "evaluators"))  # fmt: skip
# What settings are called -> the ones that are heeded.
_PARAMETERS = {
    "temperature": "temperature", "max_tokens": "maxTokens", "maxTokens": "maxTokens",
    "max_completion_tokens": "maxTokens", "max_output_tokens": "maxTokens",
    "top_p": "topP", "topP": "topP",
}  # fmt: skip
# A placeholder with blanks, which is not filled in.
_BLANKS = re.compile(r"\{\{[ \t]*([A-Za-z_][A-Za-z0-9_]*)[ \t]*\}\}")
# In these languages it is a placeholder all the same.
_BRACES = ("mustache", "handlebars", "jinja2", "nunjucks")


def entries(document: Document) -> list[Entry]:
    """Return the prompt as an entry; those of its evaluators are kept as they are."""
    entry = _said(document)
    if not entry["template"]["messages"]:
        return []
    own = own_keys(document.fields, _data(entry))
    if _plain(own.get("messages")) == _plain(document.fields.get("messages")) and not any(
        isinstance(message, dict) and message.keys() - {"role", "content"}
        for _, message in listed(own.get("messages"))
    ):
        own.pop("messages", None)  # but for an empty one, say, they are those of the entry
    if own:
        entry[OWN] = own
    return [entry]


def _said(document: Document) -> Entry:
    """Return what an entry has fields for."""
    fields = document.fields
    prompt = document.parts[0] if document.parts else document
    name = plain_text(fields.get("name"))
    path = document.source.name
    entry = described(
        name or stem(path),
        title=name,
        description=plain_text(fields.get("description")),
        id=id_of_file(path),
    )
    engine = "mustache" if prompt.placeholders else "none"
    entry["template"] = template(prompt, engine)
    inputs = declared(prompt, engine)
    rows = [row for _, row in listed(fields.get("testData")) if isinstance(row, dict)]
    for name, about in inputs.items():
        sample = next((row[name] for row in rows if row.get(name) is not None), None)
        about["type"] = guessed(name, Span(0, 0), required=True, sample=sample).type
        if sample is not None:
            about["example"] = sample
    output = _output(fields)
    found = {
        "inputs": inputs,
        "output": output,
        "examples": examples_of(rows, inputs),
        "tests": tests_of(rows, fields.get("evaluators"), inputs),
    }
    return entry | {key: value for key, value in found.items() if value}


def _output(fields: Mapping[str, Any]) -> Entry | None:
    """Return the form of the answer, where the file says one."""
    wanted = fields.get("responseFormat")
    if wanted == "text":
        return {"format": "text"}
    if wanted not in ("json_object", "json_schema"):
        return None
    schema = fields.get("jsonSchema")
    try:
        known = json.loads(schema) if isinstance(schema, str) else None
    except (ValueError, RecursionError):
        known = None
    inside = known.get("schema") if isinstance(known, dict) else None
    return {"format": "json", **({"schema": inside} if isinstance(inside, dict) else {})}


# --- writing -------------------------------------------------------------------------------


def write(entry: Mapping[str, Any]) -> str:
    """Return a prompt's file."""
    data = put_back(_data(entry), entry.get(OWN), entry, _of, _TOGETHER)
    return _text({key: data[key] for key in (*_ORDER, *data) if key in data})


def _of(data: Entry) -> Entry:
    return _said(form.read(Source("-.prompt.yml", _text(data)), ALONE))


def _text(data: Entry) -> str:
    from guideline_kit.yamlio.writing import write as write_yaml

    return write_yaml(data)


def _data(entry: Mapping[str, Any]) -> Entry:
    """Return the keys of a file."""
    model, parameters = settings(entry)
    heeded: Entry = {}
    for name, value in parameters.items():
        if name in _PARAMETERS and isinstance(value, int | float):
            heeded.setdefault(_PARAMETERS[name], value)
    rows, evaluators = rows_and_evaluators(entry)
    data: Entry = {
        "name": entry.get("title"),
        "description": description(entry),
        "model": model,
        "modelParameters": heeded,
        **_response(entry),
        "messages": _messages(entry["template"]),
        "testData": rows,
        "evaluators": evaluators,
    }
    return {key: value for key, value in data.items() if value}


def _response(entry: Mapping[str, Any]) -> Entry:
    """Return the form of the answer as it is asked for."""
    output = entry.get("output") or {}
    if output.get("format") == "text":
        return {"responseFormat": "text"}
    if output.get("format") != "json":
        return {}
    schema = output.get("schema")
    if isinstance(schema, dict):
        wanted = {"name": entry["id"], "schema": schema}
        try:
            text = json.dumps(wanted, indent=2, ensure_ascii=False, allow_nan=False)
        except ValueError:
            pass  # a number that JSON has not
        else:
            return {"responseFormat": "json_schema", "jsonSchema": text}
    return {"responseFormat": "json_object"}


def _messages(template: Mapping[str, Any]) -> list[Entry]:
    """Return the messages, their placeholders without blanks: no others are filled in."""
    engine = template["engine"]
    found: list[Entry] = []
    for message in template["messages"]:
        text = translate(message["content"], engine, "mustache")
        content = message["content"] if text is None else text
        if text is not None or engine in _BRACES:
            content = _BLANKS.sub(r"{{\1}}", content)
        role = message["role"]
        found.append({"role": role if role in _ROLES else "user", "content": content})
    return found


def _plain(messages: Any) -> list[tuple[str, str]]:
    """Return who says what, where messages are texts."""
    return [
        (str(message.get("role")).lower(), message["content"])
        for _, message in listed(messages)
        if isinstance(message, dict) and isinstance(message.get("content"), str)
    ]
