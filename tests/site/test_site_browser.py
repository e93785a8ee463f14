"""The site in a browser: search, copy, filter, from disk, and with nothing from elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from site_html import search_for

# A page of each type.
PAGES = [
    *("index", "getting-started", "contributing", "404", "teams", "sources"),
    *("prompts/index", "patterns/index", "rules/index", "tags/index", "tags/clarity"),
    *("prompts/reply-to-customer", "prompts/old-reply", "patterns/say-it-plainly"),
    *("rules/vague-amount", "kinds/index", "kinds/terms", "schemas/index", "schemas/prompt"),
]


@pytest.fixture
def tab(browser: Browser) -> Iterator[Page]:
    """A tab in which an error of a script is a failure."""
    context = browser.new_context()
    context.set_default_timeout(10_000)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    # From disk the theme looks for an index that only its offline plugin writes.
    assert [error for error in errors if "search_index.js" not in error] == []


def test_no_page_asks_another_host(tab: Page, address: str) -> None:
    asked: list[str] = []

    def guard(route: Route) -> None:
        if not route.request.url.startswith(address):
            asked.append(route.request.url)
        route.continue_()

    tab.route("**/*", guard)
    for path in PAGES:
        tab.goto(f"{address}{path}.html")
        tab.wait_for_timeout(150)  # what scripts ask for once the page is there
    assert asked == []


@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_is_wider_than_the_window(tab: Page, address: str, width: int) -> None:
    tab.set_viewport_size({"width": width, "height": 800})
    for path in PAGES:
        tab.goto(f"{address}{path}.html")
        assert tab.evaluate("document.documentElement.scrollWidth") <= width, path


def test_the_table_of_formats_can_be_read_on_a_phone(tab: Page, address: str) -> None:
    tab.set_viewport_size({"width": 375, "height": 800})
    tab.goto(f"{address}prompt-formats.html")
    tables = tab.locator(".md-typeset__table table").all()
    assert tables
    for table in tables:
        box = table.bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= 375
    # Names of files are whole: no line breaks one after a letter or two.
    heights = tab.locator("td:nth-child(2) code").evaluate_all(
        "found => found.map(code => code.getClientRects().length)"
    )
    assert max(heights) <= 2


def test_the_search_finds_a_rule_by_its_title(tab: Page, address: str) -> None:
    tab.goto(f"{address}index.html")
    tab.click("[data-gk-search]")
    expect(tab.locator("[data-md-component=search-query]")).to_be_focused()
    search_for(tab, "Vague amount")
    found = tab.locator(".md-search-result__link").first
    expect(found).to_have_attribute("href", f"{address}rules/vague-amount.html?h=vague+amount")
    found.click()
    expect(tab.locator("h1")).to_have_text("Vague amount")


def test_the_search_finds_a_shipped_rule_by_its_id(tab: Page, shipped_address: str) -> None:
    tab.goto(f"{shipped_address}index.html")
    search_for(tab, "vague-quantity")
    first = tab.locator(".md-search-result__link").first
    expect(first).to_have_attribute("href", re.compile(r"/rules/vague-quantity\.html"))


def test_each_copy_button_copies_its_own_text(tab: Page, address: str) -> None:
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.goto(f"{address}prompts/reply-to-customer.html")
    blocks = tab.locator(".gk-message pre")
    texts = [
        "You write replies.\n\n1. Be brief.\n2. Be kind.\n",
        "Hello",
        "<message>\n{{message}}\n</message>\n",
    ]
    for index, text in enumerate(texts):
        blocks.nth(index).locator("button").click()
        tab.wait_for_function(
            "async text => (await navigator.clipboard.readText()).trim() === text.trim()", arg=text
        )


def test_hidden_characters_are_copied_as_they_are(tab: Page, address: str) -> None:
    tab.goto(f"{address}rules/vague-amount.html")
    assert "things\u200b." in tab.locator("pre code").nth(3).evaluate("one => one.textContent")


def test_the_site_can_be_browsed_from_disk(tab: Page, built: Path) -> None:
    tab.goto((built / "index.html").as_uri())
    expect(tab.locator("[data-gk-search]")).to_be_hidden()
    tab.locator(".md-tabs").get_by_text("Rules").click()
    tab.get_by_role("link", name="Vague amount").click()
    expect(tab.locator("h1")).to_have_text("Vague amount")
    tab.get_by_role("link", name="Say it plainly").first.click()
    expect(tab.locator("h1")).to_have_text("Say it plainly")


def test_lists_can_be_filtered(tab: Page, shipped_address: str) -> None:
    tab.goto(f"{shipped_address}rules/index.html")
    everything = tab.locator(".gk-item:visible").count()
    tab.get_by_label("Filter this list").fill("vague quant")
    expect(tab.locator(".gk-item:visible")).to_have_count(1)
    assert tab.locator("h2:visible").count() == 1, "a group without entries is hidden"
    tab.get_by_label("Filter this list").fill("")
    expect(tab.locator(".gk-item:visible")).to_have_count(everything)


def test_pages_are_whole_without_scripts(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}rules/vague-amount.html")
    expect(page.locator("mark.gk-finding").first).to_be_visible()
    page.locator("summary", has_text="Show the YAML").click()
    expect(page.get_by_text("kind: terms")).to_be_visible()
    context.close()
