"""Opening a project: its configuration, and the catalog that it follows."""

from __future__ import annotations

import datetime
import json
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
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
from guideline_kit.workspace import cache
from guideline_kit.workspace.discovery import Filters
from guideline_kit.workspace.files import FolderReader, is_file, read_source, shown


class Project(NamedTuple):
    """A folder with a configuration, and the catalog that it follows.

    `root` is the folder of the configuration file; without one, the top of the repository that we
    are in, or where we are.
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
        reader = readers[0] if len(readers) == 1 else Together(root, config.extends)
    return Project(root, config, reader, today or datetime.date.today())


def configuration(where: Path) -> tuple[Path, Config]:
    """Return the configuration, and its folder; from a folder upwards to its repository's root.

    Raises CannotError for one that can't be relied on.
    """
    for folder in (where, *where.parents):
        _refuse_other_names(folder)
        for name in (configs.FILE_NAME, configs.PYPROJECT):
            path = folder / name
            if _is_ours(path):
                config = _parsed(_read(path))
                if config is not None:
                    return folder, config
        if os.path.lexists(folder / ".git"):
            return folder, Config()
    return where, Config()


# What people call it by mistake. To pass it over would check prompts by other rules.
_OTHER_NAMES = ("guideline-kit.yml", ".guideline-kit.yaml", ".guideline-kit.yml")
_OTHER_TABLE = b"[tool.guideline_kit"


def _refuse_other_names(folder: Path) -> None:
    for name in _OTHER_NAMES:
        if os.path.lexists(folder / name) and not os.path.lexists(folder / configs.FILE_NAME):
            raise CannotError(
                f"{shown(folder / name)} looks like the configuration, which is called"
                f" {configs.FILE_NAME}",
                hint="Rename it",
            )


def _parsed(source: Source) -> Config | None:
    """Return the configuration that a file holds; one that was in order before is not held
    against its schema again: to load jsonschema takes longer than to check a prompt."""
    key = cache.key(["configuration", source.name.rpartition("/")[2], source.text])
    known = cache.load("fits", key) is True
    config = configs.parse(source, checked=not known)
    if not known and config is not None:
        cache.store("fits", key, value=True)
    return config


def _is_ours(path: Path) -> bool:
    """Whether a path is that of a configuration file, readable or not."""
    if path.name == configs.FILE_NAME:
        return os.path.lexists(path)
    # Most files of the other name say nothing of us, and to parse one takes a while.
    try:
        text = path.read_bytes() if os.path.isfile(path) else b""  # noqa: PTH113
    except OSError:
        return False
    if _OTHER_TABLE in text:
        raise CannotError(
            f"{shown(path)} has a table [tool.guideline_kit]; ours is [tool.guideline-kit]",
            hint="Write it with a hyphen",
        )
    return configs.TABLE[-1].encode() in text


def _read(path: Path) -> Source:
    try:
        return read_source(path, largest=_LARGEST)
    except (OSError, UnicodeDecodeError) as error:
        problem = catalogs.unreadable(shown(path), error)
        if isinstance(error, OSError):
            help = f"{path.name} is where the configuration stands: put a file there that you may"
            problem = replace(problem, help=f"{help} read, or give this another name")
        raise CannotError(
            "The configuration can't be read; nothing was checked",
            hint="Correct the place above",
            diagnostics=[problem],
        ) from None


# --- catalogs ------------------------------------------------------------------------------

_NO_CATALOG = "Name the folder that holds it, or make a catalog with 'guideline-kit init'"
_PACKAGE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_LARGEST = 8_000_000  # bytes; of the characters that it stands for, YAML and TOML have a bound


def _folder(folder: Path) -> FolderReader:
    if not is_file(folder / catalogs.MANIFEST):
        raise CannotError(
            f"There is no catalog in {shown(folder)}: it holds no {catalogs.MANIFEST}",
            hint=_NO_CATALOG,
        )
    return FolderReader(folder)


def _extended(root: Path, config: Config, number: int) -> FolderReader:
    """Return a catalog that a configuration extends. Raises CannotError."""
    name = config.extends[number]
    found = _named(root, name)
    if isinstance(found, FolderReader):
        return found
    message = f"There is no catalog in the folder '{name}': it holds no {catalogs.MANIFEST}"
    hint = _NO_CATALOG
    if found is not None:
        message = f"The catalog '{name}' of an installed package can't be used: {found}"
        hint = "Install a version of the package that is in order, or take it out of 'extends'"
    elif _PACKAGE.fullmatch(name):
        from guideline_kit.workspace import packages

        message = f"'{name}' is neither a folder that holds {catalogs.MANIFEST}, nor a catalog"
        message += " that an installed package offers"
        offered = ", ".join(sorted({catalogs.SHIPPED, *packages.offered()}))
        hint = "Install the package where guideline-kit is (for a hook of pre-commit, name it under"
        hint += f" its additional_dependencies); there are: {offered}"
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


def _named(base: Path, name: str, within: FolderReader | None = None) -> FolderReader | str | None:
    """Return the catalog of a name, as seen from a folder: the one that ships, a folder's, or
    that of an installed package. A text says why there is something that can't be used.

    `within` is the catalog that names it: what an installed one has beside it is installed, too.
    """
    if name == catalogs.SHIPPED:
        return shipped_reader()
    # Of `os.path`: it answers for names, too, that are no paths, and for links in a circle.
    folder = os.path.join(base, name)  # noqa: PTH118
    if os.path.isfile(os.path.join(folder, catalogs.MANIFEST)):  # noqa: PTH113, PTH118
        real = Path(os.path.realpath(folder))
        if isinstance(within, Installed):
            return Installed(real, None, within.version)
        return FolderReader(real)
    if _PACKAGE.fullmatch(name):
        from guideline_kit.workspace import packages  # most prompts follow none

        package = packages.find(name)
        if isinstance(package, packages.Package):
            return Installed(package.folder, f"{name}:", package.version)
        return package
    return None


class Installed(FolderReader):
    """A catalog that came with a package, as the one that ships did."""

    def paths(self) -> Iterator[str]:
        """Yield the path of each file, but for what makes a folder a package."""
        return (path for path in super().paths() if path != "__init__.py")


class Together(FolderReader):
    """Several catalogs as one: that of a configuration which extends them."""

    def __init__(self, root: Path, names: Sequence[str]) -> None:
        # No catalog has this name, so none of them seems to extend itself.
        super().__init__(root, "what the configuration extends: ")
        self.names = tuple(names)

    @property
    def number(self) -> str:
        """What the file system calls the folder, apart from a catalog that is kept in it."""
        return f"{super().number}-together"

    def paths(self) -> Iterator[str]:
        return iter((catalogs.MANIFEST,))

    def state(self, below: str) -> dict[str, list[int]] | None:  # noqa: ARG002
        return {f"{number} {name}": [] for number, name in enumerate(self.names)}

    def read(self, path: str) -> str:  # noqa: ARG002
        names = json.dumps(self.names, ensure_ascii=False)
        about = "name: this-configuration\ntitle: This configuration\nteams: []\n"
        return f"{about}extends: {names}\n"


def shipped_reader() -> FolderReader:
    """Return the catalog that ships with the tool."""
    return Installed(resources.catalog_dir(), f"{catalogs.SHIPPED}:", __version__)


def find_catalog(where: Path) -> Path:
    """Return the catalog folder that somebody in a folder means.

    The folder itself, the configured one, or `catalog/`. Raises CannotError.
    """
    if is_file(where / catalogs.MANIFEST):
        return where
    root, config = configuration(where.absolute())
    named = [root / name for name in config.extends if name != catalogs.SHIPPED]
    for folder in (*named, where / "catalog"):
        if is_file(folder / catalogs.MANIFEST):
            return folder
    here = "this folder" if where.resolve() == Path.cwd() else shown(where)
    raise CannotError(
        f"There is no catalog in {here}",
        hint="Name the folder that holds catalog.yaml, or make one with 'guideline-kit init'",
    )


def resolve(name: str, reader: Reader) -> Reader | None:
    """Find the catalog that an `extends` names, seen from the catalog that names it."""
    if isinstance(reader, FolderReader):
        found = _named(reader.folder, name, reader)
        return found if isinstance(found, FolderReader) else None
    return shipped_reader() if name == catalogs.SHIPPED else None


def load_catalog(project: Project) -> Loaded:
    """Load the project's catalog, with all that it extends, and check it by its schemas."""
    return catalogs.load(project.reader, resolve)
