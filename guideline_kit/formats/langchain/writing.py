"""Prompts of LangChain as catalog entries, and entries as files that LangChain loads.

One message of the user is a prompt as `load_prompt` takes it. Several are a chat as `dumps` writes
it and `loads` takes it: of chats, `load_prompt` reads the first message and forgets the others.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from guideline_kit.documents import Document, Message
from guideline_kit.formats import langchain
from guideline_kit.formats.beside import ALONE
from guideline_kit.formats.engines import scan
from guideline_kit.formats.langchain.few_shot import few_shot
from guideline_kit.formats.langchain.prompts import ENGINES, Reader
from guideline_kit.formats.writing.entries import (
    Entry,
    declared,
    described,
    description,
    plain_text,
    stem,
    template,
    unused,
)
from guideline_kit.formats.writing.metadata import understood, written
from guideline_kit.formats.writing.own_keys import own_keys, put_back
from guideline_kit.formats.writing.translating import translate
from guideline_kit.text import Source
from guideline_kit.trees import Tree

OWN = "x-langchain"

# What a prompt is: a word in what is saved, a list of names in what is dumped.
_KIND = "_type"
_CHAT = ("langchain", "prompts", "chat")
_PROMPT = ("langchain", "prompts", "prompt", "PromptTemplate")
# What a prompt's text is made of.
_TEXTS = (
    _KIND, "input_variables", "template", "template_path", "template_format", "messages", "prefix",
    "suffix", "prefix_path", "suffix_path", "examples", "example_prompt", "example_prompt_path",
    "example_separator", "schema_", "structured_output_kwargs",
)  # fmt: skip
_CLASSES = {"system": "System", "user": "Human", "assistant": "AI"}
# Mustache in LangChain writes signs of HTML as entities, so that it comes second.
_LANGUAGES = ("fstring", "mustache")
_BRACES = ("mustache", "handlebars", "jinja2", "nunjucks")
_PLACEHOLDER = re.compile(r"\{\{[ \t]*([A-Za-z_][A-Za-z0-9_]*)[ \t]*\}\}")
_NAMES = {engine: name for name, engine in ENGINES.items()}
_PLAIN = {"fstring": "{%s}", "mustache": "{{%s}}", "jinja2": "{{ %s }}"}


def entries(document: Document) -> list[Entry]:
    """Return the prompts of a file as entries."""
    tree = document.tree
    if tree is None:
        return []
    found = list(langchain.prompts_of(tree))
    prompts: list[Entry] = []
    taken: set[str] = set()
    for number, place in enumerate(found, 1):
        entry = _said(tree, place, f" {number}" if len(found) > 1 else "")
        if not entry["template"]["messages"]:
            continue
        entry["id"] = unused(entry["id"], taken)
        taken.add(entry["id"])
        own = own_keys(_keys(tree, place), _data(entry))
        own["metadata"] = _others(own.get("metadata"))
        # What is saved says of each key that there is nothing.
        own = {key: value for key, value in own.items() if value not in (None, {}, [])}
        if own:
            entry[OWN] = own
        prompts.append(entry)
    return prompts


def _keys(tree: Tree, place: langchain.Found) -> Entry:
    """Return what a file says of a prompt, by its names."""
    keys = tree.get(place.path)
    if not place.dumped:
        return dict(keys)
    return {_KIND: tree.get((*place.path[:-1], "id")), **keys}


def _said(tree: Tree, place: langchain.Found, number: str = "") -> Entry:
    """Return what an entry has fields for."""
    keys = tree.get(place.path)
    reader = Reader(tree, place.path, ALONE, dumped=place.dumped, broken=True)
    document = reader.read(place.kind)[0]
    about = keys.get("metadata")
    about, rest = understood(about if isinstance(about, dict) else {})
    entry = described(
        plain_text(keys.get("name")) or f"{stem(tree.source.name)}{number}",
        title=plain_text(rest.get("title")),
        description=plain_text(rest.get("description")),
    )
    entry |= {**understood({"tags": keys.get("tags")})[0], **about}
    entry["template"] = _template(document, keys)
    inputs = declared(document, entry["template"]["engine"])
    defaults = keys.get("partial_variables")
    for name, value in defaults.items() if isinstance(defaults, dict) else ():
        if name in inputs:
            inputs[name].pop("required", None)
            inputs[name]["default"] = value
    if inputs:
        entry["inputs"] = inputs
    if isinstance(keys.get("schema_"), dict):
        entry["output"] = {"format": "json", "schema": keys["schema_"]}
    return entry


def _template(document: Document, keys: Mapping[str, Any]) -> Entry:
    engine = document.engine if document.placeholders else "none"
    whole = few_shot(keys, document.engine)
    if whole is not None:
        found: Entry = {"engine": engine, "messages": [{"role": "user", "content": whole}]}
    else:
        found = template(document, engine or None)
        spoken = (message for message in document.messages if message.text.text.strip())
        for message, said in zip(spoken, found["messages"], strict=True):
            said["content"] = _content(message, document.engine)
    if engine == "none":
        # Where nothing is filled in, braces are written once.
        for said in found["messages"]:
            plain = translate(said["content"], document.engine, "none")
            said["content"] = said["content"] if plain is None else plain
    return found


def _content(message: Message, engine: str) -> str:
    """Return the text of a message as a template of the prompt's language."""
    text = message.text.text
    if message.ranges == ((0, len(text)),) and text.isidentifier():
        return _PLAIN.get(engine, "{%s}") % text  # a place for earlier messages
    if not message.ranges:
        found = scan(engine, text)
        if found.expressions or found.error:
            # It is sent as it stands.
            literal = translate(text, "none", engine)
            return text if literal is None else literal
    return text


# --- writing -------------------------------------------------------------------------------


def write(entry: Mapping[str, Any]) -> str:
    """Return a prompt's file."""
    data, own = _data(entry), entry.get(OWN)
    if isinstance(own, dict) and "metadata" in own:
        own = {**own, "metadata": {**_others(own["metadata"]), **data.get("metadata", {})}}
    said = partial(_of, name=f"{entry['id']}.json")
    return _text(put_back(data, own, entry, said, (_TEXTS,)))


def _others(metadata: Any) -> Entry:
    """Return what of a prompt's metadata an entry has no field for."""
    rest = understood(metadata)[1] if isinstance(metadata, dict) else {}
    return {key: value for key, value in rest.items() if key not in ("title", "description")}


def _of(keys: Entry, name: str) -> Entry:
    tree = langchain.read(Source(name, _text(keys)), ALONE).tree
    place = next(langchain.prompts_of(tree), None) if tree is not None else None
    return _said(tree, place) if tree is not None and place is not None else {}


def _text(keys: Mapping[str, Any]) -> str:
    keys = dict(keys)
    kind = keys.get(_KIND)
    if "messages" in keys or "suffix" in keys:
        keys.pop("template", None)  # that of a prompt of one message
    if isinstance(kind, list):
        del keys[_KIND]
        keys = {**_dump(kind, keys), "name": keys.get("name") or str(kind[-1] if kind else "")}
    return json.dumps(keys, indent=2, ensure_ascii=False) + "\n"


def _dump(kind: Any, keys: Mapping[str, Any]) -> Entry:
    return {"lc": 1, "type": "constructor", "id": list(kind), "kwargs": dict(keys)}


def _data(entry: Mapping[str, Any]) -> Entry:
    """Return the keys of a prompt."""
    engine, texts = _texts(entry["template"])
    roles = [message["role"] for message in entry["template"]["messages"]]
    alone = roles == ["user"]
    used = {item.name for text in texts for item in scan(engine, text).expressions} - {""}
    defaults = {
        name: about["default"]
        for name, about in (entry.get("inputs") or {}).items()
        if "default" in about and _is_json(about["default"])
    }
    title, about = entry.get("title"), description(entry)
    metadata = {
        "title": title if title != described(entry["id"])["title"] else None,
        "description": about if about != title else None,
        **{key: value for key, value in written(entry).items() if key != "tags"},
    }
    data: Entry = {
        _KIND: "prompt" if alone else [*_CHAT, "ChatPromptTemplate"],
        "name": entry["id"],
        "input_variables": sorted(used - defaults.keys()),
        "partial_variables": defaults or None,
        "metadata": {key: value for key, value in metadata.items() if value} or None,
        "tags": entry.get("tags") or None,
    }
    if alone:
        data |= {"template": texts[0], "template_format": _NAMES[engine]}
    else:
        data["messages"] = [
            _message(role, text, engine) for role, text in zip(roles, texts, strict=True)
        ]
    return {key: value for key, value in data.items() if value is not None}


def _texts(template: Mapping[str, Any]) -> tuple[str, list[str]]:
    """Return the language of the templates, and their texts."""
    engine = template["engine"]
    contents = [message["content"] for message in template["messages"]]
    for language in _LANGUAGES:
        texts = [
            translate(content, engine, language)
            or translate(_usual(content, engine), engine, language)
            for content in contents
        ]
        if None not in texts:
            return language, [text for text in texts if text is not None]
    language = _LANGUAGES[engine in _BRACES]
    found = []
    for content in contents:
        text = translate(content, engine, language)
        plain = translate(content, engine, "none") if text is None else None
        literal = translate(plain, "none", language) if plain is not None else None
        found.append(text or literal or content)
    return language, found


def _usual(text: str, engine: str) -> str:
    """Return a template with the blanks in its placeholders that most people write there."""
    usual = {"mustache": r"{{\1}}", "handlebars": r"{{\1}}"}.get(engine, r"{{ \1 }}")
    return _PLACEHOLDER.sub(usual, text) if engine in _BRACES else text


def _message(role: str, text: str, engine: str) -> Entry:
    used = {item.name for item in scan(engine, text).expressions} - {""}
    prompt = {
        "input_variables": sorted(used),
        "template": text,
        "template_format": _NAMES[engine],
    }
    inside: Entry = {"prompt": {**_dump(_PROMPT, prompt), "name": _PROMPT[-1]}}
    if role not in _CLASSES:
        return _dump((*_CHAT, "ChatMessagePromptTemplate"), {**inside, "role": role})
    return _dump((*_CHAT, f"{_CLASSES[role]}MessagePromptTemplate"), inside)


def _is_json(value: Any) -> bool:
    try:
        json.dumps(value, allow_nan=False)
    except ValueError:
        return False
    return True
