"""Text for people at a terminal: each finding with its line, what it is and what to do.

Everything that colour says is said in words, too.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from guideline_kit.diagnostics import Diagnostic, Safety, Severity
from guideline_kit.problems import PROBLEMS
from guideline_kit.report import Report
from guideline_kit.text import Span

_COLOURS = {Severity.ERROR: "31", Severity.WARNING: "33", Severity.INFO: "36"}
_WIDEST = 96  # how much of a long line is shown
_BEFORE = 30  # how much of it stands before the finding
_MANY = 20  # findings that fail: more than that nobody mends before going on
UPDATE = "guideline-kit lint --update-baseline"
_UNUSUAL = re.compile("[^\\x00-\\x7f]")


def render(report: Report, *, colour: bool = False, what: str = "file", brief: bool = False) -> str:
    """Return the report; `what` is what the files are called in the last line.

    A `brief` one has only the findings that say what could not be looked at.
    """
    paint = Paint(colour)
    if report.statistics:
        from guideline_kit.report.statistics import tables

        counts = "".join(f"{line}\n" for line in tables(report, paint))
        found = [counts] if counts else []
    else:
        found = _blocks(report, report.unchecked if brief else report.diagnostics, paint)
    lines = [*_fixed(report), summary(report, paint, what)]
    if what == "file":  # only `lint` fixes, and knows a baseline
        lines += _fixable(report)
        lines += _baseline(report)
    end = "".join(f"{line}\n" for line in lines)
    return "\n".join([*found, end])  # joined once: it can have millions of characters


def outline(report: Report) -> str:
    """Return what is to be known of a report that stands elsewhere."""
    baseline = _baseline(report) if report.baseline else ()
    return "".join(f"{line}\n" for line in (*_fixed(report), summary(report), *baseline))


def blocks(report: Report, *, colour: bool = False) -> str:
    """Return the report's diagnostics alone, without the last line."""
    return "\n".join(_blocks(report, report.diagnostics, Paint(colour)))


def _blocks(report: Report, diagnostics: Sequence[Diagnostic], paint: Paint) -> list[str]:
    refused = report.fixing.refused if report.fixing else {}
    if not refused:  # to look a diagnostic up takes longer than to write it
        return [block(item, paint) for item in diagnostics]
    return [block(item, paint, refused.get(item, "")) for item in diagnostics]


class Paint:
    """Puts a text into a colour of the terminal, or leaves it as it is."""

    def __init__(self, colour: bool) -> None:
        self.colour = colour
        # What stands in front of each finding.
        self.severities = {
            severity: self(str(severity), code) for severity, code in _COLOURS.items()
        }

    def __call__(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour else text


_PLAIN = Paint(colour=False)


def block(item: Diagnostic, paint: Paint = _PLAIN, refused: str = "") -> str:
    """Return a finding with its line; `refused` says why its fix was not applied."""
    name, position = printable_name(item.source.name), item.position
    place = f"{name}:{position.line}:{position.column}" if position else name
    severity = paint.severities[item.severity]
    text = f"{paint(place, '1')}: {severity}[{printable(item.rule)}]: {printable(item.message)}\n"
    if item.span is not None and position is not None:
        text += _frame(item, item.span, position.line, paint)
    if item.help:
        text += f"   = help: {printable(item.help)}\n"
    for related in item.related:
        line, column = related.source.position(related.span.start)
        text += (
            f"   = see: {printable_name(related.source.name)}:{line}:{column}"
            f" {printable(related.message)}\n"
        )
    if item.fix is not None:
        text += f"   = fix ({item.fix.safety}): {printable(item.fix.title)}\n"
    if refused:
        text += f"   = not applied: {printable(refused)}\n"
    if place := more(item):
        text += f"   = more: {printable(place)}\n"
    return text


def more(item: Diagnostic) -> str:
    """Return where to read more of a finding: on a page, or by a command."""
    if item.url or item.rule in PROBLEMS:
        return item.url
    return explained(item.rule)


def explained(rule: str) -> str:
    """Return the command that says what a rule is about."""
    return f"guideline-kit explain {rule}"


def frame(item: Diagnostic, paint: Paint) -> list[str]:
    """Return the line of a finding, with a mark below what is meant."""
    if item.span is None or item.position is None:
        return []
    return _frame(item, item.span, item.position.line, paint).split("\n")[:-1]


def _frame(item: Diagnostic, span: Span, number: int, paint: Paint) -> str:
    start, stop = item.source.line_span(number)
    low, high = span.start - start, min(span.end, stop) - start
    left = 0
    if stop - start <= _WIDEST:
        text = item.excerpt(start, stop)
    else:
        left = max(0, min(low - _BEFORE, stop - start - _WIDEST))
        text = item.excerpt(start + left, min(stop, start + left + _WIDEST))
        if left:
            text = "…" + text[1:]
        if stop - start > left + _WIDEST:
            text = text[:-1] + "…"
    shift = max(0, low - left)
    before, marked = text[:shift], text[shift : max(0, high - left)]
    if not text.isprintable():
        before, marked, text = map(printable, (before, marked, text))
    mark = paint("^" * (width(marked) or 1), _COLOURS[item.severity])
    gutter = str(number)
    blank = " " * len(gutter)
    return f" {blank} |\n {gutter} | {text}\n {blank} | {' ' * width(before)}{mark}\n"


def printable(text: str) -> str:
    """Return a text that can't move the cursor, hide or reorder anything on a terminal."""
    if text.isprintable():
        return text
    return "".join(_shown(character) for character in text)


def printable_name(name: str) -> str:
    """Return the name of a file as `printable` does, white space that is no space written out.

    With a space in the place of a line break it would be the name of another file.
    """
    if name.isprintable():
        return name
    return printable(name.replace("\n", "<U+000A>").replace("\t", "<U+0009>"))


def _shown(character: str) -> str:
    if character in "\t\n":
        return " "
    if unicodedata.category(character) in ("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"):
        if character == "\u200d":
            return character  # binds emoji; harmless alone
        return f"<U+{ord(character):04X}>"
    return character


def width(text: str) -> int:
    """Return how many columns of a terminal a text takes."""
    if text.isascii():
        return len(text)
    unusual = _UNUSUAL.findall(text)
    return len(text) - len(unusual) + sum(map(_columns, unusual))


@functools.lru_cache(maxsize=1024)
def _columns(character: str) -> int:
    if unicodedata.combining(character) or character in "\u200d\ufe0f":
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def summary(report: Report, paint: Paint = _PLAIN, what: str = "file") -> str:
    """Return the sentence that ends a report."""
    counts = [
        counted(number, str(severity)) for severity, number in report.counts.items() if number
    ]
    files = counted(len(report.files), what)
    if not report.files:
        return printable(report.nothing)
    if report.fixing and not report.fixing.written:
        return _shown_only(report, files)
    if not counts:
        return f"{files} checked, nothing to report."
    verdict = paint("failed", "31") if report.failed else paint("passed", "32")
    return f"{files} checked: {', '.join(counts)}; {verdict} (--fail-on {report.fail_on})."


def _fixed(report: Report) -> Iterator[str]:
    """Yield what --fix did."""
    done = report.fixing
    if done and done.written and done.files:
        yield f"Fixed {counted(done.findings, 'finding')} in {counted(done.files, 'file')}."


def _shown_only(report: Report, files: str) -> str:
    """Return what --diff found out."""
    done = report.fixing
    if not done or not done.files:
        return f"{files} checked, nothing to fix."
    total = counted(len(report.diagnostics), "finding")
    return (
        f"{files} checked: {done.findings:,} of {total} would be fixed,"
        f" in {counted(done.files, 'file')}."
    )


def _fixable(report: Report) -> Iterator[str]:
    """Yield how many of the findings can be fixed, and by which options."""
    safe, unsafe = report.fixable[Safety.SAFE], report.fixable[Safety.UNSAFE]
    if report.fixing and not report.fixing.written:
        if unsafe and not report.unsafe_fixes:
            yield f"{unsafe:,} more with --unsafe-fixes."
        return
    if report.unsafe_fixes:
        safe, unsafe = 0, safe + unsafe
    if safe and unsafe:
        yield f"{safe:,} can be fixed with --fix, {unsafe:,} more with --fix --unsafe-fixes."
    elif safe or unsafe:
        options = "--fix" if safe else "--fix --unsafe-fixes"
        yield f"{safe or unsafe:,} can be fixed with {options}."


def _baseline(report: Report) -> Iterable[str]:
    """Return what the baseline did, or how to begin with one."""
    if report.baseline is not None:
        from guideline_kit.report import held

        return held.lines(report, report.baseline)
    if report.fixing or report.given or len(report.failing) <= _MANY:
        return ()
    return (f"To begin with, let only new findings fail: {UPDATE}",)


def counted(number: int, what: str) -> str:
    """Return a number of things in words, such as `3 files`."""
    plural = {"entry": "entries", "info": "info"}.get(what, f"{what}s")
    return f"{number:,} {what if number == 1 else plural}"
