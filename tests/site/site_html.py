"""What the tests need to know of a built site: its elements, its links, its places."""

from __future__ import annotations

import functools
import posixpath
import re
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import playwright.sync_api


@dataclass(frozen=True)
class Element:
    """A start tag, and the text right behind it."""

    tag: str
    attributes: dict[str, str]
    text: list[str] = field(default_factory=list)


class Page(HTMLParser):
    """One HTML file, read as a browser would."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.path = path
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(path.read_text("utf-8"))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.elements.append(element)
        if tag not in {"br", "hr", "img", "input", "link", "meta"}:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text.append(data)

    @cached_property
    def ids(self) -> list[str]:
        """Every id, in order."""
        return [one.attributes["id"] for one in self.elements if "id" in one.attributes]

    @cached_property
    def links(self) -> list[str]:
        """Every address that the page leads to or loads."""
        return [
            one.attributes[name]
            for one in self.elements
            for name in ("href", "src")
            if name in one.attributes
        ]

    def find(self, tag: str, css: str = "") -> list[Element]:
        """The elements of a name, and of a class."""
        return [
            one
            for one in self.elements
            if one.tag == tag and (not css or css in one.attributes.get("class", "").split())
        ]

    def text(self, tag: str, css: str = "") -> list[str]:
        """The text inside each of these elements."""
        return ["".join(one.text) for one in self.find(tag, css)]


def search_for(tab: playwright.sync_api.Page, words: str) -> None:
    """Type words into the search, once its index is there."""
    query = tab.locator("[data-md-component=search-query]")
    query.focus()
    playwright.sync_api.expect(tab.locator(".md-search-result__meta")).not_to_have_text(
        re.compile("Initializing"), timeout=20_000
    )
    query.fill("")
    query.press_sequentially(words)  # the theme listens to keys


@functools.lru_cache(maxsize=4)
def pages(site: Path) -> dict[str, Page]:
    """Every page of a built site, by its path."""
    return {path.relative_to(site).as_posix(): Page(path) for path in sorted(site.rglob("*.html"))}


def broken_links(site: Path) -> list[str]:
    """Return each internal link that leads to no file, or to no place in it."""
    found = pages(site)
    files = {path.relative_to(site).as_posix() for path in site.rglob("*") if path.is_file()}
    broken = []
    for name, page in found.items():
        if name == "404.html":
            continue  # the server shows it for any path, so its links begin at the root
        for link in dict.fromkeys(page.links):
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = posixpath.normpath(
                posixpath.join(posixpath.dirname(name), unquote(parts.path))
            )
            target = target if parts.path else name
            if target not in files:
                broken.append(f"{name}: {link} leads to no file")
            elif parts.fragment and unquote(parts.fragment) not in found[target].ids:
                broken.append(f"{name}: {link} leads to no place in that page")
    return broken
