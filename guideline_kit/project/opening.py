"""Opening a project: its configuration, and the catalog that it follows."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from guideline_kit import __version__, resources
from guideline_kit import catalog as catalogs
from guideline_kit import config as configs
from guideline_kit.catalog import Loaded, Reader
from guideline_kit.config import Config
from guideline_kit.diagnostics import Diagnostic, Severity
from guideline_kit.errors import CannotError
from guideline_kit.text import Source
from guideline_kit.workspace import packages
from guideline_kit.workspace.discovery import Filters
from guideline_kit.workspace.files import FolderReader, read_source, shown


class Project(NamedTuple):
    """A folder with a configuration, and the catalog that it follows.

    `root` is the folder of the configuration file, or where we are when there is none.
    """

    root: Path
    config: Config
    reader: Reader
    today: datetime.date

    @property
    def filters(self) -> Filters:
        """What the configuration says of files."""
        return Filters(self.root, self.config.include, self.config.exclude)


def open_project(
    where: Path, *, catalog: Path | None = None, today: datetime.date | None = None
) -> Project:
    """Return the project around a folder.

    `catalog` is a catalog's folder that counts instead of the configured one. Raises
    CannotError for a configuration that can't be relied on, or a catalog that is not there.
    """
    root, config = configuration(where.absolute())
    reader: Reader
    if catalog is not None:
        reader = _folder(catalog)
        config = config.override("--catalog", extends=(str(catalog),))
    elif config.extends == (catalogs.SHIPPED,):
        reader = shipped_reader()
    else:
        readers = [_extended(root, config, number) for number in range(len(config.extends))]
        reader = readers[0] if len(readers) == 1 else _Together(root, config.extends)
    return Project(root, config, reader, today or datetime.date.today())


def configuration(where: Path) -> tuple[Path, Config]:
    """Return the configuration, and its folder; from a folder upwards to its repository's root.

    Raises CannotError for one that can't be relied on.
    """
    for folder in (where, *where.parents):
        for name in (configs.FILE_NAME, configs.PYPROJECT):
            path = folder / name
            # Most files of the second name say nothing of us, and to parse one takes a while.
            if path.is_file() and (name == configs.FILE_NAME or _speaks_of_us(path)):
                config = configs.parse(_read(path))
                if config is not None:
                    return folder, config
        if (folder / ".git").exists():
            break
    return where, Config()


def _speaks_of_us(path: Path) -> bool:
    try:
        return configs.TABLE[-1].encode() in path.read_bytes()
    except OSError:
        return True  # why it can't be read is said when it is


def _read(path: Path) -> Source:
    try:
        return read_source(path)
    except (OSError, UnicodeDecodeError) as error:
        raise CannotError(
            "The configuration can't be read; nothing was checked",
            diagnostics=[catalogs.unreadable(shown(path), error)],
        ) from None


# --- catalogs ------------------------------------------------------------------------------

_NO_CATALOG = "Name the folder that holds it, or make a catalog with 'guideline-kit init'"
_PACKAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


def _folder(folder: Path) -> FolderReader:
    if not (folder / catalogs.MANIFEST).is_file():
        raise CannotError(
            f"There is no catalog in {shown(folder)}: it holds no {catalogs.MANIFEST}",
            hint=_NO_CATALOG,
        )
    return FolderReader(folder)


def _extended(root: Path, config: Config, number: int) -> FolderReader:
    """Return a catalog that a configuration extends. Raises CannotError."""
    name = config.extends[number]
    reader = _named(root, name)
    if reader is not None:
        return reader
    message = f"There is no catalog in the folder '{name}': it holds no {catalogs.MANIFEST}"
    hint = _NO_CATALOG
    if _PACKAGE.fullmatch(name):
        message = f"'{name}' is neither a folder that holds {catalogs.MANIFEST}, nor a catalog"
        message += " that an installed package offers"
        offered = ", ".join(sorted([catalogs.SHIPPED, *packages.offered()]))
        hint = f"Install the package where guideline-kit is; there are: {offered}"
    tree = config.tree
    assert tree is not None  # noqa: S101  without a file it is the catalog that ships
    one = tree.get(("extends", number)) is not None
    span = tree.value_span(("extends", number) if one else ("extends",))
    problem = Diagnostic("configuration", Severity.ERROR, message, tree.source, span, help=hint)
    raise CannotError(
        f"The configuration {config.name} names a catalog that is not there; nothing was checked",
        hint="Correct the place above",
        diagnostics=[problem],
    )


def _named(base: Path, name: str) -> FolderReader | None:
    """Return the catalog of a name, as seen from a folder: the one that ships, a folder's, or
    that of an installed package."""
    if name == catalogs.SHIPPED:
        return shipped_reader()
    folder = (base / name).resolve()
    if (folder / catalogs.MANIFEST).is_file():
        return FolderReader(folder)
    if _PACKAGE.fullmatch(name):
        package = packages.find(name)
        if package is not None and (package.folder / catalogs.MANIFEST).is_file():
            return FolderReader(package.folder, f"{name}:", package.version)
    return None


class _Together(FolderReader):
    """Several catalogs as one: that of a configuration which extends them."""

    def __init__(self, root: Path, names: Sequence[str]) -> None:
        super().__init__(root)
        self.names = tuple(names)

    def paths(self) -> Iterator[str]:
        return iter((catalogs.MANIFEST,))

    def state(self, below: str) -> dict[str, list[int]] | None:  # noqa: ARG002
        return {name: [] for name in self.names}

    def read(self, path: str) -> str:  # noqa: ARG002
        about = {"name": "this-configuration", "title": "This configuration", "teams": []}
        return json.dumps({**about, "extends": self.names}, indent=1).replace("\n ", "\n")


def shipped_reader() -> FolderReader:
    """Return the catalog that ships with the tool."""
    return FolderReader(resources.catalog_dir(), f"{catalogs.SHIPPED}:", __version__)


def find_catalog(where: Path) -> Path:
    """Return the catalog folder that somebody in a folder means.

    The folder itself, the configured one, or `catalog/`. Raises CannotError.
    """
    if (where / catalogs.MANIFEST).is_file():
        return where
    root, config = configuration(where.absolute())
    named = [root / name for name in config.extends if name != catalogs.SHIPPED]
    for folder in (*named, where / "catalog"):
        if (folder / catalogs.MANIFEST).is_file():
            return folder
    here = "this folder" if where.resolve() == Path.cwd() else shown(where)
    raise CannotError(
        f"There is no catalog in {here}",
        hint="Name the folder that holds catalog.yaml, or make one with 'guideline-kit init'",
    )


def resolve(name: str, reader: Reader) -> Reader | None:
    """Find the catalog that an `extends` names, seen from the catalog that names it."""
    if isinstance(reader, FolderReader):
        return _named(reader.folder, name)
    return shipped_reader() if name == catalogs.SHIPPED else None


def load_catalog(project: Project) -> Loaded:
    """Load the project's catalog, with all that it extends, and check it by its schemas."""
    return catalogs.load(project.reader, resolve)
