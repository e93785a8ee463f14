"""The MkDocs configuration of a site: the base of `site/mkdocs.yml`, and what depends on
the catalog."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from guideline_kit.site import paths
from guideline_kit.site.encode import title

if TYPE_CHECKING:
    from collections.abc import Mapping


def configuration(base: Mapping[str, Any], manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return a complete configuration.

    Only lists are in the navigation. MkDocs writes the whole navigation into every page:
    with every entry in it, a build takes time with the square of their number.
    """
    config: dict[str, Any] = {
        **base,
        # The theme prints the name into HTML as it stands.
        "site_name": title(str(manifest["title"])),
        "docs_dir": "docs",
        "site_dir": "site",
        "nav": [
            {"Home": paths.HOME},
            {"Get started": "getting-started.md"},
            {"Prompts": paths.list_page("prompts")},
            {"Patterns": paths.list_page("patterns")},
            {"Rules": paths.list_page("rules")},
            {
                "Reference": [
                    {"In a repository": "in-a-repository.md"},
                    {"Prompt formats": "prompt-formats.md"},
                    {"Command line": "command-line.md"},
                    {"Configuration": "configuration.md"},
                    {"Silence a rule": "silence-a-rule.md"},
                    {"Kinds of check": paths.list_page("kinds")},
                    {"Schemas": paths.list_page("schemas")},
                    {"Tags": paths.list_page("tags")},
                    {"Teams": paths.TEAMS},
                    {"Sources": paths.SOURCES},
                ]
            },
            {"Contribute": "contributing.md"},
        ],
    }
    if "site_url" in manifest:
        config["site_url"] = str(manifest["site_url"])
    return config
