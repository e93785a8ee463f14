"""Markdown of strangers becomes inert HTML, and Python-Markdown leaves it alone."""

from __future__ import annotations

from html.parser import HTMLParser

import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guideline_kit.site.prose import external_link, is_address, prose

HARMLESS = {
    *("div", "p", "ul", "ol", "li", "em", "strong", "del", "code", "pre", "blockquote", "br"),
    *("hr", "a", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td", "span"),
}
OUR_ATTRIBUTES = {"class", "href", "rel", "role", "aria-label", "tabindex", "scope", "start"}

EXTENSIONS = ["admonition", "attr_list", "tables", "pymdownx.superfences", "abbr", "md_in_html"]

ATTACKS = [
    "<script>alert(1)</script>",
    "<div onclick=alert(1)>\n\n</div></div></div>",
    '<div markdown="1">\n\n# x\n\n</div>',
    "text\n\n    indented\n\n{: onclick=alert(1)}",
    "*x*{: onclick=alert(1)}",
    "# heading {: onclick=alert(1)}\n\n{: .x}",
    "[x](javascript:alert(1)) [y]( JAVASCRIPT:alert(1) ) [z](data:text/html,x)",
    "[x](&#106;avascript:alert(1)) [y](java\nscript:alert(1))",
    "[ref]\n\n[ref]: javascript:alert(1)",
    "<javascript:alert(1)>",
    "![x](https://example.org/pixel.png)",
    "[![x](https://example.org/a.png)](https://example.org)",
    "```\n{: onclick=alert(1)}\n```\n\n~~~ js\nx\n~~~",
    "- a\n\n- b\n\n      code\n\n      more",
    "\x02wzxhzdk:0\x03 \x02amp\x03 klzzwxh:0001",
    "!!! note\n    x\n\n*[HTML]: x\n\nHTML",
    "| a |\n| --- |\n| <b> {: x} |",
    '--8<-- "x"\n\n{{ 7*7 }} {% raw %}',
    "</div>\n\n# out\n\n<div>",
    "> " * 500 + "deep",
]


class Reader(HTMLParser):
    """Collects the elements of a fragment, and checks that each is closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.data = ""
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert not self.open, f"not closed: {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"br", "hr"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag, f"</{tag}> closes another element"

    def handle_data(self, data: str) -> None:
        self.data += data


def assert_harmless(text: str) -> Reader:
    made = prose(text)
    assert "\n" not in made
    reader = Reader(made)
    for tag, attributes in reader.tags:
        assert tag in HARMLESS
        assert set(attributes) <= OUR_ATTRIBUTES | {"data-code", "title"}
        if "href" in attributes:
            assert is_address(attributes["href"] or "")
    page = markdown.markdown(
        f"before\n\n{made}\n\nafter",
        extensions=EXTENSIONS,
    )
    assert page == f"<p>before</p>\n{made}\n\n<p>after</p>"
    return reader


@pytest.mark.parametrize("text", ATTACKS)
def test_an_attack_is_shown_as_text(text: str) -> None:
    assert_harmless(text)


@given(st.text(alphabet="ab *_`#[](){}<>!|\\&;:=~-.1\n\t\"'/\x02", max_size=80))
def test_any_text_is_harmless(text: str) -> None:
    assert_harmless(text)


def test_raw_html_is_shown_as_text() -> None:
    assert "<script>alert(1)</script>" in assert_harmless("<script>alert(1)</script>").data


def test_what_markdown_says_is_kept() -> None:
    made = prose(
        "# T\n\nA *b* **c** `d`\n\n1. x\n\n| h |\n| - |\n| v |\n\n[l](https://a.example/?q=1)"
    )
    for part in ("<h4>T</h4>", "<em>b</em>", "<strong>c</strong>", "<code>d</code>", "<li>x</li>"):
        assert part in made
    assert '<th scope="col">h</th>' in made
    assert "<td>v</td>" in made
    assert 'rel="noopener noreferrer nofollow">l</a>' in made


def test_an_image_becomes_a_link_to_it() -> None:
    made = prose("![a chart](https://a.example/b.png)")
    assert "<img" not in made
    assert ">a chart</a>" in made


def test_links_do_not_nest() -> None:
    assert prose("[![x](https://a.example/b.png)](https://a.example)").count("<a ") == 1


def test_a_mail_address_becomes_a_link() -> None:
    assert prose("<ann@example.org>").count("mailto") == 1


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "//evil.example", "../x", "#x", "", "data:text/html,x", "http:x"]
)
def test_only_web_and_mail_addresses_are_links(url: str) -> None:
    assert external_link(url, "text") == "text"
    assert "<a" not in prose(f"[x]({url})")
