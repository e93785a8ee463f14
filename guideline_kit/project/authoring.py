"""Making things: a repository, an entry, the schemas for an editor. Nothing is overwritten."""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from guideline_kit import catalog as catalogs
from guideline_kit import resources, skeletons
from guideline_kit.errors import CannotError
from guideline_kit.project.opening import resolve
from guideline_kit.workspace.files import FolderReader, shown, write_atomic


@dataclass(frozen=True, slots=True)
class Written:
    """Files that were written, and files that were left as they are."""

    new: Sequence[Path]
    kept: Sequence[Path]


def _write_new(folder: Path, files: Mapping[str, str]) -> Written:
    """Write files that are not there yet. Raises CannotError."""
    new, kept = [], []
    for name, text in files.items():
        path = folder / name
        if path.exists() or path.is_symlink():
            kept.append(path)
            continue
        try:
            write_atomic(path, text)
        except OSError as error:
            raise CannotError(
                f"{shown(path)} can't be written: {error.strerror}",
                hint="Choose a folder that you may write to",
            ) from None
        new.append(path)
    return Written(new, kept)


def write_schemas(folder: Path) -> Written:
    """Write the JSON Schemas into a folder; ones that are there are brought up to date."""
    new = []
    for name, text in resources.read_schemas().items():
        path = folder / name
        try:
            if not path.is_file() or path.read_bytes() != text.encode():
                write_atomic(path, text)
                new.append(path)
        except OSError as error:
            raise CannotError(
                f"{shown(path)} can't be written: {error.strerror}",
                hint="Choose a folder that you may write to",
            ) from None
    return Written(new, ())


def init(folder: Path, *, name: str = "", title: str = "", uses: str | None = None) -> Written:
    """Make a guidelines repository in a folder, or set one up that `uses` a catalog.

    Files that are there are never overwritten.
    """
    if folder.exists() and not folder.is_dir():
        raise CannotError(f"{shown(folder)} is a file", hint="Name a folder")
    if uses is not None:
        if uses != catalogs.SHIPPED:
            catalog = Path(uses)
            if not (catalog / catalogs.MANIFEST).is_file():
                raise CannotError(
                    f"There is no catalog in {shown(catalog)}: it holds no {catalogs.MANIFEST}",
                    hint=f"Name a catalog's folder, or {catalogs.SHIPPED}",
                )
            # The configuration names it as seen from its own folder.
            uses = os.path.relpath(catalog.resolve(), folder.resolve()).replace(os.sep, "/")
        return _write_new(folder, skeletons.configuration(uses))
    slug = name or re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-")
    if not slug or not slug[0].isalpha():
        slug = f"our-{slug}".rstrip("-")
    if slug == catalogs.SHIPPED:
        slug = "our-guidelines"
    title = title or slug.replace("-", " ").capitalize()
    written = _write_new(folder, skeletons.repository(slug, title.replace('"', "'")))
    schemas_written = write_schemas(folder / "schemas")
    return Written([*written.new, *schemas_written.new], written.kept)


def new_entry(
    catalog: Path, kind: str, id: str, *, group: str = "", title: str = "", today: datetime.date
) -> Path:
    """Write the skeleton of an entry into a catalog. Raises CannotError."""
    pattern = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"
    for what, value in (("id", id), ("group", group)):
        if value and not re.fullmatch(pattern, value):
            raise CannotError(
                f"'{value}' is no {what}", hint="Use small letters, digits and single hyphens"
            )
    if catalog.resolve() == (resources.data_folder() / "catalog").resolve() and (
        resources.data_folder().name == "_data"
    ):
        raise CannotError(
            "The catalog that ships with the tool is not yours to change",
            hint="Make one that extends it with 'guideline-kit init'",
        )
    loaded = catalogs.load(FolderReader(catalog), resolve)
    taken = loaded.catalog.find(id)
    if taken is not None:
        raise CannotError(
            f"The id '{id}' is taken by a {taken.kind} of {taken.origin}", hint="Choose another"
        )
    folder = catalog / {value: key for key, value in catalogs.FOLDERS.items()}[kind]
    path = folder / group / f"{id}.yaml" if group else folder / f"{id}.yaml"
    if path.exists():
        raise CannotError(f"{shown(path)} is there already", hint="Choose another id")
    schema = _schema_folder(catalog)
    relative = os.path.relpath(schema / f"{kind}.schema.json", path.parent).replace(os.sep, "/")
    teams = [item["id"] for item in loaded.catalog.manifest.get("teams", ()) if "id" in item]
    owner = teams[0] if teams else '""'
    try:
        write_atomic(path, skeletons.entry(kind, id, relative, owner, today, title))
    except OSError as error:
        raise CannotError(f"{shown(path)} can't be written: {error.strerror}") from None
    return path


def _schema_folder(catalog: Path) -> Path:
    """Return the schemas beside a catalog; they are written there if they are not."""
    folder = catalog.resolve().parent / "schemas"
    if not (folder / "rule.schema.json").is_file():
        write_schemas(folder)
    return folder
