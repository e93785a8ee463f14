"""Where the pages are, and how one leads to another.

Paths are those of the Markdown sources, relative to the documentation folder, with forward
slashes. Links lead to the built files, with their endings, so that the site can be browsed
from disk.
"""

from __future__ import annotations

import posixpath
import re

from guideline_kit.errors import CannotError

HOME = "index.md"
TEAMS = "teams.md"
SOURCES = "sources.md"

_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*\Z")
_MAX_ID = 64
_INDEX = "index"


def entry_page(kind: str, entry_id: str) -> str:
    """Return the page of an entry: rules/vague-quantity.md."""
    return f"{kind}s/{_file_name(entry_id)}.md"


def entry_yaml(kind: str, entry_id: str) -> str:
    """Return where the YAML of an entry can be downloaded."""
    return f"{kind}s/{_file_name(entry_id)}.yaml"


def list_page(folder: str) -> str:
    """Return the list of the pages of a folder: rules/index.md."""
    return f"{folder}/{_INDEX}.md"


def kind_page(kind: str) -> str:
    """Return the page about a kind of check."""
    return f"kinds/{_file_name(kind)}.md"


def schema_page(name: str) -> str:
    """Return the reference page of a schema."""
    return f"schemas/{_file_name(name)}.md"


def tag_page(tag: str) -> str:
    """Return the page that lists what has a tag."""
    return f"tags/{_file_name(tag)}.md"


def href(here: str, there: str, anchor: str = "") -> str:
    """Return the link from one page to another, or to a file, as the built site has it."""
    target = f"{there.removesuffix('.md')}.html" if there.endswith(".md") else there
    path = posixpath.relpath(target, posixpath.dirname(here) or ".")
    return f"{path}#{anchor}" if anchor else path


def _file_name(entry_id: str) -> str:
    """Return `entry_id`, which becomes a part of a path, unless it could be more than that."""
    if len(entry_id) > _MAX_ID or not _ID.match(entry_id):
        raise CannotError(
            f"{entry_id!r} can't be the name of a page",
            hint="Ids are kebab-case, such as vague-quantity: run `guideline-kit validate`.",
        )
    if entry_id == _INDEX:
        raise CannotError(
            f"the id {_INDEX!r} is taken by the list of all entries",
            hint="Give the entry another id, in the file and in its name.",
        )
    return entry_id
