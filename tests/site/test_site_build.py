"""From a compiled site to files."""

from __future__ import annotations

import itertools
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from site_html import Page, broken_links, pages

from guideline_kit import resources
from guideline_kit.errors import CannotError
from guideline_kit.site.build import build, write
from guideline_kit.site.model import Site

EXTERNAL = ("http://", "https://", "//")


def files(out: Path) -> dict[str, bytes]:
    return {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file()
    }


def test_the_same_site_gives_the_same_bytes(site: Site, tmp_path: Path) -> None:
    write(site, tmp_path / "one")
    write(site, tmp_path / "two")
    assert files(tmp_path / "one") == files(tmp_path / "two")


def test_what_a_site_no_longer_has_is_removed(site: Site, tmp_path: Path) -> None:
    write(site, tmp_path)
    fewer = {path: text for path, text in site.pages.items() if not path.startswith("tags/")}
    write(replace(site, pages=fewer, theme={}), tmp_path)
    assert not (tmp_path / "docs/tags").exists()
    assert not list((tmp_path / "theme").rglob("*.html"))
    write(site, tmp_path)
    assert (tmp_path / "docs/tags/clarity.md").is_file()


def test_what_did_not_change_is_left_alone(site: Site, tmp_path: Path) -> None:
    write(site, tmp_path)
    page = tmp_path / "docs/index.md"
    before = page.stat().st_mtime_ns, page.stat().st_ino
    write(site, tmp_path)
    assert (page.stat().st_mtime_ns, page.stat().st_ino) == before


@pytest.mark.parametrize("name", ["docs/guide.md", "site/mkdocs.yml", "theme/x", "mkdocs.yml"])
def test_files_of_somebody_else_are_never_touched(name: str, site: Site, tmp_path: Path) -> None:
    theirs = tmp_path / name
    theirs.parent.mkdir(exist_ok=True)
    theirs.write_text("theirs")
    with pytest.raises(CannotError, match="no build has written it"):
        write(site, tmp_path)
    with pytest.raises(CannotError, match="no build has written it"):
        build(tmp_path)
    assert files(tmp_path) == {name: b"theirs"}


def test_a_page_that_mkdocs_objects_to_stops_the_build(site: Site, tmp_path: Path) -> None:
    pages = {**site.pages, "index.md": "# Home\n\n[nowhere](nowhere.md)\n"}
    write(replace(site, pages=pages), tmp_path)
    with pytest.raises(CannotError, match=r"nowhere\.md"):
        build(tmp_path)


@pytest.mark.parametrize("name", ["built", "shipped", "hostile"])
def test_every_link_leads_somewhere(name: str, request: pytest.FixtureRequest) -> None:
    assert broken_links(request.getfixturevalue(name)) == []


@pytest.mark.parametrize("name", ["built", "shipped"])
def test_no_page_loads_anything_from_another_host(
    name: str, request: pytest.FixtureRequest
) -> None:
    for path, page in pages(request.getfixturevalue(name)).items():
        loaded = [
            one.attributes.get("src") or one.attributes.get("href", "")
            for one in page.elements
            if one.tag in {"script", "img", "link", "iframe", "source", "video", "audio"}
        ]
        assert not [url for url in loaded if url.startswith(EXTERNAL)], path


@pytest.mark.parametrize("name", ["built", "shipped"])
def test_ids_are_unique_and_headings_in_order(name: str, request: pytest.FixtureRequest) -> None:
    for path, page in pages(request.getfixturevalue(name)).items():
        doubled = {one for one in page.ids if page.ids.count(one) > 1}
        assert not doubled, f"{path} has several places named {doubled}"
        assert len(page.find("h1")) == 1, f"{path} has not exactly one heading of the first level"
        levels = [
            int(one.tag[1]) for one in page.elements if one.tag in {f"h{n}" for n in range(1, 7)}
        ]
        assert all(after - before <= 1 for before, after in itertools.pairwise(levels)), path


def test_cross_links_go_both_ways(built: Path) -> None:
    def links(path: str) -> list[str]:
        return Page(built / path).links

    prompt, pattern, rule = (
        links("prompts/reply-to-customer.html"),
        links("patterns/say-it-plainly.html"),
        links("rules/vague-amount.html"),
    )
    assert "../patterns/say-it-plainly.html" in prompt
    assert "../rules/vague-amount.html" in prompt
    assert "../teams.html#team-writers" in prompt
    assert "../prompts/reply-to-customer.html" in pattern
    assert "../rules/vague-amount.html" in pattern
    assert "../patterns/say-it-plainly.html" in rule
    assert "../prompts/reply-to-customer.html" in rule
    assert "prompts/reply-to-customer.html" in links("teams.html")
    assert "rules/vague-amount.html" in links("sources.html")
    assert "../rules/vague-amount.html" in links("tags/clarity.html")
    assert "../rules/vague-amount.html" in links("kinds/terms.html")


def test_lists_name_every_entry_without_a_script(shipped: Path) -> None:
    for folder in ("prompts", "patterns", "rules"):
        listed = set(Page(shipped / folder / "index.html").links)
        entries = {path.name for path in (shipped / folder).glob("*.html")} - {"index.html"}
        assert entries <= listed


def test_the_source_folder_is_neither_ignored_nor_written_to(shipped: Path) -> None:
    """`site/` is where MkDocs would write, and many ignore-files list it. Ours is source."""
    source = resources.site_dir()
    assert not list(source.rglob("*.html.tmp"))
    assert not (source / "index.html").exists(), "a build has written to the source folder"
    assert {path.name for path in source.iterdir()} == {
        *("mkdocs.yml", "templates", "pages", "assets", "theme")
    }
    if (source.parent / ".git").exists():
        ignored = subprocess.run(
            ["git", "check-ignore", *(str(path) for path in source.rglob("*") if path.is_file())],
            cwd=source.parent,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ignored.stdout == "", "git ignores files of the source folder"
