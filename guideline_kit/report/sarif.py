"""SARIF 2.1.0, for code scanning and editors: findings with their rules, places and fixes.

It holds no text of a prompt but what messages quote and what fixes write: no secret is in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from guideline_kit import __version__
from guideline_kit.checks.secrets.samples import veiled
from guideline_kit.diagnostics import Diagnostic, Fix, Severity
from guideline_kit.fingerprints import numbered
from guideline_kit.measured import in_words
from guideline_kit.problems import PROBLEMS
from guideline_kit.report import Report
from guideline_kit.report.json import dumped
from guideline_kit.report.text import explained, printable_name
from guideline_kit.text import Lines, Span

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_ROOT = "%SRCROOT%"
_Placed = Callable[[str], str]
_FENCE = re.compile("`{3,}")


def render(report: Report) -> str:
    """Return the report as one SARIF log with one run."""
    found: dict[str, Severity] = {}
    pages: dict[str, str] = {}
    for item in report.diagnostics:
        found[item.rule] = max(item.severity, found.get(item.rule, item.severity))
        pages[item.rule] = item.url or pages.get(item.rule, "")
    ids = sorted({*report.rules, *found})
    indexes = {id: number for number, id in enumerate(ids)}
    refused = report.fixing.refused if report.fixing else {}
    run = {
        "tool": {
            "driver": {
                "name": "guideline-kit",
                "version": __version__,
                "semanticVersion": __version__,
                "rules": [
                    _rule(id, report.rules[id])
                    if id in report.rules
                    else _unknown_rule(id, found[id], pages[id])
                    for id in ids
                ],
            }
        },
        "invocations": [_invocation(report)],
        "originalUriBaseIds": {
            _ROOT: {
                "description": {
                    "text": "The top of the repository; without one, where guideline-kit was run."
                }
            }
        },
        "columnKind": "utf16CodeUnits",
        "results": [
            {
                **_result(item, report.place, offered=item not in refused if refused else True),
                "ruleIndex": indexes[item.rule],
                "partialFingerprints": {"guidelineKit/v1": f"{mark}:{number}"},
            }
            for item, mark, number in numbered(report.diagnostics)
        ],
    }
    return dumped({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _invocation(report: Report) -> dict[str, Any]:
    """Return whether all that was asked for could be looked at, and what is missing."""
    notes = [
        {"level": "error", "message": {"text": _message(text[0].upper() + text[1:])}}
        for text in map(printable_name, report.absent)
    ]
    return {
        "executionSuccessful": not (report.unchecked or notes),
        **({"toolExecutionNotifications": notes} if notes else {}),
    }


# --- results -------------------------------------------------------------------------------


def _result(item: Diagnostic, placed: _Placed, *, offered: bool) -> dict[str, Any]:
    """Return a finding; its fix is `offered` unless it was tried and refused."""
    result: dict[str, Any] = {
        "ruleId": item.rule,
        "level": _LEVELS[item.severity],
        "message": {"text": _message(item.message, item.help)},
        "locations": [{"physicalLocation": _place(item.source, item.span, placed)}],
    }
    if item.related:
        result["relatedLocations"] = [
            {
                "id": number,
                "message": {"text": _message(place.message)},
                "physicalLocation": _place(place.source, place.span, placed),
            }
            for number, place in enumerate(item.related, 1)
        ]
    if item.fix is not None and offered:
        result["fixes"] = [_fix(item.source, item.fix, placed)]
    return result


def _place(source: Lines, span: Span | None, placed: _Placed) -> dict[str, Any]:
    place: dict[str, Any] = {"artifactLocation": _artifact(placed(source.name))}
    if span is not None:
        place["region"] = _region(source, span)
    return place


def _artifact(name: str) -> dict[str, Any]:
    path = Path(name)
    if path.is_absolute():
        return {"uri": path.as_uri()}
    # As bytes: the name of a file need not be UTF-8.
    return {"uri": quote(name.encode("utf-8", "surrogateescape")), "uriBaseId": _ROOT}


def _region(source: Lines, span: Span) -> dict[str, int]:
    start, end = source.utf16(span.start), source.utf16(span.end)
    return {
        "startLine": start.line,
        "startColumn": start.column,
        "endLine": end.line,
        "endColumn": end.column,
    }


def _fix(source: Lines, fix: Fix, placed: _Placed) -> dict[str, Any]:
    replacements = []
    for edit in fix.edits:
        replacement: dict[str, Any] = {"deletedRegion": _region(source, edit.span)}
        if edit.text:
            replacement["insertedContent"] = {"text": edit.text}
        replacements.append(replacement)
    return {
        "description": {"text": _message(fix.title)},
        "artifactChanges": [
            {"artifactLocation": _artifact(placed(source.name)), "replacements": replacements}
        ],
        "properties": {"safety": str(fix.safety)},
    }


def _message(*texts: str) -> str:
    """Return texts as sentences of a message."""
    text = " ".join(map(_sentence, filter(None, texts)))
    if "](" in text:
        # What a prompt holds would become a link to click on.
        text = re.sub(r"([\\\[\]])", r"\\\1", text)
    return text


def _sentence(text: str) -> str:
    text = text.rstrip()
    return text if text.endswith((".", "?", "!")) else f"{text}."


# --- rules ---------------------------------------------------------------------------------


def _unknown_rule(id: str, worst: Severity, url: str) -> dict[str, Any]:
    """Return what is known of a problem, or of a rule whose file is not at hand."""
    problem = PROBLEMS.get(id)
    text = problem.what if problem else f"The rule {id}."
    more = " ".join(problem) if problem else text if url else f"{text} More: {explained(id)}"
    return {
        "id": id,
        **_name(id),
        "shortDescription": {"text": text},
        "fullDescription": {"text": text},
        "help": {"text": more, "markdown": more},
        **({"helpUri": url} if url else {}),
        "defaultConfiguration": {"level": _LEVELS[worst]},
        "properties": {"tags": ["guideline-kit"]},
    }


def _rule(id: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Return what describes a rule: `data` of its file."""
    url = data.get("url", "")
    return {
        "id": id,
        **_name(id),
        "shortDescription": {"text": _sentence(data["title"])},
        "fullDescription": {"text": _sentence(data["summary"])},
        "help": {"text": _help(data), "markdown": "\n\n".join(_page(data))},
        **({"helpUri": url} if url else {}),
        "defaultConfiguration": {"level": _LEVELS[Severity.parse(data["severity"])]},
        "properties": {
            "tags": list(data.get("tags", ())),
            "preset": data["preset"],
            "stage": data["stage"],
            "evidence": data["evidence"],
        },
    }


def _name(id: str) -> dict[str, str]:
    """Return a rule's name, unless it is the id over again, which SARIF does not want."""
    parts = id.split("-")
    return {"name": "".join(map(str.capitalize, parts))} if len(parts) > 1 else {}


def _help(data: Mapping[str, Any]) -> str:
    parts = (data["why"], data.get("how_to_fix", data["check"].get("help", "")))
    said = [_sentence(" ".join(part.split())) for part in parts if part]
    if not data.get("url"):  # else the viewer shows that
        said.append(f"More: {explained(data['id'])}")
    return "\n\n".join(said)


def _page(data: Mapping[str, Any]) -> Iterator[str]:
    """Yield the parts of a rule's help in Markdown."""
    for key, heading in (("why", "Why"), ("how_to_fix", "How to fix it")):
        if key in data:
            yield f"## {heading}\n\n{data[key].strip()}"
    yield from _example(data["examples"])
    if "known_limits" in data:
        yield f"## Known limits\n\n{data['known_limits'].strip()}"
    if "measured" in data:
        yield in_words(data["measured"])
    if data.get("url"):
        yield f"[More about {data['id']}]({data['url']})"
    else:
        yield f"More: `{explained(data['id'])}`"


def _example(examples: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Yield the first example of what is wrong, and of what is right in its place."""
    for example in examples:
        if "bad" in example:
            yield f"## Example\n\nWrong:\n\n{_quoted(example['bad'])}"
            if "good" in example:
                yield f"Right:\n\n{_quoted(example['good'])}"
            return


def _quoted(text: str) -> str:
    text = veiled(text).rstrip("\n")
    fence = max(("```", *(f"{run}`" for run in _FENCE.findall(text))), key=len)
    return f"{fence}text\n{text}\n{fence}"
