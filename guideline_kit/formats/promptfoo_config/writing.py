"""A catalog entry as a promptfoo configuration: one prompt, the models to try, and its tests.

A prompt of several messages is JSON in a text: promptfoo reads such a text before it fills in
variables, so that no value can break it.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from guideline_kit.formats.engines import scan
from guideline_kit.formats.promptfoo_config.as_entries import EXTRA, NO_MODEL
from guideline_kit.formats.promptfoo_config.assertions import is_json, word_count, written
from guideline_kit.formats.promptfoo_config.files import is_reference
from guideline_kit.formats.promptfoo_config.suites import EXPANDS_NOTHING, Suite, is_known
from guideline_kit.formats.writing.entries import KEPT, description
from guideline_kit.formats.writing.translating import translate

_START = "# yaml-language-server: $schema=https://promptfoo.dev/config-schema.json\n"
_ECHO = "\nproviders: [echo]\n"
_ABOUT_ECHO = (
    "\n# 'echo' gives back the prompt. Name the models to try it with.\nproviders: [echo]\n"
)
_OURS = ("description", "prompts", "providers", "targets", "defaultTest", "tests", "metadata")

# Who offers a model, by the beginning of its name.
_VENDORS = (
    (("gpt-", "chatgpt-", "o1", "o3", "o4"), "openai"),
    (("claude-",), "anthropic:messages"),
    (("gemini-",), "google"),
    (("mistral-", "ministral-", "magistral-", "codestral-"), "mistral"),
    (("command-",), "cohere"),
    (("deepseek-",), "deepseek"),
    (("grok-",), "xai"),
)
_DOT = re.compile(r"(?<=\d)-(?=\d(?!\d))")

# What promptfoo takes for something else than a prompt: for where one is, for the name of a file
# (where a text has one line), or for a chat.
_ELSEWHERE = re.compile(r"(?:file|langfuse|portkey|helicone)://|(?:exec|package):")
_LIKE_A_FILE = re.compile(r"[*/\\]|\.\w{1,6}\s*(?::[^:]*)?$|\..{2,3}$")
_LIKE_A_CHAT = re.compile(r"\s*(?:[\[{]|- role:)")


def write(entry: Mapping[str, Any], kept: Mapping[str, Any] | None) -> str:
    """Return a configuration's file; `kept` goes into `metadata`, which is for other tools."""
    from guideline_kit.yamlio.writing import write as write_yaml

    extra = entry.get(EXTRA)
    extra = extra if isinstance(extra, Mapping) else {}
    own = extra.get("prompts")
    own = own[0] if isinstance(own, list) and own and isinstance(own[0], Mapping) else {}
    prompt = {"id": entry["id"], "label": entry["title"], "raw": _raw(entry["template"]), **own}
    data: dict[str, Any] = {
        "description": extra.get("description", description(entry)),
        "prompts": [prompt],
    }
    models = {key: extra[key] for key in ("providers", "targets") if key in extra}
    data |= models or {"providers": _providers(entry) or NO_MODEL}
    default = _default(entry, extra.get("defaultTest"))
    tests = _tests(entry, extra, default)
    if default:
        data["defaultTest"] = default
    if tests:
        data["tests"] = tests
    data |= {key: value for key, value in extra.items() if key not in _OURS}
    metadata = extra.get("metadata")
    metadata = dict(metadata) if isinstance(metadata, Mapping) else {}
    if kept is not None:
        metadata[KEPT] = copy.deepcopy(kept)
    if metadata:
        data["metadata"] = metadata
    return _START + write_yaml(data).replace(_ECHO, _ABOUT_ECHO, 1)


def _raw(template: Mapping[str, Any]) -> str:
    """Return messages as the text of a prompt."""
    messages = [
        {"role": message["role"], "content": _for_nunjucks(message["content"], template["engine"])}
        for message in template["messages"]
    ]
    if len(messages) == 1 and messages[0]["role"] == "user" and _is_plain(messages[0]["content"]):
        text: str = messages[0]["content"]
        return text
    return json.dumps(messages, indent=2, ensure_ascii=False)


def _for_nunjucks(text: str, engine: str) -> str:
    found = translate(text, engine, "nunjucks")
    if found is not None:
        return found
    if scan(engine, text).expressions or "endraw" in text:
        return text
    # It only looks like a template.
    return f"{{% raw %}}{text}{{% endraw %}}"


def _is_plain(text: str) -> bool:
    """Whether promptfoo takes a text for a prompt of one message."""
    if _ELSEWHERE.match(text) or _LIKE_A_CHAT.match(text) or is_reference(text):
        return False
    if "\n" not in text and _LIKE_A_FILE.search(text):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return True
    return False


def _providers(entry: Mapping[str, Any]) -> list[Any]:
    """Return the models that a prompt works with, as promptfoo names them."""
    found: list[Any] = []
    models = entry.get("models")
    for model in models if isinstance(models, list) else ():
        if isinstance(model, Mapping) and model.get("verdict") == "works":
            id = _provider(str(model.get("id")))
            config = model.get("parameters")
            found.append({"id": id, "config": config} if config else id)
    return found


def _provider(model: str) -> str:
    for starts, vendor in _VENDORS:
        if model.startswith(starts):
            # An entry has hyphens where vendors have dots; Anthropic has hyphens, too.
            return f"{vendor}:{model if model.startswith('claude-') else _DOT.sub('.', model)}"
    return model


def _default(entry: Mapping[str, Any], extra: Any) -> Any:
    """Return what holds for all tests: values of inputs, and what is said of the output."""
    if extra is not None and not isinstance(extra, Mapping):
        return extra
    inputs, output = entry.get("inputs"), entry.get("output")
    values = {
        name: about["default"]
        for name, about in (inputs if isinstance(inputs, Mapping) else {}).items()
        if isinstance(about, Mapping) and is_known(about.get("default"))
    }
    asserted = list(_of_output(output)) if isinstance(output, Mapping) else []
    default = {**(extra or {})}
    if values:
        more = default.get("vars")
        default = {"vars": {**values, **(more if isinstance(more, Mapping) else {})}, **{
            key: item for key, item in default.items() if key != "vars"
        }}  # fmt: skip
    if asserted:
        more = default.get("assert")
        default["assert"] = [*asserted, *(more if isinstance(more, list) else ())]
    return default


def _of_output(output: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    schema, most = output.get("schema"), output.get("max_words")
    if isinstance(schema, dict | bool):
        yield is_json(schema)
    elif output.get("format") == "json":
        yield {"type": "is-json"}
    if type(most) is int and most > 0:
        yield word_count(most)


def _tests(entry: Mapping[str, Any], extra: Mapping[str, Any], default: Any) -> Any:
    """Return the tests of an entry; as they were, where they still say what the entry says."""
    others = extra.get("tests")
    listed = entry.get("tests")
    tests = (
        [item for item in listed if isinstance(item, Mapping)] if isinstance(listed, list) else []
    )
    if others is not None and not isinstance(others, list):
        return others
    suite = Suite.of({**extra, "tests": others, "defaultTest": default or None})
    known: dict[str, list[Any]] = {}
    unsaid = []
    for item in others or ():
        said = suite.test(item)
        if said is None:
            unsaid.append(item)
        else:
            known.setdefault(_key(said[0]), []).append(item)
    found = []
    for test in tests:
        same = known.get(_key(test))
        found.append(same.pop(0) if same else _test(test, entry))
    return [*found, *unsaid]


def _key(test: Mapping[str, Any]) -> str:
    return json.dumps(test, sort_keys=True)


def _test(test: Mapping[str, Any], entry: Mapping[str, Any]) -> dict[str, Any]:
    output = entry.get("output")
    schema = output.get("schema") if isinstance(output, Mapping) else None
    found: dict[str, Any] = {"description": test["title"]} if "title" in test else {}
    inputs = test.get("inputs")
    inputs = inputs if isinstance(inputs, Mapping) else {}
    values = {name: value for name, value in inputs.items() if is_known(value, lists=True)}
    if values:
        found["vars"] = values
    if any(isinstance(value, list) for value in values.values()):
        found["options"] = EXPANDS_NOTHING
    listed = test.get("assert")
    asserted = [written(item, schema) for item in (listed if isinstance(listed, list) else ())]
    asserted = [item for item in asserted if item is not None]
    if asserted:
        found["assert"] = asserted
    return found
