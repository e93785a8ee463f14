"""Validating a catalog: each mistake gets its message, at its place, with what to do."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from in_memory import MANIFEST, Files, expect_golden, problems, with_manifest, written
from linting import TODAY
from shipped import shipped_catalog

from guideline_kit import schemas, yamlio
from guideline_kit.catalog import Entry, load
from guideline_kit.problems import PROBLEMS
from guideline_kit.text import Source
from guideline_kit.validate import validate
from guideline_kit.validate.references import reference_problems
from guideline_kit.workspace.files import FolderReader


def prompt(id: str = "reply", more: str = "", *, owner: str = "writers") -> str:
    return f"""\
id: {id}
title: Reply
summary: Answers a question
owner: {owner}
status: draft
version: 1.0.0
template:
  engine: mustache
  messages:
    - {{role: user, content: "Answer: {{{{question}}}}"}}
inputs:
  question: {{type: line, description: The question}}
  tone: {{type: line, description: The tone, default: calm}}
  name: {{type: line, description: The name, required: false}}
{more}"""


def pattern(more: str = "", *, category: str = "format") -> str:
    return f"""\
id: contract
title: Contract
summary: Says what comes back
category: {category}
status: draft
evidence: {{grade: convention, summary: Nobody measured it.}}
problem: Nobody knows what comes back.
solution: Say it.
structure: [{{part: The form, purpose: To say it}}]
example: {{before: Answer., after: Answer in JSON.}}
when_to_use: [Often]
when_not_to_use: [Seldom]
costs: A line.
{more}"""


def rule(
    check: str = "{kind: terms, words: [several, a few], message: \"'{match}' is vague\"}",
    examples: str = "- {title: One, bad: 'Name «several».', good: Name 3.}",
    more: str = "",
    *,
    id: str = "vague",
) -> str:
    indented = examples.replace("\n", "\n  ")
    return f"""\
id: {id}
title: Vague
summary: Finds vague words
severity: warning
preset: default
stage: stable
evidence: convention
since: 0.1.0
check: {check}
why: It is vague.
examples:
  {indented}
{more}"""


SOUND = {
    "prompts/reply.yaml": prompt(
        more="""\
application: support
audience: [customers]
tags: [clarity]
superseded_by: other
related: [other]
depends_on: [other]
patterns: [contract]
models: [{id: gpt-5, tried: 2026-01-01, verdict: works}]
output:
  format: json
  schema: {type: object, required: [answer], properties: {answer: {type: string, pattern: \\pL}}}
examples:
  - {title: One, inputs: {question: Why?}, output: {answer: So.}}
  - {title: Two, inputs: {question: Why?, tone: calm, name: Ann}, output: '{"answer": "So."}'}
tests:
  - title: All kinds
    inputs: {question: Why?}
    assert:
      - {type: contains, value: So}
      - {type: matches, value: '\\pL'}
      - {type: max-words, value: 5}
      - {type: valid-json}
      - {type: matches-schema}
      - {type: rubric, value: It is polite.}
    results: [{model: gpt-5, date: 2026-01-01, passed: true}]
waivers:
  - {rule: vague, reason: It may, owner: writers}
sources: [{ref: a-study, claim: It works.}]
"""
    ),
    "prompts/more/other.yaml": prompt(
        "other",
        """\
output: {format: label, choices: [good, bad], max_words: 1}
examples: [{title: One, inputs: {question: Why?}, output: good}]
""",
    ),
    "patterns/contract.yaml": pattern("tags: [clarity]\nrules: [vague]\n"),
    "rules/vague.yaml": rule(more="tags: [clarity]\nrelated: [contract, reply]\n"),
    "README.md": "# Mine\n",
    "prompts/.hidden": "",
    "notes/anything.txt": "",
}


def test_a_sound_catalog_has_no_problem() -> None:
    assert written(problems(SOUND)) == "nothing\n"


# --- what is said --------------------------------------------------------------------------


def with_prompt(more: str) -> dict[str, str]:
    return {"prompts/reply.yaml": prompt(more=more)}


def with_rule(*parts: str, **more: str) -> dict[str, str]:
    return {"rules/vague.yaml": rule(*parts, **more)}


FIX = "{kind: terms, replace: {utilize: use}, fix: safe, message: Write use}"
NOT_UTF8 = UnicodeDecodeError("utf-8", b"id: caf\xe9\n", 7, 8, "invalid continuation byte")

# What the catalog holds beside its manifest, and the catalogs that it extends.
CASES: dict[str, tuple[Mapping[str, str | Exception], Mapping[str, Mapping[str, str]]]] = {
    # Entries and their files.
    "two entries with one id": (
        {"prompts/a/reply.yaml": prompt(), "prompts/b/reply.yaml": prompt()},
        {},
    ),
    "a prompt and a rule with one id": (
        {"prompts/vague.yaml": prompt("vague"), "rules/vague.yaml": rule()},
        {},
    ),
    "an id that a catalog below has": (
        {"catalog.yaml": f"{MANIFEST}extends: [base]\n", "rules/vague.yaml": rule()},
        {"base": {"rules/vague.yaml": rule()}},
    ),
    "an id that is not the file's name": ({"prompts/answer.yaml": prompt()}, {}),
    "files that do not belong": (
        {"prompts/reply.yml": prompt(), "rules/notes.txt": "", "TODO": "", "rules/README.md": ""},
        {},
    ),
    "a term that stands twice in the manifest": (
        {"catalog.yaml": MANIFEST.replace("tags:", "tags:\n  - {id: clarity, title: Again}")},
        {},
    ),
    "no manifest": ({"catalog.yaml": FileNotFoundError("catalog.yaml")}, {}),
    "a manifest that is no mapping": ({"catalog.yaml": "- name: mine\n"}, {}),
    "files that cannot be read": (
        {
            "prompts/reply.yaml": NOT_UTF8,
            "rules/vague.yaml": PermissionError(13, "Permission denied"),
            "patterns/contract.yaml": "id: [",
        },
        {},
    ),
    # References.
    "a prompt that names what is not there": (
        with_prompt("""\
application: suport
audience: [customers, nobody]
tags: [clarity, brevity]
superseded_by: replies
related: [replys]
depends_on: [nothing]
patterns: [vague]
models: [{id: gpt-55, tried: 2026-01-01, verdict: works}]
tests:
  - title: One
    inputs: {question: Why?}
    assert: [{type: valid-json}]
    results: [{model: other, date: 2026-01-01, passed: true}]
waivers:
  - {rule: vage, reason: It may, owner: writer}
sources: [{ref: a-studie, claim: It works.}, {ref: zero, claim: It works.}]
""")
        | {"rules/vague.yaml": rule(), "prompts/other.yaml": prompt("other", owner="editors")},
        {},
    ),
    "a pattern that names what is not there": (
        {
            "patterns/contract.yaml": pattern(
                "tags: [brevity]\nrelated: [contracts]\nrules: [contract]\n"
                "sources: [{ref: zero, claim: It works.}]\n",
                category="formats",
            )
        },
        {},
    ),
    "a rule that names what is not there": (
        with_rule(
            examples="- {title: One, good: Name 3.}",
            more="""\
tags: [brevity]
related: [nothing]
applies_to: {applications: [suport], models: [gpt-4], formats: [agents-mod, toml]}
sources: [{ref: zero, claim: It works.}]
""",
        ),
        {},
    ),
    # Circles.
    "prompts that replace each other": (
        {
            "prompts/reply.yaml": prompt(more="superseded_by: other\n"),
            "prompts/other.yaml": prompt("other", "superseded_by: reply\n"),
        },
        {},
    ),
    "prompts that feed each other": (
        {
            "prompts/reply.yaml": prompt(more="depends_on: [last, other]\n"),
            "prompts/other.yaml": prompt("other", "depends_on: [last, third]\n"),
            "prompts/third.yaml": prompt("third", "depends_on: [reply]\n"),
            "prompts/last.yaml": prompt("last"),
        },
        {},
    ),
    "entries that name themselves": (
        {
            "prompts/reply.yaml": prompt(
                more="superseded_by: reply\ndepends_on: [reply]\nrelated: [reply]\n"
            ),
            "rules/vague.yaml": rule(more="related: [vague]\n"),
        },
        {},
    ),
    "a catalog that extends itself": ({"catalog.yaml": f"{MANIFEST}extends: [mine]\n"}, {}),
    "catalogs that extend each other": (
        {"catalog.yaml": f"{MANIFEST}extends: [base]\n"},
        {
            "base": {"catalog.yaml": "name: base\ntitle: Base\nteams: []\nextends: [third]\n"},
            "third": {"catalog.yaml": "name: third\ntitle: Third\nteams: []\nextends: [base]\n"},
        },
    ),
    "a catalog that is not there": ({"catalog.yaml": f"{MANIFEST}extends: [bas, .]\n"}, {}),
    "a catalog below that is broken": (
        {"catalog.yaml": f"{MANIFEST}extends: [base]\n"},
        {"base": {"rules/vague.yaml": "id: vague\n"}},
    ),
    # Rules and their examples.
    "marks that do not pair": (
        with_rule(
            examples="""\
- {title: Left alone, bad: 'Name «several.'}
- {title: Right alone, bad: 'Name several».'}
- {title: Twice, bad: 'Name ««several»».'}
- {title: The wrong pair, bad: 'Name «several».', marks: '[]'}"""
        ),
        {},
    ),
    "an example in which nothing is found": (
        with_rule(
            examples="- {title: One, bad: 'Name «many».'}\n"
            "- title: Two\n  bad: |\n    So.\n\n    Name «some of\n    these» and «several»."
        ),
        {},
    ),
    "an example in which too much is found": (
        with_rule(
            examples="- {title: One, bad: 'Name «several»; a few.', good: 'Name several.'}\n"
            "- title: Two\n  good: |\n    So.\n\n    Name a\n    few."
        ),
        {},
    ),
    "a mark that is too narrow": (
        with_rule(examples="- {title: One, bad: 'Name a «few».'}"),
        {},
    ),
    "a fix that does not make good of bad": (
        with_rule(FIX, "- {title: One, bad: '«Utilize» it.', good: Employ it.}"),
        {},
    ),
    "a known miss that is found": (
        with_rule(
            examples="- {title: One, bad: '«several»', known_miss: true}\n"
            "- {title: Still missed, bad: '«many»', good: 'Name 3.', known_miss: true}"
        ),
        {},
    ),
    "patterns that are not RE2": (
        with_rule("{kind: pattern, any: [a, 'a(?=b)'], message: So}")
        | {
            "rules/other.yaml": rule(
                "\n  kind: terms\n  words: [several]\n  unless: {before: '(a'}\n  message: So",
                id="other",
            )
        },
        {},
    ),
    "schemas in rules that are none": (
        with_rule("{kind: field, field: tags, schema: {type: text}, message: So}")
        | {
            "rules/other.yaml": rule(
                "{kind: field, field: tags, required: true, message: So,"
                " when: {$ref: 'https://schema.example/'}}",
                id="other",
            )
        },
        {},
    ),
}


def _found(case: str) -> Any:
    files, others = CASES[case]
    return problems(files, **others)


@pytest.mark.parametrize("case", CASES)
def test_each_problem_says_where_it_is_and_what_to_do(case: str) -> None:
    found = _found(case)
    assert found, "the mistake of this case passes"
    for item in found:
        assert item.rule in PROBLEMS
        assert item.help, f"no help: {item.message}"
        text = item.source.text
        assert item.span or not text, f"no place: {item.message}"
        assert item.span is None or item.span.end <= len(text)


def test_what_is_said_of_each_mistake() -> None:
    expect_golden("validate.txt", {case: written(_found(case)) for case in CASES})


# --- references ----------------------------------------------------------------------------

FOLDERS = {"prompt": "prompts", "pattern": "patterns", "rule": "rules"}


def _id_fields(file: str, schema: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the path of each value in a schema of ours that is an id; * is each item of a list."""
    while isinstance(schema, dict) and "$ref" in schema:
        other, _, pointer = schema["$ref"].partition("#")
        if schema["$ref"].endswith("$defs/id"):
            yield path
        file = other or file
        schema = schemas.load_all()[file]
        for step in filter(None, pointer.split("/")):
            schema = schema[step]
    if not isinstance(schema, dict) or path == ("check",):
        return
    for name, about in schema.get("properties", {}).items():
        yield from _id_fields(file, about, (*path, name))
    if "items" in schema:
        yield from _id_fields(file, schema["items"], (*path, "*"))


REFERENCES = [
    (kind, path)
    for kind in FOLDERS
    for path in _id_fields(f"{kind}.schema.json", schemas.load_all()[f"{kind}.schema.json"])
    if path not in (("id",), ("formerly", "*"))  # names of its own
]


def test_fields_that_hold_ids_are_known_to_the_test_below() -> None:
    assert ("prompt", ("tests", "*", "results", "*", "model")) in REFERENCES
    assert ("rule", ("sources", "*", "ref")) in REFERENCES


@pytest.mark.parametrize(
    ("kind", "path"),
    REFERENCES,
    ids=lambda value: value if isinstance(value, str) else ".".join(value),
)
def test_every_field_that_holds_an_id_is_looked_up(kind: str, path: tuple[str, ...]) -> None:
    data: Any = "no-such-thing"
    for step in reversed(path):
        data = [data] if step == "*" else {step: data}
    tree = yamlio.read(Source("x", json.dumps(data))).tree
    assert tree is not None
    entry = Entry(kind, "x", tree.data, tree.source, tree, "x.yaml", "mine")
    (problem,) = reference_problems(shipped_catalog(), entry)
    assert problem.rule == "unknown-reference"
    assert problem.span is not None
    assert problem.source.slice(problem.span) == '"no-such-thing"'


# --- extending -----------------------------------------------------------------------------


def test_the_shipped_catalog_can_be_extended() -> None:
    shipped = shipped_catalog()
    team = shipped.manifest["teams"][0]["id"]
    application = shipped.manifest["applications"][0]["id"]
    more = f"""\
application: {application}
tags: [{shipped.manifest["tags"][0]["id"]}]
patterns: [{shipped.patterns[0].id}]
related: [{shipped.prompts[0].id}]
waivers: [{{rule: {shipped.rules[0].id}, reason: It may, owner: {team}}}]
sources: [{{ref: {next(iter(shipped.sources))}, claim: It works.}}]
"""
    files = {
        "catalog.yaml": f"{MANIFEST}extends: [guideline-kit]\n",
        "prompts/reply.yaml": prompt(more=more, owner=team),
        "rules/vague.yaml": rule(more=f"related: [{shipped.rules[0].id}]\n"),
    }
    assert written(problems(files)) == "nothing\n"


def test_entries_that_were_taken_over_are_not_blamed_on_who_takes_them() -> None:
    base = {"prompts/other.yaml": prompt("other", "tags: [no-such]\n")}
    files = {"catalog.yaml": f"{MANIFEST}extends: [base]\n"}
    assert problems(files, base=base) == ()
    assert [item.rule for item in problems(base)] == ["unknown-reference"]


def test_a_catalog_may_be_reached_on_two_ways() -> None:
    def manifest(name: str, *extends: str) -> dict[str, str]:
        text = MANIFEST.replace("name: mine", f"name: {name}")
        return {"catalog.yaml": f"{text}extends: [{', '.join(extends)}]\n"}

    others = {
        "left": manifest("left", "base"),
        "right": manifest("right", "base"),
        "base": {**manifest("base"), "rules/vague.yaml": rule()},
    }
    assert written(problems(manifest("mine", "left", "right"), **others)) == "nothing\n"


def test_what_a_catalog_says_itself_wins() -> None:
    files = with_manifest({"catalog.yaml": f"{MANIFEST}extends: [base]\n"})
    base = with_manifest(
        {"catalog.yaml": "name: base\ntitle: Base\nteams:\n  - {id: writers, title: Others}\n"
         "  - {id: editors, title: Editors}\n"}
    )  # fmt: skip
    loaded = load(Files(files), lambda _name, _reader: Files(base, "base/"))
    assert loaded.problems == loaded.inherited == ()
    teams = [(team["id"], team["title"]) for team in loaded.catalog.manifest["teams"]]
    assert teams == [("writers", "Writers"), ("editors", "Editors")]


# --- folders -------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A catalog on disk, with another file beside it that is none of its own."""
    for path, text in with_manifest({"prompts/reply.yaml": prompt()}).items():
        file = tmp_path / "catalog" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(str(text), "utf-8")
    (tmp_path / "outside.yaml").write_text("secret: of another file\n", "utf-8")
    return tmp_path / "catalog"


def _messages(folder: Path) -> list[str]:
    loaded = load(FolderReader(folder, ""), lambda _name, _reader: None)
    found = [*loaded.problems, *validate(loaded.catalog, TODAY)]
    return [f"{item.source.name}: {item.message}" for item in found]


def test_a_link_inside_of_a_catalog_is_followed(folder: Path) -> None:
    (folder / "prompts" / "reply.yaml").rename(folder / ".reply")
    (folder / "prompts" / "reply.yaml").symlink_to("../.reply")
    assert _messages(folder) == []


@pytest.mark.parametrize("path", ["prompts/other.yaml", "rules/outside.yaml", "sources.yaml"])
@pytest.mark.parametrize("relative", [True, False])
def test_a_link_out_of_a_catalog_is_refused(folder: Path, path: str, relative: bool) -> None:
    link = folder / path
    link.parent.mkdir(exist_ok=True)
    link.unlink(missing_ok=True)
    up = "../" * (path.count("/") + 1)
    link.symlink_to(f"{up}outside.yaml" if relative else folder.parent / "outside.yaml")
    (message,) = _messages(folder)
    assert message == f"{path}: The file can't be read: it is a link that leads out of the catalog"


def test_a_link_by_way_of_another_link_is_refused(folder: Path) -> None:
    (folder / ".step").symlink_to("../outside.yaml")
    (folder / "prompts" / "other.yaml").symlink_to("../.step")
    assert "leads out of the catalog" in "".join(_messages(folder))


def test_a_link_to_a_folder_outside_is_not_entered(folder: Path) -> None:
    (folder.parent / "others").mkdir()
    (folder.parent / "others" / "other.yaml").write_text(prompt("other"), "utf-8")
    (folder / "prompts" / "more").symlink_to("../../others")
    loaded = load(FolderReader(folder, ""), lambda _name, _reader: None)
    assert set(loaded.catalog.entries) == {"reply"}


def test_a_link_that_leads_nowhere_is_reported(folder: Path) -> None:
    (folder / "prompts" / "other.yaml").symlink_to("nowhere")
    assert _messages(folder) == [
        "prompts/other.yaml: The file can't be read: it is a link that leads nowhere"
    ]


def test_two_catalogs_that_are_extended_can_not_share_an_id() -> None:
    manifest = f"{MANIFEST}extends: [one, two]\n"
    entry = {"prompts/reply.yaml": prompt()}
    found = problems({"catalog.yaml": manifest}, one=entry, two=entry)
    assert [(item.rule, item.source.name) for item in found] == [
        ("duplicate-id", "two/prompts/reply.yaml")
    ]


def test_a_catalog_has_a_name_of_its_own() -> None:
    manifest = f"{MANIFEST}extends: [one]\n"
    same = {"catalog.yaml": MANIFEST}
    found = problems({"catalog.yaml": manifest}, one=same)
    assert [(item.rule, item.source.name) for item in found] == [("duplicate-id", "catalog.yaml")]


def test_no_two_catalogs_that_are_followed_have_one_name() -> None:
    def named(name: str, *extends: str) -> dict[str, str]:
        text = MANIFEST.replace("name: mine", f"name: {name}")
        return {"catalog.yaml": f"{text}extends: [{', '.join(extends)}]\n"}

    first = named("mine", "one", "two")
    one, two, base = named("our", "base"), named("our", "base"), named("base")
    found = problems(first, one=one, two=two, base=base)
    assert [(item.rule, item.source.name) for item in found] == [
        ("duplicate-id", "two/catalog.yaml")
    ]
    assert found[0].related[0].source.name == "one/catalog.yaml"
    # They may share one and the same base.
    assert not problems(first, one=one, two=named("other", "base"), base=base)
    # Wherever it stands among those that are extended.
    deep = named("one", "base")
    found = problems(named("mine", "one"), one=deep, base=named("mine"))
    assert [item.source.name for item in found] == ["catalog.yaml"]
