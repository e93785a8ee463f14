"""Prompts as Jinja2 templates: Promptflow's, with role lines, and what programs load themselves.

Most `.jinja2` files of a repository are no prompts. One is taken for a prompt if it has role
lines, if its path says so, or if it speaks to a model; pages, scripts and configurations have
a look of their own.
"""

from __future__ import annotations

import re

from guideline_kit.documents import Document
from guideline_kit.formats.beside import ALONE, Beside
from guideline_kit.formats.reading import prompt_signs
from guideline_kit.formats.reading.building import Builder
from guideline_kit.formats.reading.complaints import complaint
from guideline_kit.formats.reading.role_lines import Divided, Roles, divide
from guideline_kit.formats.reading.turns import Ranges, Turn
from guideline_kit.formats.writing.entries import Entry, declared, described, stem
from guideline_kit.formats.writing.role_texts import is_all, spoken, with_plain_breaks
from guideline_kit.text import MappedText, Source

_ROLES = Roles(
    {
        "system": "system",
        "user": "user",
        "assistant": "assistant",
        **dict.fromkeys(("function", "tool"), "tool"),
    },
    late=True,
)

_ROLE_LINE = re.compile(r"\s*#?[ \t]*(?i:system|user|assistant|function|tool)[ \t]*:\s*")

# --- which templates are prompts -------------------------------------------------------------

_ENDING = r"\.(?:jinja2|jinja|j2)\Z"
# What comes out is for a program or a page: main.py.jinja2, index.html.j2, config.yml.j2.
_OTHER = re.compile(
    r"(?:\.(?:html?|xhtml|xml|svg|rss|css|scss|less|jsx?|tsx?|mjs|cjs|vue|svelte|py|pyi|ipynb|rb|go"
    r"|rs|java|kts?|scala|swift|c|h|cc|cpp|hpp|cs|csproj|php|pl|lua|r|jl|sql|sh|bash|zsh|fish|ps1"
    r"|bat|cmd|ya?ml|json|jsonl|toml|ini|cfg|conf|config|env|properties|service|socket|timer|tf"
    r"|tfvars|hcl|spec|rst|adoc|tex|csv|tsv|xslt?|rules|cron|unit|plist|gradle|cmake|mk|proto"
    r"|graphql|ics|eml|mjml|nix|zone|repo|list|dockerfile|lock|in|patch|diff)"
    r"|(?:^|/)(?:Dockerfile|Containerfile|Makefile|Jenkinsfile|Vagrantfile|Caddyfile|README|LICENSE"
    rf"|CHANGELOG)(?:\.md)?){_ENDING}",
    re.IGNORECASE,
)
# A folder of prompts, or a file that calls itself one: prompts/mail.j2, system_prompt.j2.
_NAMED = re.compile(
    r"(?:^|[/_.-])(?:system|user|sys)?_?prompts?(?:[_-]templates?)?/"
    r"|(?:^|[/_.-])(?:system|user|sys)?_?prompt(?:[_.-][^/]*|\d[^/]*)?\Z",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"\s*(?:\{#[^#]{0,400}#\}\s*)?(?:#!|<!DOCTYPE|<html|<\?xml|<\?php|%YAML|FROM [\w./:-]+\s"
    r"|import \w|from \w+ import |package \w|<template>|\{%-?\s*extends\s)",
    re.IGNORECASE,
)
_MARKUP = re.compile(
    r"</?(?:div|span|table|tr|td|li|ul|form|input|button|script|style|link|meta|head|body|nav"
    r"|h[1-6]|br|img|p|a)[\s>/]",
    re.IGNORECASE,
)
_MUCH = 6  # tags of a page
# A role line, and behind it no mapping of YAML.
_ROLE = re.compile(
    r"(?<![^\r\n])#?[ \t]?(?i:system|user|assistant)[ \t]*:[ \t]*(?:\r\n?|\n)"
    r"(?!\s{0,8}[ \t]+(?:[\w\"'-]+:(?:\s|\Z)|- ))"
)
_ENOUGH = 2  # signs of a prompt
_LOOKED_AT = 50_000  # characters


def is_one(path: str, text: str) -> bool:
    """Whether a template of Jinja2 is a prompt."""
    if _OTHER.search(path):
        return False
    text = text[:_LOOKED_AT]
    if _CODE.match(text) or len(_MARKUP.findall(text)) >= _MUCH:
        return False
    if _NAMED.search(path) or _ROLE.search(text):
        return True
    return prompt_signs.count(text) >= _ENOUGH


# --- reading -------------------------------------------------------------------------------


def read(source: Source, beside: Beside) -> Document:  # noqa: ARG001  it names no other file
    """Read a template as a prompt; never raises."""
    text = MappedText.verbatim(source)
    builder = Builder("jinja2")
    found: list[Divided] = []

    def turns(ranges: Ranges) -> tuple[Turn, ...]:
        found.append(divide(text.text, ranges, _ROLES, _speaker(source.name)))
        return found[-1].turns

    builder.divide(text, turns)
    return Document(
        source=source,
        format="promptflow-jinja2",
        messages=tuple(builder.messages),
        fields={},
        placeholders=tuple(builder.placeholders),
        engine="jinja2",
        template_error=builder.error,
        problems=tuple(
            complaint(source, text.span(slip.start, slip.end), slip.message, slip.help)
            for divided in found
            for slip in divided.slips
        ),
    )


def entries(document: Document) -> list[Entry]:
    """Return the prompt as an entry; none where the file has no text."""
    from guideline_kit.formats.writing.history import with_threads

    said = document
    text, threads = with_threads(document.source.text)
    if threads:
        document = read(Source(document.source.name, text), ALONE)
    messages = spoken(document)
    if not messages:
        return []
    engine = "jinja2" if document.placeholders else "none"
    entry = described(stem(document.source.name))
    entry["template"] = {"engine": engine, "messages": messages}
    inputs = declared(document, engine)
    if inputs:
        entry["inputs"] = inputs
    if not is_all(said, 0, _ROLE_LINE):
        # Comments and ends of blocks, which belong to no message.
        entry["x-promptflow"] = {"template": with_plain_breaks(said.source.text)}
    return [entry]


def _speaker(path: str) -> str:
    """Return who speaks where no line says it: the user, unless the file's name says otherwise."""
    name = path.rsplit("/", 1)[-1].lower()
    return "system" if re.search(r"(?<![a-z])sys(?:tem)?(?![a-z])", name) else "user"
