"""The house keeps its shape: who may import what, and where things stand.

`guideline_kit/README.md` says it for people. The layers in it must be those of the contract in
pyproject.toml, and its table of libraries is what the code is held to here.
"""

from __future__ import annotations

import ast
import functools
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest
from pathspec import GitIgnoreSpec

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "guideline_kit"
ARCHITECTURE = (PACKAGE / "README.md").read_text("utf-8")
MODULES = sorted(PACKAGE.rglob("*.py"))


# --- imports -------------------------------------------------------------------------------


def test_imports_go_downwards() -> None:
    from importlinter.cli import lint_imports

    code = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert code == 0, "an import goes upwards or sideways; see above which"


def test_the_architecture_shows_the_layers_of_the_contract() -> None:
    contract = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    layers = contract["tool"]["importlinter"]["contracts"][0]["layers"]
    (shown,) = re.findall(r"### Layers\n.*?```\n(.*?)```", ARCHITECTURE, re.DOTALL)
    assert shown.splitlines() == layers, "guideline_kit/README.md and pyproject.toml differ"


@functools.cache
def imports() -> grimp.ImportGraph:
    return grimp.build_graph("guideline_kit", include_external_packages=True, cache_dir=None)


def libraries() -> Iterator[tuple[str, list[str]]]:
    """Yield each library of the table in the architecture, and the modules that may import it."""
    (table,) = re.findall(
        r"\| library \| is imported only in \|\n(.*?)\n\n", ARCHITECTURE, re.DOTALL
    )
    for row in table.splitlines()[1:]:
        names, modules = (re.findall(r"`([^`]+)`", cell) for cell in row.strip("|").split("|"))
        for name in names:
            yield name.split(".")[0], [f"guideline_kit.{module}" for module in modules]


LIBRARIES = dict(libraries())


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_library_stays_in_its_room(library: str) -> None:
    allowed = tuple(LIBRARIES[library])
    importers = imports().find_modules_that_directly_import(library)
    assert importers, f"nothing imports {library} any more: take it out of the table"
    strangers = [
        name for name in sorted(importers) if name not in allowed and not inside(name, allowed)
    ]
    assert not strangers, f"{library} is imported in {', '.join(strangers)}, not only in {allowed}"


def inside(module: str, packages: tuple[str, ...]) -> bool:
    return any(module.startswith(f"{package}.") for package in packages)


def test_the_table_has_the_libraries_that_must_not_spread() -> None:
    must = {"click", "jinja2", "jsonschema", "yaml", "ruamel", "mkdocs", "re2", "pyromark"}
    assert must <= set(LIBRARIES), f"missing in the table: {must - set(LIBRARIES)}"


def test_linting_one_markdown_file_loads_little(tmp_path: Path) -> None:
    """A commit hook starts all day: it must not pay for the site, the schemas or a pool."""
    (tmp_path / "prompt.md").write_text("# Risks\n\nName several risks of the plan.\n", "utf-8")
    environment = {
        **os.environ,
        "GUIDELINE_KIT_CACHE": str(tmp_path / "cache"),
        "PYTHONPATH": str(ROOT),
    }

    def modules() -> dict[str, str | None]:
        code = (
            "import json, sys\n"
            "from guideline_kit.cli import main\n"
            "try:\n    main(['lint', 'prompt.md', '--output', 'report.txt'])\n"
            "except SystemExit as end:\n    assert not end.code\n"
            "print(json.dumps({name: getattr(module, '__file__', None)"
            " for name, module in sys.modules.items()}))"
        )
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            timeout=60,
            check=True,
        )
        return dict(json.loads(done.stdout))

    modules()  # the first run reads the rules and fills the cache
    loaded = modules()
    slow = {"jsonschema", "jinja2", "ruamel", "yaml", "mkdocs", "pathspec", "multiprocessing"}
    assert not slow & set(loaded), f"loaded for nothing: {sorted(slow & set(loaded))}"
    ours = {f"guideline_kit.{name}" for name in ("yamlio", "formats.engines", "checks.similar")}
    assert not ours & set(loaded), f"loaded for nothing: {sorted(ours & set(loaded))}"
    foreign = {
        name
        for name, file in loaded.items()
        if "." not in name and not name.startswith("_") and file and "site-packages" in file
    }
    assert foreign <= {"click", "re2", "pyromark"}, f"loaded for nothing: {sorted(foreign)}"


# --- files ---------------------------------------------------------------------------------

TOP_LEVEL = {
    *("pyproject.toml", "README.md", "Makefile", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md"),
    *("guideline_kit", "catalog", "schemas", "site", "tests"),
    *(".gitignore", ".pre-commit-hooks.yaml", ".pre-commit-config.yaml", ".github", ".ci"),
}


def test_nothing_else_stands_at_the_top() -> None:
    if shutil.which("git") and (ROOT / ".git").exists():
        listed = subprocess.run(
            ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
        )
        names = {line.split("/")[0] for line in listed.stdout.splitlines()}
    else:
        ignored = GitIgnoreSpec.from_lines((ROOT / ".gitignore").read_text("utf-8").splitlines())
        names = {
            path.name
            for path in ROOT.iterdir()
            if not ignored.match_file(path.name + "/" * path.is_dir())
        }
    assert names <= TOP_LEVEL, f"what is {sorted(names - TOP_LEVEL)} doing at the top?"


def test_names_say_what_a_module_is() -> None:
    vague = re.compile(r"(utils?|helpers?|common|base|managers?|misc|shared|lib)(_.*)?\.py")
    found = [
        str(path.relative_to(ROOT))
        for path in (*MODULES, *(ROOT / "tests").rglob("*.py"))
        if vague.fullmatch(path.name)
    ]
    assert not found, f"a name that says nothing: {found}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_begins_by_saying_what_it_is(path: Path) -> None:
    assert ast.get_docstring(ast.parse(path.read_text("utf-8"))), f"{path} has no docstring"


def test_every_command_has_a_module_of_its_name() -> None:
    from guideline_kit.cli import COMMANDS

    modules = {path.stem for path in (PACKAGE / "cli").glob("*[a-z]_.py")}
    assert modules == {f"{name}_" for name in COMMANDS}


CATALOG = sorted((ROOT / "catalog").rglob("*.yaml"))
SCHEMAS = {"prompts": "prompt", "patterns": "pattern", "rules": "rule"}


@pytest.mark.parametrize("path", CATALOG, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_catalog_file_tells_the_editor_its_schema(path: Path) -> None:
    first = path.read_text("utf-8").split("\n", 1)[0]
    found = re.fullmatch(r"# yaml-language-server: \$schema=(\S+)", first)
    assert found, f"{path} does not begin with '# yaml-language-server: $schema=...'"
    schema = (path.parent / found[1]).resolve()
    folder = path.relative_to(ROOT / "catalog").parts[0]
    wanted = f"{SCHEMAS.get(folder, path.stem)}.schema.json"
    assert schema == ROOT / "schemas" / wanted, f"{path} points to {found[1]}"
    assert schema.is_file()
