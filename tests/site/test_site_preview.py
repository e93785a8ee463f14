"""The preview follows the catalog."""

from __future__ import annotations

import socket
import threading
import time
import urllib.request
from dataclasses import replace
from pathlib import Path

from guideline_kit.errors import CannotError
from guideline_kit.site.model import Site
from guideline_kit.site.preview import preview_server


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fetch(url: str) -> str:
    with urllib.request.urlopen(url, timeout=20) as answer:
        text: str = answer.read().decode()
    return text


def wait_for(condition: object, what: str) -> None:
    assert callable(condition)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError(f"{what} did not happen within 30 seconds")


def test_a_change_is_built_and_a_broken_catalog_is_reported(site: Site, tmp_path: Path) -> None:
    watched = tmp_path / "catalog"
    watched.mkdir()
    entry = watched / "entry.yaml"
    entry.write_text("first")
    reports: list[str] = []

    def rebuild() -> Site:
        if entry.read_text() == "broken":
            raise CannotError("entry.yaml is broken", hint="Mend it")
        pages = {**site.pages, "index.md": f"# Home\n\n{entry.read_text()} text\n"}
        return replace(site, pages=pages)

    server = preview_server(
        rebuild, [watched], tmp_path / "out", port=free_port(), report=reports.append
    )
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    url = f"{server.url}index.html"
    try:
        wait_for(lambda: server.serve_thread.is_alive(), "the start")
        assert "first text" in fetch(url)
        assert "livereload" in fetch(url), "open pages follow, too"
        entry.write_text("broken")
        wait_for(lambda: reports, "the report")
        assert reports == ["entry.yaml is broken\nMend it"]
        assert "first text" in fetch(url), "the site stays as it was"
        entry.write_text("second")
        wait_for(lambda: "second text" in fetch(url), "the rebuild")
    finally:
        server.shutdown(wait=True)
        thread.join(timeout=10)
    assert server.server_address[0] == "127.0.0.1"
