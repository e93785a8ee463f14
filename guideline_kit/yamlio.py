"""The only reader of YAML, and the only writer.

Reading goes through libyaml's event stream, never through PyYAML's composer: that one
recurses in C and crashes on `[` x 30,000. The events carry the marks that become spans,
and plain scalars are resolved by the YAML 1.2 core schema, so that `no`, `on` and `0755`
are what they look like. Duplicate keys are refused. Depth, size and the expansion of
aliases are bounded, so hostile YAML gets a problem in bounded time and memory.

Writing changes a value in its place, or adds a key: the place is known from reading, and
ruamel.yaml writes the new value. All the rest stays as somebody wrote it, byte for byte.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from guideline_kit.diagnostics import Diagnostic, Severity
from guideline_kit.text import Source, Span
from guideline_kit.trees import Path, Place, Read, Tree

MAX_CHARACTERS = 2_000_000
MAX_DEPTH = 60
MAX_NODES = 200_000
MAX_DOUBLED = 100

_INT = re.compile(r"[-+]?[0-9]+\Z")
_OCT = re.compile(r"0o[0-7]+\Z")
_HEX = re.compile(r"0x[0-9a-fA-F]+\Z")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\Z")
_WORDS: Mapping[str, object] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
    ".inf": float("inf"), ".Inf": float("inf"), ".INF": float("inf"), "+.inf": float("inf"),
    "-.inf": float("-inf"), "-.Inf": float("-inf"), "-.INF": float("-inf"),
    ".nan": float("nan"), ".NaN": float("nan"), ".NAN": float("nan"),
}  # fmt: skip
_TAGS = {f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null")}
_COLLECTION_TAGS = {"tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}


class _StopError(Exception):
    def __init__(self, rule: str, message: str, span: Span, help: str = "") -> None:
        self.problem = (rule, message, span, help)


@dataclass(slots=True)
class _Open:
    """A mapping or a list that is still being filled."""

    data: dict[str, Any] | list[Any]
    path: Path
    start: int
    key: Span | None
    anchor: str | None
    weight: int = 1
    pending: tuple[str, Span] | None = None
    seen: dict[str, Span] = field(default_factory=dict)


def read(source: Source, region: Span | None = None) -> Read:
    """Read one YAML document from a source, or from a part of it.

    Never raises for what the text holds: problems are in the result, with their spans.
    """
    region = region or Span(0, len(source.text))
    problems: list[Diagnostic] = []

    def report(rule: str, message: str, span: Span, help: str = "") -> None:
        problems.append(Diagnostic(rule, Severity.ERROR, message, source, span, help=help))

    text = source.slice(region)
    if len(text) > MAX_CHARACTERS:
        report(
            "yaml-limit",
            f"The YAML has {len(text):,} characters; more than {MAX_CHARACTERS:,} are not read",
            Span(region.start, region.start),
            "Split the file",
        )
        return Read(None, tuple(problems))
    import yaml  # not at the top: linting a Markdown file without front matter needs none

    parser: Any = getattr(yaml, "CLoader", yaml.Loader)
    builder = _Builder(region.start, report)
    try:
        for event in yaml.parse(text, parser):
            builder.take(event)
    except _StopError as stop:
        report(*stop.problem)
        return Read(None, tuple(problems))
    except yaml.YAMLError as error:
        report("yaml-syntax", *_explain(error, source, region))
        return Read(None, tuple(problems))
    except UnicodeEncodeError as error:
        # Half a surrogate pair: no file has one, but an editor may send it.
        at = region.start + error.start
        code = ord(error.object[error.start])
        report("yaml-syntax", f"Not valid YAML: U+{code:04X} is no character", Span(at, at + 1))
        return Read(None, tuple(problems))
    except RecursionError:  # the pure-Python parser, where libyaml is missing
        report("yaml-limit", f"The YAML is nested deeper than {MAX_DEPTH}", Span(0, 0))
        return Read(None, tuple(problems))
    return Read(Tree(source, builder.root, builder.places), tuple(problems))


class _Builder:
    """Turns libyaml's events into data and places, without recursion."""

    def __init__(self, base: int, report: Any) -> None:
        self.base = base
        self.report = report
        self.root: Any = None
        self.places: dict[Path, Place] = {}
        self.stack: list[_Open] = []
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.nodes = 0
        self.doubled = 0
        self.documents = 0

    def take(self, event: Any) -> None:
        span = Span(self.base + event.start_mark.index, self.base + event.end_mark.index)
        match type(event).__name__:
            case "ScalarEvent":
                self.scalar(event, span)
            case "MappingStartEvent" | "SequenceStartEvent":
                self.open(event, span)
            case "MappingEndEvent" | "SequenceEndEvent":
                self.close(span)
            case "AliasEvent":
                if event.anchor not in self.anchors:
                    raise _StopError(
                        "yaml-syntax", f"The alias *{event.anchor} has no anchor before it", span
                    )
                value, weight = self.anchors[event.anchor]
                self.add(value, span, weight, None)
            case "DocumentStartEvent":
                self.documents += 1
                if self.documents > 1:
                    raise _StopError(
                        "yaml-syntax",
                        "A second document begins here; a file holds one",
                        Span(span.start, span.start),
                        "Remove the line ---, or move what follows to a file of its own",
                    )

    def scalar(self, event: Any, span: Span) -> None:
        if self.stack and isinstance(self.stack[-1].data, dict) and not self.stack[-1].pending:
            self.key(event.value, span)
            return
        value: Any = event.value
        tag = event.tag
        if tag is not None and tag != "!" and tag not in _TAGS:
            raise _StopError(
                "yaml-syntax", f"The tag {tag} is not known here", span, "Remove the tag"
            )
        if event.implicit[0] or tag in _TAGS - {"tag:yaml.org,2002:str"}:
            value = self.resolve(event.value, span)
        self.add(value, span, 1, event.anchor, event.style or None)

    def resolve(self, text: str, span: Span) -> Any:
        """Resolve a plain scalar by the YAML 1.2 core schema."""
        if text in _WORDS:
            return _WORDS[text]
        first = text[0]
        if not (first.isascii() and (first.isdigit() or first in "+-.")):
            return text
        if len(text) > 400:
            if _FLOAT.match(text):
                raise _StopError("yaml-limit", "A number of more than 400 digits", span)
            return text
        if _INT.match(text):
            return int(text)
        if _OCT.match(text):
            return int(text.removeprefix("0o"), 8)
        if _HEX.match(text):
            return int(text.removeprefix("0x"), 16)
        if _FLOAT.match(text):
            return float(text)
        return text

    def key(self, name: str, span: Span) -> None:
        top = self.stack[-1]
        if name in top.seen:
            self.doubled += 1
            if self.doubled > MAX_DOUBLED:
                raise _StopError(
                    "yaml-limit", f"More than {MAX_DOUBLED} keys that stand twice", span
                )
            self.report(
                "duplicate-key",
                f"The key '{name}' stands twice in this mapping",
                span,
                "Keep one of the two",
            )
        top.seen.setdefault(name, span)
        top.pending = (name, span)

    def step(self) -> tuple[Path, Span | None]:
        """Return the path and the key of the value that comes next."""
        if not self.stack:
            return (), None
        top = self.stack[-1]
        if isinstance(top.data, list):
            return (*top.path, len(top.data)), None
        if top.pending is None:
            raise _StopError(
                "yaml-syntax",
                "A mapping or a list can't be a key",
                Span(top.start, top.start),
                'Quote a placeholder such as "{{name}}": braces open a mapping in YAML',
            )
        return (*top.path, top.pending[0]), top.pending[1]

    def add(
        self, value: Any, span: Span, weight: int, anchor: str | None, style: str | None = None
    ) -> None:
        self.nodes += weight
        if self.nodes > MAX_NODES:
            raise _StopError(
                "yaml-limit", f"More than {MAX_NODES:,} values, aliases expanded", span
            )
        path, key = self.step()
        self.places[path] = Place(key, span, style)
        if anchor:
            self.anchors[anchor] = (value, weight)
        self.put(value, weight)

    def put(self, value: Any, weight: int) -> None:
        if not self.stack:
            self.root = value
            return
        top = self.stack[-1]
        top.weight += weight
        if isinstance(top.data, list):
            top.data.append(value)
        elif top.pending:
            # Of two equal keys the first one counts; the second was reported.
            top.data.setdefault(top.pending[0], value)
            top.pending = None

    def open(self, event: Any, span: Span) -> None:
        if len(self.stack) >= MAX_DEPTH:
            raise _StopError(
                "yaml-limit",
                f"The YAML is nested deeper than {MAX_DEPTH}",
                Span(span.start, span.start),
            )
        if event.tag is not None and event.tag != "!" and event.tag not in _COLLECTION_TAGS:
            raise _StopError(
                "yaml-syntax", f"The tag {event.tag} is not known here", span, "Remove the tag"
            )
        path, key = self.step()
        data: dict[str, Any] | list[Any]
        data = {} if type(event).__name__ == "MappingStartEvent" else []
        self.nodes += 1
        self.stack.append(_Open(data, path, span.start, key, event.anchor))

    def close(self, span: Span) -> None:
        top = self.stack.pop()
        self.places[top.path] = Place(top.key, Span(top.start, span.end))
        # Only now: an alias inside its own anchor would make a circle.
        if top.anchor:
            self.anchors[top.anchor] = (top.data, top.weight)
        self.put(top.data, top.weight)


def _explain(error: Any, source: Source, region: Span) -> tuple[str, Span, str]:
    """Return message, span and help for an error of libyaml, in words for its user."""
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    at = region.start + (mark.index if mark else 0)
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or error)
    if hasattr(error, "character"):  # a ReaderError
        before = source.slice(region).encode()[: error.position].decode("utf-8", "ignore")
        at = region.start + len(before)
        code = error.character if isinstance(error.character, int) else ord(error.character[:1])
        problem = f"the character U+{code:04X} is not allowed in YAML"
    at = min(at, region.end)
    help = "Check the indentation, and quote values that hold ': ', ' #' or begin with a sign"
    if "mapping values are not allowed" in problem:
        problem = "a second ': ' on the line, or wrong indentation"
        help = "Quote a value that holds ': '"
    elif "found character '\\t'" in problem or "cannot start any token" in problem:
        help = "Indent with spaces, and quote values that begin with @, `, % or a tab"
    elif "did not find expected key" in problem:
        problem = "a key was expected here; the indentation may be off"
    number = source.position(at).line
    if any(_BRACE_FIRST.search(source.line(line)) for line in {number, max(1, number - 1)}):
        problem = "a value that begins with { or [ and goes on behind it"
        help = "Put the whole value into double quotes"
    return f"Not valid YAML: {problem}", Span(at, at), help


# {match} is a blank in a message to its author, and the start of a mapping to YAML.
_BRACE_FIRST = re.compile(r"^[^\"'#]*?[:-][ \t]+(?:\{[^{}\n]*\}|\[[^\[\]\n]*\])[ \t]*[^\s#,]")


# --- writing -------------------------------------------------------------------------------


def edit(text: str, changes: Mapping[Path, Any]) -> str:
    """Return YAML text with values changed or added; every other character stays.

    `changes` maps a path to its new value: of a value that is there, or of a new key in a
    mapping that is there. The new value is written on one line.
    Raises ValueError for a text that is not valid YAML, KeyError for a path that leads nowhere.
    """
    source = Source("", text)
    tree = read(source).tree
    if tree is None:
        raise ValueError("only valid YAML can be edited")
    edits = []
    for path, value in changes.items():
        place = tree.places.get(path)
        if path and place is not None:
            # A block scalar's span goes on to the next line.
            end = place.value.start + len(source.slice(place.value).rstrip())
            space = "" if text[place.value.start - 1].isspace() else " "
            written = _written(value, quoted=place.style in ("'", '"'))
            edits.append((place.value.start, end, space + written))
        else:
            edits.append(_addition(tree, path, value))
    for start, end, new in sorted(edits, reverse=True):
        text = text[:start] + new + text[end:]
    return text


def _written(value: Any, *, quoted: bool = False) -> str:
    """Return a value as YAML on one line; ruamel.yaml knows what has to be quoted."""
    from ruamel.yaml import YAML
    from ruamel.yaml.scalarstring import DoubleQuotedScalarString

    if isinstance(value, str) and (quoted or not value.isprintable()):
        value = DoubleQuotedScalarString(value)
    writer = YAML()
    writer.default_flow_style = True
    writer.width = 1_000_000  # one line, however long
    out = io.StringIO()
    # In a list, a text is quoted wherever it might be taken for something else.
    writer.dump([value], out)
    text = out.getvalue().strip().removeprefix("[").removesuffix("]")
    # One sort of quotes is enough, and double ones can hold everything: also what libyaml
    # does not take for a plain text, such as :a in a list.
    if isinstance(value, str) and not quoted:
        plain = read(Source("", f"[ {text}]")).tree
        if text.startswith("'") or plain is None or plain.data != [value]:
            return _written(value, quoted=True)
    return text


def _addition(tree: Tree, path: Path, value: Any) -> tuple[int, int, str]:
    """Return the edit that adds a key to a mapping, behind the last one."""
    source, parent = tree.source, tree.get(path[:-1])
    if not path or not isinstance(path[-1], str) or not isinstance(parent, dict):
        raise KeyError(path)
    line = f"{_written(path[-1])}: {_written(value)}"
    place = tree.places[path[:-1]]
    if source.slice(place.value).startswith("{"):
        end = place.value.end - 1
        return end, end, f", {line}" if parent else line
    key = tree.places[(*path[:-1], next(iter(parent)))].key
    last: Path = path[:-1]
    while isinstance(inside := tree.get(last), (dict, list)) and inside:
        last = (*last, len(inside) - 1 if isinstance(inside, list) else list(inside)[-1])
    span = tree.place(last).value
    # The rest of the last value's line may hold a remark, or the brackets around it.
    number = source.position(span.start + len(source.slice(span).rstrip())).line
    end = source.line_span(number)[1]
    indent = " " * (source.position(key.start).column - 1 if key else 0)
    line_end = "\r\n" if "\r\n" in source.text else "\n"
    return end, end, f"{line_end}{indent}{line}"
