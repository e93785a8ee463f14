"""Text of an entry as text of a page, and as nothing else.

An entry is written by strangers, and its page goes through two readers: Python-Markdown,
then the browser. Every character that means something to either leaves here as a numeric
entity, which both hand on as the character itself. What is encoded can stand anywhere in a
page: in a paragraph, in a heading, in an attribute in quotes, at the beginning of a line.
"""

from __future__ import annotations

import html
import re
import string
import unicodedata

from markupsafe import Markup

# Letters, digits, blanks, commas and non-ASCII text stay readable in the page's source.
_SIGNIFICANT = str.maketrans(
    {character: f"&#{ord(character)};" for character in string.punctuation if character != ","}
)
_BLANKS = re.compile(r"[ \t\r\n\f\v\u0085\u2028\u2029]+")
_LINE_BREAK = re.compile(r"\r\n|[\n\r\u0085\u2028\u2029]")

# HTML has no control characters but these three, and Python-Markdown uses U+0002 and
# U+0003 as its own marks. Surrogates can't be written as UTF-8.
_UNPRINTABLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
# Characters that reorder the text around them: a name must not disguise itself with them.
_REORDERING = re.compile("[\u202a-\u202e\u2066-\u2069]")
# Characters that nobody sees: shown by name where the exact text matters. Those that only
# choose the look of an emoji, or join two of them, are left alone.
_HIDDEN = re.compile(
    "(?<![\u2190-\u2bff\ufe0f\U0001f000-\U0001faff])\u200d"
    "|[\u00a0\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u2000-\u200c\u200e\u200f\u2028-\u202f"
    "\u205f-\u206f\u3000\u3164\ufe00-\ufe0d\ufeff\uffa0\U000e0000-\U000e0fff]"
)


def printable(text: str) -> str:
    """Return `text` with U+FFFD for each character that no HTML page can hold."""
    return _UNPRINTABLE.sub("\ufffd", text)


def line(text: str) -> Markup:
    """Return `text` on one line, with every significant character as an entity."""
    return Markup(_one_line(text).translate(_SIGNIFICANT))  # noqa: S704 - it is encoded


def title(text: str) -> str:
    """Return `text` on one line for MkDocs, whose themes print titles into HTML as they stand.

    It never meets Python-Markdown, and some places encode it once more: so no character is
    encoded that needs not be.
    """
    return html.escape(_one_line(text), quote=False).replace('"', "&quot;")


def block(text: str) -> Markup:
    """Return `text` for the inside of `<pre>`: line breaks and blanks as they are.

    The result is a single line of source, so that no line of an entry can begin a line of
    the page. Hidden characters stay what they are, each in an element that names it.
    """
    parts: list[str] = []
    end = 0
    for match in _HIDDEN.finditer(text):
        parts += [_preserved(text[end : match.start()]), _named(match[0])]
        end = match.end()
    parts.append(_preserved(text[end:]))
    return Markup("".join(parts))  # noqa: S704 - each part is encoded


def anchor(text: str) -> Markup:
    """Return `text` as the name of a place in a page: lower-case letters, digits, hyphens."""
    return Markup(re.sub(r"[^a-z0-9-]", "-", text.lower()))  # noqa: S704 - nothing else is left


def code_point(character: str) -> str:
    """Return the code point as people write it: U+200B."""
    return f"U+{ord(character):04X}"


def _one_line(text: str) -> str:
    text = printable(_BLANKS.sub(" ", text))
    return _REORDERING.sub(lambda match: f"[{code_point(match[0])}]", text)


def _preserved(text: str) -> str:
    text = printable(_LINE_BREAK.sub("\n", text)).translate(_SIGNIFICANT)
    return text.replace("\n", "&#10;").replace("\t", "&#9;")


def _named(character: str) -> str:
    code = code_point(character)
    name = line(unicodedata.name(character, "a character without a name"))
    return (
        f'<span class="gk-hidden" data-code="{line(code)}" title="{line(code)} {name}">'
        f"&#{ord(character)};</span>"
    )
