"""What the compiler makes of a catalog: every entry a page, and links both ways."""

from __future__ import annotations

import html
import re

import pytest
from site_catalogs import WordProbe, fixture_catalog

from guideline_kit import schemas
from guideline_kit.catalog import Catalog
from guideline_kit.errors import CannotError
from guideline_kit.site.build import yaml_text
from guideline_kit.site.compile import compile_site
from guideline_kit.site.crossrefs import Crossrefs
from guideline_kit.site.model import Site, SiteFolder
from guideline_kit.site.schema_reference import check_kinds
from guideline_kit.text import Source
from guideline_kit.yamlio import read


def compiled(catalog: Catalog, folder: SiteFolder) -> Site:
    return compile_site(catalog, schemas.load_all(), folder, WordProbe())


def test_every_entry_has_a_page_and_its_yaml(site: Site) -> None:
    for entry in fixture_catalog().entries.values():
        assert f"{entry.kind}s/{entry.id}.md" in site.pages
        download = site.assets[f"{entry.kind}s/{entry.id}.yaml"]
        assert download.decode() == entry.source.text, "what is downloaded is the file itself"


def test_every_kind_schema_and_tag_has_a_page(site: Site) -> None:
    assert {"kinds/terms.md", "kinds/field.md", "schemas/rule.md", "schemas/unless.md"} <= set(
        site.pages
    )
    assert {"tags/clarity.md", "tags/lonely.md", "teams.md", "sources.md"} <= set(site.pages)


def test_the_table_of_wishes_leads_to_every_kind(site: Site) -> None:
    table = re.findall(
        r"^\| .* \| <a [^>]*>(.*)</a> \|$", site.pages["kinds/index.md"], re.MULTILINE
    )
    assert table == check_kinds(schemas.load_all())


def test_the_shortest_rules_of_a_kind_are_its_samples(site: Site) -> None:
    for kind in check_kinds(schemas.load_all()):
        page = site.pages[f"kinds/{kind}.md"]
        samples = re.findall(r'gk-sample">.*?<code>(.*?)</code></pre>', page, re.DOTALL)
        shown = [html.unescape(sample) for sample in samples]
        rules = [rule for rule in fixture_catalog().rules if rule.data["check"]["kind"] == kind]
        assert len(shown) == min(3, len(rules))
        assert shown == sorted(shown, key=len)


def test_only_a_rule_that_runs_by_itself_can_be_left_out(site: Site) -> None:
    stages = set()
    for rule in fixture_catalog().rules:
        stage = rule.data["stage"]
        if stage in ("stable", "preview") and not rule.data.get("locked"):
            offered = "--ignore" in site.pages[f"rules/{rule.id}.md"]
            assert offered == (stage == "stable" and rule.data["check"]["kind"] != "similar")
            stages.add(stage)
    assert stages == {"stable", "preview"}


def test_the_order_in_which_entries_are_read_changes_nothing(folder: SiteFolder) -> None:
    catalog = fixture_catalog()
    backwards = dict(reversed(catalog.entries.items()))
    one, two = compiled(catalog, folder), compiled(catalog._replace(entries=backwards), folder)
    assert one == two
    assert list(one.pages) == list(two.pages)
    assert yaml_text(one.config) == yaml_text(two.config)


def test_pages_of_entries_are_not_in_the_navigation(site: Site) -> None:
    named = set(re.findall(r"[\w/-]+\.md", yaml_text({"nav": site.config["nav"]})))
    assert not [
        path for path in named if path.startswith(("rules/", "prompts/")) and "index" not in path
    ]
    assert named <= set(site.pages)


def test_the_configuration_is_read_back_as_it_was(site: Site) -> None:
    tree = read(Source("mkdocs.yml", yaml_text(site.config))).tree
    assert tree is not None
    assert tree.data == site.config


@pytest.mark.parametrize(
    "text", ["a\u2028b", "\x85", "\ufeffx", "\x7f", "emoji \U0001f469", "a: 'b'"]
)
def test_any_text_survives_the_configuration(text: str) -> None:
    tree = read(Source("mkdocs.yml", yaml_text({"x": text}))).tree
    assert tree is not None
    assert tree.data == {"x": text}


@pytest.mark.parametrize("name", ["../up", "a/b", "A", "con .", "", "a" * 65, "index", "x\ny"])
def test_an_id_that_could_lead_elsewhere_is_refused(name: str, folder: SiteFolder) -> None:
    catalog = fixture_catalog()
    entry = catalog.entries["vague-amount"]._replace(id=name)
    with pytest.raises(CannotError, match=r"name of a page|taken"):
        compiled(catalog._replace(entries={name: entry}), folder)


def test_a_tag_that_could_lead_elsewhere_is_refused(folder: SiteFolder) -> None:
    catalog = fixture_catalog()
    tags = [{"id": "../../x", "title": "X"}]
    with pytest.raises(CannotError):
        compiled(catalog._replace(manifest={**catalog.manifest, "tags": tags}), folder)


def test_an_empty_catalog_has_a_site(folder: SiteFolder) -> None:
    manifest = {"name": "empty", "title": "Empty", "teams": []}
    site = compiled(Catalog("empty", manifest, {}), folder)
    assert "There are no rules in this catalog yet." in site.pages["rules/index.md"]


def test_references_are_followed_both_ways() -> None:
    catalog = fixture_catalog()
    refs = Crossrefs(catalog)
    rule, pattern = catalog.entries["vague-amount"], catalog.entries["say-it-plainly"]
    reply, old = catalog.entries["reply-to-customer"], catalog.entries["old-reply"]
    assert refs.naming(pattern, "prompt", "patterns") == [reply]
    assert refs.naming(rule, "pattern", "rules") == [pattern]
    assert refs.naming(rule, "prompt", "waivers") == [reply]
    assert refs.naming(reply, "prompt", "superseded_by") == [old]
    assert refs.naming(old, "prompt", "depends_on") == [reply]
    assert rule in refs.related(pattern), "the rule calls the pattern related"
    assert refs.related(old) == [reply]


def test_a_prompt_page_shows_what_a_user_needs(site: Site) -> None:
    page = site.pages["prompts/reply-to-customer.md"]
    for words in (
        "Filled in",
        "Where is it",
        "JSON Schema of the answer",
        "works with limits",
        "untrusted",
        "too vague",
        "Waivers",
        "Download it",
    ):
        assert words in page, f"the page of a prompt lacks {words!r}"


def test_a_prompt_without_a_preview_has_none(site: Site) -> None:
    assert "Filled in" not in site.pages["prompts/old-reply.md"]
    assert "No findings." in site.pages["prompts/old-reply.md"]


def test_a_superseded_prompt_leads_to_its_successor(site: Site) -> None:
    notice = re.search(
        r'<div class="gk-notice".*?</div>', site.pages["prompts/old-reply.md"], re.DOTALL
    )
    assert notice
    assert "Reply to a customer" in notice[0]


def test_findings_come_from_the_linter_and_not_from_the_marks(site: Site) -> None:
    page = site.pages["rules/vague-amount.md"]
    marked = re.findall(r"<mark [^>]*>([^<]*)</mark>", page)
    assert marked == ["several", "a few", "several"]
    assert "A known miss" in page
    assert "«good many»" not in page.split("## The file")[0]


def test_labels_are_explained_by_the_schema(site: Site) -> None:
    page = site.pages["rules/vague-amount.md"]
    assert "a model vendor advises it" in page
    assert "almost always right on real prompts" in page
    assert "Somebody read it" in page or "somebody read it" in page


def test_a_rule_page_says_how_often_it_fires(site: Site) -> None:
    page = html.unescape(site.pages["rules/vague-amount.md"])
    assert "24 per 1,000 files; of 10 that were read, 9 were worth acting on." in page
    assert "real prompt" not in site.pages["rules/missing-owner.md"], "nobody measured that one"
