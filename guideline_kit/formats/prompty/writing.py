"""Writing Prompty files, of version 2."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from guideline_kit.formats import prompty_v2
from guideline_kit.formats.beside import ALONE
from guideline_kit.formats.prompty.as_entries import OWN, is_name
from guideline_kit.formats.prompty.parts import engine_of
from guideline_kit.formats.prompty.properties import (
    input_of,
    input_said,
    listed,
    outputs_said,
    properties_of,
)
from guideline_kit.formats.writing.call_settings import in_camel_case, settings
from guideline_kit.formats.writing.entries import KEPT, Entry, described, description, slug
from guideline_kit.formats.writing.metadata import written
from guideline_kit.formats.writing.role_texts import joined
from guideline_kit.formats.writing.translating import translate
from guideline_kit.text import Source
from guideline_kit.yamlio.writing import write as write_yaml

# Languages that Prompty knows, the one that it takes by itself first.
_ENGINES = ("jinja2", "mustache", "nunjucks")
_OPTIONS = frozenset((
    "frequencyPenalty", "maxOutputTokens", "presencePenalty", "reasoningEffort", "seed",
    "temperature", "topK", "topP", "stopSequences", "allowMultipleToolCalls",
    "additionalProperties",
))  # fmt: skip
# Either of these ends the front matter, wherever it stands.
_SIGNS = ("---", "+++")
_ROLES = {"tool": "user"}  # which Prompty has no word for
# A role line, at all that Prompty takes for a line.
_ROLE_LINE = re.compile(
    r"(?<![^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029])[^\S\n]*#?\s*"
    r"(?P<role>(?i:system|user|assistant|developer)(?:\[[^\n\]]*\])?\s*:[^\S\n]*)"
    r"(?![^\n\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029])"
)


def write(entry: Mapping[str, Any], kept: Mapping[str, Any] | None) -> str:
    """Return a prompt's file; `kept` goes into `metadata`, where anything may stand."""
    own = entry.get(OWN)
    own = dict(own) if isinstance(own, dict) else {}
    engine = _engine(entry, own.get("template"))
    messages = _messages(entry, engine)
    text = joined(messages, lambda _, role: f"{_ROLES.get(role, role)}:")
    template = own.pop("template", None)
    if template is None and engine != _ENGINES[0]:
        template = {"format": {"kind": engine}, "parser": {"kind": "prompty"}}
    instructions = own.pop("instructions", None)
    if isinstance(instructions, str) and _spoken(instructions, template) == _wanted(messages):
        text = instructions
    fields = {
        **_about(entry, own),
        "model": _model(entry, own.pop("model", None)),
        "inputs": _inputs(entry, own.pop("inputs", {}), text, template),
        "outputs": _outputs(entry, own.pop("outputs", None)),
        "tools": own.pop("tools", None),
        "template": template,
    }
    metadata = own.pop("metadata", None)
    metadata = {**written(entry), **(metadata if isinstance(metadata, dict) else {})}
    if kept is not None:
        metadata[KEPT] = kept
    fields |= {key: value for key, value in own.items() if key not in fields}
    fields["metadata"] = metadata
    data = {key: value for key, value in fields.items() if value not in (None, "", {}, [])}
    return f"---\n{write_yaml(data, aliases=False, without=_SIGNS)}---\n{text}"


def _about(entry: Mapping[str, Any], own: dict[str, Any]) -> Entry:
    """Return what a file says of a prompt before anything else."""
    name = own.pop("name", None)
    name = name if isinstance(name, str) and slug(name) == entry["id"] else entry["id"]
    title = entry.get("title")
    about = description(entry)
    shown = own.pop("displayName", None)
    said = own.pop("description", None)
    return {
        "name": name,
        "displayName": title if title != described(name)["title"] else shown,
        "description": about if about != title else said,
    }


def _model(entry: Mapping[str, Any], own: Any) -> Any:
    """Return the model to call, and how; what a file itself said of it counts."""
    if own is not None and not isinstance(own, dict):
        return own
    model, parameters = settings(entry)
    options: Entry = {}
    others: Entry = {}
    for name, value in in_camel_case(parameters).items():
        (options if name in _OPTIONS else others)[name] = value
    if others:
        options.setdefault("additionalProperties", others)
    found = {**({"id": model} if model else {}), **({"options": options} if options else {})}
    own = own or {}
    if isinstance(own.get("options"), dict):
        own = {**own, "options": {**options, **own["options"]}}
    return {**found, **own}


# --- text ----------------------------------------------------------------------------------


def _engine(entry: Mapping[str, Any], template: Any) -> str:
    """Return the language to write the messages in: one in which all of them can be, if any."""
    engine = entry["template"]["engine"]
    named = engine_of(template) if template is not None else ""
    for other in (*([named] if named else []), *_ENGINES):
        if all(
            translate(message["content"], engine, other) is not None
            for message in entry["template"]["messages"]
        ):
            return other
    return engine if engine in _ENGINES else named or _ENGINES[0]


def _messages(entry: Mapping[str, Any], engine: str) -> list[dict[str, Any]]:
    meant = entry["template"]["engine"]
    found = []
    for message in entry["template"]["messages"]:
        text = translate(message["content"], meant, engine)
        plain = translate(message["content"], meant, "none") if text is None else None
        text = _ROLE_LINE.sub(_escaped, text or plain or message["content"])
        if plain is not None and engine == _ENGINES[0] and "endraw" not in plain:
            text = f"{{% raw %}}{text}{{% endraw %}}"
        found.append({**message, "content": text})
    return found


def _escaped(found: re.Match[str]) -> str:
    """Return a line of a text so that Prompty does not begin another message there."""
    at = found.start("role") - found.start()
    return f"{found.group()[:at]}\\{found['role']}"


def _spoken(text: str, template: Any) -> list[dict[str, Any]]:
    front = write_yaml({"template": template}, without=_SIGNS) if template is not None else ""
    document = prompty_v2.read(Source("", f"---\n{front}---\n{text}"), ALONE)
    found = prompty_v2.entries(document)
    messages: list[dict[str, Any]] = found[0]["template"]["messages"] if found else []
    return messages


def _wanted(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {key: message[key] for key in ("role", "content", "example") if message.get(key)}
        for message in messages
    ]


# --- inputs and outputs --------------------------------------------------------------------


def _inputs(entry: Mapping[str, Any], own: Any, text: str, template: Any) -> Any:
    """Return the inputs; what a file said of one, as long as the entry still says the same."""
    inputs = entry.get("inputs") or {}
    if own is None:
        front = write_yaml({"template": template}, without=_SIGNS) if template is not None else ""
        document = prompty_v2.read(Source("", f"---\n{front}---\n{text}"), ALONE)
        found = next(iter(prompty_v2.entries(document)), {}).get("inputs") or {}
        if _views(found) == _views(inputs):
            return None
    if isinstance(own, str):
        return own  # a file that has them
    found = {name: input_said(name, about) for name, about in inputs.items()}
    for name, about in (properties_of(own) or {}).items() if isinstance(own, dict) else ():
        here = _views({name: input_of(name, about)})
        if not is_name(name) or here == _views({name: inputs.get(name)}):
            found[name] = about
    return listed(found)


def _views(inputs: Mapping[str, Any]) -> Entry:
    """Return of inputs what a file can say, so that it can be compared."""
    return {
        name: {
            "required": about.get("required", "default" not in about),
            **{
                key: about[key]
                for key in ("type", "description", "default", "example", "choices")
                if key in about
            },
        }
        for name, about in inputs.items()
        if isinstance(about, dict)
    }


def _outputs(entry: Mapping[str, Any], own: Any) -> Any:
    output = entry.get("output") or {}
    if output.get("format") != "json":
        return None
    return outputs_said(output["schema"]) if "schema" in output else own
