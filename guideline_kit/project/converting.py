"""A prompt as a file of another format, with all that was said of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

from guideline_kit import catalog as catalogs
from guideline_kit import formats
from guideline_kit.diagnostics import Diagnostic
from guideline_kit.errors import CannotError
from guideline_kit.exchange.converting import (
    BESIDE,
    TARGETS,
    Converted,
    convert,
    flaw_of,
    prompts_of,
)
from guideline_kit.project.entries import find_entry, is_path
from guideline_kit.project.opening import Project, load_catalog
from guideline_kit.report.converted import Outcome
from guideline_kit.report.text import printable
from guideline_kit.text import Source
from guideline_kit.workspace.files import exists, is_link, read_source, shown, write_atomic
from guideline_kit.workspace.neighbours import Neighbours

_LARGEST = 64_000_000
_FEW = 12  # ids in a message


class Asked(NamedTuple):
    """What somebody wants: the target's name, where to write, which prompt of a file of several,
    who owns an entry that is made, and whether files may be written over."""

    target: str
    output: Path | None = None
    prompt: str = ""
    owner: str = ""
    force: bool = False


class Result(NamedTuple):
    """What came of it: a file of another format, that format's id, and the file to write.

    `problems` are what is wrong with the file that was read, and `blanks` are fields of an entry
    that nobody has filled in. `is_named` says whether somebody named the file to write.
    """

    made: Converted
    format: str
    path: Path
    problems: tuple[Diagnostic, ...] = ()
    blanks: tuple[str, ...] = ()
    is_named: bool = False

    @property
    def beside(self) -> Path:
        """The file in which is kept what the other one can't hold."""
        return self.path.with_name(self.path.name + BESIDE)


def convert_prompt(project: Project, name: str, asked: Asked) -> Result:
    """Return a prompt, by its id or its file, in another format. Raises CannotError."""
    problems: tuple[Diagnostic, ...] = ()
    if is_path(name):
        entry, problems = _of_file(project, Path(name), asked.prompt)
        folder = Path(name).parent
    else:
        entry = dict(find_entry(project, "prompt", name, "converted")[0].data)
        folder = Path()
    blanks: tuple[str, ...] = ()
    if asked.target == "catalog":
        entry, blanks = _completed(project, entry, asked.owner)
    target = TARGETS[asked.target]
    path = asked.output or folder / f"{entry['id']}{target.suffix}"
    made = convert(entry, asked.target, path.name)
    return Result(made, target.format, path, problems, blanks, is_named=asked.output is not None)


def write(result: Result, *, force: bool) -> list[Path]:
    """Write the files of a result, each whole or not at all; return those that were written.

    Raises CannotError where one of them is there already, and nobody said that it may go.
    """
    files = {result.path: result.made.text}
    if result.made.beside:
        files[result.beside] = result.made.beside
    for path in files:
        # In a project of strangers, a link may lead to a file of ours. One that was named is meant.
        if is_link(path) and not (result.is_named and path == result.path):
            raise CannotError(
                f"{shown(path)} is a link; nothing was written",
                hint="Name another file with --output, or remove the link",
            )
    there = [path for path in files if exists(path)]
    if there and not force:
        raise CannotError(
            f"{shown(there[0])} is there already; nothing was written",
            hint="Name another file with --output, or write over it with --force",
        )
    for path, text in files.items():
        try:
            write_atomic(path, text)
        except OSError as error:
            raise CannotError(f"{shown(path)} can't be written: {error.strerror}") from None
    return list(files)


def _of_file(
    project: Project, path: Path, prompt: str
) -> tuple[dict[str, Any], tuple[Diagnostic, ...]]:
    """Return a prompt of a file as an entry, and what is wrong with the file."""
    name = shown(path)
    try:
        source = read_source(path, name, _LARGEST)
    except (OSError, UnicodeDecodeError) as error:
        raise CannotError(
            "The prompt can't be read; nothing was converted",
            hint="Name the id of a prompt in the catalog, or a file with a prompt",
            diagnostics=[catalogs.unreadable(name, error)],
        ) from None
    format = formats.detect(name, source.text)
    if format is None and formats.confirm(formats.CATALOG_PROMPT, name, source.text):
        format = formats.CATALOG_PROMPT  # entries may be kept in a folder of any name
    format = format or formats.fallback(name)
    beside = Neighbours(path, project.root)
    problems = formats.read(source, format, beside).problems
    entries = [
        entry
        for entry in prompts_of(source, format, beside)
        if entry["template"].get("messages") != []
    ]
    if not entries:
        raise CannotError(
            f"{printable(name)} holds no prompt that could be read as {formats.TITLES[format]}",
            hint="'guideline-kit lint' on the file says more",
            diagnostics=list(problems),
        )
    entry = _chosen(entries, prompt, source)
    flaw = flaw_of(entry)
    if flaw:
        raise CannotError(
            f"The prompt in {printable(name)} can't be converted: {flaw}",
            hint="Correct that in the file, or in what is kept beside it",
            diagnostics=list(problems),
        )
    return entry, problems


def _chosen(entries: list[dict[str, Any]], prompt: str, source: Source) -> dict[str, Any]:
    """Return the prompt that somebody asked for, of those in a file."""
    if not prompt:
        if len(entries) == 1:
            return entries[0]
    else:
        for entry in entries:
            if prompt in (entry.get("id"), entry.get("title")):
                return entry
    ids = [str(entry.get("id")) for entry in entries]
    listed = ", ".join(ids[:_FEW]) + (f" and {len(ids) - _FEW} more" if len(ids) > _FEW else "")
    what = f"no prompt '{printable(prompt)}'" if prompt else f"{len(ids)} prompts"
    raise CannotError(
        f"{printable(source.name)} holds {what}; nothing was converted",
        hint=f"Choose one with --prompt: {listed}",
    )


def _completed(
    project: Project, entry: dict[str, Any], owner: str
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """Return an entry with what each has to have, and the fields that are left blank."""
    if not owner and "owner" not in entry:
        teams = load_catalog(project).catalog.manifest.get("teams", ())
        ids = [team.get("id") for team in teams if isinstance(team, dict)]
        owner = ids[0] if len(ids) == 1 and isinstance(ids[0], str) else ""
    own = {"owner": owner} if owner else {}
    complete = {"owner": "", "status": "draft", "version": "0.1.0", **entry, **own}
    return complete, () if complete["owner"] else ("owner",)


def outcome(result: Result, *, written: bool) -> Outcome:
    """Return what there is to say of a result."""
    made = result.made
    return Outcome(
        title=formats.TITLES[result.format],
        file=shown(result.path) if written else "",
        beside=shown(result.beside) if written and made.beside else "",
        kept=made.kept,
        is_inside=not made.beside,
        as_it_was=made.as_it_was,
        blanks=result.blanks,
        problems=result.problems,
    )
