"""Knows `catalog/`: loads entries, indexes them, and takes over those of other catalogs.

Nothing here opens a file: a Reader hands over names and texts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from guideline_kit.diagnostics import Diagnostic, Related, Severity
from guideline_kit.text import Source, Span

if TYPE_CHECKING:
    from guideline_kit.trees import Tree

MANIFEST = "catalog.yaml"
SOURCES = "sources.yaml"
# Folder -> kind of entry -> schema.
FOLDERS: Mapping[str, str] = {"prompts": "prompt", "patterns": "pattern", "rules": "rule"}
KINDS = tuple(FOLDERS.values())
# The vocabulary of the manifest: lists of things with an id, which a catalog that extends
# another one adds to.
VOCABULARY = ("teams", "applications", "audiences", "tags", "categories", "models")
SHIPPED = "guideline-kit"


class Reader(Protocol):
    """The files of one catalog: a folder, a wheel, or a dictionary.

    Paths have forward slashes and are relative to the catalog's root.
    """

    @property
    def name(self) -> str:
        """What messages put before a path, with a slash at its end where one is needed."""
        ...

    def paths(self) -> Iterable[str]:
        """Return the paths of all files."""
        ...

    def read(self, path: str) -> str:
        """Return a file's text. Raises OSError or UnicodeDecodeError."""
        ...


# Finds the catalog that an `extends` names, seen from the catalog that names it; None where
# there is none.
Resolve = Callable[[str, Reader], Reader | None]


class Entry(NamedTuple):
    """A prompt, a pattern or a rule, as its file has it.

    `data` fits the schema of the entry's kind. `path` is relative to the catalog's root;
    `origin` is the name of the catalog that it came from.
    """

    kind: str
    id: str
    data: Mapping[str, Any]
    source: Source
    tree: Tree
    path: str
    origin: str

    @property
    def title(self) -> str:
        """The entry's title."""
        return str(self.data["title"])

    def error(self, rule: str, message: str, span: Span, help: str = "") -> Diagnostic:
        """Return an error about a place in the entry's file."""
        return Diagnostic(rule, Severity.ERROR, message, self.source, span, help=help)


class Catalog(NamedTuple):
    """The entries of a catalog and of those that it extends.

    `manifest` holds the merged vocabulary, `sources` the merged bibliography. `own` is the
    catalog's own name: entries of that origin are its own, the others were taken over.
    """

    name: str
    manifest: Mapping[str, Any]
    entries: Mapping[str, Entry]
    sources: Mapping[str, Mapping[str, Any]] = MappingProxyType({})
    manifest_tree: Tree | None = None

    def of_kind(self, kind: str) -> tuple[Entry, ...]:
        """Return the entries of a kind, by id."""
        return tuple(self.entries[id] for id in sorted(self.entries)
                     if self.entries[id].kind == kind)  # fmt: skip

    @property
    def prompts(self) -> tuple[Entry, ...]:
        """The prompts, by id."""
        return self.of_kind("prompt")

    @property
    def patterns(self) -> tuple[Entry, ...]:
        """The patterns, by id."""
        return self.of_kind("pattern")

    @property
    def rules(self) -> tuple[Entry, ...]:
        """The rules, by id."""
        return self.of_kind("rule")

    def find(self, id: str) -> Entry | None:
        """Return the entry with an id."""
        return self.entries.get(id)

    def vocabulary(self, name: str) -> set[str]:
        """Return the ids of a part of the vocabulary, such as `tags`."""
        return {item["id"] for item in self.manifest.get(name, ())}


class Loaded(NamedTuple):
    """What loading gave: a catalog of all that could be read, and the problems of the rest.

    `problems` are those of the catalog's own files; `inherited` those of the ones it extends.
    """

    catalog: Catalog
    problems: tuple[Diagnostic, ...]
    inherited: tuple[Diagnostic, ...] = ()


def load(
    reader: Reader, resolve: Resolve, kinds: tuple[str, ...] = KINDS, *, checked: bool = True
) -> Loaded:
    """Load a catalog with all that it extends; never raises for what the files hold.

    `kinds` leaves out what is not needed. `checked=False` skips the schemas, for files
    that were checked before.
    """
    return _Loader(resolve, kinds, checked).load(reader, ())


class _Loader:
    def __init__(self, resolve: Resolve, kinds: tuple[str, ...], checked: bool) -> None:
        self.resolve = resolve
        self.kinds = kinds
        self.checked = checked
        # The catalogs by the names that they give themselves: by these a lock pins them.
        self.named: dict[str, tuple[str, Tree]] = {}

    def load(self, reader: Reader, chain: tuple[str, ...]) -> Loaded:
        problems: list[Diagnostic] = []
        inherited: list[Diagnostic] = []
        paths = sorted(reader.paths())
        manifest_tree = self.yaml(reader, MANIFEST, "catalog", problems, required=True)
        data = manifest_tree.data if manifest_tree else {}
        name = data.get("name") if isinstance(data, dict) else None
        name = name if isinstance(name, str) else reader.name.rstrip("/")
        manifest: dict[str, Any] = dict(data) if isinstance(data, dict) else {}
        sources: dict[str, Mapping[str, Any]] = {}
        entries: dict[str, Entry] = {}
        extends = manifest.get("extends")
        for index, other in enumerate(extends if isinstance(extends, list) else ()):
            base = self.extended(reader, other, index, manifest_tree, chain, problems)
            if base is None:
                continue
            inherited += [*base.problems, *base.inherited]
            for taken_over in base.catalog.entries.values():
                self.add(taken_over, entries, inherited)
            sources |= base.catalog.sources
            _merge(manifest, base.catalog.manifest)
        if manifest_tree is not None:
            self.name(name, reader, manifest_tree, problems)
        if SOURCES in paths:
            tree = self.yaml(reader, SOURCES, "sources", problems)
            if tree and isinstance(tree.data, dict):
                sources |= tree.data
        for path in paths:
            folder, _, rest = path.partition("/")
            kind = FOLDERS.get(folder)
            if kind and kind not in self.kinds:
                continue
            if kind and rest.endswith(".yaml"):
                entry = self.entry(reader, path, kind, name, problems)
                if entry is not None:
                    self.add(entry, entries, problems)
            elif (kind or "/" not in path) and not _belongs(path):
                problems.append(
                    Diagnostic(
                        "file-name",
                        Severity.ERROR,
                        "This file does not belong here: a catalog holds catalog.yaml,"
                        " sources.yaml, and entries that end in .yaml",
                        Source(reader.name + path, ""),
                        help="Move it, or correct its ending",
                    )
                )
        catalog = Catalog(name, manifest, entries, sources, manifest_tree)
        return Loaded(catalog, tuple(problems), tuple(inherited))

    def yaml(
        self,
        reader: Reader,
        path: str,
        schema: str,
        problems: list[Diagnostic],
        *,
        required: bool = False,
    ) -> Tree | None:
        """Read a file and check it; None where it can't be used."""
        # Imported here: who finds compiled rules in the cache needs neither.
        from guideline_kit import schemas, yamlio

        try:
            source = Source(reader.name + path, reader.read(path))
        except FileNotFoundError:
            if required:
                problems.append(
                    Diagnostic(
                        "unreadable-file",
                        Severity.ERROR,
                        "A catalog needs this file, and it is not there",
                        Source(reader.name + path, ""),
                        help="Run 'guideline-kit init', or name the folder that holds it",
                    )
                )
            return None
        except (OSError, UnicodeDecodeError) as error:
            problems.append(unreadable(reader.name + path, error))
            return None
        result = yamlio.read(source)
        problems += result.problems
        if result.tree is None:
            return None
        found = schemas.check(f"{schema}.schema.json", result.tree) if self.checked else ()
        problems += found
        return None if found or result.problems else result.tree

    def extended(
        self,
        reader: Reader,
        other: Any,
        index: int,
        tree: Tree | None,
        chain: tuple[str, ...],
        problems: list[Diagnostic],
    ) -> Loaded | None:
        """Load a catalog that this one extends."""
        base = self.resolve(other, reader) if isinstance(other, str) else None
        where = (
            (tree.source, tree.value_span(("extends", index)))
            if tree
            else (Source(reader.name + MANIFEST, ""), Span(0, 0))
        )
        if base is None:
            problems.append(
                Diagnostic(
                    "unknown-reference",
                    Severity.ERROR,
                    f"There is no catalog '{other}' to extend",
                    *where,
                    help=f"Write {SHIPPED}, or the path of a folder that holds catalog.yaml",
                )
            )
            return None
        if base.name in (*chain, reader.name):
            itself = base.name == reader.name
            problems.append(
                Diagnostic(
                    "reference-cycle",
                    Severity.ERROR,
                    "The catalog extends itself"
                    if itself
                    else f"The catalog '{other}' extends this one, which extends it",
                    *where,
                    help=f"Take '{other}' out of 'extends'"
                    if itself
                    else "Take one of the two out of 'extends'",
                )
            )
            return None
        return self.load(base, (*chain, reader.name))

    def name(self, name: str, reader: Reader, tree: Tree, problems: list[Diagnostic]) -> None:
        """Take down the name of a catalog, which no other one may have."""
        taken_by, other = self.named.setdefault(name, (reader.name, tree))
        if taken_by == reader.name:
            return  # two bases can share a base of their own
        problems.append(
            Diagnostic(
                "duplicate-id",
                Severity.ERROR,
                f"The name '{name}' is taken: {other.source.name} is another catalog of that name",
                tree.source,
                tree.value_span(("name",)),
                related=(Related("the other one", other.source, other.value_span(("name",))),),
                help="Give one of the two a name of its own",
            )
        )

    def entry(
        self, reader: Reader, path: str, kind: str, origin: str, problems: list[Diagnostic]
    ) -> Entry | None:
        tree = self.yaml(reader, path, kind, problems)
        if tree is None:
            return None
        id = tree.data["id"]
        stem = path.rpartition("/")[2].removesuffix(".yaml")
        if id != stem:
            problems.append(
                Diagnostic(
                    "file-name",
                    Severity.ERROR,
                    f"The id is '{id}' and the file's name '{stem}': one of the two is wrong",
                    tree.source,
                    tree.value_span(("id",)),
                    help=f"Rename the file to {id}.yaml, or write 'id: {stem}'",
                )
            )
            return None
        return Entry(kind, id, tree.data, tree.source, tree, path, origin)

    def add(self, entry: Entry, entries: dict[str, Entry], problems: list[Diagnostic]) -> None:
        """Add an entry, unless its id is taken."""
        other = entries.get(entry.id)
        if other is None or (other.origin == entry.origin and other.source == entry.source):
            entries[entry.id] = entry  # two bases can share a base of their own
            return
        where = f"the catalog {other.origin}" if other.origin != entry.origin else other.path
        problems.append(
            Diagnostic(
                "duplicate-id",
                Severity.ERROR,
                f"The id '{entry.id}' is taken: {where} has a {other.kind} of that name",
                entry.source,
                entry.tree.value_span(("id",)),
                related=(Related("the other one", other.source, other.tree.value_span(("id",))),),
                help="Choose another id, and rename the file with it",
            )
        )


def _merge(manifest: dict[str, Any], base: Mapping[str, Any]) -> None:
    """Add the vocabulary of a base to a manifest; what the manifest says itself wins."""
    for name in VOCABULARY:
        own = manifest.get(name)
        own = list(own) if isinstance(own, list) else []
        known = {item.get("id") for item in own if isinstance(item, dict)}
        manifest[name] = own + [item for item in base.get(name, ()) if item["id"] not in known]


def _belongs(path: str) -> bool:
    name = path.rpartition("/")[2]
    return (
        path in (MANIFEST, SOURCES)
        or name.startswith((".", "guideline-kit"))  # a catalog may be a whole repository
        or name.upper().startswith(("README", "LICENSE"))
    )


def unreadable(name: str, error: OSError | UnicodeDecodeError) -> Diagnostic:
    """Return the diagnostic for a file that can't be read."""
    help = "Check that the file is there and that you may read it"
    span = None
    source = Source(name, "")
    if isinstance(error, UnicodeDecodeError):
        before = bytes(error.object[: error.start]).decode(error.encoding, "replace")
        before = before.removeprefix("\ufeff")
        line = before.count("\n") + 1
        byte = f"0x{error.object[error.start]:02X}"
        wanted = "UTF-8" if error.encoding == "utf-8" else "valid UTF-16"
        reason = f"it is not {wanted}: byte {error.start} (line {line}) is {byte}"
        help = "Save the file as UTF-8"
        source = Source(name, before)
        span = Span(len(before), len(before))
    elif isinstance(error, IsADirectoryError):
        reason = "it is a folder"
        help = "Name a file, or a folder that holds files"
    elif isinstance(error, PermissionError):
        reason = error.strerror or "you may not read it"
    elif isinstance(error, FileNotFoundError):
        reason = "it is not there"
    else:
        reason = error.strerror or type(error).__name__
    return Diagnostic(
        "unreadable-file",
        Severity.ERROR,
        f"The file can't be read: {reason}",
        source,
        span,
        help=help,
    )
