"""The site compiler: a catalog in, pages out. Nothing is read or written here."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from guideline_kit.rules import is_removed
from guideline_kit.site import encode, paths
from guideline_kit.site.configuration import configuration
from guideline_kit.site.crossrefs import KINDS, Crossrefs
from guideline_kit.site.environment import environment
from guideline_kit.site.examples import example_text, marked_example
from guideline_kit.site.groups import grouped
from guideline_kit.site.model import Site
from guideline_kit.site.schema_reference import (
    check_kinds,
    choices,
    definitions,
    kind_schema,
    page_name,
    properties,
)
from guideline_kit.site.view import View, folder_of, in_order, titled

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    import jinja2

    from guideline_kit.catalog import Catalog, Entry
    from guideline_kit.site.model import FilledMessage, Probe, SiteFolder
    from guideline_kit.site.schema_reference import Schemas

    # A page: its path and its text.
    Page = tuple[str, str]

# How YAML double-quoted strings and JSON strings agree: JSON leaves these as they are, and
# YAML does not read them unescaped.
_NOT_IN_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_MAX_DESCRIPTION = 300
_BLANK_LINES = re.compile(r"\n{3,}")


def compile_site(
    catalog: Catalog,
    schemas: Schemas,
    folder: SiteFolder,
    probe: Probe,
    *,
    previews: Mapping[str, Sequence[FilledMessage]] = MappingProxyType({}),
    version: str = "",
) -> Site:
    """Return the site of a catalog.

    `schemas` are the JSON Schemas by their path below the schemas folder. `previews` are
    the messages of prompts with their example inputs filled in, by id; a prompt without
    one has no preview on its page. The same input gives the same site, byte for byte.

    Raises CannotError for an id that can't be the name of a page.
    """
    compiler = _Compiler(
        catalog, Crossrefs(catalog), schemas, environment(folder.templates), probe, previews
    )
    pages = dict(compiler.pages(version))
    pages.update(folder.pages)
    downloads = {
        paths.entry_yaml(entry.kind, entry.id): entry.source.text.encode("utf-8", "replace")
        for entry in compiler.entries()
    }
    return Site(
        pages=pages,
        assets={**folder.assets, **downloads},
        theme=folder.theme,
        config=configuration(folder.config, catalog.manifest),
    )


@dataclass(frozen=True, slots=True)
class _Compiler:
    catalog: Catalog
    refs: Crossrefs
    schemas: Schemas
    env: jinja2.Environment
    probe: Probe
    previews: Mapping[str, Sequence[FilledMessage]]

    def entries(self) -> Iterator[Entry]:
        yield from (*self.catalog.prompts, *self.catalog.patterns, *self.catalog.rules)

    def pages(self, version: str) -> Iterator[Page]:
        groups = {kind: grouped(self.catalog, kind) for kind in KINDS}
        yield self._page(
            paths.HOME,
            "home",
            title=str(self.catalog.manifest["title"]),
            catalog=self.catalog,
            rules=[rule for rule in self.catalog.rules if not is_removed(rule.data)],
            version=version,
            kinds=check_kinds(self.schemas),
            groups=groups,
        )
        for kind in KINDS:
            yield self._page(
                paths.list_page(f"{kind}s"),
                f"{kind}s",
                title=titled(f"{kind}s"),
                groups=groups[kind],
            )
        for entry in self.entries():
            yield self._entry(entry)
        yield from self._tags()
        yield from self._kinds()
        yield from self._schemas()
        yield self._page(paths.TEAMS, "teams", title="Teams", teams=self._teams())
        yield self._page(paths.SOURCES, "sources", title="Sources", sources=self.catalog.sources)

    def _entry(self, entry: Entry) -> Page:
        context: dict[str, Any] = {}
        if entry.kind == "rule":
            # A removed rule can't run, so nothing can be marked in its examples.
            examples = () if is_removed(entry.data) else entry.data["examples"]
            context["examples"] = [self._example(entry, one) for one in examples]
        if entry.kind == "prompt":
            context["findings"] = list(self.probe.lint_entry(entry))
            context["preview"] = self.previews.get(entry.id, ())
        return self._page(
            paths.entry_page(entry.kind, entry.id),
            entry.kind,
            title=str(entry.data["title"]),
            description=str(entry.data["summary"]),
            entry=entry,
            data=entry.data,
            folder=titled(folder_of(entry)),
            **context,
        )

    def _example(self, rule: Entry, example: Mapping[str, Any]) -> dict[str, Any]:
        shown: dict[str, Any] = {"title": example["title"], "known_miss": False, **example}
        if "bad" in example:
            spans = self.probe.findings(rule, example, "bad")
            shown["bad"] = marked_example(example_text(example, "bad"), spans)
        if "good" in example:
            spans = self.probe.findings(rule, example, "good")
            shown["good"] = marked_example(example_text(example, "good"), spans)
        return shown

    def _tags(self) -> Iterator[Page]:
        described = [tag["id"] for tag in self.catalog.manifest.get("tags", ())]
        used = [tag for entry in self.entries() for tag in entry.data.get("tags", ())]
        tags = list(dict.fromkeys((*described, *used)))
        yield self._page(paths.list_page("tags"), "tags", title="Tags", tags=tags)
        for tag in tags:
            term = _term(self.catalog.manifest.get("tags", ()), tag)
            tagged = self.refs.having("tag", tag)
            yield self._page(
                paths.tag_page(tag),
                "tag",
                title=str(term["title"]),
                description=str(term.get("description", "")),
                tag=term,
                tagged={kind: in_order([e for e in tagged if e.kind == kind]) for kind in KINDS},
            )

    def _kinds(self) -> Iterator[Page]:
        kinds = check_kinds(self.schemas)
        yield self._page(
            paths.list_page("kinds"),
            "kinds",
            title="Kinds of check",
            kinds=[(kind, self.schemas[kind_schema(kind)]["description"]) for kind in kinds],
        )
        for kind in kinds:
            name = kind_schema(kind)
            rules = in_order(self.refs.having("check", kind))
            # The shortest show best what a kind needs at least.
            samples = sorted(
                ((rule, _check_yaml(rule)) for rule in rules), key=lambda sample: len(sample[1])
            )
            yield self._page(
                paths.kind_page(kind),
                "kind",
                title=f"Kind of check: {kind}",
                description=str(self.schemas[name]["description"]),
                kind=kind,
                schema=self.schemas[name],
                properties=properties(self.schemas, name),
                choices=choices(self.schemas[name]),
                rules=rules,
                samples=samples[:_SAMPLES],
            )

    def _schemas(self) -> Iterator[Page]:
        own_page = {kind_schema(kind) for kind in check_kinds(self.schemas)}
        names = sorted(set(self.schemas) - own_page)
        yield self._page(
            paths.list_page("schemas"),
            "schemas",
            title="Schemas",
            schemas=[(page_name(name), self.schemas[name]) for name in names],
        )
        for name in names:
            yield self._page(
                paths.schema_page(page_name(name)),
                "schema",
                title=f"Schema: {page_name(name)}",
                description=str(self.schemas[name].get("description", "")),
                name=name,
                schema=self.schemas[name],
                properties=properties(self.schemas, name),
                choices=choices(self.schemas[name]),
                definitions=definitions(self.schemas, name),
            )

    def _teams(self) -> list[Mapping[str, Any]]:
        described = list(self.catalog.manifest.get("teams", ()))
        known = {team["id"] for team in described}
        owners = sorted({prompt.data["owner"] for prompt in self.catalog.prompts} - known)
        return [*described, *({"id": owner, "title": owner} for owner in owners)]

    def _page(
        self, path: str, template: str, *, title: str, description: str = "", **context: Any
    ) -> Page:
        view = View(path, self.catalog.manifest, self.catalog.sources, self.refs, self.schemas)
        text = self.env.get_template(f"{template}.md.jinja").render(
            view=view, refs=self.refs, title=title, **context
        )
        # Only the pages of the reference have neighbours to show in a sidebar.
        hide = {"home": ["navigation", "toc"]}.get(
            template, [] if path in _WITH_SIDEBAR else ["navigation"]
        )
        front = _front_matter(title, description, hide, sought=template in KINDS)
        return path, front + _BLANK_LINES.sub("\n\n", f"\n{text}")


# The lists in the navigation below "Reference".
_WITH_SIDEBAR = {
    paths.list_page("kinds"),
    paths.list_page("schemas"),
    paths.list_page("tags"),
    paths.TEAMS,
    paths.SOURCES,
}
_SAMPLES = 3


def _term(terms: Iterable[Mapping[str, Any]], term_id: str) -> Mapping[str, Any]:
    unknown = {"id": term_id, "title": term_id}
    return next((term for term in terms if term["id"] == term_id), unknown)


def _check_yaml(rule: Entry) -> str:
    """Return the `check` block of a rule as its author wrote it."""
    place = rule.tree.place(("check",))
    start = place.key.start if place.key else place.value.start
    return rule.source.text[start : place.value.end].rstrip()


def _front_matter(
    title: str, description: str, hide: Sequence[str], *, sought: bool = False
) -> str:
    """Return the front matter of a page; one that is `sought` comes first in the search.

    The theme prints it into HTML as it stands, so it holds encoded text.
    """
    data: dict[str, Any] = {"title": encode.title(title), "hide": hide}
    if sought:
        # Pages that mention an entry in each example would come before its own.
        data["search"] = {"boost": 4}
    if description:
        data["description"] = encode.title(description[:_MAX_DESCRIPTION])
    return f"---\n{yaml_text(data)}---\n"


def yaml_text(data: Mapping[str, Any]) -> str:
    """Return plain data as JSON that every reader of YAML takes for the same data."""
    text = json.dumps(data, ensure_ascii=False, indent=2)
    return _NOT_IN_YAML.sub(lambda match: f"\\u{ord(match[0]):04x}", text) + "\n"
