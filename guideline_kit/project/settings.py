"""The settings that hold for a project, or for one file in it."""

from __future__ import annotations

import os
from pathlib import Path

from guideline_kit.config import BASELINE_NAME, LOCK_NAME
from guideline_kit.project.opening import Project
from guideline_kit.project.rules import compiled_rules
from guideline_kit.project.rules.choosing import Choosing
from guideline_kit.report.settings import Settings
from guideline_kit.workspace.discovery import fits
from guideline_kit.workspace.files import is_file, shown


def settings_of(project: Project, path: Path | None = None) -> Settings:
    """Return the settings of a project, or those for a file or a folder that somebody names.

    The lock is not asked: who looks at settings may want to know why it refuses. Raises
    CannotError for settings that can't be relied on.
    """
    config, remarks = project.config, []
    numbers: tuple[int, ...] = ()
    if path is not None:
        if not os.path.exists(path):  # noqa: PTH110  a name may be none that a file can have
            remarks.append("There is no such file; these would be its settings.")
        numbers = tuple(
            number
            for number, section in enumerate(config.paths)
            if fits(section.files, path, project.root)
        )
        if project.filters.takes(path) is False:
            remarks.append("files.exclude leaves this out, unless somebody names it.")
    choosing = Choosing(compiled_rules(project), config)
    config = config.within(numbers)
    if not config.baseline and is_file(project.root / BASELINE_NAME):
        config = config.override("found beside the configuration", baseline=BASELINE_NAME)
    if is_file(project.root / LOCK_NAME):
        remarks.append(f"{LOCK_NAME} pins the catalogs.")
    return Settings(
        config,
        shown(path) if path is not None else "",
        len(choosing.chosen(numbers)),
        numbers if path is not None else None,
        tuple(remarks),
    )
