"""The configuration file: YAML and TOML alike, where it is looked for, what is wrong with it."""

from __future__ import annotations

import itertools
import json
import os
import re
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from configuring import config, refused
from hypothesis import given
from hypothesis import strategies as st
from linting import TODAY

from guideline_kit import __version__, resources
from guideline_kit.config import Config, parse, version_key
from guideline_kit.diagnostics import Diagnostic, Severity
from guideline_kit.errors import CannotError
from guideline_kit.project.opening import Project, configuration, shipped_reader
from guideline_kit.project.rules import compiled_rules
from guideline_kit.project.rules.choosing import Choosing
from guideline_kit.report import settings as settings_report
from guideline_kit.report.settings import Settings
from guideline_kit.text import Source
from guideline_kit.workspace.discovery import Filters, find, fits, is_unusable


@pytest.fixture(scope="module", autouse=True)
def memory(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A cache of these tests' own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GUIDELINE_KIT_CACHE", str(tmp_path_factory.mktemp("cache")))
        yield


# --- one configuration, two languages ------------------------------------------------------

IDS = st.sampled_from(["vague-quantity", "filler", "a"])
LINES = st.sampled_from(["a reason", "a: b # c", 'a "quoted" one', "é", "\\", "{x}"])
VERSIONS = st.sampled_from(["0.1.0", "1.0.0-rc.1"])
ADJUSTMENT = st.fixed_dictionaries(
    {"reason": LINES},
    optional={
        "severity": st.sampled_from(["info", "error"]),
        "parameters": st.dictionaries(
            st.sampled_from(["max", "words"]),
            st.one_of(st.integers(0, 9), st.booleans()),
            min_size=1,
        ),
        "accept": st.lists(LINES, min_size=1, unique=True),
    },
)
CHOICE: Mapping[str, st.SearchStrategy[Any]] = {
    "application": IDS,
    "preset": st.sampled_from(["default", "strict"]),
    "select": st.lists(IDS, min_size=1, unique=True),
    "ignore": st.dictionaries(IDS, LINES),
    "rules": st.dictionaries(IDS, ADJUSTMENT),
}
SECTION = st.fixed_dictionaries(
    {"files": st.lists(st.sampled_from(["*.md", "a/"]), min_size=1)}, optional=CHOICE
)
SETTINGS = st.fixed_dictionaries(
    {},
    optional={
        **CHOICE,
        "extends": st.one_of(LINES, st.lists(LINES, min_size=1, unique=True)),
        "requires": st.just("0.1"),
        "stages": st.just(["stable"]),
        "rules_as_of": st.one_of(VERSIONS, st.dictionaries(IDS, VERSIONS, min_size=1)),
        "fail_on": st.sampled_from(["error", "never"]),
        "baseline": LINES,
        "files": st.fixed_dictionaries(
            {}, optional={"include": st.lists(LINES), "exclude": st.lists(LINES)}
        ),
        "paths": st.lists(SECTION, min_size=1),
    },
)


def as_toml(value: Any) -> str:
    """Write a value as TOML has it on one line."""
    if isinstance(value, dict):
        inside = ", ".join(f"{json.dumps(key)} = {as_toml(item)}" for key, item in value.items())
        return f"{{{inside}}}"
    if isinstance(value, list):
        return f"[{', '.join(map(as_toml, value))}]"
    return json.dumps(value, ensure_ascii=False)


def as_pyproject(settings: Mapping[str, Any]) -> str:
    lines = [f"{key} = {as_toml(value)}\n" for key, value in settings.items()]
    return f'[project]\nname = "x"\n\n[tool.guideline-kit]\n{"".join(lines)}'


def without_places(config: Config | None) -> Config:
    assert config is not None
    return config._replace(origins=dict.fromkeys(config.origins), tree=None)


@given(SETTINGS)
def test_yaml_and_toml_say_the_same(settings: dict[str, Any]) -> None:
    in_yaml = parse(Source("guideline-kit.yaml", json.dumps(settings, ensure_ascii=False)))
    in_toml = parse(Source("pyproject.toml", as_pyproject(settings)))
    assert without_places(in_toml) == without_places(in_yaml)


@given(SETTINGS)
def test_each_setting_knows_where_it_came_from(settings: dict[str, Any]) -> None:
    for name, text in (
        ("guideline-kit.yaml", json.dumps(settings, indent=1)),
        ("pyproject.toml", as_pyproject(settings)),
    ):
        read = parse(Source(name, text))
        assert read is not None
        lines = text.splitlines()
        for setting, origin in read.origins.items():
            file, line, column = origin.split(":")
            assert file == name
            if setting.startswith("paths."):
                continue  # a section has no key
            key = json.dumps(setting.partition(".")[2] or setting)
            assert lines[int(line) - 1][int(column) - 1 :].startswith((key, key.strip('"')))


@given(SETTINGS)
def test_the_order_of_keys_changes_nothing(settings: dict[str, Any]) -> None:
    turned = dict(reversed(settings.items()))
    assert without_places(config(**turned)) == without_places(config(**settings))


def test_an_empty_file_and_none_say_the_same() -> None:
    for text in ("", "# a comment\n", "null", "{}"):
        assert without_places(parse(Source("guideline-kit.yaml", text))) == Config()
    assert parse(Source("pyproject.toml", "[tool.other]\na = 1\n")) is None
    read = parse(Source("pyproject.toml", "[tool.guideline-kit]\n"))
    assert without_places(read) == Config()


# --- mistakes ------------------------------------------------------------------------------

MISTAKES = [
    ({"extend": "x"}, "The key 'extend' is not known here", "Did you mean 'extends'?"),
    ({"extends": 3}, "'extends': 3 is not text", "Which guidelines"),
    ({"extends": []}, "'extends': too short", "Which guidelines"),
    ({"extends": ["a", 1]}, "'extends[1]': 1 is not text", "Which guidelines"),
    ({"extends": ["a", "a"]}, "'extends': the same value stands here twice", "Which"),
    ({"requires": 0.1}, "'requires': 0.1 is a number", 'Put it in quotes: "0.1" or "0.1.0"'),
    ({"requires": "v0.1"}, "'requires': \"v0.1\" does not have the right form", "The least"),
    ({"preset": "stict"}, "'preset': \"stict\" is not one of", "Did you mean 'strict'?"),
    ({"stages": ["beta"]}, "'stages[0]': \"beta\" is not one of", "Rules of which"),
    ({"select": []}, "'select': too short", "Run these rules only"),
    ({"select": "a"}, "'select': \"a\" is not a list", "Run these rules only"),
    ({"ignore": ["a"]}, "'ignore': [\"a\"] is not a mapping", "Rules that don't run, each with"),
    ({"ignore": {"a": None}}, "'ignore.a': null is not text", "Why the rule does not run here"),
    ({"ignore": {"a": " "}}, "'ignore.a': ", "Why the rule does not run here"),
    ({"ignore": {"A b": "x"}}, "'ignore': ", ""),
    ({"rules": {"a": "error"}}, "'rules.a': \"error\" is not a mapping", "What is different"),
    ({"rules": {"a": {"severty": "x"}}}, "The key 'severty' is not", "Did you mean 'severity'?"),
    ({"rules": {"a": {"accept": "x"}}}, "'rules.a.accept': \"x\" is not a list", "Texts that"),
    ({"rules_as_of": 0.1}, "'rules_as_of': 0.1 is a number", "Write three numbers, in quotes: "),
    ({"rules_as_of": "v0.1.0"}, "'rules_as_of': \"v0.1.0\" does not have", "A semantic version"),
    ({"rules_as_of": {"a": 1}}, "'rules_as_of.a': 1 is a number", "Write three numbers"),
    ({"rules_as_of": {"a": "v1"}}, "'rules_as_of.a': ", "A semantic version"),
    ({"fail_on": "warn"}, "'fail_on': \"warn\" is not one of", "Did you mean 'warning'?"),
    ({"files": ["*.md"]}, "'files': [\"*.md\"] is not a mapping", "Which files"),
    ({"files": {"includes": []}}, "The key 'includes' is not known", "Did you mean 'include'?"),
    ({"paths": {"files": []}}, "'paths': ", "What holds for some files only"),
    ({"paths": [{"preset": "strict"}]}, "The key 'files' is missing in 'paths[0]'", "Add it"),
    ({"paths": [{"files": ["a"], "fail_on": "x"}]}, "The key 'fail_on' is not known here", ""),
]


@pytest.mark.parametrize(("settings", "said", "help"), MISTAKES, ids=lambda item: str(item)[:40])
def test_a_mistake_is_said_with_its_place(settings: Any, said: str, help: str) -> None:
    for name, text in (
        ("guideline-kit.yaml", json.dumps(settings)),
        ("pyproject.toml", as_pyproject(settings)),
    ):
        if name == "pyproject.toml" and "null" in text:
            continue  # TOML has no such value
        problems = refused(text, name)
        message, place, what_to_do = problems[0]
        assert message.startswith(said), problems
        assert place
        assert place != text, "the place is all of it"
        assert what_to_do.startswith(help)


WRONG = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.sampled_from([name for name in Config._fields if name not in ("origins", "tree")]), WRONG)
def test_a_value_of_any_type_is_taken_or_refused_with_a_place(name: str, value: Any) -> None:
    text = json.dumps({name: value})
    for item in problems(Source("guideline-kit.yaml", text)):
        assert item.span is not None
        assert item.span.end <= len(text)


def problems(source: Source) -> tuple[Diagnostic, ...]:
    """Return what is wrong with a configuration; nothing where it is taken."""
    try:
        parse(source)
    except CannotError as error:
        return error.diagnostics or (Diagnostic("x", Severity.ERROR, "nothing is said", source),)
    return ()


@given(st.text(max_size=60))
def test_no_text_is_too_strange(text: str) -> None:
    for name in ("guideline-kit.yaml", "pyproject.toml"):
        for item in problems(Source(name, f"{text}\n[tool.guideline-kit]\n{text}")):
            assert item.span is not None


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, "a: " * 50_000, "{a: " * 5_000, "- " * 50_000, "&a [*a]", "a: b\na: c"],
    ids=["lists", "keys", "mappings", "items", "itself", "twice"],
)
def test_a_hostile_file_is_refused_soon(text: str) -> None:
    start = time.monotonic()
    assert refused(text)
    assert time.monotonic() - start < 60


# --- versions ------------------------------------------------------------------------------

ORDERED = ["0.1", "0.1.1-alpha", "0.1.1-alpha.1", "0.1.1-alpha.beta", "0.1.1-rc.2", "0.1.1-rc.10",
           "0.1.1", "0.2", "0.9.9", "0.10.0", "1", "1.0.1", "10.0.0"]  # fmt: skip


def test_versions_have_the_order_of_semantic_versions() -> None:
    for lower, higher in itertools.pairwise(ORDERED):
        assert version_key(lower) < version_key(higher), f"{lower} comes before {higher}"
    assert version_key("1") == version_key("1.0") == version_key("1.0.0")


@pytest.mark.parametrize("form", ["{}", ">={}", ">= {}"])
def test_a_newer_engine_is_asked_for_before_anything_else_is_said(form: str) -> None:
    text = json.dumps({"a-key-of-the-future": 1, "requires": form.format("999.0.0")})
    ((message, place, help),) = refused(text)
    assert message == f"This requires guideline-kit 999.0.0 or newer, and this is {__version__}"
    assert place == f'"{form.format("999.0.0")}"'
    assert "Upgrade" in help
    assert config(requires=form.format(__version__))


# --- where it is looked for ----------------------------------------------------------------


def write(path: Path, text: str = "") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def test_the_nearest_file_counts_up_to_the_root_of_the_repository(tmp_path: Path) -> None:
    below = tmp_path / "repository" / "a" / "b"
    below.mkdir(parents=True)
    write(tmp_path / "guideline-kit.yaml", "fail_on: never")
    assert configuration(below)[1].fail_on == "never"
    write(tmp_path / "repository" / ".git", "gitdir: elsewhere")
    assert configuration(below) == (tmp_path / "repository", Config())
    write(tmp_path / "repository" / "pyproject.toml", "[tool.guideline-kit]\nfail_on = 'info'\n")
    folder, found = configuration(below)
    assert (folder, found.fail_on) == (tmp_path / "repository", "info")
    write(tmp_path / "repository" / "guideline-kit.yaml", "fail_on: warning")
    assert configuration(below)[1].fail_on == "warning", "of two in one folder it is this one"
    write(below / "pyproject.toml", "[project]\ndependencies = ['guideline-kit']\n")
    assert configuration(below)[1].fail_on == "warning", "that one does not configure anything"


def test_a_broken_file_of_other_tools_is_none_of_our_business(tmp_path: Path) -> None:
    write(tmp_path / ".git")
    for text in ("[tool.other", "\x00", "a = 1\na = 2\n"):
        write(tmp_path / "pyproject.toml", text)
        assert configuration(tmp_path) == (tmp_path, Config())


def folder(path: Path) -> None:
    path.mkdir()


def pipe(path: Path) -> None:
    os.mkfifo(path)


def link_to_itself(path: Path) -> None:
    path.symlink_to(path.name)


def link_to_nothing(path: Path) -> None:
    path.symlink_to("nowhere")


def not_utf8(path: Path) -> None:
    path.write_bytes(b"preset: \xff")


def huge(path: Path) -> None:
    path.write_bytes(b"#" * 9_000_000)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (folder, "it is a folder"),
        (pipe, "it is a pipe or a device"),
        (link_to_itself, "symbolic links"),
        (link_to_nothing, "it is not there"),
        (not_utf8, "byte 8 (line 1) is 0xFF"),
        (huge, "it is larger than 8 MB"),
    ],
)
def test_what_can_not_be_read_is_not_passed_over(tmp_path: Path, make: Any, said: str) -> None:
    make(tmp_path / "guideline-kit.yaml")
    with pytest.raises(CannotError, match="nothing was checked") as caught:
        configuration(tmp_path)
    (problem,) = caught.value.diagnostics
    assert said in problem.message
    assert problem.source.name.endswith("guideline-kit.yaml")
    assert problem.help


# --- patterns for files --------------------------------------------------------------------


@pytest.mark.parametrize("pattern", ["*a" * 145 + "b", "**/a" * 70, "a?" * 140 + "*" * 10 + "b"])
def test_no_pattern_makes_matching_slow(pattern: str) -> None:
    assert not is_unusable(pattern)
    start = time.monotonic()
    for name in ("a" * 250, "a/" * 120 + "a", "/".join(["a" * 50] * 20)):
        fits((pattern,), Path("/here", name), Path("/here"))
    assert time.monotonic() - start < 60


@pytest.mark.parametrize(
    ("pattern", "unusable"),
    [("*.md", False), ("!a b/", False), ("\\!a", False), ("# a", False), ("/", False),
     ("[a-z]?.md", False), ("é/**", False), ("!", True), ("a\\", True), ("[z-a]", True)],
)  # fmt: skip
def test_what_a_pattern_is(pattern: str, unusable: bool) -> None:
    assert is_unusable(pattern) is unusable


def test_a_line_of_gitignore_that_is_no_pattern_ends_no_run(tmp_path: Path) -> None:
    write(tmp_path / ".git")
    write(tmp_path / ".gitignore", "!\n[z-a]\ndrafts/\n\\\n")
    write(tmp_path / "AGENTS.md", "One.\n")
    write(tmp_path / "drafts" / "AGENTS.md", "Two.\n")
    found, _ = find([tmp_path], Filters(tmp_path))
    assert [item.path.relative_to(tmp_path).as_posix() for item in found] == ["AGENTS.md"]


# --- what a run goes by, in print ----------------------------------------------------------


def test_the_settings_are_printed_with_their_places() -> None:
    text = """\
preset: strict
ignore:
  filler: poems
rules:
  long: {parameters: {max: 40}, reason: contracts}
paths:
  - files: [drafts/]
    ignore: {vague: drafts}
"""
    read = parse(Source("guideline-kit.yaml", text))
    assert read is not None
    here = read.within([0]).override("--fail-on", fail_on="warning")
    printed = settings_report.render(Settings(here, "drafts/a\x1b.md", 1234))
    lines = [" ".join(line.split()) for line in printed.splitlines()]
    assert lines[0] == (
        "# The configuration for drafts/a<U+001B>.md, and where each value comes from;"
        " 1,234 rules run."
    )
    for line in (
        "preset: strict # guideline-kit.yaml:1:1",
        'extends: ["guideline-kit"] # default',
        "ignore.filler: poems # guideline-kit.yaml:3:3",
        "ignore.vague: drafts # guideline-kit.yaml:8:14",
        'rules.long: {"parameters": {"max": 40}, "reason": "contracts"} # guideline-kit.yaml:5:3',
        "fail_on: warning # --fail-on",
    ):
        assert line in lines, f"{line}\n\n{printed}"
    data = json.loads(settings_report.render(Settings(here, rules=3), "json"))
    assert data["path"] is None
    assert data["settings"]["ignore.vague"] == {
        "value": "drafts",
        "from": "guideline-kit.yaml:8:14",
    }


@given(SETTINGS)
def test_any_settings_can_be_printed(settings: dict[str, Any]) -> None:
    read = config(**settings)
    for one in (
        read,
        read.within(range(len(read.paths))),
        read.override("--ignore", ignore=("a",)),
    ):
        printed = settings_report.render(Settings(one, rules=1))
        assert all("  # " in line for line in printed.splitlines()[1:])
        assert json.loads(settings_report.render(Settings(one), "json"))["settings"]


# --- the page for people -------------------------------------------------------------------

PAGE = (Path(__file__).parents[1] / "site" / "pages" / "configuration.md").read_text("utf-8")
BLOCKS = [
    (language, text)
    for language, text in re.findall(r"^```(yaml|toml)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    if "entry-points" not in text
]
SCHEMA = json.loads((resources.schemas_dir() / "config.schema.json").read_text("utf-8"))


@pytest.mark.parametrize(("language", "text"), BLOCKS)
def test_what_the_page_shows_can_be_used(tmp_path: Path, language: str, text: str) -> None:
    write(tmp_path / ("guideline-kit.yaml" if language == "yaml" else "pyproject.toml"), text)
    _, read = configuration(tmp_path)
    assert read.tree is not None
    # Its own catalogs are not there; what else it says fits the one that ships.
    as_of = {"guideline-kit": read.rules_as_of.get("guideline-kit", __version__)}
    fits = read._replace(extends=("guideline-kit",), rules_as_of=as_of)
    project = Project(tmp_path, fits, shipped_reader(), TODAY)
    Choosing(compiled_rules(project), fits)


def test_the_page_has_an_example_of_each_setting() -> None:
    keys: set[str] = set()
    for language, text in BLOCKS:
        name = "guideline-kit.yaml" if language == "yaml" else "pyproject.toml"
        read = parse(Source(name, text))
        assert read is not None
        assert read.tree is not None
        paths = [tuple(map(str, path)) for path in read.tree.places if path]
        keys |= {path[0] for path in paths}
        keys |= {f"paths.{path[2]}" for path in paths if path[0] == "paths" and len(path) > 2}
    sections = SCHEMA["properties"]["paths"]["items"]["properties"]
    assert keys >= {*SCHEMA["properties"], *(f"paths.{key}" for key in sections if key != "select")}
