"""What is built carries its data, and works in an empty environment far from the checkout."""

from __future__ import annotations

import email
import hashlib
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest
from checkout import ROOT, copy, ignored

from guideline_kit import __version__

DATA = ("catalog", "schemas", "site")
BAD = "---\nname: b\n---\nList several risks.\n"
UNDECLARED = """\
id: reply
title: Reply
summary: Replies to a letter
owner: our-team
status: draft
version: 0.1.0
template:
  engine: mustache
  messages:
    - {role: user, content: "Answer the letter in 2 sentences. <letter>{{leter}}</letter>"}
inputs:
  letter: {type: document, description: The letter}
"""


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clean copy of the checkout."""
    return copy(tmp_path_factory.mktemp("packaging") / "tree")


@pytest.fixture(scope="module")
def built(tree: Path) -> Path:
    """The folder of the sdist, and of the wheel that was made from it."""
    out = tree.parent / "dist"
    done = subprocess.run(
        [sys.executable, "-m", "build", "--outdir", str(out), str(tree)],
        cwd=tree.parent,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return out


@pytest.fixture(scope="module")
def sdist(built: Path) -> set[str]:
    """The names in the sdist, without its top folder."""
    (path,) = built.glob("*.tar.gz")
    with tarfile.open(path) as archive:
        return {name.partition("/")[2] for name in archive.getnames()}


@pytest.fixture(scope="module")
def wheel(built: Path) -> zipfile.ZipFile:
    """The wheel."""
    (path,) = built.glob("*.whl")
    return zipfile.ZipFile(path)


class Installed:
    """An environment that holds the wheel and nothing of ours besides."""

    def __init__(self, folder: Path) -> None:
        self.bin = folder / "venv" / ("Scripts" if os.name == "nt" else "bin")
        self.home = folder / "home"
        self.home.mkdir()

    def run(self, *arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run guideline-kit with a clean environment: no PYTHONPATH, no cache, no settings."""
        return subprocess.run(
            [self.bin / "guideline-kit", *arguments],
            cwd=cwd or self.home,
            env={"PATH": os.defpath, "HOME": str(self.home), "LANG": "C.UTF-8"},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    def where(self, expression: str) -> Path:
        """Return a path that the installed package knows, such as `resources.data_folder()`."""
        done = subprocess.run(
            [
                self.bin / "python",
                "-c",
                f"import guideline_kit.resources as r; print({expression})",
            ],
            cwd=self.home,
            env={"PATH": os.defpath},
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        return Path(done.stdout.strip())


@pytest.fixture(scope="module")
def installed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("elsewhere")
    (path,) = built.glob("*.whl")
    subprocess.run([sys.executable, "-m", "venv", str(folder / "venv")], check=True, timeout=300)
    found = Installed(folder)
    done = subprocess.run(
        [found.bin / "python", "-m", "pip", "install", "--quiet", str(path)],
        cwd=folder,
        env={key: value for key, value in os.environ.items() if not key.startswith("PYTHON")},
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return found


def fingerprint(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


# --- what is in them -----------------------------------------------------------------------


def files(folder: str) -> set[str]:
    """Return the paths of a top-level folder's files, without what is ignored."""
    spec = ignored()
    names = (path.relative_to(ROOT) for path in (ROOT / folder).rglob("*") if path.is_file())
    return {name.as_posix() for name in names if not spec.match_file(name.as_posix())}


@pytest.mark.parametrize("folder", DATA)
def test_the_sdist_carries_the_data(folder: str, sdist: set[str]) -> None:
    missing = files(folder) - sdist
    assert not missing, f"not in the sdist: {sorted(missing)[:5]}"


@pytest.mark.parametrize("folder", DATA)
def test_the_wheel_carries_the_data(folder: str, wheel: zipfile.ZipFile) -> None:
    missing = {f"guideline_kit/_data/{name}" for name in files(folder)} - set(wheel.namelist())
    assert not missing, f"not in the wheel: {sorted(missing)[:5]}"


def test_the_wheel_carries_the_code_and_its_types(wheel: zipfile.ZipFile) -> None:
    names = set(wheel.namelist())
    assert {name for name in files("guideline_kit") if name.endswith(".py")} <= names
    assert "guideline_kit/py.typed" in names


def test_nothing_else_is_in_the_wheel(wheel: zipfile.ZipFile) -> None:
    info = f"guideline_kit-{__version__}.dist-info/"
    strangers = [name for name in wheel.namelist() if not name.startswith(("guideline_kit/", info))]
    assert not strangers
    waste = [
        name
        for name in wheel.namelist()
        if "/tests/" in name or "/test_" in name or "__pycache__" in name
    ]
    assert not waste, f"what is this doing in the wheel: {waste[:5]}"


def test_the_metadata(wheel: zipfile.ZipFile) -> None:
    info = f"guideline_kit-{__version__}.dist-info"
    about = email.message_from_bytes(wheel.read(f"{info}/METADATA"))
    assert about["Version"] == __version__
    assert about["Requires-Python"] == ">=3.11"
    assert about["License-Expression"] == "Apache-2.0"
    assert f"{info}/licenses/LICENSE" in wheel.namelist()
    assert about.get_payload().lstrip().startswith("# guideline-kit")


# `site/` is where MkDocs writes unless it is told otherwise, and many ignore-files list it.
def test_the_sources_of_the_site_are_not_ignored() -> None:
    spec = ignored()
    names = [path.relative_to(ROOT) for path in (ROOT / "site").rglob("*")]
    hidden = [name for name in names if spec.match_file(name.as_posix())]
    assert names
    assert not hidden, f".gitignore hides {hidden[0]}"


def test_a_build_writes_to_its_own_folder_only(tree: Path) -> None:
    before = fingerprint(tree)
    done = subprocess.run(
        [sys.executable, "-m", "guideline_kit", "build"],
        cwd=tree,
        env={**os.environ, "PYTHONPATH": str(tree)},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert (tree / "build" / "site" / "index.html").is_file()
    spec = ignored()
    after = {name: text for name, text in fingerprint(tree).items() if not spec.match_file(name)}
    assert after == before, "a build has changed something besides build/"


# --- and it works --------------------------------------------------------------------------


def test_the_installed_program_does_its_work(installed: Installed) -> None:
    data = installed.where("r.data_folder()")
    before = fingerprint(data)
    done = installed.run("--version")
    assert (done.returncode, done.stdout) == (0, f"guideline-kit {__version__}\n"), done.stderr

    done = installed.run("init", "ours")
    assert done.returncode == 0, done.stderr
    ours = installed.home / "ours"
    done = installed.run("validate", cwd=ours)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 entries checked, nothing to report." in done.stdout

    (ours / "SKILL.md").write_text(BAD, "utf-8")
    (ours / "catalog" / "prompts" / "reply.yaml").write_text(UNDECLARED, "utf-8")
    done = installed.run("lint", cwd=ours)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "catalog/prompts/reply.yaml:10:72: error[undeclared-placeholder]" in done.stdout
    assert "SKILL.md:4:6: warning[vague-quantity]" in done.stdout
    (ours / "catalog" / "prompts" / "reply.yaml").unlink()

    done = installed.run("explain", "vague-quantity", cwd=ours)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("vague-quantity: ")

    done = installed.run("build", cwd=ours)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (ours / "build" / "site" / "index.html").is_file()
    assert (ours / "build" / "site" / "rules" / "vague-quantity.html").is_file()
    assert fingerprint(data) == before, "the program has written to its own data"


def test_the_installed_program_does_not_look_into_the_checkout(installed: Installed) -> None:
    data = installed.where("r.data_folder()")
    assert data == installed.where("r.__file__").parent / "_data"
    assert installed.bin.parent.resolve() in data.parents
