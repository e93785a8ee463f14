"""Fields of Prompty v1 as version 2 has them, by the table of its documentation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from guideline_kit.formats.prompty.parts import TYPES
from guideline_kit.formats.prompty.properties import KINDS
from guideline_kit.formats.writing.call_settings import in_camel_case
from guideline_kit.formats.writing.entries import Entry

_TOP = ("name", "description", "model", "inputs", "outputs", "sample", "template")
_METADATA = ("version", "authors", "tags")
_MODELS = ("azure_deployment", "deployment_name", "model", "model_name", "name")
_PROVIDERS = {
    "azure_openai": "foundry",
    "azure_serverless": "foundry",
    "openai": "openai",
    "anthropic": "anthropic",
}
_CONNECTION = {"azure_endpoint": "endpoint", "base_url": "endpoint", "api_key": "apiKey"}
_OPTIONS = frozenset(
    (
        *("temperature", "maxOutputTokens", "topP", "topK", "frequencyPenalty"),
        *("presencePenalty", "seed", "stopSequences"),
    )
)


def migrated(fields: Mapping[str, Any], sample: Mapping[str, Any]) -> tuple[Entry, Entry]:
    """Return fields as version 2 has them, and those of version 1 that it has no place for.

    `sample` are the values that the file gives, or that stand in the file which it names.
    """
    found = {key: fields[key] for key in ("name", "description") if key in fields}
    rest = {key: value for key, value in fields.items() if key not in _TOP}
    metadata = rest.pop("metadata", None)
    metadata = dict(metadata) if isinstance(metadata, dict) else {}
    metadata |= {key: rest.pop(key) for key in _METADATA if key in rest}
    if metadata:
        found["metadata"] = metadata
    model, old = _model(fields.get("model"))
    if model:
        found["model"] = model
    if old:
        rest["model"] = old
    if "template" in fields:
        found |= _template(fields["template"])
    inputs = fields.get("inputs")
    if inputs is None and sample:
        inputs = {name: {} for name in sample}
    if isinstance(inputs, dict):
        found["inputs"] = _properties(inputs, sample)
    elif inputs is not None:
        rest["inputs"] = inputs
    outputs = fields.get("outputs")
    if isinstance(outputs, dict):
        found["outputs"] = _properties(outputs, {})
    elif outputs is not None:
        rest["outputs"] = outputs
    given = fields.get("sample")
    if isinstance(given, dict):
        declared = found.get("inputs") or {}
        given = {name: value for name, value in given.items() if name not in declared}
    if given not in (None, {}):
        rest["sample"] = given
    return found, rest


def _template(named: Any) -> Entry:
    """Return the template's language, if it is another than both versions take by themselves."""
    if named in ("jinja2", {"type": "jinja2"}):
        return {}
    if isinstance(named, str) and not named.startswith("${"):
        return {"template": {"format": {"kind": named}, "parser": {"kind": "prompty"}}}
    return {"template": named}


def _properties(named: Mapping[str, Any], sample: Mapping[str, Any]) -> Entry:
    found: Entry = {}
    for name, about in named.items():
        about = dict(about) if isinstance(about, dict) else {"default": about}
        kind = about.pop("type", about.pop("kind", None))
        if "is_required" in about:
            about["required"] = about.pop("is_required")
        if "sample" in about:
            about.setdefault("example", about.pop("sample"))
        if name in sample:
            about["example"] = sample[name]
        value = about.get("default", about.get("example"))
        known = TYPES.get(kind.lower()) if isinstance(kind, str) else None
        property: Entry = {"kind": KINDS[known or _type(value)], **about}
        if "default" not in about:
            property.setdefault("required", True)
        if property["kind"] == "array":
            property.setdefault("items", {"kind": "string"})
        found[name] = property
    return found


def _type(value: Any) -> str:
    for type, name in (
        (bool, "boolean"),
        (int, "integer"),
        (float, "number"),
        (list, "list"),
        (dict, "object"),
    ):
        if isinstance(value, type):
            return name
    return "text"


def _model(said: Any) -> tuple[Any, Any]:
    """Return a model as version 2 has it, and what it has no place for."""
    if not isinstance(said, dict):
        return said, None
    rest = dict(said)
    found: Entry = {}
    configuration = rest.pop("configuration", None)
    if isinstance(configuration, dict):
        connection = dict(configuration)
        named = next((key for key in _MODELS if isinstance(connection.get(key), str)), None)
        if named is not None:
            found["id"] = connection.pop(named)
        kind = connection.pop("type", None)
        if isinstance(kind, str):
            found["provider"] = _PROVIDERS.get(kind, kind)
        if connection:
            found["connection"] = _connection(connection)
    elif configuration is not None:
        rest["configuration"] = configuration
    if "api" in rest:
        found["apiType"] = rest.pop("api")
    parameters = rest.pop("parameters", None)
    if isinstance(parameters, dict):
        options: Entry = {}
        for name, value in in_camel_case(parameters).items():
            if name in _OPTIONS:
                options[name] = value
            else:
                options.setdefault("additionalProperties", {})[name] = value
        found |= {"options": options} if options else {}
    elif parameters is not None:
        rest["parameters"] = parameters
    return found, rest


def _connection(said: Mapping[str, Any]) -> Entry:
    """Return a connection: by the name of one that is kept elsewhere, or by a key."""
    found = {_CONNECTION.get(name, name): value for name, value in said.items()}
    if "connection" in found and "name" not in found:
        return {"kind": "reference", "name": found.pop("connection"), **found}
    return {"kind": "key", **found}
