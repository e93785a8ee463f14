"""The configuration of pre-commit: the hook that checks prompts, and how it comes into a file."""

from __future__ import annotations

import json
import re
import shlex
import textwrap
from collections.abc import Iterator, Mapping
from types import NoneType
from typing import Any

from guideline_kit import yamlio
from guideline_kit.text import Source

FILE_NAME = ".pre-commit-config.yaml"
HOOK_ID = "guideline-lint"

_HOOK = f"""\
  - repo: local
    hooks:
      - id: {HOOK_ID}
        name: check prompts against the guidelines
        entry: guideline-kit lint --force-exclude
        args: [--]  # names of files follow, also such that begin with a hyphen
        language: system
        types: [text]
        require_serial: true  # it divides long work among the processors itself
        verbose: true  # shows what does not fail, too
"""
CONFIGURATION = f"""\
# Install pre-commit, then run `pre-commit install` once.
repos:
{_HOOK}"""


def hook() -> str:
    """Return what is to be added to the list `repos` of such a configuration."""
    return _HOOK


def hook_of_part(part: str) -> str:
    """Return what is to be added where prompts of a part of the repository have a configuration of
    their own; `part` is its path from the top, where pre-commit runs."""
    entry = shlex.join(["sh", "-c", f"cd {shlex.quote(part)} && guideline-kit lint"])
    return f"""\
  - repo: local
    hooks:
      - id: {HOOK_ID}
        name: {json.dumps(f"check the prompts of {part}", ensure_ascii=False)}
        entry: {json.dumps(entry, ensure_ascii=False)}
        language: system
        files: {json.dumps(f"^{re.escape(part)}/", ensure_ascii=False)}
        pass_filenames: false
        verbose: true
"""


def is_hooked(text: str) -> bool:
    """Whether a configuration of pre-commit has our hook, or one that runs our command."""
    return any(
        hook.get("id") == HOOK_ID or _RUNS_US.search(_command(hook)) for hook in _hooks(text)
    )


def has_entry(text: str, hook: str) -> bool:
    """Whether a configuration of pre-commit has a hook that runs what another one does."""
    (wanted,) = _hooks(f"repos:\n{hook}")
    return any(_command(found) == _command(wanted) for found in _hooks(text))


_RUNS_US = re.compile(r"\bguideline[-_]kit\s+lint\b")


def _command(hook: Mapping[str, Any]) -> str:
    """Return what a hook runs, with its arguments."""
    arguments = hook.get("args")
    parts = [hook.get("entry"), *(arguments if isinstance(arguments, list) else ())]
    return " ".join(part for part in parts if isinstance(part, str))


def _hooks(text: str) -> Iterator[Mapping[str, Any]]:
    """Yield the hooks of a configuration of pre-commit, whatever is wrong with it."""
    tree = yamlio.read(Source(FILE_NAME, text)).tree
    repositories = tree.data.get("repos") if tree and isinstance(tree.data, dict) else None
    for repository in repositories if isinstance(repositories, list) else ():
        hooks = repository.get("hooks") if isinstance(repository, dict) else None
        for hook in hooks if isinstance(hooks, list) else ():
            if isinstance(hook, dict):
                yield hook


def with_hook(text: str) -> str | None:
    """Return a configuration of pre-commit with the hook last among its repositories, and all
    else as it is; None where that can't be done, as in a file that is broken."""
    before = yamlio.read(Source(FILE_NAME, text))
    if before.problems or before.tree is None:
        return None
    tree, data = before.tree, before.tree.data
    line_end = "\r\n" if "\r\n" in text else "\n"
    if data is None:
        above = text if text.endswith(("\n", "\r")) or not text else f"{text}{line_end}"
        wanted, after = _parsed(CONFIGURATION), above + CONFIGURATION.replace("\n", line_end)
    elif not isinstance(data, dict) or not isinstance(data.get("repos", ""), list | NoneType):
        return None
    else:
        repositories = data["repos"] or []
        wanted = {**data, "repos": [*repositories, *_parsed(CONFIGURATION)["repos"]]}
        place = tree.places["repos",].value
        last = tree.places.get(("repos", len(repositories) - 1))
        if last is None:  # repos: []
            stop = text.find("\n", place.end) + 1 or len(text)
            rest = text[place.end : stop].rstrip()  # a remark may stand behind it
            head = f"{text[: place.start].rstrip()}{rest}{line_end}"
            after = head + _HOOK.replace("\n", line_end) + text[stop:]
        else:
            # As deep as the items that are there: a list may begin where its key does.
            line = tree.source.line(tree.source.position(last.value.start).line)
            hook = textwrap.indent(textwrap.dedent(_HOOK), " " * max(0, line.find("-")))
            hook = hook.replace("\n", line_end)
            # Where the last text in it ends: remarks behind it are about what comes next.
            inside = (
                place.value.end
                for path, place in tree.places.items()
                if path[:1] == ("repos",) and not isinstance(tree.get(path), dict | list)
            )
            end = len(text[: max(inside, default=last.value.end)].rstrip())
            stop = text.find("\n", end) + 1 or len(text)  # a remark may stand behind it
            above = text[:stop] if text[:stop].endswith("\n") else f"{text[:stop]}{line_end}"
            after = above + hook + text[stop:]
    done = yamlio.read(Source(FILE_NAME, after))
    fits = not done.problems and done.tree is not None and done.tree.data == wanted
    return after if fits else None


def _parsed(text: str) -> dict[str, Any]:
    tree = yamlio.read(Source(FILE_NAME, text)).tree
    return dict(tree.data) if tree else {}


WITH_CATALOG = f"""\
{CONFIGURATION}\
      - id: guideline-validate
        name: check the catalog of guidelines
        entry: guideline-kit validate
        language: system
        files: ^catalog/
        pass_filenames: false
"""
