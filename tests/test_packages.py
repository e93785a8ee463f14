"""Catalogs that installed packages offer: found, pinned, and never run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from configuring import rule

from guideline_kit import cli
from guideline_kit.errors import CannotError
from guideline_kit.project.opening import open_project
from guideline_kit.workspace import packages

MANIFEST = "name: acme-guidelines\ntitle: Acme\nteams: [{id: w, title: W}]\n"
CRY = "import pathlib\n(pathlib.Path(__file__).parent / 'it-ran').touch()\n"


def catalog(folder: Path, *words: str, manifest: str = MANIFEST) -> None:
    """Write a catalog whose rules find words."""
    (folder / "rules").mkdir(parents=True, exist_ok=True)
    (folder / "catalog.yaml").write_text(manifest, "utf-8")
    for word in words:
        data = json.dumps(rule(f"no-{word}", word))
        (folder / "rules" / f"no-{word}.yaml").write_text(data, "utf-8")


def installed(
    site: Path,
    value: str = "acme_guidelines.catalog",
    *,
    offered: str = "acme",
    package: str = "Acme-Guidelines",
    version: str = "1.2.0",
) -> Path:
    """Write what pip writes of an installed package; return the folder of its metadata."""
    about = site / f"{package.replace('-', '_').lower()}-{version}.dist-info"
    about.mkdir(parents=True)
    metadata = f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n"
    (about / "METADATA").write_text(metadata, "utf-8")
    (about / "entry_points.txt").write_text(f"[{packages.GROUP}]\n{offered} = {value}\n", "utf-8")
    return about


def module(site: Path, name: str = "acme_guidelines", *words: str) -> Path:
    """Write a package with a catalog; whoever imports it leaves a trace."""
    folder = site / name
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text(CRY, "utf-8")
    catalog(folder / "catalog", *words)
    return folder


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder where Python finds packages, and a project that we are in."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.setattr(sys, "path", [str(folder), *sys.path])
    monkeypatch.setenv("GUIDELINE_KIT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("NO_COLOR", "1")
    project = tmp_path / "project"
    project.mkdir()
    (project / ".git").touch()
    (project / "a.md").write_text("One zork and several blabs.\n", "utf-8")
    monkeypatch.chdir(project)
    return folder


def follow(*names: str, **more: Any) -> None:
    Path("guideline-kit.yaml").write_text(json.dumps({"extends": list(names), **more}), "utf-8")


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    with pytest.raises(SystemExit) as end:
        cli.main(list(arguments))
    captured = capsys.readouterr()
    assert "Traceback" not in captured.err
    return int(end.value.code or 0), captured.out + captured.err


def why_not(name: str = "acme") -> str:
    """Return what is said of a catalog that can't be followed."""
    follow(name)
    with pytest.raises(CannotError) as caught:
        open_project(Path())
    (problem,) = caught.value.diagnostics
    assert problem.span is not None
    assert problem.source.slice(problem.span) == json.dumps(name)
    assert problem.help
    return problem.message


# --- a real one ----------------------------------------------------------------------------


def wheel(folder: Path) -> Path:
    """Build a wheel by hand: what builds wheels need not be installed here."""
    module(folder, "acme_guidelines", "zork")
    about = installed(folder)
    tag = "Wheel-Version: 1.0\nGenerator: by hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    (about / "WHEEL").write_text(tag, "utf-8")
    names = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    record = f"{about.name}/RECORD"
    (folder / record).write_text("".join(f"{name},,\n" for name in [*names, record]), "utf-8")
    path = folder / "acme_guidelines-1.2.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as file:
        for name in [*names, record]:
            file.write(folder / name, name)
    return path


def test_a_package_that_pip_installed(site: Path, tmp_path: Path) -> None:
    pytest.importorskip("pip", reason="pip is not installed")
    options = ["--quiet", "--no-index", "--no-deps", "--target", str(site)]
    subprocess.run(
        [sys.executable, "-m", "pip", "install", *options, str(wheel(tmp_path / "source"))],
        env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"},
        timeout=300,
        check=True,
    )
    follow("acme")
    done = subprocess.run(
        [sys.executable, "-m", "guideline_kit", "lint", "a.md"],
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[1]), str(site)]),
        },
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert "a.md:1:5: warning[no-zork]: 'zork' is there" in done.stdout, done.stderr
    assert done.returncode == 0
    assert (site / "acme_guidelines" / "__init__.py").is_file()
    assert not list(tmp_path.rglob("it-ran")), "code of the package ran"


# --- where it is ---------------------------------------------------------------------------


@pytest.mark.parametrize("value", ["acme_guidelines.catalog", "acme_guidelines"])
def test_the_entry_point_names_a_package_or_a_folder_in_it(
    site: Path, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    installed(site, value)
    folder = module(site, "acme_guidelines", "zork")
    if value == "acme_guidelines":
        catalog(folder, "zork")
    follow("acme")
    assert packages.offered() == ["acme"]
    assert packages.find("acme") == packages.Package(site / Path(*value.split(".")), "1.2.0")
    assert "[no-zork]" in run(capsys, "lint", "a.md")[1]
    assert not list(site.rglob("it-ran"))
    assert "acme_guidelines" not in sys.modules


def test_several_catalogs_together(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    installed(site)
    module(site, "acme_guidelines", "zork")
    catalog(Path("house"), "blabs", manifest=MANIFEST.replace("acme-guidelines", "house"))
    follow("acme", "./house")
    code, text = run(capsys, "lint", "a.md")
    assert "[no-zork]" in text
    assert "[no-blabs]" in text
    follow("acme", "./house", rules_as_of={"house": "0.0.1"})
    code, text = run(capsys, "lint", "a.md")
    assert "[no-zork]" in text
    assert "[no-blabs]" not in text
    follow("guideline-kit", "acme", "./house")
    code, text = run(capsys, "lint", "a.md")
    assert code == 0
    assert "[no-blabs]" in text
    # A rule that changes in one of them counts at once.
    catalog(Path("house"), "several", manifest=MANIFEST.replace("acme-guidelines", "house"))
    assert "[no-several]" in run(capsys, "lint", "a.md")[1]


def test_one_that_is_installed_from_its_sources(site: Path, tmp_path: Path) -> None:
    # Its metadata stands in one folder of sys.path, its files in another.
    sources = tmp_path / "sources"
    module(sources, "acme_guidelines", "zork")
    installed(site)
    sys.path.append(str(sources))
    found = packages.find("acme")
    assert isinstance(found, packages.Package)
    assert found.folder == sources / "acme_guidelines" / "catalog"


def test_a_folder_of_its_name_elsewhere_does_not_take_its_place(site: Path, tmp_path: Path) -> None:
    installed(site)
    module(site, "acme_guidelines", "zork")
    other = tmp_path / "other"
    module(other, "acme_guidelines")
    sys.path.insert(0, str(other))
    found = packages.find("acme")
    assert isinstance(found, packages.Package)
    assert found.folder.is_relative_to(site)


def test_a_namespace_package(site: Path) -> None:
    installed(site, "acme.guidelines")
    catalog(site / "acme" / "guidelines", "zork")
    assert isinstance(packages.find("acme"), packages.Package)


# --- what can't be followed ----------------------------------------------------------------


@pytest.mark.parametrize(
    "value",
    [
        "os:system",
        "os",
        "__main__",
        "acme_guidelines:catalog",
        "acme_guidelines [extra]",
        "..",
        "acme_guidelines..catalog",
        "../../etc",
        "/etc",
        "nowhere",
        "acme_guidelines.nowhere",
        "acme_guidelines",
        "sys",
        "zipfile",
    ],
)
def test_an_entry_point_that_leads_nowhere_is_said(site: Path, value: str) -> None:
    installed(site, value)
    module(site)
    message = why_not()
    assert message.startswith("The catalog 'acme' of an installed package can't be used: ")
    assert value.split(" ")[0] in message
    assert not list(site.rglob("it-ran"))


def test_a_package_in_a_zip_file_is_said(site: Path, tmp_path: Path) -> None:
    archive = tmp_path / "acme.zip"
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("acme_guidelines/__init__.py", CRY)
        file.writestr("acme_guidelines/catalog/catalog.yaml", MANIFEST)
        about = "acme_guidelines-1.2.0.dist-info"
        file.writestr(f"{about}/METADATA", "Name: Acme-Guidelines\nVersion: 1.2.0\n")
        entry = f"[{packages.GROUP}]\nacme = acme_guidelines.catalog\n"
        file.writestr(f"{about}/entry_points.txt", entry)
    sys.path.insert(0, str(archive))
    assert "acme-guidelines has no folder 'acme_guidelines.catalog'" in why_not()


def test_two_packages_that_offer_one_name_are_said(site: Path) -> None:
    installed(site)
    installed(site, "evil", package="Acme-Guideline")
    module(site)
    catalog(site / "evil")
    assert why_not().endswith("the packages acme-guideline and acme-guidelines both offer it")


def test_a_package_that_is_not_there_is_said_with_those_that_are(site: Path) -> None:
    installed(site)
    module(site)
    follow("acne")
    with pytest.raises(CannotError) as caught:
        open_project(Path())
    (problem,) = caught.value.diagnostics
    assert problem.message == (
        "'acne' is neither a folder that holds catalog.yaml, nor a catalog that an installed"
        " package offers"
    )
    assert problem.help.endswith("there are: acme, guideline-kit")


@pytest.mark.parametrize("name", ["METADATA", "entry_points.txt"])
@pytest.mark.parametrize("data", [b"\xff\xfe", b"", b"[[[\n=\n[x\n", None])
def test_broken_metadata_of_another_package_does_no_harm(
    site: Path, name: str, data: bytes | None
) -> None:
    broken = installed(site, "other", package="Another", offered="another")
    if data is None:
        (broken / name).unlink()
    else:
        (broken / name).write_bytes(data)
    installed(site)
    module(site, "acme_guidelines", "zork")
    assert isinstance(packages.find("acme"), packages.Package)
    assert "acme" in packages.offered()
    why_not("another")


# --- from one run to the next --------------------------------------------------------------


def test_a_package_that_is_gone_is_missed(site: Path, capsys: pytest.CaptureFixture[str]) -> None:
    about = installed(site)
    module(site, "acme_guidelines", "zork")
    follow("acme")
    assert "[no-zork]" in run(capsys, "lint", "a.md")[1]
    (about / "entry_points.txt").unlink()
    code, text = run(capsys, "lint", "a.md")
    assert code == 2
    assert "guideline-kit.yaml:1:14: error[configuration]: 'acme' is neither a folder" in text


def test_the_lock_pins_a_package_also_inside_of_the_project(
    tmp_path: Path, site: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("guideline_kit.project.rules._SETTLED", 0)
    inside = Path(".venv/lib").absolute()
    about = installed(inside)
    folder = module(inside, "acme_guidelines", "zork")
    catalog(folder / "base", "base", manifest=MANIFEST.replace("acme-guidelines", "base"))
    catalog(folder / "catalog", manifest=f"{MANIFEST}extends: [../base]\n")
    sys.path.insert(0, str(inside))
    follow("acme")
    code, text = run(capsys, "lock")
    assert code == 0
    assert "kept in this repository" not in text
    locked = json.loads(Path("guideline-kit.lock").read_text("utf-8"))["catalogs"]
    assert {name: item["version"] for name, item in locked.items()} == {
        "acme-guidelines": "1.2.0",
        "base": "1.2.0",
    }
    assert run(capsys, "lint", "a.md")[0] == 0
    # Only the version changes, and no file of the catalog.
    metadata = (about / "METADATA").read_text("utf-8")
    (about / "METADATA").write_text(metadata.replace("1.2.0", "1.3.0"), "utf-8")
    code, text = run(capsys, "lint", "a.md")
    assert code == 2
    assert "The catalog 'acme-guidelines' has version 1.3.0, and 1.2.0 is pinned" in text
    (about / "METADATA").write_text(metadata, "utf-8")
    assert run(capsys, "lint", "a.md")[0] == 0
    # Only a rule changes, and not the version.
    catalog(folder / "base", "blabs", manifest=MANIFEST.replace("acme-guidelines", "base"))
    code, text = run(capsys, "lint", "a.md")
    assert code == 2
    assert "The rules of the catalog 'base' are not those that are pinned" in text
