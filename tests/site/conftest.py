"""Sites to look at, built once a run, and a browser to look at them with."""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from browser import find as find_browser
from playwright.sync_api import Browser, Error, sync_playwright
from site_catalogs import WordProbe, fixture_catalog

from guideline_kit import resources, schemas
from guideline_kit.project.opening import open_project
from guideline_kit.project.publishing import build_site
from guideline_kit.site.build import build, write
from guideline_kit.site.compile import compile_site
from guideline_kit.site.folder import read_folder
from guideline_kit.site.model import Site, SiteFolder


@pytest.fixture(scope="session")
def folder() -> SiteFolder:
    """The source folder of the site."""
    return read_folder(resources.site_dir())


@pytest.fixture(scope="session")
def site(folder: SiteFolder) -> Site:
    """The small catalog of these tests, compiled."""
    finding = {"rule": "vague-amount", "severity": "warning", "message": "too vague", "line": 7}
    return compile_site(
        fixture_catalog(),
        schemas.load_all(),
        folder,
        WordProbe({"reply-to-customer": [finding]}),
        previews={"reply-to-customer": [("system", "Be brief."), ("user", "Where is it?")]},
        version="1.2.3",
    )


@pytest.fixture(scope="session")
def built(site: Site, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small catalog, built: the folder of its HTML."""
    out = tmp_path_factory.mktemp("small")
    write(site, out)
    return build(out)


@pytest.fixture(scope="session")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The catalog that ships, built with its own linter: the folder of its HTML."""
    out = tmp_path_factory.mktemp("shipped")
    folder = resources.catalog_dir()
    return build_site(open_project(folder, catalog=folder), out)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium: the one that GUIDELINE_KIT_CHROMIUM names, one on PATH, Playwright's own."""
    with sync_playwright() as playwright:
        try:
            chromium = playwright.chromium.launch(
                executable_path=find_browser(), args=["--no-sandbox"]
            )
        except Error as error:
            pytest.fail(
                "These tests need a Chromium. Install one (`apt-get install chromium`, or "
                "`playwright install chromium`), or name one in GUIDELINE_KIT_CHROMIUM. "
                f"The browser said: {error.message.splitlines()[0]}"
            )
        yield chromium
        chromium.close()


class _QuietHandler(http.server.SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        pass


def _served(root: Path) -> Iterator[str]:
    handler = functools.partial(_QuietHandler, directory=str(root))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.fixture(scope="session")
def address(built: Path) -> Iterator[str]:
    """Where the small site is served."""
    yield from _served(built)


@pytest.fixture(scope="session")
def shipped_address(shipped: Path) -> Iterator[str]:
    """Where the site of the catalog that ships is served."""
    yield from _served(shipped)


@pytest.fixture(scope="session")
def hostile(folder: SiteFolder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A catalog with an attack in every field, built: the folder of its HTML."""
    from site_hostile import Attack, attacked

    out = tmp_path_factory.mktemp("hostile")
    catalog, previews, findings = attacked(Attack.everything())
    write(
        compile_site(catalog, schemas.load_all(), folder, WordProbe(findings), previews=previews),
        out,
    )
    return build(out)


@pytest.fixture(scope="session")
def hostile_address(hostile: Path) -> Iterator[str]:
    """Where the attacked site is served."""
    yield from _served(hostile)
