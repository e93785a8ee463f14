"""From a compiled site to files: the Markdown tree, its configuration, and the HTML.

    out/docs, out/theme, out/mkdocs.yml    written by `write`
    out/site                               written by MkDocs, from those

All of it is overwritten and cleaned by the next build. So that no folder of somebody else
is, a build only touches an output folder that holds none of these names yet, or that a
build has marked as its own.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from guideline_kit.errors import CannotError
from guideline_kit.site.compile import yaml_text
from guideline_kit.workspace.files import write_atomic

if TYPE_CHECKING:
    from guideline_kit.site.model import Site

CONFIG = "mkdocs.yml"
DOCS = "docs"
THEME = "theme"
SITE = "site"

_MARKER = ".guideline-kit-build"
_MARKER_TEXT = (
    "`guideline-kit build` writes to this folder. It overwrites docs/, theme/, site/ and\n"
    "mkdocs.yml, and removes from them whatever it has not written.\n"
)


def write(site: Site, out: Path) -> None:
    """Write the Markdown tree and the configuration of `site` to the folder `out`.

    Files of an earlier build that the site no longer has are removed; files that did not
    change are left alone. The same site gives the same bytes.

    Raises CannotError when `out` holds files that no build has written.
    """
    _claim(out)
    files = {f"{DOCS}/{path}": text.encode("utf-8") for path, text in site.pages.items()}
    files.update((f"{DOCS}/{path}", content) for path, content in site.assets.items())
    files.update((f"{THEME}/{path}", content) for path, content in site.theme.items())
    files[CONFIG] = yaml_text(site.config).encode("utf-8")
    for folder in (DOCS, THEME):
        _remove_others(out / folder, {out / path for path in files})
    for path, content in files.items():
        _write(out / path, content)


def build(out: Path) -> Path:
    """Build the HTML of what `write` has left in `out`, and return its folder.

    Raises CannotError when MkDocs finds fault with a page: a link that leads nowhere, a
    page that no list names.
    """
    from mkdocs.commands.build import build as build_html
    from mkdocs.config import load_config
    from mkdocs.exceptions import MkDocsException

    _claim(out)
    complaints = _Complaints()
    logger = logging.getLogger("mkdocs")
    logger.addHandler(complaints)
    try:
        config = load_config(str(out / CONFIG))
        config.plugins.on_startup(command="build", dirty=False)
        try:
            build_html(config)
        finally:
            config.plugins.on_shutdown()
    except MkDocsException as error:
        raise CannotError(
            "\n".join(["MkDocs could not build the site", *complaints.messages, str(error)]),
            hint=f"The pages that it read are in {out / DOCS}.",
        ) from error
    finally:
        logger.removeHandler(complaints)
    return out / SITE


class _Complaints(logging.Handler):
    """Keeps what MkDocs complains about, instead of printing it."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


def _claim(out: Path) -> None:
    """Mark `out` as a folder of ours, unless somebody else's files are in the way."""
    marker = out / _MARKER
    if marker.is_file():
        return
    for name in (DOCS, THEME, SITE, CONFIG):
        path = out / name
        if path.is_file() or (path.is_dir() and any(path.iterdir())):
            raise CannotError(
                f"{path} is there already, and no build has written it",
                hint="Choose another folder with --output, or remove it.",
            )
    _write(marker, _MARKER_TEXT.encode("utf-8"))


def _remove_others(folder: Path, keep: set[Path]) -> None:
    """Remove every file below `folder` that is not in `keep`, and what folders it leaves."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir() and not path.is_symlink():
            if not any(path.iterdir()):
                path.rmdir()
        elif path not in keep:
            path.unlink()


def _write(path: Path, content: bytes) -> None:
    """Write a file whole or not at all; leave it alone when it holds `content` already."""
    if path.is_file() and path.read_bytes() == content:
        return
    write_atomic(path, content)
