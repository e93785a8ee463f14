"""Workflow commands of GitHub Actions: its runner shows each finding beside the line.

The runner reads what a step prints, line by line. No text of a prompt can begin a line of its
own, nor end the part of a command in which it stands.
"""

from __future__ import annotations

from guideline_kit.diagnostics import Diagnostic, Severity
from guideline_kit.report import Report
from guideline_kit.report.text import more, printable, printable_name, summary

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "notice"}


def render(report: Report) -> str:
    """Return a command for each finding, and the summary for people as the last line."""
    missing = (_error(printable_name(text)) for text in report.absent)
    return "".join(f"{line}\n" for line in (*_commands(report), *missing, summary(report)))


def refusal(report: Report, message: str, hint: str = "") -> str:
    """Return the commands that say why nothing could be done: at the causes, if they are known."""
    commands = _commands(report) or [_error(message, hint)]
    return "".join(f"{line}\n" for line in commands)


def _commands(report: Report) -> list[str]:
    return [_command(item, report.place(item.source.name)) for item in report.diagnostics]


def _error(*lines: str) -> str:
    """Return a command that is about no file."""
    first, *more = lines
    lines = (first[:1].upper() + first[1:], *more)
    return f"::error title=guideline-kit::{'%0A'.join(map(_data, filter(None, lines)))}"


def _command(item: Diagnostic, path: str) -> str:
    properties = {"file": "%0A".join(map(_property, path.split("\n")))}
    if item.span is not None:
        start = item.source.position(item.span.start)
        end = item.source.position(item.span.end)
        properties |= {"line": str(start.line), "endLine": str(end.line)}
        if start.line == end.line:  # GitHub takes columns only within one line
            properties |= {"col": str(start.column), "endColumn": str(end.column)}
    properties["title"] = _property(item.rule)
    written = ",".join(f"{name}={value}" for name, value in properties.items())
    where = more(item)
    lines = [item.message, item.help, where and f"More: {where}"]
    return f"::{_COMMANDS[item.severity]} {written}::{'%0A'.join(map(_data, filter(None, lines)))}"


def _data(text: str) -> str:
    # Line breaks are none any more where all is printable.
    return printable(text).replace("%", "%25")


def _property(name: str) -> str:
    return printable_name(name).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
