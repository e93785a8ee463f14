"""What can be wrong with a YAML text, in words for its author."""

from __future__ import annotations

import re
from typing import Any

from guideline_kit.text import Source, Span


class StopError(Exception):
    """Nothing more can be made of the text: the problem to report, and where it is."""

    def __init__(self, rule: str, message: str, span: Span, help: str = "") -> None:
        self.problem = (rule, message, span, help)


def explained(error: Any, source: Source, region: Span) -> tuple[str, Span, str]:
    """Return message, span and help for an error of libyaml, in words for its user."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    at = region.start + (mark.index if mark else 0)
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
    if hasattr(error, "character"):  # a ReaderError
        before = source.slice(region).encode()[: error.position].decode("utf-8", "ignore")
        at = region.start + len(before)
        code = error.character if isinstance(error.character, int) else ord(error.character[:1])
        problem = f"the character U+{code:04X} is not allowed in YAML"
    at = min(at, region.end)
    help = "Check the indentation, and quote values that hold ': ', ' #' or begin with a sign"
    if "mapping values are not allowed" in problem:
        problem = "a second ': ' on the line, or wrong indentation"
        help = "Quote a value that holds ': '"
    elif "found character '\\t'" in problem or "cannot start any token" in problem:
        help = "Indent with spaces, and quote values that begin with @, `, % or a tab"
    elif "did not find expected key" in problem:
        problem = "a key was expected here; the indentation may be off"
    number = source.position(at).line
    if any(_BRACE_FIRST.search(source.line(line)) for line in {number, max(1, number - 1)}):
        problem = "a value that begins with { or [ and goes on behind it"
        help = "Put the whole value into double quotes"
    return f"Not valid YAML: {problem}", Span(at, at), help


# {match} is a blank in a message to its author, and the start of a mapping to YAML.
_BRACE_FIRST = re.compile(r"^[^\"'#]*?[:-][ \t]+(?:\{[^{}\n]*\}|\[[^\[\]\n]*\])[ \t]*[^\s#,]")
