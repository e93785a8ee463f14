"""Taking prompts over from other programs' collections, and handing them back."""

from __future__ import annotations

import codecs
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from guideline_kit import catalog as catalogs
from guideline_kit import skeletons
from guideline_kit.catalog import Catalog
from guideline_kit.diagnostics import Diagnostic, Severity, in_order
from guideline_kit.errors import CannotError
from guideline_kit.exchange.promptsource import exporting, importing
from guideline_kit.exchange.promptsource.form import FILE_NAME, KEY, template_of
from guideline_kit.exchange.promptsource.importing import About
from guideline_kit.project.authoring import slug_of
from guideline_kit.project.opening import resolve
from guideline_kit.text import Source
from guideline_kit.workspace.files import (
    FolderReader,
    exists,
    is_file,
    is_folder,
    read_source,
    shown,
    write_atomic,
)
from guideline_kit.yamlio import write

_OWNER = "our-team"
_LARGEST = 8_000_000  # bytes
Report = Callable[[str], None]


class Exchange(NamedTuple):
    """What an import or an export did.

    `files` and `templates` are how many there were on the side of PromptSource. `written` are
    new, `same` were there as they are, and `kept` were there and differ. `others` are the prompts
    of the catalog that are none of PromptSource's.
    """

    files: int
    templates: int
    written: Sequence[Path]
    same: int
    kept: Sequence[Path]
    problems: tuple[Diagnostic, ...]
    others: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether everything was taken over."""
        errors = any(item.severity is Severity.ERROR for item in self.problems)
        return not errors and not self.kept


def import_promptsource(
    tree: Path,
    out: Path,
    about: About,
    *,
    force: bool = False,
    report: Report = lambda _: None,
) -> Exchange:
    """Make entries of a tree of `templates.yaml` files, in a catalog's folder.

    A folder that holds no catalog gets a manifest. The owner is a team of the catalog; an empty one
    stands for the first. A file that is there and differs is only written over with `force`.
    Raises CannotError.
    """
    if not is_folder(tree):
        what = "is a file" if exists(tree) else "is not there"
        raise CannotError(
            f"{shown(tree)} {what}", hint=f"Name the folder that holds the {FILE_NAME} files"
        )
    report("Looking for templates")
    sources, problems = _templates(tree)
    if not sources and not problems:
        raise CannotError(
            f"There is no {FILE_NAME} in {shown(tree)} or below it",
            hint="Name a folder such as promptsource/templates",
        )
    manifest = out / catalogs.MANIFEST
    files: dict[str, str] = {}
    if not is_file(manifest):
        files[catalogs.MANIFEST] = skeletons.manifest(slug_of(out), about.owner or _OWNER)
    loaded = _catalog(_Beginning(out, files))
    about = about._replace(owner=_team(about.owner, loaded, manifest))
    report(f"Reading {len(sources):,} files")
    made = importing.import_files(sources, about, known=_known(loaded), taken=_taken(loaded))
    begin = _editor_line(out)
    files |= {entry.path: begin(entry.path) + write(entry.data) for entry in made.entries}
    report(f"Writing {len(made.entries):,} entries")
    written, same, kept, refused = _write(out, files, force=force)
    found = in_order([*problems, *made.problems, *refused])
    return Exchange(len(sources), made.read, written, same, kept, found)


def export_promptsource(
    catalog: Path, out: Path, *, force: bool = False, report: Report = lambda _: None
) -> Exchange:
    """Write the prompts of a catalog that came from PromptSource as a tree of its files.

    Raises CannotError.
    """
    report("Reading the catalog")
    loaded = catalogs.load(FolderReader(catalog), resolve)
    own = [item for item in loaded.catalog.prompts if item.origin == loaded.catalog.name]
    report("Making the files")
    made = exporting.export(own)
    if not made.files and not made.problems:
        raise CannotError(
            f"No prompt in {shown(catalog)} says which template of PromptSource it is",
            hint=f"Such prompts have {KEY}, as 'guideline-kit import promptsource' writes it",
            diagnostics=loaded.problems,
        )
    written, same, kept, refused = _write(out, made.files, force=force)
    found = in_order([*loaded.problems, *made.problems, *refused])
    return Exchange(len(made.files), made.templates, written, same, kept, found, made.others)


# --- reading -------------------------------------------------------------------------------


def _templates(tree: Path) -> tuple[dict[str, Source], list[Diagnostic]]:
    """Return the texts of all files of a tree; none is read through a link that leads out."""
    reader = FolderReader(tree)
    sources: dict[str, Source] = {}
    problems = []
    for path in reader.paths():
        if path.rpartition("/")[2] != FILE_NAME:
            continue
        name = reader.name + path
        place = tree / path
        try:
            if not place.resolve().is_relative_to(tree.resolve()):
                raise PermissionError(0, "it is a link that leads out of the folder")
            text = read_source(place, name, largest=_LARGEST).text
            mark = "\ufeff" if place.read_bytes().startswith(codecs.BOM_UTF8) else ""
            sources[path] = Source(name, mark + text)
        except (OSError, UnicodeDecodeError) as error:
            problems.append(catalogs.unreadable(name, error))
    return sources, problems


class _Beginning(FolderReader):
    """A folder that will be a catalog, once its manifest is written."""

    def __init__(self, folder: Path, files: Mapping[str, str]) -> None:
        super().__init__(folder)
        self.files = files

    def read(self, path: str) -> str:
        return self.files[path] if path in self.files else super().read(path)


def _catalog(reader: FolderReader) -> Catalog:
    """Return the catalog that entries are added to. Raises CannotError."""
    loaded = catalogs.load(reader, resolve, checked=False)
    if loaded.catalog.manifest_tree is None:
        name = reader.name + catalogs.MANIFEST
        raise CannotError(
            f"The catalog's {catalogs.MANIFEST} can't be read; nothing was written",
            hint="Correct the place above",
            diagnostics=[item for item in loaded.problems if item.source.name == name],
        )
    return loaded.catalog


def _editor_line(out: Path) -> Callable[[str], str]:
    """Return what gives the line by which an editor finds the schema, for an entry's path.

    Empty where there are no schemas beside the catalog, as `init` and `new` write them.
    """
    schema = out.resolve().parent / "schemas" / "prompt.schema.json"
    if not is_file(schema):
        return lambda _: ""

    def line(path: str) -> str:
        up = "../" * (path.count("/") + 1)
        return f"# yaml-language-server: $schema={up}schemas/{schema.name}\n"

    return line


def _team(owner: str, catalog: Catalog, manifest: Path) -> str:
    """Return the owner of new entries: a team that there is. Raises CannotError."""
    teams = [item["id"] for item in _listed(catalog.manifest.get("teams")) if "id" in item]
    if not owner and teams:
        return str(teams[0])
    if owner not in teams:
        name = f"'{owner}' is no team" if owner else "There is no team"
        known = f"; there are: {', '.join(teams)}" if teams else ""
        raise CannotError(f"{name} in {shown(manifest)}", hint=f"Add it there under 'teams'{known}")
    return owner


def _listed(value: Any) -> Iterable[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _known(catalog: Catalog) -> dict[tuple[str, str], str]:
    """Return where the entries stand that templates became before."""
    found = {}
    for entry in catalog.prompts:
        template = template_of(entry.data.get(KEY))
        if template is not None and entry.origin == catalog.name:
            found[template] = entry.path
    return found


def _taken(catalog: Catalog) -> frozenset[str]:
    return frozenset(
        entry.id
        for entry in catalog.entries.values()
        if KEY not in entry.data or entry.origin != catalog.name
    )


# --- writing -------------------------------------------------------------------------------


def _write(
    out: Path, files: Mapping[str, str], *, force: bool
) -> tuple[list[Path], int, list[Path], list[Diagnostic]]:
    """Write files below a folder: return the new ones, how many were there as they are, those
    that differ and were kept, and why some could not be written. Nothing is written elsewhere."""
    written: list[Path] = []
    kept: list[Path] = []
    refused: list[Diagnostic] = []
    same = 0
    real = Path(os.path.realpath(out))
    for name, text in files.items():
        path = out / name
        data = text.encode()
        try:
            # A link may lead out of the folder: what is written there is not what was asked for.
            if not Path(os.path.realpath(path)).is_relative_to(real):
                raise PermissionError(0, "a link leads out of the folder")
            there = path.read_bytes() if os.path.lexists(path) else None
            if there == data:
                same += 1
            elif there is not None and not force:
                kept.append(path)
            else:
                write_atomic(path, data)
                written.append(path)
        except (OSError, UnicodeEncodeError) as error:
            refused.append(_refused(path, error))
    return written, same, kept, refused


def _refused(path: Path, error: OSError | UnicodeEncodeError) -> Diagnostic:
    reason = error.strerror if isinstance(error, OSError) else "it holds half a character"
    return Diagnostic(
        "exchange",
        Severity.ERROR,
        f"The file can't be written: {reason or type(error).__name__}",
        Source(shown(path), ""),
        help="Give it a place below a folder that you may write to",
    )
