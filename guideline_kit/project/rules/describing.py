"""What the rules of a run say of themselves, for reports that describe rules."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from guideline_kit import catalog as catalogs
from guideline_kit.catalog import Catalog
from guideline_kit.project.opening import Project, resolve
from guideline_kit.project.rules import compiled_rules
from guideline_kit.project.rules.choosing import Choosing


def described_rules(project: Project) -> dict[str, Mapping[str, Any]]:
    """Return the files of the rules that run on some of a project's prompts, by id.

    Where the site is published, each has the `url` of its page. The rules must have been
    compiled before: their files are not checked again.
    """
    loaded = catalogs.load(project.reader, resolve, ("rule",), checked=False)
    return files_of(loaded.catalog, Choosing(compiled_rules(project), project.config).running)


def files_of(catalog: Catalog, ids: Collection[str]) -> dict[str, Mapping[str, Any]]:
    """Return the files of some rules of a catalog, by id."""
    site_url = str(catalog.manifest.get("site_url", "")).rstrip("/")
    return {
        entry.id: {**entry.data, "url": f"{site_url}/rules/{entry.id}.html"}
        if site_url
        else entry.data
        for entry in catalog.rules
        if entry.id in ids
    }
