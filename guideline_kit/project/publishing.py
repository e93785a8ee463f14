"""Making the site of a catalog: what its pages need to know, the build, the live preview."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Literal

from guideline_kit import __version__, formats, resources, schemas
from guideline_kit.catalog import Catalog, Entry
from guideline_kit.config import Config
from guideline_kit.diagnostics import Severity, in_order
from guideline_kit.errors import CannotError
from guideline_kit.lint import RuleSet
from guideline_kit.project.linting.looking import Linter
from guideline_kit.project.opening import Project, load_catalog
from guideline_kit.project.rules import pattern_problems
from guideline_kit.project.rules.choosing import is_chosen
from guideline_kit.rendering import Job, render
from guideline_kit.rules import bind
from guideline_kit.site.build import build, write
from guideline_kit.site.compile import compile_site
from guideline_kit.site.folder import read_folder
from guideline_kit.site.model import Site
from guideline_kit.validate.examples import everywhere, example_findings, strip_marks
from guideline_kit.workspace.files import FolderReader


def compile_catalog_site(project: Project) -> Site:
    """Return the compiled site of the project's catalog.

    Raises CannotError for a catalog with errors: a site of half a catalog misleads.
    """
    loaded = load_catalog(project)
    problems = [
        item for item in (*loaded.problems, *loaded.inherited) if item.severity is Severity.ERROR
    ]
    problems += pattern_problems(loaded.catalog)
    if problems:
        raise CannotError(
            "The catalog has errors; the site was not built",
            hint="Correct the places above; 'guideline-kit validate' checks the whole catalog",
            diagnostics=in_order(problems),
        )
    return compile_site(
        loaded.catalog,
        schemas.load_all(),
        read_folder(resources.site_dir()),
        _Probe(loaded.catalog, project.today),
        previews=previews(loaded.catalog),
        version=__version__,
    )


def previews(catalog: Catalog) -> dict[str, list[tuple[str, str]]]:
    """Return the messages of each prompt with its inputs' examples filled in, by id.

    A prompt that lacks an example for a required input, or can't be filled in, has none.
    """
    jobs: dict[str, Job] = {}
    for entry in catalog.prompts:
        values = {}
        for name, about in entry.data.get("inputs", {}).items():
            if "example" in about:
                values[name] = about["example"]
            elif "default" in about:
                values[name] = about["default"]
        template = entry.data["template"]
        texts = [message["content"] for message in template["messages"]]
        jobs[entry.id] = Job(template["engine"], texts, values)
    found = {}
    for (id, job), result in zip(jobs.items(), render(list(jobs.values())), strict=True):
        if job.engine == "none" or result.error:
            continue
        roles = [message["role"] for message in catalog.entries[id].data["template"]["messages"]]
        found[id] = list(zip(roles, result.texts, strict=True))
    return found


class _Probe:
    """The linter, as the site asks for it."""

    def __init__(self, catalog: Catalog, today: datetime.date) -> None:
        self.today = today
        # A page shows what every rule says, whatever the project's own runs leave out.
        every = Config().override("the site", preset="strict")
        rules = [bind(entry.data) for entry in catalog.rules if is_chosen(entry.data, every)]
        self.run = Linter(RuleSet(rules), today)

    def findings(
        self, rule: Entry, example: Mapping[str, Any], which: Literal["bad", "good"]
    ) -> list[tuple[int, int, str]]:
        """Return what a rule finds in a text of one of its examples."""
        text = example[which]
        if which == "bad":
            try:
                text = strip_marks(text, example.get("marks", "«»")).text
            except ValueError as error:
                raise CannotError(
                    f"{rule.source.name}: the marks of an example don't pair up: {error}",
                    hint="'guideline-kit validate' says where",
                ) from None
        found = example_findings(RuleSet([bind(everywhere(rule.data))]), example, text, self.today)
        return [(item.span.start, item.span.end, item.message) for item in found if item.span]

    def lint_entry(self, prompt: Entry) -> list[dict[str, Any]]:
        """Return what the rules find in a prompt."""
        return [
            {
                "rule": item.rule,
                "severity": str(item.severity),
                "message": item.message,
                "line": item.position.line if item.position else 1,
            }
            for item in self.run.text(prompt.source, formats.CATALOG_PROMPT)
        ]


def build_site(project: Project, out: Path) -> Path:
    """Build the site into a folder; return the folder of its pages. Raises CannotError."""
    site = compile_catalog_site(project)
    write(site, out)
    return build(out)


def serve_site(
    project: Project, out: Path, host: str, port: int, report: Callable[[str], None]
) -> None:
    """Show the site on this machine, and build it anew when the catalog changes."""
    from guideline_kit.site.preview import serve  # mkdocs' server, for this command alone

    folder = project.reader.folder if isinstance(project.reader, FolderReader) else None
    watch = [resources.site_dir(), *([folder] if folder else [])]
    serve(lambda: compile_catalog_site(project), watch, out, host=host, port=port, report=report)
