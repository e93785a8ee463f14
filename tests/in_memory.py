"""Catalogs that are dictionaries, and how what is wrong with them is written down."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from linting import TODAY

from guideline_kit.catalog import SHIPPED, Reader, load
from guideline_kit.diagnostics import Diagnostic, in_order
from guideline_kit.project.opening import shipped_reader
from guideline_kit.validate import validate

GOLDEN = Path(__file__).parent / "golden"

MANIFEST = """\
name: mine
title: Mine
teams:
  - {id: writers, title: Writers}
applications:
  - {id: support, title: Support}
audiences:
  - {id: customers, title: Customers}
tags:
  - {id: clarity, title: Clarity}
categories:
  - {id: format, title: Format}
models:
  - {id: gpt-5, title: GPT-5, vendor: OpenAI}
"""
SOURCES = """\
a-study:
  title: A study
  url: https://study.example/
  kind: paper
  status: read
"""


class Files:
    """A catalog that is a dictionary: path -> text, or the error that reading the file raises."""

    def __init__(self, files: Mapping[str, str | Exception], name: str = "") -> None:
        self.files = files
        self.name = name

    def paths(self) -> Iterable[str]:
        return self.files

    def read(self, path: str) -> str:
        text = self.files.get(path, FileNotFoundError(path))
        if isinstance(text, Exception):
            raise text
        return text


def with_manifest(files: Mapping[str, str | Exception]) -> dict[str, str | Exception]:
    """Return files with a manifest and sources beside them."""
    return {"catalog.yaml": MANIFEST, "sources.yaml": SOURCES, **files}


def problems(
    files: Mapping[str, str | Exception], **others: Mapping[str, str | Exception]
) -> tuple[Diagnostic, ...]:
    """Return what is wrong with a catalog; `others` are those that it can extend, by name."""

    def resolve(name: str, reader: Reader) -> Reader | None:
        if name == SHIPPED:
            return shipped_reader()
        if name == "mine":
            return mine
        if name not in others:
            return None
        manifest = MANIFEST.replace("name: mine", f"name: {name}")
        return Files(with_manifest({"catalog.yaml": manifest, **others[name]}), f"{name}/")

    mine = Files(with_manifest(files))
    loaded = load(mine, resolve)
    return in_order([*loaded.problems, *loaded.inherited, *validate(loaded.catalog, TODAY)])


def written(items: Iterable[Diagnostic]) -> str:
    """Write diagnostics down: what, where, which text is marked, and what to do."""
    lines = []
    for item in items:
        place = item.source.name
        if item.position is not None:
            place += f":{item.position.line}:{item.position.column}"
        lines.append(f"{place}: {item.severity}[{item.rule}]: {item.message}")
        if item.span is not None:
            lines.append(f"  at: {item.source.slice(item.span)!r}")
        lines += [f"  help: {item.help}"] * bool(item.help)
        for related in item.related:
            line, column = related.source.position(related.span.start)
            lines.append(f"  see: {related.source.name}:{line}:{column} {related.message}")
    return "".join(f"{line}\n" for line in lines) or "nothing\n"


def expect_golden(name: str, parts: Mapping[str, str]) -> None:
    """Compare texts with those in tests/golden, or write them there."""
    text = "\n".join(f"== {title}\n\n{part}" for title, part in parts.items())
    path = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_text(text, "utf-8")
    assert text.splitlines() == path.read_text("utf-8").splitlines(), (
        f"tests/golden/{name} is not what is said now. If it should be, run the test with"
        " UPDATE_GOLDEN=1 and read the difference"
    )
