"""The blocks of a Handlebars template: whose names are inputs, and what is never closed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from guideline_kit.formats.engines.handlebars_tags import Error, Piece, Tag

# Blocks that leave the names inside what they are outside: Handlebars' own and dotprompt's.
_TRANSPARENT = frozenset(
    ("if", "unless", "role", "section", "ifEquals", "unlessEquals", "json", "media", "history")
)
_HELPERS = _TRANSPARENT | {"each", "with", "lookup", "log"}
_LITERALS = frozenset(("true", "false", "null", "undefined"))
_OPENING = ("#", "#>", "#*")


class _Block(NamedTuple):
    """An open block: what closes it, and whether the names inside are those of another value."""

    name: str
    tag: Tag
    changes: bool
    params: tuple[str, ...]


class Blocks:
    """Reads the tags of a template in order.

    `error` is the first block that is not closed, or that is closed and not open.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.error: Error | None = None
        self._open: list[_Block] = []
        self._depth = 0  # how many of them change whose names are meant
        self._bound: Counter[str] = Counter()

    def names_of(self, tag: Tag) -> list[str]:
        """Return the names of a tag that have to be passed in."""
        if tag.sign in ("!", "{{", "{{/"):
            return []
        if tag.sign == "/":
            self._close(tag)
            return []
        if tag.sign == "else" or (tag.sign == "^" and not tag.pieces):
            return self._else(tag)
        operands = list(_operands(tag.pieces))
        names = list(self._names(operands, tag))
        if tag.sign in _OPENING or tag.sign == "^":
            self._push(tag, _callee(operands), tag.sign != "^" and _changes(operands, tag))
        return names

    def finish(self) -> None:
        """Complain about what is open at the end."""
        if self._open:
            tag = self._open[-1].tag
            self._complain(f"the block {self._written(tag)} is never closed", tag)

    # --- blocks ------------------------------------------------------------------------------

    def _push(self, tag: Tag, name: str, changes: bool) -> None:
        params = tuple(
            name
            for piece in tag.pieces
            if piece.kind == "params"
            for name in piece.text[2:].strip().strip("|").split()
        )
        self._open.append(_Block(name, tag, changes, params))
        self._depth += changes
        self._bound.update(params)

    def _pop(self) -> _Block:
        block = self._open.pop()
        self._depth -= block.changes
        self._bound.subtract(block.params)
        return block

    def _else(self, tag: Tag) -> list[str]:
        if not self._open:
            self._complain(f"{self._written(tag)} stands outside of a block", tag)
            return []
        # What follows is about the value around the block again.
        block = self._pop()
        operands = list(_operands(tag.pieces))
        names = list(self._names(operands, tag))
        changes = bool(operands) and _changes(operands, tag)
        self._push(tag, block.name, changes)
        self._open[-1] = self._open[-1]._replace(tag=block.tag)
        return names

    def _close(self, tag: Tag) -> None:
        name = tag.pieces[0].text if tag.pieces else ""
        if not self._open:
            self._complain(f"{self._written(tag)} closes a block that is not open", tag)
        elif self._open[-1].name == name:
            self._pop()
        else:
            inner = self._written(self._open[-1].tag)
            self._complain(f"{self._written(tag)} stands where {inner} is still open", tag)

    def _complain(self, message: str, tag: Tag) -> None:
        if self.error is None:
            self.error = (message, tag.start, tag.end)

    def _written(self, tag: Tag) -> str:
        return " ".join(self.text[tag.start : min(tag.end, tag.start + 60)].split())

    # --- names -------------------------------------------------------------------------------

    def _names(self, operands: Sequence[_Operand], tag: Tag) -> Iterator[str]:
        top = [operand for operand in operands if operand.depth == 0]
        for operand in operands:
            if operand.piece.kind != "path":
                continue
            first = operand.first and (
                operand.depth > 0
                or tag.sign in (">", "#>", "*", "#*")
                or len(top) > 1
                or operand.piece.text in _HELPERS
            )
            name = "" if first else self._resolve(operand.piece.text)
            if name:
                yield name

    def _resolve(self, path: str) -> str:
        """Return the variable that a path begins with, or nothing where it is none."""
        depth = self._depth
        if path.startswith("@"):
            # @root is what was passed in, all else is told by the engine.
            return _first(path[6:]) if path.startswith(("@root.", "@root/")) else ""
        own = False
        while path.startswith(("../", "./")):
            depth -= path.startswith("../")
            own = True
            path = path.partition("/")[2]
        if path.startswith(("this.", "this/")):
            own, path = True, path[5:]
        name = _first(path)
        if path in ("", ".", "..", "this") or path in _LITERALS:
            return ""
        if depth > 0 or (not own and self._bound[name] > 0):
            return ""
        return name


class _Operand(NamedTuple):
    """A value in a tag; `first` is the first one of the tag or of its bracket."""

    piece: Piece
    depth: int
    first: bool


def _operands(pieces: Sequence[Piece]) -> Iterator[_Operand]:
    counts = [0]
    for index, piece in enumerate(pieces):
        if piece.text == "(" and piece.kind == "sign":
            counts[-1] += 1
            # Stands for what is in the bracket, so that what is before it is a helper.
            yield _Operand(piece, len(counts) - 1, counts[-1] == 1)
            counts.append(0)
        elif piece.text == ")" and piece.kind == "sign":
            if len(counts) > 1:
                counts.pop()
        elif piece.kind in ("path", "string", "number"):
            after = pieces[index + 1].text if index + 1 < len(pieces) else ""
            if after == "=" and piece.kind == "path":
                counts[-1] += 1
                yield _Operand(piece._replace(kind="key"), len(counts) - 1, False)
                continue
            counts[-1] += 1
            yield _Operand(piece, len(counts) - 1, counts[-1] == 1)


def _callee(operands: Sequence[_Operand]) -> str:
    return operands[0].piece.text if operands else ""


def _changes(operands: Sequence[_Operand], tag: Tag) -> bool:
    """Whether the names in a block may be those of another value than outside."""
    return tag.sign == "#>" or _callee(operands) not in _TRANSPARENT


def _first(path: str) -> str:
    if path.startswith("["):
        return path[1:].partition("]")[0]
    return path.replace("/", ".").partition(".")[0]
