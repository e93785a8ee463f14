"""What a baseline did, as the last lines of a report for people."""

from __future__ import annotations

from collections.abc import Iterator

from guideline_kit.report import Baselined, Report
from guideline_kit.report.text import UPDATE, counted, printable_name

_GONE = 5  # findings that are gone: who wants to know more compares the file


def lines(report: Report, known: Baselined) -> Iterator[str]:
    """Yield what the baseline of a report held back, or what was written into it."""
    file = printable_name(known.file)
    if known.written:
        held = f"it holds back {counted(known.known, 'finding')} from now on"
        yield f"Wrote {file}: {held if known.known else 'there is nothing to hold back'}."
        if known.added:
            were = "was" if known.added == 1 else "were"
            yield f"{counted(known.added, 'new finding')} {were} added to it."
        if known.gone:
            was = "that is gone was" if known.gone == 1 else "that are gone were"
            yield f"{counted(known.gone, 'finding')} {was} taken out of it."
            yield from _gone(known)
        if known.refused:
            one = known.refused == 1
            yield (
                f"{counted(known.refused, 'finding')} {'is' if one else 'are'} not in it, since"
                f" {'its rule is' if one else 'their rules are'} locked: mend"
                f" {'it, or silence it' if one else 'them, or silence each'} in its file, with an"
                " owner and a last day."
            )
        return
    if known.known:
        yield f"{counted(known.known, 'known finding')} {_are(known.known)} held back by {file}."
    if known.gone:
        which = "its findings" if known.known else f"the findings in {file}"
        them = "it" if known.gone == 1 else "them"
        gone = f"{known.gone:,} of {which} {_are(known.gone)} gone"
        if report.diagnostics:  # an update now would hold these back, too
            mended = f"Once the new findings are mended, '{UPDATE}' takes {them} out"
            yield f"{gone}. {mended}."
        else:
            yield f"{gone}: take {them} out with '{UPDATE}'."
        yield from _gone(known)


def _gone(known: Baselined) -> Iterator[str]:
    """Yield what is gone, by name, and how much more there is."""
    shown = known.gone_items[:_GONE]
    yield from (f"  gone: {printable_name(item)}" for item in shown)
    if shown and known.gone > len(shown):
        yield f"  gone: {known.gone - len(shown):,} more"


def _are(number: int) -> str:
    return "is" if number == 1 else "are"
