"""Texts written in YAML and JSON in every style that people write them in."""

from __future__ import annotations

import json
import re

from hypothesis import strategies as st
from precision.formats import faults_of

from guideline_kit import formats
from guideline_kit.documents import Document
from guideline_kit.formats.beside import ALONE, Beside, Looked
from guideline_kit.text import Source

STYLES = ("plain", "single", "double", "ascii", "literal", "keep", "folded")
_PLAIN = re.compile(r"[A-Za-zéü][A-Za-zéü ,.()$}{-]*[A-Za-zéü.)]")

# A piece each: words, placeholders of several engines, and what a style has to escape.
PIECES = (
    *("Sum", " it ", "up", "\n", "\n\n", ". ", "é", "👩‍💻", "'", '"', "\\", ": ", " #", "- "),
    *("{{a}}", "{{$b}}", "{c}", "<x>", "&", "\t", "  ", "}}", "{", "|", ">"),
)
TEXTS = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)


def written(text: str, style: str, indent: int) -> str:
    """Return a text as a YAML value; where the style can't hold it, in double quotes."""
    lines = text.split("\n")
    usual = bool(text.strip()) and "\t" not in text
    if style == "plain" and _PLAIN.fullmatch(text):
        return text
    if style == "single" and usual and len(lines) == 1:
        return "'" + text.replace("'", "''") + "'"
    if style in ("literal", "keep") and usual and lines[0].strip():
        sign = "|+" if style == "keep" else "|" if text.endswith("\n") else "|-"
        if style == "keep" and not text.endswith("\n"):
            sign = "|-"
        body = text if sign == "|+" else text.removesuffix("\n")
        if not lines[0].startswith(" ") and (sign == "|+" or not body.endswith("\n")):
            body = body.removesuffix("\n")
            margin = " " * indent
            return f"{sign}\n" + "\n".join(
                margin + line if line else "" for line in body.split("\n")
            )
    simple = all(line and not line[0].isspace() and not line[-1].isspace() for line in lines)
    if style == "folded" and usual and simple:
        return ">-\n" + "\n\n".join(" " * indent + line for line in lines)
    quoted = json.dumps(text, ensure_ascii=False)
    if style == "ascii":
        quoted = re.sub(r"[^\x00-\x7f]", lambda found: f"\\U{ord(found.group()):08x}", quoted)
    return quoted


_FOREIGN = (
    *("\n", "[", "}", '"', "'", ": ", "- ", "\t", "\x00", "&a ", "*a", "{{", "|", "\r", "\ufeff"),
    *("\u2028", "<message>"),
)


class Folder:
    """Some files beside a prompt; what is not there is said to be missing."""

    def __init__(self, **files: str) -> None:
        self.files = {name.replace("__", "."): text for name, text in files.items()}
        self.asked: list[str] = []

    def look(self, name: str) -> Looked:
        self.asked.append(name)
        if name in self.files:
            return Looked(Source(name, self.files[name]))
        if name.startswith("/"):
            return Looked(reason="the path is absolute; only files of this project are read")
        if name.startswith("../../"):
            return Looked(reason="it leads out of this project")
        return Looked(reason="there is no such file")


def read(format: str, text: str, name: str = "a", beside: Beside = ALONE) -> Document:
    """Read a text, and make sure that all places in what is read are exact."""
    document = formats.read(Source(name, text), format, beside)
    for one in (document, *document.parts):
        assert list(faults_of(one)) == []
    return document


def said(document: Document) -> list[tuple[str, str, str]]:
    """Return the problems of a document: the rule, line and column, and the text there."""
    found = []
    for problem in document.problems:
        assert problem.span is not None
        line, column = document.source.position(problem.span.start)
        text = document.source.slice(problem.span)
        found.append((problem.rule, f"{line}:{column}", text))
    return found


def spoken(document: Document) -> list[tuple[str, str]]:
    """Return who says what."""
    return [(message.role, message.text.text) for message in document.messages]


@st.composite
def mutilated(draw: st.DrawFn, whole: str) -> str:
    """Draw a file with parts missing, doubled or foreign."""
    text = whole
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 40)))
        new = draw(st.sampled_from(("", *_FOREIGN)))
        text = text[:start] + new + text[end:]
    return text
