"""The use cases: what the commands, and other adapters, ask for."""

from __future__ import annotations

import datetime
import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guideline_kit import catalog as catalogs
from guideline_kit import config as configs
from guideline_kit import formats, resources, yamlio
from guideline_kit.catalog import Catalog, Loaded, Reader
from guideline_kit.config import Config
from guideline_kit.diagnostics import Diagnostic, Severity, in_order
from guideline_kit.errors import CannotError
from guideline_kit.lint import RuleSet, lint
from guideline_kit.report import Checked, Report
from guideline_kit.rules import BadPatternError, Rule, bind, compact
from guideline_kit.schemas import nearest
from guideline_kit.suppress import waive
from guideline_kit.text import Source
from guideline_kit.workspace import cache
from guideline_kit.workspace.discovery import Filters, Found, find
from guideline_kit.workspace.files import FolderReader, read_source, shown, write_atomic

# Below this many bytes a second process costs more than it brings.
_WORTH_FORKING = 400_000
_LARGEST = 64_000_000


@dataclass(frozen=True, slots=True)
class Project:
    """A folder with a configuration, and the catalog that it follows.

    `root` is the folder of the configuration file, or where we are when there is none.
    """

    root: Path
    config: Config
    reader: Reader
    today: datetime.date

    @property
    def filters(self) -> Filters:
        """What the configuration says of files."""
        return Filters(self.root, self.config.include, self.config.exclude)


def open_project(
    where: Path, *, catalog: Path | None = None, today: datetime.date | None = None
) -> Project:
    """Return the project around a folder.

    `catalog` is a catalog's folder that counts instead of the configured one. Raises
    CannotError for a configuration that can't be relied on, or a catalog that is not there.
    """
    root, config = _configuration(where.absolute())
    reader: Reader
    if catalog is not None:
        reader = _folder(catalog, f"There is no catalog in {shown(catalog)}")
    elif config.catalog == catalogs.SHIPPED:
        reader = shipped_reader()
    else:
        origin = config.origins.get("catalog", "")
        reader = _folder(
            root / config.catalog, f"{origin}: there is no catalog in the folder '{config.catalog}'"
        )
    return Project(root, config, reader, today or datetime.date.today())


def _configuration(where: Path) -> tuple[Path, Config]:
    """Find the configuration file, from a folder upwards to its repository's root."""
    for folder in (where, *where.parents):
        path = folder / configs.FILE_NAME
        if path.is_file():
            try:
                source = read_source(path)
            except (OSError, UnicodeDecodeError) as error:
                problem = catalogs.unreadable(shown(path), error)
                raise CannotError(
                    "The configuration can't be read; nothing was checked", diagnostics=[problem]
                ) from None
            return folder, configs.parse(source)
        if (folder / ".git").exists():
            break
    return where, Config()


def _folder(folder: Path, message: str) -> FolderReader:
    if not (folder / catalogs.MANIFEST).is_file():
        raise CannotError(
            f"{message}: it holds no {catalogs.MANIFEST}",
            hint="Name the folder that holds it, or make a catalog with 'guideline-kit init'",
        )
    return FolderReader(folder)


def shipped_reader() -> FolderReader:
    """Return the catalog that ships with the tool."""
    return FolderReader(resources.catalog_dir(), f"{catalogs.SHIPPED}:")


def find_catalog(where: Path) -> Path:
    """Return the catalog folder that somebody in a folder means.

    The folder itself, the configured one, or `catalog/`. Raises CannotError.
    """
    if (where / catalogs.MANIFEST).is_file():
        return where
    root, config = _configuration(where.absolute())
    candidates = [where / "catalog"]
    if config.catalog != catalogs.SHIPPED:
        candidates.insert(0, root / config.catalog)
    for folder in candidates:
        if (folder / catalogs.MANIFEST).is_file():
            return folder
    raise CannotError(
        f"There is no catalog in {shown(where)}",
        hint="Name the folder that holds catalog.yaml, or make one with 'guideline-kit init'",
    )


def _resolve(name: str, reader: Reader) -> Reader | None:
    if name == catalogs.SHIPPED:
        return shipped_reader()
    if isinstance(reader, FolderReader):
        folder = (reader.folder / name).resolve()
        if (folder / catalogs.MANIFEST).is_file():
            return FolderReader(folder)
    return None


def load_catalog(project: Project) -> Loaded:
    """Load the project's catalog, with all that it extends, and check it by its schemas."""
    return catalogs.load(project.reader, _resolve)


# --- rules ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Compiled:
    """The rule files of a catalog and of those that it extends, checked, as plain data."""

    site_url: str
    rules: Sequence[Mapping[str, Any]]


def compiled_rules(project: Project, *, cached: bool = True) -> Compiled:
    """Return the catalog's rules, from the cache where it knows them.

    Raises CannotError, with the places, where a rule has an error: half a rule set would
    pass prompts that the whole one refuses.
    """
    name = cache.key(_rule_texts(project.reader, ()))
    if cached:
        found = cache.load("rules", name)
        if isinstance(found, dict) and isinstance(found.get("rules"), list):
            return Compiled(str(found.get("site_url", "")), found["rules"])
    loaded = catalogs.load(project.reader, _resolve, ("rule",))
    problems = [*loaded.problems, *loaded.inherited]
    rules = []
    for entry in loaded.catalog.rules:
        try:
            rules.append(compact(entry.data))
        except BadPatternError as error:
            span = entry.tree.key_span(("check",))
            problems.append(
                Diagnostic(
                    "schema",
                    Severity.ERROR,
                    f"A pattern of this rule is not RE2: {error}",
                    entry.source,
                    span,
                    help="RE2 has no look-around and no backreferences; use 'unless' instead",
                )
            )
    if problems:
        raise CannotError(
            "The catalog has errors in its manifest or its rules; nothing was checked",
            hint="Correct the places above; 'guideline-kit validate' checks the whole catalog",
            diagnostics=in_order(problems),
        )
    site_url = str(loaded.catalog.manifest.get("site_url", ""))
    if cached:
        cache.store("rules", name, {"site_url": site_url, "rules": rules})
    return Compiled(site_url, rules)


_EXTENDS = re.compile(r"^extends:", re.MULTILINE)


def _rule_texts(reader: Reader, chain: tuple[str, ...]) -> Iterable[str]:
    """Yield the texts that a catalog's rules depend on, those of its bases included."""
    try:
        manifest = reader.read(catalogs.MANIFEST)
    except (OSError, UnicodeDecodeError):
        return
    yield manifest
    for path in reader.paths():
        if path.startswith("rules/") or "/" not in path:
            try:
                text = reader.read(path) if path.startswith("rules/") else ""
            except (OSError, UnicodeDecodeError):
                text = "unreadable"
            yield f"{path}\n{text}"
    if not _EXTENDS.search(manifest):
        return  # most catalogs extend none, and parsing costs more than looking
    tree = yamlio.read(Source(catalogs.MANIFEST, manifest)).tree
    extends = tree.get(("extends",)) if tree else None
    for name in extends if isinstance(extends, list) else ():
        base = _resolve(name, reader) if isinstance(name, str) else None
        if base is not None and base.name not in chain:
            yield from _rule_texts(base, (*chain, reader.name))


def choose_rules(compiled: Compiled, config: Config) -> list[Rule]:
    """Return the rules that a configuration asks for, in order of their ids.

    Raises CannotError for an id that no rule has.
    """
    ids = {data["id"] for data in compiled.rules}
    for setting in ("select", "ignore"):
        for name in getattr(config, setting):
            if name not in ids:
                near = nearest(name, sorted(ids))
                origin = config.origins.get(setting, setting)
                raise CannotError(
                    f"{origin}: there is no rule '{name}'",
                    hint=f"Did you mean '{near}'?" if near else "See 'guideline-kit list rules'",
                )
    chosen = []
    for data in compiled.rules:
        if data["id"] in config.ignore or data["stage"] == "removed":
            continue
        if config.select:
            wanted = data["id"] in config.select
        else:
            wanted = data["stage"] != "preview" and (
                data["preset"] == "default" or config.preset == "strict"
            )
        if wanted:
            chosen.append(bind(data, verified=True))
    return chosen


# --- lint ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Run:
    """What it takes to check a file."""

    rules: RuleSet
    today: datetime.date

    def text(self, source: Source, format: str) -> tuple[Diagnostic, ...]:
        document = formats.read(source, format)
        ran = frozenset(
            rule.id for rule in self.rules.rules if rule.applies(format, document.fields)
        )
        found = lint(document, self.rules, self.today)
        return in_order(waive(document, found, ran, self.today))

    def file(self, found: Found) -> tuple[Checked | None, tuple[Diagnostic, ...]]:
        """Check a file; the first is None where it turns out to be no prompt."""
        name = shown(found.path)
        try:
            if found.path.stat().st_size > _LARGEST:
                raise OSError(0, f"it is larger than {_LARGEST // 1_000_000} MB")
            source = read_source(found.path, name)
        except (OSError, UnicodeDecodeError) as error:
            return Checked(name, found.format or ""), (catalogs.unreadable(name, error),)
        format = found.format
        if format is None or not formats.confirm(format, source.text):
            if not found.named:
                return None, ()
            format = formats.fallback(name)
        return Checked(name, format), self.text(source, format)


def lint_paths(
    project: Project,
    paths: Sequence[Path],
    *,
    force_exclude: bool = False,
    jobs: int | None = None,
    cached: bool = True,
) -> tuple[Report, list[Path]]:
    """Check the prompts at some paths; return the report, and the paths that don't exist.

    Raises CannotError where nothing can be checked.
    """
    compiled = compiled_rules(project, cached=cached)
    run = _Run(
        RuleSet(choose_rules(compiled, project.config), compiled.site_url), project.today
    )
    files, missing = find(paths, project.filters, force_exclude=force_exclude)
    diagnostics: list[Diagnostic] = []
    checked = []
    for about, found in _each(run.file, files, jobs):
        if about is not None:
            checked.append(about)
            diagnostics += found
    report = Report(in_order(diagnostics), checked, project.config.fail_on)
    return report, missing


def lint_text(
    project: Project, text: str, name: str, *, cached: bool = True
) -> Report:
    """Check a text as the file of a name; the name alone says which format it has."""
    compiled = compiled_rules(project, cached=cached)
    run = _Run(
        RuleSet(choose_rules(compiled, project.config), compiled.site_url), project.today
    )
    format = formats.detect(name)
    if format is None or not formats.confirm(format, text):
        format = formats.fallback(name)
    found = run.text(Source(name, text), format)
    return Report(found, (Checked(name, format),), project.config.fail_on)


def _each(
    check: Callable[[Found], Any], files: list[Found], jobs: int | None
) -> Iterable[Any]:
    """Check files, on several processors where that pays; results come in order."""
    jobs = jobs or _processors()
    if jobs == 1 or len(files) < 2 or not hasattr(os, "fork"):
        return map(check, files)
    size = 0
    for found in files:
        try:
            size += found.path.stat().st_size
        except OSError:
            continue
        if size > _WORTH_FORKING:
            break
    if size <= _WORTH_FORKING:
        return map(check, files)
    return _forked(check, files, jobs)


def _processors() -> int:
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _forked(check: Callable[[Found], Any], files: list[Found], jobs: int) -> list[Any]:
    import multiprocessing

    # Forked, so that the compiled rules need not be sent.
    with multiprocessing.get_context("fork").Pool(jobs, _keep, (check,)) as pool:
        return pool.map(_checked, files, chunksize=max(1, min(32, len(files) // (jobs * 4))))


_worker: list[Callable[[Found], Any]] = []


def _keep(check: Callable[[Found], Any]) -> None:
    _worker[:] = [check]


def _checked(found: Found) -> Any:
    return _worker[0](found)


# --- validate ------------------------------------------------------------------------------


def validate_catalog(project: Project) -> Report:
    """Check a catalog: schemas, references, rule examples, prompt contracts, and its prompts
    against its rules."""
    from guideline_kit.validate import validate

    loaded = load_catalog(project)
    found: list[Diagnostic] = [*loaded.problems, *validate(loaded.catalog, project.today)]
    inherited = [item for item in loaded.inherited if item.severity is Severity.ERROR]
    if inherited:
        found += inherited
    entries = [
        entry for entry in loaded.catalog.entries.values() if entry.origin == loaded.catalog.name
    ]
    found += _lint_entries(loaded.catalog, project)
    files = {entry.source.name: Checked(entry.source.name, "catalog") for entry in entries}
    for item in found:
        files.setdefault(item.source.name, Checked(item.source.name, "catalog"))
    ordered = tuple(files[name] for name in sorted(files))
    return Report(in_order(found), ordered, project.config.fail_on)


def _lint_entries(catalog: Catalog, project: Project) -> list[Diagnostic]:
    rules = []
    for entry in catalog.rules:
        try:
            rules.append(bind(entry.data))
        except BadPatternError:
            continue  # reported by validate
    config = project.config
    chosen = [
        rule
        for rule in rules
        if rule.stage in ("stable", "deprecated")
        and (rule.preset == "default" or config.preset == "strict")
        and rule.id not in config.ignore
    ]
    run = _Run(RuleSet(chosen, str(catalog.manifest.get("site_url", ""))), project.today)
    return [
        item
        for entry in catalog.prompts
        if entry.origin == catalog.name
        for item in run.text(entry.source, formats.CATALOG_PROMPT)
    ]


# --- making things -------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Written:
    """Files that were written, and files that were left as they are."""

    new: Sequence[Path]
    kept: Sequence[Path]


def _write_new(folder: Path, files: Mapping[str, str]) -> Written:
    """Write files that are not there yet. Raises CannotError."""
    new, kept = [], []
    for name, text in files.items():
        path = folder / name
        if path.exists() or path.is_symlink():
            kept.append(path)
            continue
        try:
            write_atomic(path, text)
        except OSError as error:
            raise CannotError(
                f"{shown(path)} can't be written: {error.strerror}",
                hint="Choose a folder that you may write to",
            ) from None
        new.append(path)
    return Written(new, kept)


def write_schemas(folder: Path) -> Written:
    """Write the JSON Schemas into a folder; ones that are there are brought up to date."""
    new = []
    for name, text in resources.read_schemas().items():
        path = folder / name
        try:
            if not path.is_file() or path.read_bytes() != text.encode():
                write_atomic(path, text)
                new.append(path)
        except OSError as error:
            raise CannotError(
                f"{shown(path)} can't be written: {error.strerror}",
                hint="Choose a folder that you may write to",
            ) from None
    return Written(new, ())


def init(folder: Path, *, name: str = "", title: str = "", uses: str | None = None) -> Written:
    """Make a guidelines repository in a folder, or set one up that `uses` a catalog.

    Files that are there are never overwritten.
    """
    from guideline_kit import skeletons

    if folder.exists() and not folder.is_dir():
        raise CannotError(f"{shown(folder)} is a file", hint="Name a folder")
    if uses is not None:
        return _write_new(folder, skeletons.configuration(uses))
    slug = name or re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-")
    if not slug or not slug[0].isalpha():
        slug = f"our-{slug}".rstrip("-")
    if slug == catalogs.SHIPPED:
        slug = "our-guidelines"
    title = title or slug.replace("-", " ").capitalize()
    written = _write_new(folder, skeletons.repository(slug, title.replace('"', "'")))
    schemas_written = write_schemas(folder / "schemas")
    return Written([*written.new, *schemas_written.new], written.kept)


def new_entry(
    catalog: Path, kind: str, id: str, *, group: str = "", title: str = "", today: datetime.date
) -> Path:
    """Write the skeleton of an entry into a catalog. Raises CannotError."""
    from guideline_kit import skeletons

    pattern = r"[a-z][a-z0-9]*(-[a-z0-9]+)*"
    for what, value in (("id", id), ("group", group)):
        if value and not re.fullmatch(pattern, value):
            raise CannotError(
                f"'{value}' is no {what}", hint="Use small letters, digits and single hyphens"
            )
    if catalog.resolve() == (resources.data_folder() / "catalog").resolve() and (
        resources.data_folder().name == "_data"
    ):
        raise CannotError(
            "The catalog that ships with the tool is not yours to change",
            hint="Make one that extends it with 'guideline-kit init'",
        )
    loaded = catalogs.load(FolderReader(catalog), _resolve)
    taken = loaded.catalog.find(id)
    if taken is not None:
        raise CannotError(
            f"The id '{id}' is taken by a {taken.kind} of {taken.origin}", hint="Choose another"
        )
    folder = catalog / {value: key for key, value in catalogs.FOLDERS.items()}[kind]
    path = folder / group / f"{id}.yaml" if group else folder / f"{id}.yaml"
    if path.exists():
        raise CannotError(f"{shown(path)} is there already", hint="Choose another id")
    schema = _schema_folder(catalog)
    relative = os.path.relpath(schema / f"{kind}.schema.json", path.parent).replace(os.sep, "/")
    teams = [item["id"] for item in loaded.catalog.manifest.get("teams", ()) if "id" in item]
    owner = teams[0] if teams else '""'
    try:
        write_atomic(path, skeletons.entry(kind, id, relative, owner, today, title))
    except OSError as error:
        raise CannotError(f"{shown(path)} can't be written: {error.strerror}") from None
    return path


def _schema_folder(catalog: Path) -> Path:
    """Return the schemas beside a catalog; they are written there if they are not."""
    folder = catalog.resolve().parent / "schemas"
    if not (folder / "rule.schema.json").is_file():
        write_schemas(folder)
    return folder


# --- the site ------------------------------------------------------------------------------


def compile_catalog_site(project: Project) -> Any:
    """Return the compiled site of the project's catalog.

    Raises CannotError for a catalog with errors: a site of half a catalog misleads.
    """
    from guideline_kit import __version__, schemas
    from guideline_kit.site.compile import compile_site
    from guideline_kit.site.folder import read_folder

    loaded = load_catalog(project)
    problems = [
        item
        for item in (*loaded.problems, *loaded.inherited)
        if item.severity is Severity.ERROR
    ]
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
    from guideline_kit.rendering import Job, render

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
        rules = [bind(entry.data) for entry in catalog.rules if entry.data["stage"] != "removed"]
        self.run = _Run(
            RuleSet([rule for rule in rules if rule.stage != "preview"]), today
        )

    def findings(
        self, rule: catalogs.Entry, example: Mapping[str, Any], which: str
    ) -> list[tuple[int, int, str]]:
        """Return what a rule finds in a text of one of its examples."""
        from guideline_kit.validate import example_findings, everywhere, strip_marks

        text = example[which]
        if which == "bad":
            text = strip_marks(text, example.get("marks", "«»")).text
        found = example_findings(RuleSet([bind(everywhere(rule.data))]), example, text, self.today)
        return [(item.span.start, item.span.end, item.message) for item in found if item.span]

    def lint_entry(self, prompt: catalogs.Entry) -> list[dict[str, Any]]:
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
    from guideline_kit.site.build import build, write

    site = compile_catalog_site(project)
    write(site, out)
    return build(out)


def serve_site(
    project: Project, out: Path, host: str, port: int, report: Callable[[str], None]
) -> None:
    """Show the site on this machine, and build it anew when the catalog changes."""
    from guideline_kit.site.preview import serve

    folder = project.reader.folder if isinstance(project.reader, FolderReader) else None
    watch = [resources.site_dir(), *([folder] if folder else [])]
    serve(
        lambda: compile_catalog_site(project), watch, out, host=host, port=port, report=report
    )
