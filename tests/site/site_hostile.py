"""The small catalog, with an attack in every field that can hold one."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from site_catalogs import fixture_catalog

from guideline_kit import schemas
from guideline_kit.catalog import Catalog, Entry
from guideline_kit.text import Source
from guideline_kit.yamlio import read

ATTACKS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "[x](javascript:alert(1))",
    '{: onclick="alert(1)"}',
    "{% raw %}{{ 7*7 }}",
)
LINES = (
    "</title></textarea><svg onload=alert(1)>",
    "'onmouseover='alert(1)",
    "![x](https://evil.example/x.png)",
    "&lt;script&gt;alert(1)&lt;/script&gt; &#60;b&#62;",
    "\u202ex\u0002y\u0003",
)
ADDRESS = "https://evil.example/'onclick='alert(1)'?javascript:alert(1)"
TITLE = " ".join(ATTACKS)
LONG = "\n\n".join(
    (
        TITLE,
        *ATTACKS,
        *LINES,
        "</div></details></section>\n<script>alert(1)</script>",
        "```\n</code></pre><script>alert(1)</script>\n```",
        '<div markdown="1" onclick="alert(1)">\n\n# x\n\n</div>',
        "!!! danger\n    <script>alert(1)</script>",
        "---\ntitle: x\n---",
    )
)

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Attack:
    """The texts that are tried in each field, the first that the schema allows is taken."""

    texts: Sequence[str]

    @classmethod
    def everything(cls) -> Attack:
        return cls((LONG, TITLE, " ".join(LINES), ADDRESS, *ATTACKS))


def attacked(
    attack: Attack,
) -> tuple[Catalog, dict[str, list[tuple[str, str]]], dict[str, list[dict[str, Any]]]]:
    """Return a catalog, previews and findings of its prompts, all of them hostile."""
    catalog = fixture_catalog()
    entries = {entry.id: _entry(entry, attack) for entry in catalog.entries.values()}
    names = [entry.id for entry in catalog.prompts]
    finding = {"rule": "vague-amount", "severity": "warning", "message": TITLE, "line": 1}
    return (
        catalog._replace(
            manifest=_fill("catalog.schema.json", dict(catalog.manifest), attack),
            entries=entries,
            sources=_fill("sources.schema.json", dict(catalog.sources), attack),
        ),
        {name: [("system", LONG), ("user", TITLE)] for name in names},
        {name: [finding] for name in names},
    )


def _entry(entry: Entry, attack: Attack) -> Entry:
    data = _fill(f"{entry.kind}.schema.json", dict(entry.data), attack)
    source = Source(entry.path, f"{json.dumps(data, indent=1)}\n# {TITLE}\n")
    tree = read(source).tree
    assert tree is not None
    assert tree.data == data
    return entry._replace(data=data, source=source, tree=tree)


def _fill(schema: str, data: dict[str, Any], attack: Attack) -> dict[str, Any]:
    """Put an attack into each text, and into each key, where the schema lets it."""
    data = copy.deepcopy(data)
    for path in list(_texts(data)):
        parent = _at(data, path[:-1])
        before = parent[path[-1]]
        for text in attack.texts:
            parent[path[-1]] = text
            if path[-1] != "id" and _fits(schema, data):
                break
            parent[path[-1]] = before
    for path in sorted(_keys(data), key=len, reverse=True):
        parent = _at(data, path[:-1])
        before = dict(parent)
        parent.clear()
        parent.update({(TITLE if key == path[-1] else key): one for key, one in before.items()})
        if not _fits(schema, data):
            parent.clear()
            parent.update(before)
    return data


def _fits(schema: str, data: Mapping[str, Any]) -> bool:
    tree = read(Source(schema, json.dumps(data))).tree
    assert tree is not None
    return not schemas.check(schema, tree) and _names_fit(data)


def _names_fit(data: Mapping[str, Any]) -> bool:
    """Whether the names of other entries are names still: those become parts of paths."""
    fields = ("tags", "patterns", "rules", "related", "depends_on", "owner", "category")
    return not any("<" in str(data.get(field, "")) for field in fields)


def _texts(value: Any, path: Path = ()) -> Iterator[Path]:
    if isinstance(value, str):
        yield path
    for key, one in _items(value):
        yield from _texts(one, (*path, key))


def _keys(value: Any, path: Path = ()) -> Iterator[Path]:
    for key, one in _items(value):
        if isinstance(value, dict):
            yield (*path, key)
        yield from _keys(one, (*path, key))


def _items(value: Any) -> Iterator[tuple[Any, Any]]:
    if isinstance(value, dict):
        yield from list(value.items())
    elif isinstance(value, list):
        yield from enumerate(value)


def _at(data: Any, path: Path) -> Any:
    for step in path:
        data = data[step]
    return data
