"""What the rules of a run say of themselves, for reports that describe rules."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from guideline_kit import catalog as catalogs
from guideline_kit.catalog import Catalog
from guideline_kit.config import Config
from guideline_kit.project.opening import Project, resolve
from guideline_kit.project.rules.choosing import is_chosen


def described_rules(project: Project) -> dict[str, Mapping[str, Any]]:
    """Return the files of the rules that a project's configuration asks for, by id.

    Where the site is published, each has the `url` of its page. The rules must have been
    compiled before: their files are not checked again.
    """
    loaded = catalogs.load(project.reader, resolve, ("rule",), checked=False)
    return chosen_files(loaded.catalog, project.config)


def chosen_files(catalog: Catalog, config: Config) -> dict[str, Mapping[str, Any]]:
    """Return the same of a catalog that is loaded."""
    site_url = str(catalog.manifest.get("site_url", "")).rstrip("/")
    return {
        entry.id: {**entry.data, "url": f"{site_url}/rules/{entry.id}.html"}
        if site_url
        else entry.data
        for entry in catalog.rules
        if is_chosen(entry.data, config)
    }
