"""Which lines a comment covers: its own, or the next one that holds text.

In code it is what the comment speaks of.
"""

from __future__ import annotations

from collections.abc import Sequence

from guideline_kit.suppress.comments import Comment
from guideline_kit.text import Source


def covered_lines(source: Source, comments: Sequence[Comment]) -> list[tuple[int, int]]:
    """Return for each comment the offsets, from and to, where what it covers can begin.

    `comments` are in order. Beside text a comment covers its own lines. Alone it covers the
    next line that holds text, and the comments that it stands among: a finding about the whole
    document is shown on the first line, which may be one of them.
    """
    alone = _alone(source, comments)
    first = [source.position(comment.span.start).line for comment in comments]
    last = [source.position(comment.span.end).line for comment in comments]
    until = list(last)
    for index in reversed(range(len(comments))):
        if alone[index]:
            after = index + 1
            # What comes next may be another comment of this sort, which has its answer.
            limit = first[after] if after < len(comments) and alone[after] else None
            number = _next_text(source, last[index] + 1, limit, comments[index].yaml)
            until[index] = until[after] if number == limit else number
    begin = list(first)
    for index in range(1, len(comments)):
        # Both lead to the same text: there is none between them.
        if alone[index] and alone[index - 1] and until[index] == until[index - 1]:
            begin[index] = begin[index - 1]
    return [
        (source.line_starts[low - 1], _end(source, high))
        if comment.about is None
        else (comment.about.start, comment.about.end)
        for comment, low, high in zip(comments, begin, until, strict=True)
    ]


def _next_text(source: Source, number: int, limit: int | None, yaml: bool) -> int:
    """Return the next line that holds text, or the limit, where there is none before it.

    Remarks are no text in YAML. Behind the last line there is none: that one is returned.
    """
    stop = limit or len(source.line_starts)
    while number < stop:
        line = source.line(number).lstrip()
        if line and not (yaml and line.startswith("#")):
            return number
        number += 1
    return stop


def _end(source: Source, number: int) -> int:
    """Return where the line after a line begins."""
    starts = source.line_starts
    return starts[number] if number < len(starts) else len(source.text) + 1


def _alone(source: Source, comments: Sequence[Comment]) -> list[bool]:
    """Return for each comment whether nothing but comments stands on its lines."""
    text = source.text
    before: list[bool] = []
    end = 0
    for comment in comments:
        line_start = source.line_starts[source.position(comment.span.start).line - 1]
        beside = end > line_start  # another comment ends on this line
        clear = not text[max(end, line_start) : comment.span.start].strip()
        before.append(clear and (not beside or before[-1]))
        end = comment.span.end
    after: list[bool] = []
    start = len(text) + 1
    for comment in reversed(comments):
        line_end = source.line_span(source.position(comment.span.end).line)[1]
        beside = start <= line_end  # another comment begins on this line
        clear = not text[comment.span.end : min(start, line_end)].strip()
        after.append(clear and (not beside or after[-1]))
        start = comment.span.start
    return [left and right for left, right in zip(before, reversed(after), strict=True)]
