"""PromptSource's files -> entries of a catalog."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from guideline_kit.diagnostics import Diagnostic, Severity
from guideline_kit.exchange.promptsource.exporting import file_of
from guideline_kit.exchange.promptsource.files import layout_of, read_file, say_the_same
from guideline_kit.exchange.promptsource.form import (
    FILE_KEYS,
    FILE_NAME,
    KEY,
    TEMPLATE_KEYS,
    parted,
    path_of,
    place_of,
)
from guideline_kit.exchange.promptsource.naming import Draft, NewEntry, named
from guideline_kit.exchange.promptsource.wording import (
    choices_of,
    input_of,
    languages,
    line,
    names_of,
    summary,
)
from guideline_kit.formats.promptsource import (
    CHOICES,
    built,
    is_blank,
    templates_of,
)
from guideline_kit.text import MappedText, Source, Span
from guideline_kit.trees import Path, Tree

HOME = "https://github.com/bigscience-workshop/promptsource"
VERSION = "1.0.0"


class About(NamedTuple):
    """What no template says and each entry has to: by the schema of prompts."""

    owner: str
    status: str = "draft"
    licence: str = "Apache-2.0"


class Imported(NamedTuple):
    """What an import gave. `read` is how many templates there were."""

    entries: tuple[NewEntry, ...]
    problems: tuple[Diagnostic, ...]
    read: int


def import_files(
    sources: Mapping[str, Source],
    about: About,
    *,
    known: Mapping[tuple[str, str], str],
    taken: Collection[str],
) -> Imported:
    """Make entries of the texts of `templates.yaml` files, by their paths in a tree.

    `known` leads from a template, as `template_of` has it, to the path of the entry that it became
    before, and `taken` are the ids of all other entries.
    """
    files = [_File(at, source, about) for at, source in sources.items()]
    _find_folders(files)
    drafts: list[Draft] = []
    problems: list[Diagnostic] = []
    seen: dict[str, Source] = {}
    for file in files:
        made = list(file.drafts())
        first = seen.setdefault(file.path, file.source) if made else file.source
        if first is file.source:
            drafts += made
        else:
            file.error(
                ("dataset",),
                f"{first.name} is about the same data set, so this file was left out",
                "Keep one file for each data set and subset",
            )
        problems += file.problems
    total = sum(file.total for file in files)
    return Imported(tuple(named(drafts, known, taken)), tuple(problems), total)


class _File:
    """One `templates.yaml`: its entries to be, and what is wrong with it.

    `at` is where it stands in its tree, and `path` where PromptSource would look for it; that is
    empty where the file does not say.
    """

    def __init__(self, at: str, source: Source, about: About) -> None:
        self.at = at
        self.source = source
        self.about = about
        result = read_file(source)
        self.tree = result.tree or Tree(source, {}, {})
        self.problems = list(result.problems)
        self.total = 0
        self.top: dict[str, Any] = {}
        self.path = ""
        data = self.tree.data if isinstance(self.tree.data, dict) else {}
        dataset, subset = data.get("dataset"), data.get("subset")
        if not isinstance(dataset, str) or not isinstance(subset, (str, type(None))):
            if not self.problems:
                what = "The file does not name its data set, and its subset if it has one, as texts"
                self.error(
                    ("dataset",), what, "Add 'dataset: NAME'; quote what looks like a number"
                )
            return
        self.top = {name: data[name] for name in ("dataset", "subset") if name in data}
        self.path = path_of(self.top) or ""
        if not self.path:
            self.error(
                ("dataset",),
                f"'{place_of(dataset, subset)}' can't be the path of a folder",
                "Name the data set and the subset as folders can be named",
            )

    def drafts(self) -> Iterator[Draft]:
        """Yield an entry for each template that can be one."""
        if not self.path:
            return
        made = []
        shared: dict[int, str] = {}
        place = place_of(self.top["dataset"], self.top.get("subset"))
        for at in templates_of(self.tree):
            self.total += 1
            draft = self.draft(at, place, shared)
            if draft is not None:
                made.append(draft)
        if not self.total and not self.problems:
            self.error(("templates",), "The file has no templates", "Add some, or delete the file")
        if made and not self.problems:
            self.compare(made)
        yield from made

    def error(self, path: Path, message: str, help: str) -> None:
        self.problems.append(_error(self.tree, path, message, help))

    def draft(self, at: Path, place: str, shared: dict[int, str]) -> Draft | None:
        """Return the entry for one template; `shared` are the metadata of those before it."""
        template: dict[str, Any] = self.tree.get(at)
        key = str(at[-1])
        text = self.tree.text((*at, "jinja"))
        if text is None or is_blank(text.text):
            self.error(
                (*at, "jinja"),
                "A template without a text can't be a prompt, so it was left out",
                "Add 'jinja'",
            )
            return None
        name = str(template.get("name") or key)
        kept = self.kept(template, key, shared)
        entry = {
            "id": "",
            "title": line(f"{place}: {name}"),
            "summary": summary(place, name, template),
            "owner": self.about.owner,
            "status": self.about.status,
            "version": VERSION,
            **languages(kept),
            "licence": self.about.licence,
            "origin": {"title": "PromptSource", "url": HOME, "name": line(f"{place}: {name}")},
            **self.contents(text, template, place, kept),
        }
        return Draft(place, (self.path, key), name, {**entry, KEY: kept})

    def kept(self, template: Mapping[str, Any], key: str, shared: dict[int, str]) -> dict[str, Any]:
        """Return what an entry has no field of its own for."""
        data = self.tree.data
        kept = dict(self.top)
        kept["id"] = template.get("id", key)
        if kept["id"] != key:
            kept["key"] = key
        kept["name"] = template.get("name")
        for name in ("reference", CHOICES, "metadata"):
            if name in template:
                value = template[name]
                kept[name] = dict(value) if isinstance(value, dict) else value
        if isinstance(template.get("metadata"), dict):
            first = shared.setdefault(id(template["metadata"]), key)
            if first != key:
                kept["shares_metadata_with"] = first
        further = {name: template[name] for name in template if name not in TEMPLATE_KEYS}
        whole = {name: data[name] for name in data if name not in FILE_KEYS}
        missing = [name for name in TEMPLATE_KEYS if name not in template]
        more = (("also", further), ("file", whole), ("without", missing))
        return {**kept, **{name: value for name, value in more if value}}

    def contents(
        self, text: MappedText, template: Mapping[str, Any], place: str, kept: dict[str, Any]
    ) -> dict[str, Any]:
        """Return template, inputs and output; what these hold is taken out of what is kept."""
        builder = built(text, apart=True)
        bare, around = parted([message.text.text for message in builder.messages])
        blanks = {"messages": around}
        choices, blanks["choices"] = choices_of(template.get(CHOICES))
        if choices:
            del kept[CHOICES]
        if any(blanks.values()):
            kept["around"] = {name: value for name, value in blanks.items() if value}
        messages = [
            {"role": message.role, "content": content}
            for message, content in zip(builder.messages, bare, strict=True)
        ]
        names = names_of(builder.placeholders)
        found: dict[str, Any] = {"template": {"engine": "jinja2", "messages": messages}}
        inputs = {name: input_of(name, place, choices) for name in names}
        if inputs:
            found["inputs"] = inputs
        if choices:
            found["output"] = {"format": "label", "choices": choices}
        return found

    def compare(self, made: Sequence[Draft]) -> None:
        """Keep how the file is written, if not as PromptSource does it.

        Say where an export of the entries would not give the file back all the same.
        """
        text = self.source.text
        again = file_of([draft.data for draft in made])
        if again == text:
            return
        if say_the_same(again, text):
            made[0].data[KEY]["layout"] = layout_of(again, text)
            return
        at = next(
            (number for number, (a, b) in enumerate(zip(text, again, strict=False)) if a != b),
            min(len(text), len(again)),
        )
        start = min(at, max(0, len(text) - 1))
        self.warning(
            Span(start, start),
            "From here on, an export will not be the same byte for byte",
            "What the entries hold is kept; how the file is written is not",
        )

    def warning(self, span: Span, message: str, help: str) -> None:
        self.problems.append(
            Diagnostic("exchange", Severity.WARNING, message, self.source, span, help=help)
        )


def _find_folders(files: Sequence[_File]) -> None:
    """Take down where those files stand that are not where their data set would have them."""
    # The tree may lie deeper in the folder that somebody named, or be a part of a larger one.
    found = Counter(
        file.at.removesuffix(file.path)
        for file in files
        if file.path and f"/{file.at}".endswith(f"/{file.path}")
    )
    above = found.most_common(1)[0][0] if found else ""
    for file in files:
        inside = file.at.removeprefix(above)
        if file.path and not any(
            f"/{one}".endswith(f"/{other}")
            for one, other in ((file.at, file.path), (file.path, inside))
        ):
            file.top["folder"] = inside.removesuffix(f"/{FILE_NAME}")
            file.path = path_of(file.top) or file.path


def _error(tree: Tree, path: Path, message: str, help: str) -> Diagnostic:
    span = tree.value_span(path) if path in tree.places else tree.key_span(path[:-1])
    return Diagnostic("exchange", Severity.ERROR, message, tree.source, span, help=help)
