"""What changed in a prompt between two versions, in words and in findings."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from guideline_kit import catalog as catalogs
from guideline_kit import formats
from guideline_kit.diagnostics import Diagnostic
from guideline_kit.differences import compare
from guideline_kit.documents import Document, Message
from guideline_kit.errors import CannotError
from guideline_kit.fingerprints import fingerprint, one_sided
from guideline_kit.lint import RuleSet, lint
from guideline_kit.project.entries import find_file, is_path
from guideline_kit.project.linting import Linters
from guideline_kit.project.linting.looking import Linter
from guideline_kit.project.opening import Project
from guideline_kit.project.rules.choosing import hiding_rules
from guideline_kit.report.hiding import Hiding
from guideline_kit.report.text import printable
from guideline_kit.report.versions import Comparison, Version
from guideline_kit.schemas import nearest
from guideline_kit.text import MappedText, Source
from guideline_kit.workspace import git
from guideline_kit.workspace.files import is_file, read_source, shown

_LARGEST = 16_000_000  # bytes
_NUMBER = re.compile(r"[0-9]+(?:\.[0-9]+)+")
_BROKEN = 20  # versions, one after the other, in which a prompt may be half written
_FEW = 6  # versions in a message
WORKING_TREE = "the working tree"


def compare_versions(project: Project, prompt: str, versions: Sequence[str]) -> Comparison:
    """Compare two versions of a prompt, by its id or its file.

    Without versions that is what was committed last and the file as it is; with one, that one
    and the file as it is. Of two, one can be the number that the file has and no commit has yet.
    Raises CannotError.
    """
    path = _path(project, prompt)
    name = shown(path)
    working = None
    if len(versions) < 2:
        working = _working(path)
    format = _format(path, working)
    if working is None:
        old, new = (_named(path, version, format, None) for version in versions)
    else:
        old = _named(path, versions[0] if versions else "HEAD", format, working)
        new = Version(WORKING_TREE, formats.read(working, format))
    linters = Linters(project)
    run = linters.of(path.absolute())
    secrets = RuleSet(hiding_rules(linters.choosing.compiled.rules, []))
    told = _secrets(old, secrets, project) | _secrets(new, secrets, project)
    old, told_before = _veiled(old, secrets, project)
    new, told_after = _veiled(new, secrets, project)
    hiding = Hiding(sorted(told | told_before | told_after))
    before, after = _findings(old, run, hiding), _findings(new, run, hiding)
    appeared, gone, kept = _held_against(before, after)
    alike = old.document.source.text == new.document.source.text
    changes = compare(old.document, new.document)
    return Comparison(name, old, new, alike, changes, appeared, gone, kept, hiding)


def _path(project: Project, prompt: str) -> Path:
    if is_path(prompt) or is_file(Path(prompt)):
        return Path(prompt)
    path = find_file(project, "prompt", prompt)
    if path is None:
        raise CannotError(
            f"The prompt '{prompt}' comes with guideline-kit, without its earlier versions",
            hint="Name a prompt of your own, or a file",
        )
    return path


def _working(path: Path) -> Source:
    try:
        return read_source(path, shown(path), _LARGEST)
    except (OSError, UnicodeDecodeError) as error:
        raise CannotError(
            "The prompt can't be read; nothing was compared",
            hint="Name the id of a prompt in the catalog, or a file; of one that was deleted,"
            " name two versions",
            diagnostics=[catalogs.unreadable(shown(path), error)],
        ) from None


def _format(path: Path, working: Source | None) -> str:
    """Return the format of both versions; what is half written is still the prompt it was."""
    name = shown(path)
    now = working and (formats.detect(name, working.text) or _entry(name, working.text))
    if now:
        return now
    known = (text for _, text in git.texts(path, git.history(path).commits[:_BROKEN]))
    found = (formats.detect(name, text) or _entry(name, text) for text in known)
    return next(filter(None, found), None) or formats.fallback(name)


def _entry(name: str, text: str) -> str | None:
    """Return the format of a catalog's entry, which may be kept in a folder of any name."""
    is_entry = name.endswith((".yaml", ".yml")) and formats.confirm(
        formats.CATALOG_PROMPT, name, text
    )
    return formats.CATALOG_PROMPT if is_entry else None


# --- versions ------------------------------------------------------------------------------


def _named(path: Path, version: str, format: str, other: Source | None) -> Version:
    """Return a version of a file, by a revision or by the number that it had.

    The number that only the file as it is has is that file, unless it is the `other` version
    already.
    """
    # A number is looked for among the file's own versions first: a tag of the same name is a
    # version of something larger.
    if _NUMBER.fullmatch(version):
        found = _numbered(path, version, format) or _uncommitted(path, version, format, other)
        if found is not None:
            return found
    try:
        there = git.committed(path, version)
    except git.RevisionError:
        if not _NUMBER.fullmatch(version):
            found = _numbered(path, version, format) or _uncommitted(path, version, format, other)
            if found is not None:
                return found
        raise _unknown(path, version, format, other) from None
    if there.text is None:
        file = printable(shown(path))
        raise CannotError(
            f"{file} can't be compared: {printable(there.reason)}",
            hint="Commit the file first, or name a revision that holds it"
            if there.new or "committed" in there.reason
            else "Versions come from git: name a file of a repository that git can read",
        )
    commit, time = git.dated(path, version) or ("", None)
    return _version(path, version, there.text, format, commit, time)


def _numbered(path: Path, number: str, format: str) -> Version | None:
    """Return the newest commit's version of a file that had a version number."""
    for commit, text in git.texts(path, git.history(path).commits):
        if number in text:
            found = _version(path, number, text, format, commit.id, commit.time)
            if _number(found.document.fields) == number:
                return found
    return None


def _uncommitted(path: Path, number: str, format: str, other: Source | None) -> Version | None:
    """Return the file as it is, where it has a version number and is not compared already."""
    if other is None:
        with contextlib.suppress(CannotError):  # it may be gone
            found = Version(WORKING_TREE, formats.read(_working(path), format))
            if _number(found.document.fields) == number:
                return found
    return None


def _version(
    path: Path, name: str, text: str, format: str, commit: str, time: int | None
) -> Version:
    source = Source(f"{name}:{shown(path)}", text)
    return Version(name, formats.read(source, format), commit, time)


def _number(fields: Mapping[str, Any]) -> str:
    """Return the version number that a file has; skills have it below `metadata`."""
    metadata = fields.get("metadata")
    found = fields.get("version", metadata.get("version") if isinstance(metadata, dict) else None)
    return str(found) if isinstance(found, str | int | float) else ""


def _unknown(path: Path, version: str, format: str, working: Source | None) -> CannotError:
    history = git.history(path)
    documents = (
        formats.read(Source("", text), format) for _, text in git.texts(path, history.commits)
    )
    numbers = list(dict.fromkeys(filter(None, (_number(item.fields) for item in documents))))
    hint = "'git log' lists commits"
    near = nearest(version, [*numbers, *git.names(path)])
    if working is not None and _number(formats.read(working, format).fields) == version:
        hint = (
            "Only the file as it is has it, and that was not committed yet: leave the version out"
            " to compare it with the last commit"
        )
    elif near:
        hint = f"Did you mean '{printable(near)}'?"
    elif numbers:
        more = ", …" * (len(numbers) > _FEW)
        hint = f"It had the versions {', '.join(map(printable, numbers[:_FEW]))}{more}"
    if not history.whole:
        hint += ". Not all of the history is here; 'git fetch --unshallow' may bring the rest"
    return CannotError(
        f"{printable(shown(path))} has no version '{printable(version)}': it is no revision of"
        " the repository, and no version number that the file had",
        hint=hint,
    )


# --- findings ------------------------------------------------------------------------------


def _veiled(version: Version, rules: RuleSet, project: Project) -> tuple[Version, set[str]]:
    """Return a version that knows what of it must not be shown, and the secrets in its file."""
    source = version.document.source
    found = [item for item in lint(version.document, rules, project.today) if item.secret]
    if not found:
        return version, set()
    texts = {source.slice(item.span) for item in found if item.span}
    return replace(version, veiled=found[0].excerpt(0, len(source.text))), texts


def _secrets(version: Version, rules: RuleSet, project: Project) -> set[str]:
    """Return the secrets in the fields of a prompt, which its file may write in other letters."""
    # No secret goes over the end of a text.
    source = Source(version.name, "\n\0\n".join(_texts(version.document.fields)))
    message = Message("system", MappedText.verbatim(source))
    document = Document(source, version.document.format, (message,), {})
    found = lint(document, rules, project.today)
    return {source.slice(item.span) for item in found if item.secret and item.span}


def _texts(value: Any) -> Iterator[str]:
    """Yield all texts in a value. Behind its name a password is known for what it is."""
    if isinstance(value, dict):
        for key, item in value.items():
            if isinstance(item, dict | list):
                yield str(key)
                yield from _texts(item)
            else:
                yield f"{key}: {item}"
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    else:
        yield str(value)


def _findings(version: Version, run: Linter, hiding: Hiding) -> Sequence[Diagnostic]:
    found = run.text(version.document.source, version.document.format)
    # What a rule quotes of a field it has read, and not as it is written.
    return [replace(item, message=hiding.text(item.message)) for item in found]


def _held_against(
    before: Sequence[Diagnostic], after: Sequence[Diagnostic]
) -> tuple[list[Diagnostic], list[Diagnostic], list[Diagnostic]]:
    """Tell apart the findings that are new, gone and kept, by rule and fingerprint.

    What has no counterpart in the same words is held against those with the same words on one
    side: a change beside a finding leaves it the same finding.
    """
    old = {index: fingerprint(item) for index, item in enumerate(before)}
    new = {index: fingerprint(item) for index, item in enumerate(after)}
    parts: Sequence[Callable[[str], str]] = (
        str,
        lambda mark: one_sided(mark)[0],
        lambda mark: one_sided(mark)[1],
    )
    for part in parts:
        waiting: dict[tuple[str, str], list[int]] = {}
        for index in reversed(old):
            waiting.setdefault((before[index].rule, part(old[index])), []).append(index)
        for index in list(new):
            key = (after[index].rule, part(new[index]))
            if key[1] and waiting.get(key):
                del old[waiting[key].pop()], new[index]
    kept = [item for index, item in enumerate(after) if index not in new]
    return [after[index] for index in new], [before[index] for index in old], kept
