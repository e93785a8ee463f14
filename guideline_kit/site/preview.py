"""The live preview: serves the site on this machine, and rebuilds it when a file changes."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from guideline_kit.errors import CannotError
from guideline_kit.site.build import SITE, build, write

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from mkdocs.livereload import LiveReloadServer

    from guideline_kit.site.model import Site

HOST = "127.0.0.1"
PORT = 8000


def preview_server(
    rebuild: Callable[[], Site],
    watch: Sequence[Path],
    out: Path,
    *,
    host: str = HOST,
    port: int = PORT,
    report: Callable[[str], None] = print,
) -> LiveReloadServer:
    """Build the site once, and return a server for it that has not started yet.

    `rebuild` reads the catalog again and compiles it. It is called when a file below one
    of the folders in `watch` changes. When it or the build raises CannotError, `report` is
    called with the reason, and the site stays as it was.
    """
    from mkdocs.livereload import LiveReloadServer

    def update() -> None:
        try:
            write(rebuild(), out)
            build(out)
        except CannotError as error:
            report("\n".join(part for part in (error.message, error.hint) if part))

    write(rebuild(), out)
    build(out)
    logging.getLogger("mkdocs.livereload").addHandler(logging.NullHandler())
    server = LiveReloadServer(update, host, port, str(out / SITE))
    for folder in watch:
        server.watch(str(folder))
    return server


def serve(
    rebuild: Callable[[], Site],
    watch: Sequence[Path],
    out: Path,
    *,
    host: str = HOST,
    port: int = PORT,
    report: Callable[[str], None] = print,
) -> None:
    """Serve the site until somebody presses Ctrl+C. The arguments are `preview_server`'s.

    Raises CannotError when the first build fails or the port is taken.
    """
    server = preview_server(rebuild, watch, out, host=host, port=port, report=report)
    report(f"The site is at {server.url}. It follows changes of the catalog; Ctrl+C ends it.")
    try:
        server.serve()  # type: ignore[no-untyped-call]
    except KeyboardInterrupt:
        report("")
    except OSError as error:
        raise CannotError(
            f"can't listen on {host}:{port}: {error.strerror}", hint="Try another --port."
        ) from error
    finally:
        server.shutdown()
