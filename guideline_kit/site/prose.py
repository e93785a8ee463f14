"""Prose of an entry: Markdown by strangers, as inert HTML.

The HTML is written here, event by event, from a closed set of elements; nothing of the
entry's own HTML is passed on. Raw HTML is shown as text, an image becomes a link to it (a
page asks no other host for anything), and a link that does not lead to a web page or to a
mail address loses its address.
"""

from __future__ import annotations

import re
from typing import Any

import pyromark
from markupsafe import Markup

from guideline_kit.site.encode import block, line, printable

_OPTIONS = pyromark.Options.ENABLE_TABLES | pyromark.Options.ENABLE_STRIKETHROUGH
_ADDRESS = re.compile(r"(https?://[^\s<>\"]+|mailto:[^\s<>\":/?#]+@[^\s<>\":/?#]+)", re.IGNORECASE)

_ELEMENTS = {
    "Paragraph": "p",
    "Item": "li",
    "BlockQuote": "blockquote",
    "Emphasis": "em",
    "Strong": "strong",
    "Strikethrough": "del",
    "TableRow": "tr",
}
# A page has one first-level heading and its own sections; headings in prose stand below.
_HEADINGS = {"H1": "h4", "H2": "h5"}
_DEEPEST_HEADING = "h6"
_TABLE = (
    '<div class="gk-scroll" role="group" aria-label="Table" tabindex="0"><table class="gk-table">'
)
# Lists and quotes nested deeper than this are written without their elements.
_MAX_DEPTH = 40
_REL = "noopener noreferrer nofollow"


def prose(markdown: str) -> Markup:
    """Return `markdown` as one block of HTML, on one line of the page's source."""
    return Markup('<div class="gk-prose">{}</div>').format(_Writer().write(markdown))


def is_address(url: str) -> bool:
    """Whether `url` leads to a web page or a mail address, and so may become a link."""
    return _ADDRESS.fullmatch(url) is not None


def external_link(url: str, text: str) -> Markup:
    """Return a link to another site, or the bare text where `url` is no address."""
    if not is_address(url):
        return line(text)
    return Markup('<a href="{}" rel="{}">{}</a>').format(line(url), line(_REL), line(text))


class _Writer:
    """Turns the events of one text into HTML."""

    def __init__(self) -> None:
        self._out: list[str] = []
        self._closers: list[str] = []
        self._in_code_block = False
        self._in_table_head = False
        self._links = 0

    def write(self, markdown: str) -> Markup:
        for event in pyromark.events(printable(markdown), options=_OPTIONS):
            self._event(event)
        return Markup("".join(self._out))  # noqa: S704 - elements of ours, encoded text

    def _event(self, event: Any) -> None:
        match event:
            case {"Start": tag}:
                opener, closer = self._start(tag)
                if len(self._closers) >= _MAX_DEPTH:
                    opener = closer = ""
                self._out.append(opener)
                self._closers.append(closer)
            case {"End": tag}:
                self._out.append(self._closers.pop())
                self._end(tag)
            case {"Text": text} if self._in_code_block:
                self._out.append(block(text))
            case {"Code": text}:
                self._out.append(f"<code>{block(text)}</code>")
            case {"Text": text} | {"Html": text} | {"InlineHtml": text}:
                self._out.append(line(text))
            case "SoftBreak":
                self._out.append(" ")
            case "HardBreak":
                self._out.append("<br>")
            case "Rule":
                self._out.append("<hr>")

    def _start(self, tag: Any) -> tuple[str, str]:
        """Return what opens and what closes the element; an unknown one opens nothing."""
        match tag:
            case "HtmlBlock":
                return "<p>", "</p>"
            case "TableHead":
                self._in_table_head = True
                return "<thead><tr>", "</tr></thead><tbody>"
            case "TableCell":
                return ('<th scope="col">', "</th>") if self._in_table_head else ("<td>", "</td>")
            case {"Table": _}:
                return _TABLE, "</tbody></table></div>"
            case {"Heading": {"level": level}}:
                name = _HEADINGS.get(level, _DEEPEST_HEADING)
                return f"<{name}>", f"</{name}>"
            case {"List": None}:
                return "<ul>", "</ul>"
            case {"List": first}:
                return f'<ol start="{int(first)}">', "</ol>"
            case {"CodeBlock": _}:
                self._in_code_block = True
                return '<pre class="gk-text"><code>', "</code></pre>"
            case {"Link": {"dest_url": url}}:
                return self._link(url)
            case {"Image": {"dest_url": url}}:
                return self._link(url)
            case str(name) if name in _ELEMENTS:
                return f"<{_ELEMENTS[name]}>", f"</{_ELEMENTS[name]}>"
            case {"BlockQuote": _}:
                return "<blockquote>", "</blockquote>"
        return "", ""

    def _end(self, tag: Any) -> None:
        match tag:
            case "TableHead":
                self._in_table_head = False
            case "CodeBlock":
                self._in_code_block = False
            case "Link" | "Image":
                self._links -= 1

    def _link(self, url: str) -> tuple[str, str]:
        """Open a link, but for one inside another (an image in a link), which HTML lacks."""
        self._links += 1
        if url and self._links == 1:
            address = f"mailto:{url}" if "@" in url and "/" not in url and ":" not in url else url
            if is_address(address):
                return f'<a href="{line(address)}" rel="{line(_REL)}">', "</a>"
        return "", ""
