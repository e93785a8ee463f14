"""Clean prompts to plant defects in, and the places in them where a sentence or a block fits."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from shipped import shipped_catalog

from guideline_kit import formats, resources
from guideline_kit.catalog import Entry
from guideline_kit.documents import Document
from guideline_kit.text import Source

# Each folder is named for the format that its files are read as.
DATA = Path(__file__).parent / "data" / "recall"


@dataclass(frozen=True)
class Host:
    """A message of a prompt, in its file.

    `lines` is the message as its author wrote it; `before` and `after` are the rest of the
    file, and `indent` is what stands before each line of the message there.
    """

    name: str
    format: str
    before: str
    lines: tuple[str, ...]
    after: str
    indent: str = ""
    engine: str = ""
    inputs: tuple[str, ...] = ()

    def file(self, lines: Sequence[str]) -> str:
        """Return the file with other lines in the message."""
        body = "".join(f"{self.indent}{line}".rstrip(" ") + "\n" for line in lines)
        return self.before + body + self.after

    @property
    def first(self) -> int:
        """The number of the message's first line in the file."""
        return self.before.count("\n") + 1


def read(text: str, format: str) -> Document:
    """Read a prompt; a plant must leave the file readable."""
    document = formats.read(Source("a prompt", text), format)
    assert not document.problems, f"{document.problems[0].message}\n{text}"
    return document


@functools.cache
def hosts() -> tuple[Host, ...]:
    """Return all of them: the Markdown prompts of these tests, and those of the catalog."""
    found = []
    for path in sorted(DATA.glob("*/*")):
        text = path.read_text("utf-8")
        message = read(text, path.parent.name).messages[0]
        start = message.text.span(0, 1).start
        lines = tuple(text[start:].rstrip("\n").split("\n"))
        found.append(Host(path.name, path.parent.name, text[:start], lines, ""))
    for entry in shipped_catalog().prompts:
        found += _of_entry(entry)
    for host in found:
        assert host.file(host.lines) == host.file(host.lines).rstrip("\n") + "\n", host.name
    return tuple(found)


def _of_entry(entry: Entry) -> Iterator[Host]:
    template = entry.data["template"]
    for index, message in enumerate(template["messages"]):
        if message["role"] == "assistant" or message.get("example"):
            continue
        place = entry.tree.place(("template", "messages", index, "content"))
        if place.style != "|":
            continue
        text = entry.source.text
        start = text.index("\n", place.value.start) + 1
        lines = message["content"].rstrip("\n").split("\n")
        indent = re.match(" *", text[start:])[0]  # type: ignore[index]
        end = start
        for _ in lines:
            end = text.index("\n", end) + 1
        yield Host(
            f"{entry.id}[{index}]",
            formats.CATALOG_PROMPT,
            text[:start],
            tuple(lines),
            text[end:],
            indent,
            template["engine"],
            tuple(entry.data.get("inputs", ())),
        )


def entries() -> Sequence[Entry]:
    """Return the catalog's prompts that show examples of their answers."""
    return [entry for entry in shipped_catalog().prompts if entry.data.get("examples")]


def catalog_text(entry: Entry) -> str:
    """Return the file of an entry as it is on disk."""
    return (resources.catalog_dir() / entry.path).read_text("utf-8")


# --- places --------------------------------------------------------------------------------

_FENCE = re.compile(r"\s*(```|~~~)")
_BULLET = re.compile(r"(\s*[-*] )\S")
_SENTENCE = re.compile(r"[A-Z0-9].*\w[.]$")


def outside(lines: Sequence[str]) -> list[int]:
    """Return the lines that are neither code nor an example nor an object written out."""
    found, fenced, example, section, braces = [], False, False, False, 0
    for at, line in enumerate(lines):
        if _FENCE.match(line):
            fenced = not fenced
            continue
        if line.startswith("#") and not fenced:
            section = "example" in line.lower()
        example = example or line.strip().startswith("<example")
        alone = line.strip() in ("{", "}", "[", "]", "},", "],")
        if not (fenced or example or section or braces or alone):
            found.append(at)
        if not fenced and "{{" not in line and "{%" not in line:
            braces += line.count("{") - line.count("}")
        example = example and not line.strip().startswith("</example")
    return found


def gaps(lines: Sequence[str]) -> list[int]:
    """Return the blank lines after which a block can stand; the end is one, too."""
    return [at for at in outside(lines) if not lines[at].strip()] + [len(lines)]


def bullets(lines: Sequence[str]) -> list[int]:
    """Return the list items after which another one can stand."""
    listed = set(outside(lines))
    return [
        at
        for at in sorted(listed)
        if _BULLET.match(lines[at])
        and (at + 1 == len(lines) or not lines[at + 1].strip() or _BULLET.match(lines[at + 1]))
    ]


def sentences(lines: Sequence[str]) -> list[int]:
    """Return the lines that end with a sentence, behind which another one can stand."""
    return [
        at
        for at in outside(lines)
        if _SENTENCE.match(lines[at].lstrip("-* "))
        and not lines[at].lstrip().startswith((">", "|"))
    ]


def insert(
    random: Random, lines: Sequence[str], text: Sequence[str], ways: str = "block item sentence"
) -> tuple[list[str], int]:
    """Put a text somewhere among lines; return them, and the index of its first line.

    `ways` are those in which it may stand: a block of its own, an item of a list, a sentence
    behind another one. A text of several lines is a block.
    """
    places = {
        "block": gaps(lines),
        "item": bullets(lines) if len(text) == 1 else [],
        "sentence": sentences(lines) if len(text) == 1 else [],
    }
    way = random.choice([name for name in ways.split() if places[name]])
    at = random.choice(places[way])
    new = list(lines)
    if way == "sentence":
        new[at] += f" {text[0]}"
        return new, at
    if way == "item":
        (start,) = _BULLET.findall(lines[at])[:1]
        new.insert(at + 1, f"{start}{text[0]}")
        return new, at + 1
    if at == len(lines):
        return [*new, "", *text], at + 1
    new[at + 1 : at + 1] = [*text, ""]
    return new, at + 1
