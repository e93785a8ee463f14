"""Making things: a repository, an entry, the schemas for an editor. Nothing is overwritten."""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from guideline_kit import catalog as catalogs
from guideline_kit import precommit, resources, skeletons
from guideline_kit.config import FILE_NAME, PYPROJECT
from guideline_kit.errors import CannotError
from guideline_kit.project.opening import configuration, resolve
from guideline_kit.workspace import packages
from guideline_kit.workspace.files import (
    FolderReader,
    exists,
    is_file,
    is_folder,
    read_source,
    rewrite,
    shown,
    write_atomic,
)
from guideline_kit.workspace.places import top_of


@dataclass(frozen=True, slots=True)
class Written:
    """Files that were written, files that were left as they are, and files to which something
    was added. `to_add` is what somebody has to add by hand, to the file `add_to`."""

    new: Sequence[Path]
    kept: Sequence[Path]
    extended: Sequence[Path] = ()
    to_add: str = ""
    add_to: Path = Path(precommit.FILE_NAME)


def _write_new(folder: Path, files: Mapping[str, str]) -> Written:
    """Write files that are not there yet. Raises CannotError."""
    new, kept = [], []
    for name, text in files.items():
        path = folder / name
        if os.path.lexists(path):
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
            if not is_file(path) or path.read_bytes() != text.encode():
                write_atomic(path, text)
                new.append(path)
        except OSError as error:
            raise CannotError(
                f"{shown(path)} can't be written: {error.strerror}",
                hint="Choose a folder that you may write to",
            ) from None
    return Written(new, ())


def init(folder: Path, *, name: str = "", title: str = "") -> Written:
    """Make a guidelines repository in a folder. Files that are there are never overwritten."""
    _refuse_file(folder)
    slug = name or slug_of(folder)
    title = title or slug.replace("-", " ").capitalize()
    written = _write_new(folder, skeletons.repository(slug, title.replace('"', "'")))
    schemas_written = write_schemas(folder / "schemas")
    return Written([*written.new, *schemas_written.new], written.kept)


def slug_of(folder: Path) -> str:
    """Return the name of a catalog that somebody begins in a folder."""
    slug = re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-")
    if not slug or not slug[0].isalpha():
        slug = f"our-{slug}".rstrip("-")
    return "our-guidelines" if slug == catalogs.SHIPPED else slug


# What a repository has before anybody has put something into it.
_BEGINNINGS = ("README", "LICENSE", "LICENCE", "CHANGELOG", "CONTRIBUTING", "guideline-kit")


def is_in_use(folder: Path) -> bool:
    """Whether a folder holds something else than guidelines: then somebody wants the prompts in
    it checked, rather than to begin a catalog of their own."""
    if not is_folder(folder) or is_file(folder / "catalog" / catalogs.MANIFEST):
        return False
    _, config = configuration(folder.absolute())
    if any(is_folder(folder / extended) for extended in config.extends):
        return False
    names = (path.name for path in folder.iterdir() if path.name not in (".git", ".gitignore"))
    return any(not name.startswith(_BEGINNINGS) for name in names)


_LONGEST = 300  # characters of a path in a configuration; its schema says the same


def set_up(folder: Path, uses: str) -> Written:
    """Set a folder up to follow a catalog: its folder, the one that ships, or a package's.

    The hook is added to a configuration of pre-commit that is there; nothing else is changed.
    """
    _refuse_file(folder)
    if uses != catalogs.SHIPPED and packages.find(uses) is None:
        catalog = Path(uses)
        if not is_file(catalog / catalogs.MANIFEST):
            catalog = catalog / "catalog"  # in a repository that `init` has made
        if not is_file(catalog / catalogs.MANIFEST):
            raise CannotError(
                f"There is no catalog in {shown(Path(uses))}: it holds no {catalogs.MANIFEST}",
                hint=f"Name a catalog's folder, {catalogs.SHIPPED}, or what an installed package"
                " offers",
            )
        # The configuration names it as seen from its own folder.
        uses = os.path.relpath(catalog.resolve(), folder.resolve()).replace(os.sep, "/")
        uses = uses if uses.startswith(".") else f"./{uses}"
        if re.search("[\r\n\ud800-\udfff]", uses) or len(uses) > _LONGEST:
            raise CannotError(
                f"The path {uses} can't be written into a configuration",
                hint=f"Give the folder a name of one line, in UTF-8, and a path of {_LONGEST}"
                " characters at the most",
            )
    pyproject = folder / PYPROJECT
    if is_file(pyproject) and configuration(folder.absolute())[1].name.endswith(PYPROJECT):
        written = Written((), [pyproject])
    else:
        written = _write_new(folder, {FILE_NAME: skeletons.configuration(uses)})
    path = folder / precommit.FILE_NAME
    top = top_of(folder)
    if top is not None and top != folder.resolve():
        # pre-commit runs at the top of a repository, and reads no other file than the one there.
        part = folder.resolve().relative_to(top).as_posix()
        hook, add_to = precommit.hook_of_part(part), top / precommit.FILE_NAME
        if _holds(add_to, hook):
            return replace(written, kept=[*written.kept, add_to])
        return replace(written, to_add=hook, add_to=add_to)
    if not exists(path):
        hooked = _write_new(folder, {path.name: precommit.CONFIGURATION})
        return Written([*written.new, *hooked.new], [*written.kept, *hooked.kept])
    return _with_hook(path, written)


def _with_hook(path: Path, written: Written) -> Written:
    """Add the hook to a configuration of pre-commit, if that can be done without harm."""
    kept = replace(written, kept=[*written.kept, path], add_to=path)
    try:
        read_source(path)  # that it is a file with a text
        before = path.read_bytes()
        text = before.decode("utf-8").removeprefix("\ufeff")
    except (OSError, UnicodeDecodeError):
        return replace(kept, to_add=precommit.hook())
    if precommit.is_hooked(text):
        return kept
    extended = precommit.with_hook(text)
    if extended is None:
        return replace(kept, to_add=precommit.hook())
    try:
        rewrite(path, before, extended)
    except OSError:
        return replace(kept, to_add=precommit.hook())
    return replace(written, extended=[path])


def is_hooked(folder: Path) -> bool:
    """Whether the configuration of pre-commit in a folder has our hook."""
    try:
        return precommit.is_hooked(read_source(folder / precommit.FILE_NAME).text)
    except (OSError, UnicodeDecodeError):
        return False


def _holds(path: Path, hook: str) -> bool:
    """Whether a configuration of pre-commit holds a hook, by the command that it runs."""
    try:
        return precommit.has_entry(read_source(path).text, hook)
    except (OSError, UnicodeDecodeError):
        return False


def _refuse_file(folder: Path) -> None:
    if exists(folder) and not is_folder(folder):
        raise CannotError(f"{shown(folder)} is a file", hint="Name a folder")


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
        resources.is_installed()
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
    if exists(path):
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
    if not is_file(folder / "rule.schema.json"):
        write_schemas(folder)
    return folder
