"""Entries of a catalog as text for a terminal: a list of them, or one in full."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from guideline_kit.catalog import Entry
from guideline_kit.checks.secrets.samples import veiled
from guideline_kit.measured import in_words
from guideline_kit.report.text import printable
from guideline_kit.rules import is_removed

_WIDTH = 88


def summary(entry: Entry) -> dict[str, Any]:
    """Return what a list says of an entry, as plain data."""
    data = entry.data
    keep = ("severity", "preset", "stage", "status", "version", "owner", "category", "tags")
    return {
        "kind": entry.kind,
        "id": entry.id,
        "title": data["title"],
        "summary": data["summary"],
        "origin": entry.origin,
        **{key: data[key] for key in keep if key in data},
    }


def listing(found: Sequence[Entry]) -> str:
    """Return entries as lines, under a heading for each kind."""
    width = max(len(entry.id) for entry in found)
    lines: list[str] = []
    kind = ""
    for entry in found:
        if entry.kind != kind:
            kind = entry.kind
            lines += [""] * bool(lines) + [f"{kind.capitalize()}s"]
        data = entry.data
        if kind != "rule":
            about = f"{data['status']:<12}"
        elif is_removed(data):
            about = f"{'removed':<17}"
        else:
            about = f"{data['severity']:<8}{data['preset']:<9}"
            if data["stage"] != "stable":
                about += f"{data['stage']} "
        lines.append(f"  {entry.id:<{width}}  {about}{printable(data['summary'])}")
    return "\n".join(lines)


def render_json(found: Sequence[Entry]) -> str:
    """Return entries as one JSON object."""
    data = {"version": 1, "entries": [summary(entry) for entry in found]}
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def explain(entry: Entry, sources: Mapping[str, Mapping[str, Any]], site_url: str = "") -> str:
    """Return an entry in full, as text, with its page where the site is published."""
    data = entry.data
    parts = [f"{entry.id}: {printable(data['title'])}", wrapped(data["summary"])]
    parts.append(
        wrapped(
            {"rule": _rule_line, "pattern": _pattern_line, "prompt": _prompt_line}[entry.kind](data)
        )
    )
    standing = " ".join(_standing(data))
    if standing:
        parts.append(wrapped(standing))
    if "measured" in data:
        parts.append(wrapped(in_words(data["measured"])))
    for key, heading in _SECTIONS[entry.kind]:
        text = _section(data.get(key))
        if text:
            parts.append(f"{heading}\n\n{textwrap.indent(text, '  ')}")
    if entry.kind == "rule":
        parts += [_example(example) for example in data.get("examples", ())]
    elif entry.kind == "pattern":
        parts.append(
            _texts(("Before", data["example"]["before"]), ("After", data["example"]["after"]))
        )
    else:
        messages = data["template"]["messages"]
        parts.append(_texts(*((item["role"].capitalize(), item["content"]) for item in messages)))
    cited = [_citation(item, sources) for item in data.get("sources", ())]
    if cited:
        parts.append("Sources\n\n" + "\n".join(cited))
    if site_url:
        parts.append(f"Its page: {printable(site_url)}/{entry.kind}s/{entry.id}.html")
    return "\n\n".join(parts)


_SECTIONS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "rule": (("why", "Why"), ("how_to_fix", "How to mend it"), ("known_limits", "Known limits")),
    "pattern": (
        ("problem", "Problem"),
        ("solution", "Solution"),
        ("when_to_use", "When to use it"),
        ("when_not_to_use", "When not to use it"),
        ("costs", "Costs"),
        ("risks", "Risks"),
    ),
    "prompt": (
        ("description", "About"),
        ("when_to_use", "When to use it"),
        ("not_for", "Not for"),
    ),
}


def _rule_line(data: Mapping[str, Any]) -> str:
    if is_removed(data):
        return f"There since {data['since']}"
    # A rule that is to go was there before its stage changed.
    stage = f"{data['stage']} since" if "gone" not in data else f"{data['stage']}, there since"
    return (
        f"{data['severity']}, preset {data['preset']}, {stage} {data['since']};"
        f" evidence: {data['evidence']}"
    )


def _standing(data: Mapping[str, Any]) -> Iterable[str]:
    """Yield what else there is to know before somebody relies on a rule."""
    if "gone" in data:
        gone = data["gone"]
        verb = "Removed in" if is_removed(data) else "Deprecated since"
        yield f"{verb} {gone['since']}: {gone['reason'].rstrip('.')}."
        if "instead" in gone:
            yield f"Use {' and '.join(gone['instead'])} instead."
    for was in data.get("before", ()):
        what = ", ".join(f"{key} {value}" for key, value in was.items() if key != "until")
        yield f"Until {was['until']}: {what}."
    if "formerly" in data:
        yield f"Formerly {', '.join(data['formerly'])}."
    if data.get("locked"):
        yield (
            "Locked: no configuration can leave it out, and what silences it has to name an owner"
            " and a last day."
        )


def _pattern_line(data: Mapping[str, Any]) -> str:
    evidence = data["evidence"]
    return (
        f"{data['status']}, {data['category']}; evidence: {evidence['grade']}."
        f" {evidence['summary']}"
    )


def _prompt_line(data: Mapping[str, Any]) -> str:
    return f"{data['status']}, version {data['version']}, owned by {data['owner']}"


def _section(value: Any) -> str:
    if isinstance(value, str):
        return "\n".join(map(printable, value.strip().split("\n")))
    if isinstance(value, list):
        return "\n".join(f"- {printable(str(item))}" for item in value)
    return ""


def _example(example: Mapping[str, Any]) -> str:
    texts = [
        (name, veiled(example[key]))
        for name, key in (("Wrong", "bad"), ("Right", "good"))
        if key in example
    ]
    return f"Example: {printable(example['title'])}\n\n{_texts(*texts)}"


def _texts(*texts: tuple[str, str]) -> str:
    return "\n\n".join(f"  {name}:\n{_quoted(text)}" for name, text in texts)


def _quoted(text: str) -> str:
    return "\n".join(f"    | {printable(line)}".rstrip() for line in text.rstrip().split("\n"))


def _citation(item: Mapping[str, Any], sources: Mapping[str, Mapping[str, Any]]) -> str:
    source = sources.get(item["ref"], {})
    parts: Iterable[str] = filter(
        None, (source.get("title", item["ref"]), str(source.get("year", "")), source.get("url", ""))
    )
    return wrapped(f"- {item['claim']} ({', '.join(parts)})", "  ")


def wrapped(text: str, indent: str = "") -> str:
    """Return a text as lines of a terminal; further ones are indented."""
    words = printable(" ".join(text.split()))
    return textwrap.fill(
        words, _WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    )
