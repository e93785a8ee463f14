"""An entry is written by strangers: nothing in it runs, and nothing is interpreted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route
from site_hostile import ATTACKS, TITLE
from site_html import Element, pages, search_for

ADDRESSES = ("href", "src", "action", "formaction", "data", "xlink:href", "poster")


def executable(element: Element) -> bool:
    """Whether an element could run something."""
    return (
        element.tag
        in {"script", "iframe", "object", "embed", "base", "img", "svg", "form", "style"}
        or any(name.startswith("on") or name in {"style", "srcdoc"} for name in element.attributes)
        or any(
            element.attributes.get(name, "").strip().lower().startswith("javascript:")
            for name in ADDRESSES
        )
    )


def shape(element: Element) -> tuple[str, str, str]:
    """An element with what it could run, without where the page stands in the site."""
    source = element.attributes.get("src", "").replace("../", "").replace("./", "")
    handlers = sorted(
        (name, value) for name, value in element.attributes.items() if name.startswith("on")
    )
    return element.tag, source, f"{handlers}{element.attributes.get('href', '')}"


def test_the_pages_hold_nothing_that_could_run_but_the_theme(hostile: Path, built: Path) -> None:
    """The same catalog with harmless texts says what the theme brings along."""
    harmless = pages(built)
    for path, page in pages(hostile).items():
        ours = {shape(one) for one in harmless[path].elements if executable(one)}
        extra = [one for one in page.elements if executable(one) and shape(one) not in ours]
        assert not extra, path


def test_inline_scripts_are_those_of_the_theme(hostile: Path, built: Path) -> None:
    harmless = pages(built)
    for path, page in pages(hostile).items():
        scripts = [text for text in page.text("script") if "alert" in text]
        assert not scripts, f"{path}: {scripts}"
        assert len(page.find("script")) == len(harmless[path].find("script")), path


def test_no_address_runs_a_script(hostile: Path) -> None:
    for path, page in pages(hostile).items():
        for link in page.links:
            assert link.split(":")[0].strip().lower() not in {"javascript", "data", "vbscript"}, (
                path
            )


def test_attacks_are_shown_as_text(hostile: Path) -> None:
    page = pages(hostile)["rules/vague-amount.html"]
    assert page.text("h1") == [TITLE]
    assert page.text("title")[0].startswith(ATTACKS[0])
    lead = page.text("p", "gk-lead")
    assert lead == [TITLE]


def test_the_search_index_holds_text_only(hostile: Path) -> None:
    index = json.loads((hostile / "search/search_index.json").read_text("utf-8"))
    for record in index["docs"]:
        for field in ("title", "text"):
            assert "<script" not in record[field]
            assert "<img" not in record[field]
            assert "<svg" not in record[field]


@pytest.fixture
def watched(browser: Browser, hostile_address: str) -> Page:
    """A tab in which a dialog, or a request to another host, is a failure."""
    context = browser.new_context()
    context.set_default_timeout(10_000)
    page = context.new_page()

    def guard(route: Route) -> None:
        if route.request.url.startswith((hostile_address, "data:", "blob:")):
            route.continue_()
        else:
            incidents.append(f"asked for {route.request.url}")
            route.abort()

    incidents: list[str] = []
    context.route("**/*", guard)
    page.on("dialog", lambda dialog: (incidents.append(f"said {dialog.message}"), dialog.dismiss()))
    page.on("pageerror", lambda error: incidents.append(f"failed with {error}"))
    page.incidents = incidents  # type: ignore[attr-defined]
    return page


def test_nothing_runs_in_a_browser(watched: Page, hostile: Path, hostile_address: str) -> None:
    for path in pages(hostile):
        watched.goto(hostile_address + path)
        watched.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
        watched.evaluate(
            "document.querySelectorAll('article *').forEach(one => {"
            " for (const kind of ['click', 'mouseover', 'focus', 'error', 'load'])"
            " if (one.tagName !== 'A') one.dispatchEvent(new Event(kind)) })"
        )
        assert watched.incidents == [], path  # type: ignore[attr-defined]
    watched.context.close()


def test_nothing_runs_in_the_search(watched: Page, hostile_address: str) -> None:
    watched.goto(hostile_address + "index.html")
    for words in ("raw", "danger", "src", "onerror"):
        search_for(watched, words)
        watched.wait_for_selector(".md-search-result__item")
        watched.wait_for_timeout(200)
    assert watched.locator(".md-search-result img, .md-search-result script").count() == 0
    assert watched.incidents == []  # type: ignore[attr-defined]
    watched.context.close()
