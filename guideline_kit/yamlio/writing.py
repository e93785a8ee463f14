"""Writing plain data as YAML that people read and change: a catalog's entries.

A text of several lines becomes a literal block wherever a block can hold it exactly, a short
list stands on one line, and what stands at two places is written once, with an alias for the
second. Whatever is written is read back as it was, by YAML 1.1 and 1.2 alike.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any

_WIDTH = 100
_LONGEST_KEY = 120  # characters; a longer one takes a line of its own
# A plain text: no sign that means something, at its beginning or anywhere. The first pattern is
# for lists in brackets, in which commas and braces mean something, too.
_PLAIN_IN_BRACKETS = re.compile(r"[^\W\d_][\w+./() '%&=<>~^$!?-]*")
_PLAIN = re.compile(r"[^\W\d_](?:[\w+./() '%&=<>~^$!?,;{}\[\]|*\"`-]|:(?=[^\s]))*")
# What some reader takes for something else than a text.
_WORDS = frozenset(("null", "true", "false", "yes", "no", "on", "off", "y", "n"))
# A character that a literal block can't hold, or not without a change.
_NOT_LITERAL = re.compile(
    "[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def write(
    data: Mapping[str, Any] | list[Any], *, aliases: bool = True, without: tuple[str, ...] = ()
) -> str:
    """Return data as one YAML document, its keys in their order.

    `data` is made of dict, list, str, int, float, bool and None. A dict or a list that stands
    at two places must not hold itself; without `aliases` it is written twice. No text has one of
    the signs in `without` in it as they are.
    """
    return "\n".join(_Writer(data, aliases, without).block(data, 0)) + "\n"


class _Writer:
    def __init__(self, data: Any, aliases: bool, without: tuple[str, ...]) -> None:
        # What stands at two places or more, and the key under which it stood last.
        self.shared = dict(_shared(data)) if aliases else {}
        self.anchored: dict[int, str] = {}
        self.without = without

    def block(self, value: Any, depth: int) -> list[str]:
        """Return the lines of a value, the first without its indentation of `depth` spaces."""
        indent = " " * depth
        lines: list[str] = []
        if isinstance(value, Mapping) and value:
            for key, item in value.items():
                name = self.key(str(key))
                written = self.below(item, depth)
                if len(name) > _LONGEST_KEY:
                    lines += [f"{indent}? {name}", f"{indent}:{written[0]}", *written[1:]]
                else:
                    lines += [f"{indent}{name}:{written[0]}", *written[1:]]
        elif isinstance(value, list) and value:
            for item in value:
                written = self.item(item, depth)
                lines += [f"{indent}-{written[0]}", *written[1:]]
        else:
            lines = self.scalar(value, depth)
        return lines

    def below(self, value: Any, depth: int) -> list[str]:
        """Return what stands behind the colon of a key, and the lines below it."""
        if not isinstance(value, (Mapping, list)):
            first, *rest = self.scalar(value, depth + 2)
            return [f" {first}", *rest]
        alias, anchor = self.name(value)
        if alias:
            return [f" {alias}"]
        in_line = self.in_brackets(value)
        if in_line is not None and depth + len(in_line) <= _WIDTH:
            return [f"{anchor} {in_line}"]
        return [anchor, *self.block(value, depth + 2)]

    def item(self, value: Any, depth: int) -> list[str]:
        """Return what stands behind the dash of a list, and the lines below it."""
        plain = isinstance(value, Mapping) and value and id(value) not in self.shared
        if not plain or len(self.key(str(next(iter(value))))) > _LONGEST_KEY:
            return self.below(value, depth)
        first, *rest = self.block(value, depth + 2)
        return [first[depth + 1 :], *rest]

    def name(self, value: Any) -> tuple[str, str]:
        """Return the alias that stands for a value, or else the anchor that it gets."""
        if id(value) not in self.shared or not value:
            return "", ""
        if id(value) in self.anchored:
            return f"*{self.anchored[id(value)]}", ""
        name = re.sub(r"[^A-Za-z0-9]+", "-", self.shared[id(value)]).strip("-") or "it"
        while name in self.anchored.values():
            name += "-2"
        self.anchored[id(value)] = name
        return "", f" &{name}"

    def in_brackets(self, value: Any) -> str | None:
        """Return a list of a few plain things on one line, or None where it needs more room."""
        if not value:
            return "[]" if isinstance(value, list) else "{}"
        if not isinstance(value, list):
            return None
        items = []
        for item in value:
            if isinstance(item, list) and id(item) not in self.shared:
                inside = self.in_brackets(item)
                if inside is None:
                    return None
                items.append(inside)
            elif isinstance(item, (Mapping, list)):
                return None
            else:
                items.append(self.in_line(item, _PLAIN_IN_BRACKETS))
        written = f"[{', '.join(items)}]"
        return written if len(written) <= _WIDTH else None

    def key(self, text: str) -> str:
        return self.text(text, _PLAIN_IN_BRACKETS)

    def scalar(self, value: Any, depth: int) -> list[str]:
        """Return a scalar's lines; the first stands behind its key, the others are indented."""
        if (
            isinstance(value, str)
            and "\n" in value
            and value.strip()
            and not _NOT_LITERAL.search(value)
            and not self.holds(value)
        ):
            return _literal(value, depth)
        return [self.in_line(value, _PLAIN)]

    def in_line(self, value: Any, plain: re.Pattern[str]) -> str:
        if isinstance(value, str):
            return self.text(value, plain)
        if isinstance(value, Mapping):
            return "{}"
        if isinstance(value, list):
            return "[]"
        if value is None or isinstance(value, bool):
            return {None: "null", True: "true", False: "false"}[value]
        if isinstance(value, float) and not math.isfinite(value):
            return ".nan" if math.isnan(value) else (".inf" if value > 0 else "-.inf")
        return repr(value)

    def text(self, text: str, plain: re.Pattern[str]) -> str:
        if self.holds(text):
            quoted = _double_quoted(text)
            for sign in self.without:
                quoted = quoted.replace(sign, f"{sign[:-1]}\\x{ord(sign[-1]):02x}")
            return quoted
        if not text.isprintable():
            return _double_quoted(text)
        if plain.fullmatch(text) and text.lower() not in _WORDS and not text.endswith(" "):
            return text
        if ('"' in text or "\\" in text) and "'" not in text:
            return f"'{text}'"
        return _double_quoted(text)

    def holds(self, text: str) -> bool:
        """Whether a text has something in it that must not be written as it is."""
        return any(sign in text for sign in self.without)


def _shared(data: Any) -> Iterator[tuple[int, str]]:
    """Yield what stands at two places: its identity, and the key under which it stands."""
    seen: set[int] = set()
    to_do: list[tuple[str, Any]] = [("", data)]
    while to_do:
        key, value = to_do.pop()
        if not isinstance(value, (Mapping, list)):
            continue
        if id(value) in seen:
            yield id(value), key
            continue
        seen.add(id(value))
        inside = value.items() if isinstance(value, Mapping) else ((key, item) for item in value)
        to_do += reversed([(str(name), item) for name, item in inside])


def _literal(text: str, depth: int) -> list[str]:
    body = text.rstrip("\n")
    ends = len(text) - len(body)
    # Without a number, a reader takes the blanks of the first line for indentation.
    begins = "2" if text[0] in " \t\n" else ""
    sign = {0: "-", 1: ""}.get(ends, "+")
    indent = " " * depth
    lines = [f"{indent}{line}" if line else "" for line in body.split("\n")]
    return [f"|{begins}{sign}", *lines, *[""] * (ends - 1)]


def _double_quoted(text: str) -> str:
    return f'"{"".join(map(_escaped, text))}"'


def _escaped(sign: str) -> str:
    if sign in _ESCAPES:
        return _ESCAPES[sign]
    if sign.isprintable():
        return sign
    code = ord(sign)
    return (
        f"\\x{code:02x}"
        if code < 0x100
        else f"\\u{code:04x}"
        if code < 0x10000
        else f"\\U{code:08x}"
    )
