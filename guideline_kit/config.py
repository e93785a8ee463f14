"""Configuration: defaults < configuration file < flags -> a frozen Config."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from guideline_kit.catalog import SHIPPED
from guideline_kit.errors import CannotError
from guideline_kit.text import Source

FILE_NAME = "guideline-kit.yaml"


class Config(NamedTuple):
    """What a run goes by.

    `catalog` is a folder, relative to the configuration file, or the name of the catalog
    that ships. `origins` says for each setting where it came from.
    """

    catalog: str = SHIPPED
    preset: str = "default"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    fail_on: str = "error"
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    origins: Mapping[str, str] = MappingProxyType({})

    def override(self, origin: str, **settings: Any) -> Config:
        """Return the configuration with some settings changed; None leaves one as it is."""
        given = {name: value for name, value in settings.items() if value is not None}
        origins = {**self.origins, **dict.fromkeys(given, origin)}
        return self._replace(**given, origins=origins)


def parse(source: Source) -> Config:
    """Return the configuration that a file holds.

    Raises CannotError, with the places, for a file that can't be relied on.
    """
    from guideline_kit import schemas, yamlio  # many folders have no such file

    result = yamlio.read(source)
    problems = list(result.problems)
    tree = result.tree
    if tree is not None and tree.data is None:
        return Config()
    if tree is not None:
        problems += schemas.check("config.schema.json", tree)
    if problems or tree is None:
        raise CannotError(
            f"The configuration {source.name} has an error; nothing was checked",
            hint="Correct the places above",
            diagnostics=problems,
        )
    data = tree.data
    files = data.get("files", {})
    return Config().override(
        source.name,
        catalog=data.get("catalog"),
        preset=data.get("preset"),
        select=_tuple(data.get("select")),
        ignore=_tuple(data.get("ignore")),
        fail_on=data.get("fail_on"),
        include=_tuple(files.get("include")),
        exclude=_tuple(files.get("exclude")),
    )


def _tuple(value: list[str] | None) -> tuple[str, ...] | None:
    return None if value is None else tuple(value)
