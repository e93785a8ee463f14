"""Python source as a syntax tree, and where its nodes stand. Nothing is imported or run."""

from __future__ import annotations

import ast
import sys
import warnings
from typing import Any

from guideline_kit.diagnostics import Diagnostic, Severity
from guideline_kit.formats.python_source.literals import load
from guideline_kit.text import MappedText, Source, Span

LARGEST = 1_000_000  # characters
# Python takes time in proportion to the fields of an f-string times its length: with this, 0.5 s.
HEAVIEST = 1_000_000_000
_MARK = "\ufeff"


class Code:
    """A file of Python, parsed; offsets are those of its source."""

    def __init__(self, source: Source, tree: ast.Module) -> None:
        self.source = source
        self.tree = tree
        self._all = MappedText.verbatim(source)
        self._mark = len(_MARK.encode()) if source.text.startswith(_MARK) else 0

    def _offset(self, line: int, column: int) -> int:
        # Python counts columns in bytes, and does not count a byte-order mark.
        start = self.source.line_starts[line - 1]
        before = self._mark if line == 1 else 0
        return self._all.character(self._all.byte(start) + before + column)

    def start(self, node: Any) -> int:
        """Return where an expression or a statement begins."""
        return self._offset(node.lineno, node.col_offset)

    def span(self, node: Any) -> Span:
        """Return where an expression or a statement stands."""
        return Span(self.start(node), self._offset(node.end_lineno, node.end_col_offset))


def parse(source: Source) -> Code | Diagnostic:
    """Parse a file, or return why that can't be done; never raises.

    Brackets and blocks that are nested too deeply are refused by Python's tokenizer, and chains
    of operators by its parser, before they can fill the stack.
    """
    if len(source.text) > LARGEST:
        message = f"The file is longer than {LARGEST:,} characters"
        return _limit(source, message, "Split it, or keep its prompts in a file of their own")
    if source.text.count("{") * len(source.text) > HEAVIEST and load(source.text) > HEAVIEST:
        message = "The file has f-strings with too many fields"
        return _limit(source, message, "Split them, or exclude the file")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source.text.removeprefix(_MARK))
    except SyntaxError as error:
        return _refused(source, error)
    except ValueError:  # a NUL, or half a surrogate pair
        at = next((at for at, sign in enumerate(source.text) if _is_no_text(sign)), 0)
        return _problem(source, "a character that no source can hold", Span(at, at + 1))
    except (RecursionError, MemoryError):
        message = "The code is nested too deeply to be read"
        return _limit(source, message, "Nest it less deeply, or exclude the file")
    return Code(source, tree)


def _is_no_text(sign: str) -> bool:
    return sign == "\0" or "\ud800" <= sign <= "\udfff"


def _refused(source: Source, error: SyntaxError) -> Diagnostic:
    """Say what Python objects to, and where."""
    starts = source.line_starts
    line = min(max(error.lineno or 1, 1), len(starts))
    low, high = source.line_span(line)
    column = (error.offset or 1) - 1
    if line == 1 and source.text.startswith(_MARK):
        column += 1
    start = min(low + max(column, 0), high)
    end = start
    if error.end_lineno == error.lineno and error.end_offset:
        end = min(start + max(error.end_offset - (error.offset or 1), 0), high)
    return _problem(source, error.msg, Span(start, end))


def _problem(source: Source, what: str, span: Span) -> Diagnostic:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return Diagnostic(
        "python-syntax",
        Severity.WARNING,
        f"Python {version} can't parse this, so no prompt in the file is checked: {what}",
        source,
        span,
        help="Correct it; if it is code for a later Python, run guideline-kit with that Python",
    )


def _limit(source: Source, message: str, help: str) -> Diagnostic:
    return Diagnostic(
        "python-limit",
        Severity.WARNING,
        f"{message}, so no prompt in it is checked",
        source,
        Span(0, 0),
        help=help,
    )
