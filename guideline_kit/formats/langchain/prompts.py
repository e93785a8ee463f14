"""One prompt of LangChain: a template, a few-shot prompt, or a chat."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from guideline_kit.diagnostics import Diagnostic
from guideline_kit.documents import Case, Document, Input
from guideline_kit.formats.beside import Beside
from guideline_kit.formats.reading.assembling import mark_examples
from guideline_kit.formats.reading.building import Builder
from guideline_kit.formats.reading.complaints import complaint, quoted
from guideline_kit.formats.reading.data_files import listed, look, read_data
from guideline_kit.formats.reading.inputs import declared
from guideline_kit.text import Source, Span
from guideline_kit.trees import Path, Tree

ID = "langchain"
ENGINES = {"f-string": "fstring", "mustache": "mustache", "jinja2": "jinja2"}
_FEW_SHOT_KEYS = frozenset(
    ("_type", "name", "input_variables", "optional_variables", "input_types", "output_parser",
     "partial_variables", "metadata", "tags", "examples", "example_selector", "example_prompt",
     "example_prompt_path", "prefix", "prefix_path", "suffix", "suffix_path",
     "example_separator", "template_format", "validate_template")
)  # fmt: skip


class Reader:
    """Reads one prompt of a file.

    `path` leads to its keys. What is `dumped` is read by other means than what is saved; of a
    `broken` file, nobody can say what is missing.
    """

    def __init__(
        self, tree: Tree, path: Path, beside: Beside, *, dumped: bool, broken: bool
    ) -> None:
        self.tree = tree
        self.path = path
        self.beside = beside
        self.dumped = dumped
        self.broken = broken
        self.problems: list[Diagnostic] = []
        self.builder = Builder()
        self.engines: dict[str, None] = {}
        self.known: dict[Path, str] = {}
        self.cases: list[Case] = []
        self.elsewhere = False  # whether some of the text stands in another file

    def read(self, kind: str) -> list[Document]:
        """Return the prompt, and the template of its examples where there is one."""
        data = self.tree.get(self.path)
        parts: list[Document] = []
        if kind == "few_shot":
            self.template("prefix")
            self.examples(data)
            self.template("suffix")
            parts = self.example_prompt(data)
        elif kind == "chat":
            from guideline_kit.formats.langchain.chats import add_chat  # it needs this class

            add_chat(self, data)
        elif not self.template("template"):
            self.lacks("template", "template_path")
        if not self.dumped:
            self.complain(data, kind)
        mark_examples(self.builder.messages)
        return [self.document(), *parts]

    def document(self) -> Document:
        return Document(
            source=self.tree.source,
            format=ID,
            messages=tuple(self.builder.messages),
            fields={},
            placeholders=tuple(self.builder.placeholders),
            # What another file uses is not known here.
            inputs=None if self.elsewhere else self.inputs(),
            engine=next(iter(self.engines)) if len(self.engines) == 1 else "",
            template_error=self.builder.error,
            cases=tuple(self.cases),
        )

    # --- what is declared ----------------------------------------------------------------------

    def inputs(self) -> tuple[Input, ...] | None:
        """Return the variables that are declared, and those that have a value already."""
        named = self.tree.get((*self.path, "input_variables"))
        if not isinstance(named, list):
            return None
        found: dict[str, Input] = {}
        for key in ("input_variables", "optional_variables"):
            for number, name in listed(self.tree.get((*self.path, key))):
                if isinstance(name, str):
                    span = self.tree.value_span((*self.path, key, number))
                    required = key == "input_variables"
                    found.setdefault(name, declared(name, span, required=required))
        partial = self.tree.get((*self.path, "partial_variables"))
        for name in partial if isinstance(partial, dict) else ():
            span = self.tree.key_span((*self.path, "partial_variables", name))
            # Whoever wrote the file has given it a value.
            found[name] = Input(
                name, found[name].span if name in found else span, "line", "trusted", required=False
            )
        return tuple(found.values())

    def engine_at(self, path: Path) -> str:
        """Return our name of the template language of a mapping."""
        if path not in self.known:
            self.known[path] = self.engine_named(path)
        return self.known[path]

    def engine_named(self, path: Path) -> str:
        named = self.tree.get((*path, "template_format"))
        if named is None:
            return "fstring"
        engine = ENGINES.get(named, "") if isinstance(named, str) else ""
        where = self.tree.value_span((*path, "template_format"))
        if not engine:
            what = f"LangChain has no template format {quoted(named)}"
            self.object(what, where, f"Write {' or '.join(list(ENGINES)[:2])}")
        elif engine == "jinja2":
            what = "LangChain loads no templates in Jinja2, which can run code"
            self.object(what, where, "Write the template as an f-string, or load it in Python")
        return engine

    # --- texts -----------------------------------------------------------------------------------

    def add(
        self, role: str, path: Path, engine: str, *, example: bool = False, literal: bool = False
    ) -> bool:
        """Add the text at a path as a message; return whether there is one."""
        text = self.tree.text(path)
        if text is None:
            return False
        if not literal:
            self.engines[engine] = None
        self.builder.engine = "none" if literal else engine
        self.builder.add(role, text, example=example)
        return True

    def template(self, key: str) -> bool:
        """Add a template that stands here, or in a file that is named."""
        named = f"{key}_path"
        other = self.tree.get((*self.path, named))
        if other is not None:
            self.elsewhere = True
            self.look((*self.path, named), (".txt",))
            if key in self.tree.get(self.path):
                what = f"'{named}' stands beside '{key}': LangChain refuses both together"
                self.object(what, self.tree.key_span((*self.path, named)), "Remove one of them")
        there = self.add("user", (*self.path, key), self.engine_at(self.path))
        return there or other is not None

    def look(self, path: Path, endings: tuple[str, ...]) -> Source | None:
        """Return the file that is named at a path, and say what is wrong with the name."""
        name, where = self.tree.get(path), self.tree.value_span(path)
        if not isinstance(name, str):
            self.object("This has to be the path of a file", where, "Write it as a text")
            return None
        if not name.endswith(endings):
            what = f"LangChain reads nothing but {' and '.join(endings)} here"
            self.object(what, where, f"Rename the file to end in {endings[0]}")
        # The name counts from wherever the program was started.
        source, problems = look(self.tree.source, self.beside, name, where, above=True)
        self.problems += problems
        if not problems and ".." in PurePosixPath(name.replace("\\", "/")).parts:
            what = "LangChain refuses paths that lead out of a folder"
            self.object(what, where, "Move the file to where the path needs no '..'")
        return source

    # --- few-shot prompts ------------------------------------------------------------------------

    def examples(self, data: Mapping[str, Any]) -> None:
        """Add the examples: of those in another file, as cases alone."""
        path: Path = (*self.path, "examples")
        given = data.get("examples")
        if isinstance(given, str):
            source = self.look(path, (".json", ".yaml", ".yml"))
            tree = read_data(source).tree if source is not None else None
            span = self.tree.value_span(path)
            for _, values in listed(tree.data if tree else None):
                if isinstance(values, dict):
                    self.cases.append(Case(span, values))
            return
        if given is not None and not isinstance(given, list):
            self.object(
                "'examples' has to be a list, or a file with one",
                self.tree.key_span(path),
                "Begin each example with '- '",
                error=True,
            )
        for number, values in listed(given):
            if not isinstance(values, dict):
                continue
            self.cases.append(Case(self.tree.value_span((*path, number)), values))
            for name in values:
                # They are put in as they are.
                self.add("user", (*path, number, name), "", example=True, literal=True)

    def example_prompt(self, data: Mapping[str, Any]) -> list[Document]:
        """Return the template of the examples: its variables are the keys of each."""
        if data.get("example_prompt_path") is not None:
            self.look((*self.path, "example_prompt_path"), (".json", ".yaml", ".yml"))
            return []
        about = data.get("example_prompt")
        if not isinstance(about, dict):
            return []
        path: Path = (*self.path, "example_prompt")
        dumped = "lc" in about and isinstance(about.get("kwargs"), dict)
        reader = Reader(
            self.tree,
            (*path, "kwargs") if dumped else path,
            self.beside,
            dumped=dumped,
            broken=self.broken,
        )
        documents = reader.read("prompt")
        for message in reader.builder.messages:
            message.example = True
        self.problems += reader.problems
        return documents

    # --- what LangChain does not take ----------------------------------------------------------

    def complain(self, data: Mapping[str, Any], kind: str) -> None:
        """Say what the loader refuses."""
        parser = data.get("output_parser")
        if isinstance(parser, dict) and parser.get("_type") != "default":
            where: Path = (*self.path, "output_parser")
            where = (*where, "_type") if "_type" in parser else where
            what = "LangChain loads no output parser but the default one"
            self.object(what, self.tree.value_span(where), "Add the parser in Python")
        if kind != "few_shot":
            return
        for key, other in (("suffix", "suffix_path"), ("examples", "example_selector"),
                           ("example_prompt", "example_prompt_path")):  # fmt: skip
            if data.get(key) is None and data.get(other) is None:
                self.lacks(key, other)
        for key in data:
            if key not in _FEW_SHOT_KEYS:
                what = f"A few-shot prompt has no {quoted(key)}: LangChain refuses it"
                self.object(what, self.tree.key_span((*self.path, key)), "Remove it")

    def lacks(self, key: str, other: str) -> None:
        if self.broken or self.dumped:
            return
        if self.path:
            where = self.tree.key_span(self.path)
        else:
            where = Document(self.tree.source, ID, (), {}).file_line
        what = f"The prompt has neither '{key}' nor '{other}'"
        self.object(what, where, f"Add '{key}'", error=True)

    def object(self, message: str, span: Span, help: str, *, error: bool = False) -> None:
        self.problems.append(complaint(self.tree.source, span, message, help, error=error))
