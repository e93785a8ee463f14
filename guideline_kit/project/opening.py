"""Opening a project: its configuration, and the catalog that it follows."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import NamedTuple

from guideline_kit import catalog as catalogs
from guideline_kit import config as configs
from guideline_kit import resources
from guideline_kit.catalog import Loaded, Reader
from guideline_kit.config import Config
from guideline_kit.errors import CannotError
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
    root, config = _configuration(where.absolute())
    reader: Reader
    if catalog is not None:
        reader = _folder(catalog, f"There is no catalog in {shown(catalog)}")
    elif config.catalog == catalogs.SHIPPED:
        reader = shipped_reader()
    else:
        origin = config.origins.get("catalog", "")
        reader = _folder(
            root / config.catalog, f"{origin}: there is no catalog in the folder '{config.catalog}'"
        )
    return Project(root, config, reader, today or datetime.date.today())


def _configuration(where: Path) -> tuple[Path, Config]:
    """Find the configuration file, from a folder upwards to its repository's root."""
    for folder in (where, *where.parents):
        path = folder / configs.FILE_NAME
        if path.is_file():
            try:
                source = read_source(path)
            except (OSError, UnicodeDecodeError) as error:
                problem = catalogs.unreadable(shown(path), error)
                raise CannotError(
                    "The configuration can't be read; nothing was checked", diagnostics=[problem]
                ) from None
            return folder, configs.parse(source)
        if (folder / ".git").exists():
            break
    return where, Config()


def _folder(folder: Path, message: str) -> FolderReader:
    if not (folder / catalogs.MANIFEST).is_file():
        raise CannotError(
            f"{message}: it holds no {catalogs.MANIFEST}",
            hint="Name the folder that holds it, or make a catalog with 'guideline-kit init'",
        )
    return FolderReader(folder)


def shipped_reader() -> FolderReader:
    """Return the catalog that ships with the tool."""
    return FolderReader(resources.catalog_dir(), f"{catalogs.SHIPPED}:")


def find_catalog(where: Path) -> Path:
    """Return the catalog folder that somebody in a folder means.

    The folder itself, the configured one, or `catalog/`. Raises CannotError.
    """
    if (where / catalogs.MANIFEST).is_file():
        return where
    root, config = _configuration(where.absolute())
    candidates = [where / "catalog"]
    if config.catalog != catalogs.SHIPPED:
        candidates.insert(0, root / config.catalog)
    for folder in candidates:
        if (folder / catalogs.MANIFEST).is_file():
            return folder
    here = "this folder" if where.resolve() == Path.cwd() else shown(where)
    raise CannotError(
        f"There is no catalog in {here}",
        hint="Name the folder that holds catalog.yaml, or make one with 'guideline-kit init'",
    )


def resolve(name: str, reader: Reader) -> Reader | None:
    """Find the catalog that an `extends` names, seen from the catalog that names it."""
    if name == catalogs.SHIPPED:
        return shipped_reader()
    if isinstance(reader, FolderReader):
        folder = (reader.folder / name).resolve()
        if (folder / catalogs.MANIFEST).is_file():
            return FolderReader(folder)
    return None


def load_catalog(project: Project) -> Loaded:
    """Load the project's catalog, with all that it extends, and check it by its schemas."""
    return catalogs.load(project.reader, resolve)
