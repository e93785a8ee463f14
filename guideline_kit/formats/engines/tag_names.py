"""Which names in the tags of a template have to be passed in, by the blocks around them.

For templates of Jinja2's kin that no parser has read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from guideline_kit.formats.engines import Expression, Scan
from guideline_kit.formats.engines.half_open import half_open
from guideline_kit.formats.engines.tags import Dialect, Error, Piece, Tag, cut

_WORDS = frozenset(
    ("and", "or", "not", "in", "is", "if", "else", "true", "false", "none", "null",
     "True", "False", "None", "undefined")
)  # fmt: skip
_CONDITIONS = frozenset(("if", "ifAsync", "switch"))
_LOOPS = frozenset(("for", "asyncEach", "asyncAll"))
_ENDS = {
    **{f"end{word}": word for word in (
        "for", "if", "macro", "call", "block", "filter", "set", "with", "switch", "raw",
        "verbatim", "autoescape")},
    "endeach": "asyncEach",
    "endall": "asyncAll",
}  # fmt: skip
_OPENING = frozenset((*_ENDS.values(), "ifAsync"))
_BRANCHES = {
    "else": frozenset(("if", "ifAsync", *_LOOPS)),
    "elif": frozenset(("if", "ifAsync")),
    "elseif": frozenset(("if", "ifAsync")),
    "case": frozenset(("switch",)),
    "default": frozenset(("switch",)),
}
_MODIFIERS = frozenset(("ignore", "missing", "with", "without", "context"))


def scan(text: str, dialect: Dialect) -> Scan:
    """Find the expressions of a template, and the first thing that is wrong with it."""
    cut_out, error = cut(text, dialect)
    names = _Names(text, dialect)
    expressions: list[Expression] = []
    for tag in cut_out:
        used = dict.fromkeys(names.of(tag))
        expressions += [Expression(name, tag.start, tag.end) for name in used or ("",)]
    names.finish()
    errors = [found for found in (error, names.error) if found]
    first = min(errors, key=lambda found: found[1], default=None)
    return Scan(tuple(expressions), first or half_open(text, expressions))


class _Names:
    """Reads the tags of a template in order.

    `error` is the first block that is not closed, or that is closed and not open.
    """

    def __init__(self, text: str, dialect: Dialect) -> None:
        self.text = text
        self.dialect = dialect
        self.error: Error | None = None
        # The blocks that are open, each with the names that it brought.
        self._open: list[tuple[str, Tag, list[str]]] = []
        self._kinds: Counter[str] = Counter()
        self._bound: Counter[str] = Counter()
        self._top: list[str] = []

    def of(self, tag: Tag) -> list[str]:
        """Return the names of a tag that have to be passed in."""
        if tag.sign == "{#" or not tag.pieces:
            return []
        if tag.sign == "{{":
            self._operands(tag.pieces)
            return list(self._free(tag.pieces))
        word, rest = tag.pieces[0].text, tag.pieces[1:]
        if word in _ENDS:
            self._close(tag, word)
            return []
        if word in _BRANCHES and not (self._open and self._open[-1][0] in _BRANCHES[word]):
            self._complain(f"{self._written(tag)} stands outside of its block", tag)
        return self._statement(word, rest, tag)

    def finish(self) -> None:
        """Complain about what is open at the end."""
        if self._open:
            _, tag, _ = self._open[-1]
            self._complain(f"the block {self._written(tag)} is never closed", tag)

    def _complain(self, message: str, tag: Tag) -> None:
        if self.error is None:
            self.error = (message, tag.start, tag.end)

    def _written(self, tag: Tag) -> str:
        return " ".join(self.text[tag.start : min(tag.end, tag.start + 60)].split())

    # --- blocks ------------------------------------------------------------------------------

    def _push(self, word: str, tag: Tag, names: Iterable[str] = ()) -> None:
        # A condition brings no names of its own: what is set in it is there afterwards.
        inner = self._inner() if word in _CONDITIONS else []
        self._open.append((word, tag, inner))
        self._kinds[word] += 1
        self._bind(names)

    def _inner(self) -> list[str]:
        return self._open[-1][2] if self._open else self._top

    def _bind(self, names: Iterable[str]) -> None:
        brought = list(names)
        self._inner().extend(brought)
        self._bound.update(brought)

    def _close(self, tag: Tag, word: str) -> None:
        block = _ENDS[word]
        if block == "if" and self._open and self._open[-1][0] == "ifAsync":
            block = "ifAsync"
        if not self._kinds[block]:
            self._complain(f"{self._written(tag)} ends a block that is not open", tag)
            return
        if self._open[-1][0] != block:
            inner = self._written(self._open[-1][1])
            self._complain(f"{self._written(tag)} stands where {inner} is still open", tag)
        while True:
            opened, _, names = self._open.pop()
            self._kinds[opened] -= 1
            if opened not in _CONDITIONS:
                self._bound.subtract(names)
            if opened == block:
                return

    # --- statements --------------------------------------------------------------------------

    def _statement(self, word: str, rest: Sequence[Piece], tag: Tag) -> list[str]:
        if word in _LOOPS:
            return self._loop(word, rest, tag)
        if word == "set":
            return self._set(rest, tag)
        if word == "with":
            return self._with(rest, tag)
        if word in ("macro", "call"):
            return self._macro(word, rest, tag)
        if word in ("import", "from"):
            return self._import(rest)
        if word == "filter":
            self._push(word, tag)
            return list(self._free(rest[1:]))
        used: list[str] = []
        if word in ("include", "extends"):
            used = list(self._free([piece for piece in rest if piece.text not in _MODIFIERS]))
        elif word in ("if", "ifAsync", "elif", "elseif", "switch", "case", "do", "autoescape"):
            used = list(self._free(rest))
        if word in _OPENING:
            self._push(word, tag, ("super",) if word == "block" else ())
        return used

    def _loop(self, word: str, rest: Sequence[Piece], tag: Tag) -> list[str]:
        at = next((index for index, piece in enumerate(rest) if piece.text == "in"), len(rest))
        targets = [piece.text for piece in rest[:at] if piece.kind == "name"]
        depth, condition = 0, len(rest)
        for index in range(at + 1, len(rest)):
            depth += (rest[index].text in "([{") - (rest[index].text in ")]}")
            if depth == 0 and rest[index].text == "if":
                condition = index
                break
        looped = [piece for piece in rest[at + 1 : condition] if piece.text != "recursive"]
        used = list(self._free(looped))
        self._push(word, tag, [*targets, "loop"])
        # What else there is may be the rest of a choice, and then an `else` follows.
        return used + list(self._free(rest[condition + 1 :]))

    def _set(self, rest: Sequence[Piece], tag: Tag) -> list[str]:
        at = next((index for index, piece in enumerate(rest) if piece.text == "="), -1)
        if at < 0:  # the value follows, up to the end of the block
            self._bind(piece.text for piece in rest[:1])
            self._push("set", tag)
            return list(self._free(rest[2:]))
        used = list(self._free(rest[at + 1 :]))
        targets: list[Piece] = []
        attributes: list[Piece] = []
        for index, piece in enumerate(rest[:at]):
            if piece.kind == "name" and not (index and rest[index - 1].text == "."):
                # {% set of.it = 1 %} changes what is there already.
                known = rest[index + 1].text == "."
                (attributes if known else targets).append(piece)
        used += self._free(attributes)
        self._bind(piece.text for piece in targets)
        return used

    def _with(self, rest: Sequence[Piece], tag: Tag) -> list[str]:
        targets, depth, values = [], 0, []
        for index, piece in enumerate(rest):
            depth += (piece.text in "([{") - (piece.text in ")]}")
            first = index == 0 or (rest[index - 1].text == "," and depth == 0)
            if first and piece.kind == "name" and _is_set(rest, index):
                targets.append(piece.text)
            else:
                values.append(piece)
        used = list(self._free(values))
        self._push("with", tag, targets)
        return used

    def _macro(self, word: str, rest: Sequence[Piece], tag: Tag) -> list[str]:
        names: list[str] = []
        skip = 0
        if word == "macro" and rest:
            self._bind([rest[0].text])
            skip = 1
        end = skip
        values: list[Piece] = []
        if len(rest) > skip and rest[skip].text == "(":
            depth = 0
            for end in range(skip, len(rest)):
                piece = rest[end]
                depth += (piece.text in "([{") - (piece.text in ")]}")
                if depth == 0:
                    break
                if depth == 1 and piece.kind == "name" and rest[end - 1].text in ("(", ","):
                    names.append(piece.text)
                else:
                    values.append(piece)
            end += 1
        used = list(self._free(values))
        if word == "call":
            used += self._free(rest[end:])
        self._push(word, tag, [*names, "caller", "varargs", "kwargs"])
        return used

    def _import(self, rest: Sequence[Piece]) -> list[str]:
        at = next(
            (index for index, piece in enumerate(rest) if piece.text in ("as", "import")), len(rest)
        )
        used = list(self._free(rest[:at]))
        self._bind(
            piece.text
            for piece in rest[at + 1 :]
            if piece.kind == "name" and piece.text not in _MODIFIERS
        )
        return used

    # --- expressions -------------------------------------------------------------------------

    def _free(self, pieces: Sequence[Piece]) -> Iterator[str]:
        """Yield the names in code that nothing in the template brings."""
        opened: list[str] = []
        for index, piece in enumerate(pieces):
            if piece.kind == "sign":
                if piece.text in "([{":
                    opened.append(piece.text)
                elif piece.text in ")]}" and opened:
                    opened.pop()
            if piece.kind != "name" or piece.text in _WORDS:
                continue
            before = pieces[index - 1].text if index else ""
            after = pieces[index + 1].text if index + 1 < len(pieces) else ""
            inside = opened[-1] if opened else ""
            if (
                before in (".", "|", "is")
                or (before == "not" and index > 1 and pieces[index - 2].text == "is")
                or (inside == "(" and _is_set(pieces, index))
                or (inside == "{" and after == ":" and before in ("{", ","))
                or self._bound[piece.text] > 0
                or piece.text in self.dialect.provided
                or (after == "(" and piece.text in self.dialect.functions)
                or (after in (".", "[") and piece.text in self.dialect.objects)
            ):
                continue
            yield piece.text

    def _operands(self, pieces: Sequence[Piece]) -> None:
        """Complain about two values with nothing between them."""
        for index, (piece, after) in enumerate(pairwise(pieces)):
            if (
                _is_operand(piece)
                and _is_operand(after)
                and not (index and pieces[index - 1].text in ("is", "not"))
            ):
                if self.error is None:
                    self.error = (
                        "two values stand side by side, with nothing between them",
                        after.start,
                        after.start + len(after.text),
                    )
                return


def _is_operand(piece: Piece) -> bool:
    return piece.kind in ("string", "number") or (piece.kind == "name" and piece.text not in _WORDS)


def _is_set(pieces: Sequence[Piece], index: int) -> bool:
    """Whether a single = follows a name."""
    return (
        index + 1 < len(pieces)
        and pieces[index + 1].text == "="
        and not (index + 2 < len(pieces) and pieces[index + 2].text == "=")
    )
