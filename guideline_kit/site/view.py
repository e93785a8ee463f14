"""What a template can ask for while it writes one page: links, words and their meanings."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from guideline_kit.measured import in_words
from guideline_kit.site import paths
from guideline_kit.site.encode import anchor, line
from guideline_kit.site.prose import external_link
from guideline_kit.site.schema_reference import meanings, page_name, resolve

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from guideline_kit.catalog import Entry
    from guideline_kit.site.crossrefs import Crossrefs
    from guideline_kit.site.schema_reference import Definition, Schemas

_MAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")


@dataclass(frozen=True, slots=True)
class View:
    """One page's view of the catalog. `here` is the page's path."""

    here: str
    manifest: Mapping[str, Any]
    sources: Mapping[str, Any]
    refs: Crossrefs
    schemas: Schemas

    def href(self, page: str, anchor: str = "") -> Markup:
        """Return a link to a page of the site, for an attribute."""
        return line(paths.href(self.here, page, anchor))

    def link(self, entry: Entry, text: str = "") -> Markup:
        """Return a link to the page of an entry; its title, unless `text` is given."""
        page = paths.entry_page(entry.kind, entry.id)
        return self._anchor(page, "", line(text or str(entry.data["title"])))

    def ref(self, kind: str, entry_id: str) -> Markup:
        """Return a link to an entry by its id, or the bare id where there is no such entry."""
        code = Markup("<code>{}</code>").format(line(entry_id))
        if self.refs.get(kind, entry_id) is None:
            return code
        return self._anchor(paths.entry_page(kind, entry_id), "", code)

    def yaml(self, entry: Entry) -> Markup:
        """Return a link to the YAML file of an entry, for an attribute."""
        return self.href(paths.entry_yaml(entry.kind, entry.id))

    def term(self, vocabulary: str, term_id: str) -> Mapping[str, Any]:
        """Return a word of the manifest's vocabulary; one it lacks has its id for a title."""
        for term in self.manifest.get(vocabulary, ()):
            if term["id"] == term_id:
                found: Mapping[str, Any] = term
                return found
        return {"id": term_id, "title": term_id}

    def owner(self, team_id: str) -> Markup:
        """Return a link to what is said about a team."""
        title = line(self.term("teams", team_id)["title"])
        return self._anchor(paths.TEAMS, f"team-{team_id}", title)

    def contact(self, contact: str) -> Markup:
        """Return a contact, as a link where it is an address."""
        return external_link(f"mailto:{contact}" if _MAIL.fullmatch(contact) else contact, contact)

    def tag(self, tag_id: str) -> Markup:
        """Return a link to the page of a tag."""
        title = line(self.term("tags", tag_id)["title"])
        return self._anchor(paths.tag_page(tag_id), "", title, css="gk-tag")

    def check(self, kind: str) -> Markup:
        """Return a link to the page of a kind of check."""
        return self._anchor(paths.kind_page(kind), "", line(kind))

    def definition(self, definition: Definition) -> Markup:
        """Return a link to what a property refers to: a shared definition, or a schema."""
        schema = page_name(definition.schema)
        place = f"def-{anchor(definition.name)}" if definition.name else ""
        return self._anchor(paths.schema_page(schema), place, line(definition.name or schema))

    def source(self, source_id: str) -> Mapping[str, Any] | None:
        """Return a cited source, or None where sources.yaml lacks it."""
        return self.sources.get(source_id)

    def meaning(self, schema: str, path: str, value: str) -> str:
        """Return what the schema says about a value of a property, "" where it says nothing.

        `path` is dotted: evidence.grade.
        """
        name, node = f"{schema}.schema.json", self.schemas[f"{schema}.schema.json"]
        for step in path.split("."):
            if step == "[]":
                name, node = resolve(self.schemas, name, node["items"])
            else:
                name, node = resolve(self.schemas, name, _properties(node)[step])
        values = [str(one) for one in node.get("enum", ())]
        return meanings(node.get("description", ""), values).get(value, "")

    def placeholders(self, engine: str) -> str:
        """Return a sentence on how a template's placeholders are written."""
        how = self.meaning("prompt", "template.engine", engine)
        return f"Placeholders ({engine}): {how}." if how else f"Placeholders: {engine}."

    def messages(self, messages: Sequence[Mapping[str, Any]]) -> list[tuple[str, str, bool]]:
        """Return messages of a template as role, text, and whether it is an example's."""
        return [(one["role"], one["content"], one.get("example", False)) for one in messages]

    def filled(self, preview: Sequence[tuple[str, str]]) -> list[tuple[str, str, bool]]:
        """Return the messages of a preview in the same form."""
        return [(role, content, False) for role, content in preview]

    def measured(self, measured: Mapping[str, Any]) -> str:
        """Return how often a rule fired on real prompts, as a sentence."""
        return in_words(measured)

    def trust(self, given: Mapping[str, Any]) -> str:
        """Return whether an input is trusted: what it says, else by its type."""
        by_type = "untrusted" if given["type"] in ("text", "document") else "trusted"
        return str(given.get("trust", by_type))

    def show(self, value: object) -> str:
        """Return a value of an entry as a reader writes it: a text itself, else as JSON."""
        if isinstance(value, str):
            return value
        return json.dumps(value, ensure_ascii=False, indent=2)

    def _anchor(self, page: str, anchor: str, inside: Markup, css: str = "") -> Markup:
        href = self.href(page, anchor)
        if css:
            return Markup('<a class="{}" href="{}">{}</a>').format(line(css), href, inside)
        return Markup('<a href="{}">{}</a>').format(href, inside)


def _properties(node: Mapping[str, Any]) -> Mapping[str, Any]:
    found: Mapping[str, Any] = node.get("properties") or {"*": node.get("additionalProperties", {})}
    return found


def folder_of(entry: Entry) -> str:
    """Return the folder of an entry below that of its kind: wording, "" for none."""
    return "/".join(entry.path.split("/")[1:-1])


def titled(name: str) -> str:
    """Return the name of a folder as a heading: output-format becomes Output format."""
    words = name.replace("-", " ").replace("/", ", ")
    return words[:1].upper() + words[1:]


def in_order(entries: Sequence[Entry]) -> list[Entry]:
    """Return entries in the order of their titles, capitals aside."""
    return sorted(entries, key=lambda entry: (str(entry.data["title"]).casefold(), entry.id))
