"""placeholders: template variables that are undeclared, unused, undelimited and so on."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from guideline_kit.checks import Match, Scope
from guideline_kit.documents import Document, Message, Placeholder
from guideline_kit.regions import CODE, COMMENT

_UNSAFE = re.compile(r"__\w+__|\|\s*attr\s*\(|\b(?:lipsum|cycler|joiner|self)\s*(?:\.|\[)")
_SYNTAX = (("{{", "{{…}}"), ("{%", "{{…}}"), ("{#", "{{…}}"), ("${", "${…}"), ("$", "$NAME"))
_LABEL = re.compile(
    rb"(?m)^[ \t]*(?:#{1,6}[ \t].*|[^\n<>{}]{1,80}:[ \t]*)\r?\n(?:[ \t]*\r?\n)?[ \t]*\Z"
)


class Placeholders:
    """One defect of template variables."""

    guard = None
    patterns = ()

    def __init__(self, params: Mapping[str, Any], scope: Scope) -> None:
        self.scope = scope
        self.problem: str = params["problem"]

    def find(self, document: Document, today: datetime.date) -> Iterator[Match]:
        yield from _PROBLEMS[self.problem](document)


def _match(placeholder: Placeholder) -> Match:
    return Match(placeholder.span, {"name": placeholder.name, "match": placeholder.text})


def _undeclared(document: Document) -> Iterator[Match]:
    if document.inputs is None:
        return
    declared = {item.name for item in document.inputs}
    for placeholder in document.placeholders:
        if placeholder.name and placeholder.name not in declared:
            yield _match(placeholder)


def _unused(document: Document) -> Iterator[Match]:
    # While the template does not parse, nobody knows what it uses.
    if not document.inputs or document.template_error:
        return
    used = {placeholder.name for placeholder in document.placeholders}
    for item in document.inputs:
        if item.name not in used:
            yield Match(item.span, {"name": item.name, "match": item.name})


def _undelimited(document: Document) -> Iterator[Match]:
    if not document.inputs:
        return
    wanted = {
        item.name
        for item in document.inputs
        if item.type in ("text", "document") and item.trust == "untrusted"
    }
    for placeholder in document.placeholders:
        if placeholder.name not in wanted:
            continue
        message = document.messages[placeholder.message]
        if not message.example and not _delimited(message, placeholder):
            yield _match(placeholder)


def _delimited(message: Message, placeholder: Placeholder) -> bool:
    """Whether a reader can see where the value begins and where it ends."""
    text, layout = message.text, message.layout
    if text.text.strip() == placeholder.text:
        return True  # the message's own borders
    start = len(text.text[: placeholder.start].encode())
    end = start + len(placeholder.text.encode())
    if layout.label(start) & 7 == CODE:
        return True
    open_tags: list[str] = []
    for tag in layout.tags:
        if tag.start >= start:
            break
        if tag.kind == "open":
            open_tags.append(tag.name)
        elif tag.kind == "close" and tag.name in open_tags:
            open_tags.remove(tag.name)
    closing = {tag.name for tag in layout.tags if tag.kind == "close" and tag.start >= end}
    if any(name in closing for name in open_tags):
        return True
    before, after = text.data[:start], text.data[end:]
    for quotes in (b'"""', b"'''", b"~~~"):
        if before.count(quotes) % 2 == 1 and quotes in after:
            return True
    alone = not after.partition(b"\n")[0].strip()
    last = not after.strip() or after.lstrip().startswith((b"#", b"---", b"==="))
    return alone and last and bool(_LABEL.search(before[-400:]))


def _mixed(document: Document) -> Iterator[Match]:
    if document.engine:
        return  # a file that names its engine has one syntax; the rest is text
    by_syntax: dict[str, list[Placeholder]] = {}
    for placeholder in document.placeholders:
        layout = document.messages[placeholder.message].layout
        text = document.messages[placeholder.message].text
        at = len(text.text[: placeholder.start].encode())
        if layout.label(at) & 7 in (CODE, COMMENT):
            continue
        for mark, syntax in _SYNTAX:
            if placeholder.text.startswith(mark):
                by_syntax.setdefault(syntax, []).append(placeholder)
                break
    # ${...} and $NAME are one shell-like family.
    if "$NAME" in by_syntax and "${…}" in by_syntax:
        by_syntax["${…}"] += by_syntax.pop("$NAME")
    if len(by_syntax) > 1:
        rarest = min(by_syntax.values(), key=len)
        yield _match(rarest[0])


def _unbalanced(document: Document) -> Iterator[Match]:
    if document.template_error is not None:
        message, span = document.template_error
        text = document.source.slice(span)
        yield Match(span, {"match": text, "name": text, "reason": message})


def _unsafe(document: Document) -> Iterator[Match]:
    for placeholder in document.placeholders:
        if document.engine in ("jinja2", "") and _UNSAFE.search(placeholder.text):
            yield _match(placeholder)


_PROBLEMS: Mapping[str, Callable[[Document], Iterator[Match]]] = {
    "undeclared": _undeclared,
    "unused": _unused,
    "undelimited": _undelimited,
    "mixed": _mixed,
    "unbalanced": _unbalanced,
    "unsafe": _unsafe,
}


class _Kind:
    name = "placeholders"
    regions = ("anywhere",)

    def bind(self, params: Mapping[str, Any], scope: Scope) -> Placeholders:
        return Placeholders(params, scope)


KIND = _Kind()
