"""Made-up secrets, one for each detector: for the examples of rules, and for tests.

No secret stands in this code, nor anything that scanners take for one: a sample is put together
when it is asked for, always the same, from parts that nobody gave out. In an example of a rule
of the kind `secrets`, `⟦aws-access-key⟧` stands for the sample of that detector.
"""

from __future__ import annotations

import base64
import functools
import json
import random
import re
import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from guideline_kit.text import Span

_LETTERS = string.ascii_letters + string.digits
_CAPITALS = string.ascii_uppercase + "234567"
_SLOT = re.compile(r"⟦([a-z-]+)⟧")

# A part is a text, or an alphabet and how many of its letters are drawn.
_Part = str | tuple[str, int]


def _with_lines(key: str) -> str:
    head, body, foot = key.split("\n")
    return "\n".join([head, *(body[at : at + 64] for at in range(0, len(body), 64)), foot])


def _with_claims(signature: str) -> str:
    parts: list[dict[str, object]] = [{"alg": "HS256", "typ": "JWT"}, {"sub": "u-58", "adm": True}]
    encoded = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode() for part in parts]
    return ".".join([*(part.rstrip("=") for part in encoded), signature])


def _basic(pair: str) -> str:
    return "Authorization: Basic " + base64.b64encode(pair.encode()).decode()


def _with_luhn(digits: str) -> str:
    from stdnum import luhn

    return str(digits + luhn.calc_check_digit(digits))


def _with_mod_97(account: str) -> str:
    country, own = account[:2], account[2:]
    number = "".join(str(int(character, 36)) for character in f"{own}{country}00")
    return f"{country}{98 - int(number) % 97:02}{own}"


@dataclass(frozen=True, slots=True)
class _Recipe:
    """How a sample is made; `shown` is what a page shows of it, where dots in the place of what
    is drawn would not say it."""

    parts: tuple[_Part, ...]
    finish: Callable[[str], str] = str
    shown: str = ""


_RECIPES: Mapping[str, _Recipe] = {
    "private-key": _Recipe(
        ("-----BEGIN ", "PRIVATE KEY-----\n", (_LETTERS, 384), "\n-----END ", "PRIVATE KEY-----"),
        _with_lines,
    ),
    "aws-access-key": _Recipe(("AKIA", (_CAPITALS, 16))),
    "github-token": _Recipe(("ghp_", (_LETTERS, 36))),
    "gitlab-token": _Recipe(("glpat-", (_LETTERS, 20))),
    "slack-token": _Recipe(("xoxb-", (string.digits, 12), "-", (_LETTERS, 24))),
    "google-api-key": _Recipe(("AIza", (_LETTERS, 35))),
    "model-api-key": _Recipe(("sk-", "proj-", (_LETTERS, 48))),
    "stripe-key": _Recipe(("sk_", "live_", (_LETTERS, 24))),
    "huggingface-token": _Recipe(("hf_", (_LETTERS, 34))),
    "npm-token": _Recipe(("npm_", (_LETTERS, 36))),
    "pypi-token": _Recipe(("pypi-", "AgEIcHlwaS5vcmc", (_LETTERS, 70))),
    "jwt": _Recipe(((_LETTERS, 43),), _with_claims, "eyJ••••••••.eyJ••••••••.••••••••"),
    "connection-string": _Recipe(
        ("postgres://orders", ":", (_LETTERS, 14), "@db.lindqvist-letters.se/orders")
    ),
    "bearer-header": _Recipe(("Authorization: Bearer ", (_LETTERS, 40))),
    "basic-header": _Recipe(
        ("orders:", (_LETTERS, 12)), _basic, "Authorization: Basic ••••••••••••••••"
    ),
    "generic-assignment": _Recipe(("password", ' = "', (_LETTERS, 16), '"')),
    "credit-card": _Recipe(("4539", (string.digits, 11)), _with_luhn),
    "iban": _Recipe(("DE50010060", (string.digits, 10)), _with_mod_97),
    "national-id": _Recipe(("SSN 53", (string.digits, 1), "-90-", (string.digits, 4))),
    "email": _Recipe(("mara.lindqvist@", "lindqvist-letters.se")),
    "phone": _Recipe(("+46 40 628 04 ", (string.digits, 2))),
    "ip-address": _Recipe(("81.224.19.", ("123456789", 2))),
}


@functools.cache
def sample(detector: str, number: int = 0) -> str:
    """Return a text in which a detector finds one secret; each `number` gives another one."""
    recipe = _RECIPES[detector]
    draw = random.Random(f"{detector} {number}")  # noqa: S311  the same on every run
    parts = (part if isinstance(part, str) else _drawn(draw, *part) for part in recipe.parts)
    return recipe.finish("".join(parts))


def _drawn(draw: random.Random, alphabet: str, count: int) -> str:
    return "".join(draw.choice(alphabet) for _ in range(count))


# --- in the examples of rules --------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Filled:
    """An example's text with samples in its slots.

    `slots` says of each where it is written in the example, and where its sample stands in
    `text`, in order.
    """

    text: str
    slots: tuple[tuple[Span, Span], ...] = ()

    def written(self, span: Span) -> Span:
        """Return where a span of `text` is written; a slot is in it whole or not at all."""
        return Span(self._written(span.start, at_end=False), self._written(span.end, at_end=True))

    def _written(self, at: int, *, at_end: bool) -> int:
        shift = 0
        for slot, place in self.slots:
            if at <= place.start:
                break
            if at < place.end:
                return slot.end if at_end else slot.start
            shift = slot.end - place.end
        return at + shift


def fill(text: str) -> Filled:
    """Return an example's text with samples in the place of its slots."""
    parts: list[str] = []
    slots: list[tuple[Span, Span]] = []
    at = length = 0
    for found in _SLOT.finditer(text):
        if found[1] in _RECIPES:
            value = sample(found[1])
            start = length + found.start() - at
            parts += text[at : found.start()], value
            slots.append((Span(*found.span()), Span(start, start + len(value))))
            at, length = found.end(), start + len(value)
    return Filled("".join([*parts, text[at:]]), tuple(slots))


def unknown_slots(text: str) -> list[str]:
    """Return the names in slots that are no detector's."""
    return [found[1] for found in _SLOT.finditer(text) if found[1] not in _RECIPES]


def detectors_with_samples() -> list[str]:
    """Return the names that a slot may have."""
    return sorted(_RECIPES)


def veiled(text: str) -> str:
    """Return an example's text for a page: with the samples, and dots for what is drawn."""
    return _SLOT.sub(lambda found: _veiled(found[1]) if found[1] in _RECIPES else found[0], text)


def _veiled(detector: str) -> str:
    recipe = _RECIPES[detector]
    return recipe.shown or "".join(
        part if isinstance(part, str) else "•" * min(part[1], 40) for part in recipe.parts
    )
