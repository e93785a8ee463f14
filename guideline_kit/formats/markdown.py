"""Formats whose files are Markdown or plain text, with or without front matter.

They differ in where they are found, in who speaks, and in what their front matter may say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from guideline_kit.diagnostics import Diagnostic, Severity
from guideline_kit.documents import Document, Message, Placeholder
from guideline_kit.formats.templates import scan
from guideline_kit.text import MappedText, Source, Span
from guideline_kit.yamlio import Path, Place, Tree, read

# Comment lines and blank lines may stand before it, as in files that open with a licence.
_FRONT = re.compile(
    r"(?:[ \t]*\r?\n|#[^\n]*\n){0,40}?---[ \t]*\r?\n(?P<yaml>(?:[^\n]*\n)*?)---[ \t]*(?:\r?\n|\Z)"
)
_FIELD = re.compile(
    r"^(?P<key>[A-Za-z_][\w.-]*)[ \t]*:(?P<value>(?:[ \t][^\r\n]*)?)(?=\r?$)", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class MarkdownFormat:
    """A Markdown format: its id, what files it is found in, and who speaks in them.

    `paths` is a regular expression for paths with forward slashes. `loose` formats have
    front matter that is not meant to be strict YAML.
    """

    id: str
    title: str
    paths: str
    role: str = "system"
    loose: bool = False


MARKDOWN_FORMATS = (
    MarkdownFormat("agent-skill", "Agent skill", r"SKILL\.md$"),
    MarkdownFormat("agents-md", "AGENTS.md", r"AGENTS(\.override|\.local)?\.md$"),
    MarkdownFormat(
        "claude-md", "CLAUDE.md and Claude rules", r"CLAUDE(\.local)?\.md$|\.claude/rules/.+\.md$"
    ),
    MarkdownFormat("gemini-md", "GEMINI.md", r"GEMINI\.md$"),
    MarkdownFormat(
        "claude-command",
        "Claude command",
        r"\.claude/commands/.+\.md$|plugins/[^/]+/commands/.+\.md$",
        role="user",
    ),
    MarkdownFormat(
        "claude-agent", "Claude agent", r"\.claude/agents/.+\.md$|plugins/[^/]+/agents/[^/]+\.md$"
    ),
    MarkdownFormat(
        "copilot-instructions-root", "Copilot instructions", r"copilot-instructions\.md$"
    ),
    MarkdownFormat(
        "copilot-instructions-md",
        "Copilot instructions for some files",
        r"[^/]+\.instructions\.md$",
    ),
    MarkdownFormat("copilot-prompt-md", "Copilot prompt file", r"[^/]+\.prompt\.md$", role="user"),
    MarkdownFormat(
        "copilot-agent-md", "Copilot agent", r"[^/]+\.agent\.md$|\.github/agents/[^/]+\.md$"
    ),
    MarkdownFormat("copilot-chatmode-md", "Copilot chat mode", r"[^/]+\.chatmode\.md$"),
    MarkdownFormat("cursor-mdc", "Cursor rule", r"[^/]+\.mdc$", loose=True),
    MarkdownFormat("cursorrules-legacy", "Cursor rules file", r"\.cursorrules$"),
    MarkdownFormat("windsurf", "Windsurf rules", r"\.windsurfrules$|\.windsurf/rules/.+\.md$"),
    MarkdownFormat("fabric-pattern", "Fabric pattern", r"patterns/[^/]+/(system|user)\.md$"),
    MarkdownFormat("markdown", "Markdown", ""),
    MarkdownFormat("text", "Plain text", ""),
)
_BY_ID = {format.id: format for format in MARKDOWN_FORMATS}


def read_markdown(source: Source, format: str) -> Document:
    """Read a Markdown or text file; never raises."""
    about = _BY_ID[format]
    problems: tuple[Diagnostic, ...] = ()
    tree: Tree | None = None
    front: MappedText | None = None
    body = 0
    found = None if format == "text" else _front_matter(source)
    if found:
        body = found.end()
        inside = Span(found.start("yaml"), found.end("yaml"))
        front = MappedText.verbatim(source, inside)
        tree, problems = _fields(source, inside, loose=about.loose)
    text = MappedText.verbatim(source, Span(body, len(source.text)))
    expressions = scan("", text.text).expressions if _may_hold(text.text) else ()
    return Document(
        source=source,
        format=format,
        messages=(
            Message(about.role, text, tuple((item.start, item.end) for item in expressions)),
        ),
        placeholders=tuple(
            Placeholder(
                item.name,
                text.text[item.start : item.end],
                0,
                item.start,
                item.end,
                text.span(item.start, item.end),
            )
            for item in expressions
        ),
        fields=tree.data if tree and isinstance(tree.data, dict) else {},
        tree=tree,
        front=front,
        problems=problems,
    )


def _may_hold(text: str) -> bool:
    return "$" in text or "{{" in text or "{%" in text or "{#" in text


def _front_matter(source: Source) -> re.Match[str] | None:
    # Cheap refusals first: most files have none, and the pattern would look for its end.
    text = source.text
    head = text[:4000].lstrip()
    if not head.startswith(("---", "#")):
        return None
    found = _FRONT.match(text)
    if found and head.startswith("#"):
        # A comment, or a heading and a text between two rules?
        tree = read(source, Span(found.start("yaml"), found.end("yaml"))).tree
        if tree is None or not isinstance(tree.data, dict):
            return None
    return found


def _fields(
    source: Source, region: Span, *, loose: bool
) -> tuple[Tree | None, tuple[Diagnostic, ...]]:
    strict = read(source, region)
    if strict.tree and not strict.problems:
        if strict.tree.data is None:
            return Tree(source, {}, strict.tree.places), ()
        if isinstance(strict.tree.data, dict):
            return strict.tree, ()
    tree = _read_lines(source, region)
    if loose:
        return tree, ()
    help = "Quote values that hold ': ' or begin with *, &, [, { or @"
    if strict.problems:
        first = strict.problems[0]
        message, span = first.message, first.span
        if first.rule != "yaml-syntax":
            help = first.help
    else:
        message, span = "Not a mapping of fields", Span(region.start, region.start)
    problem = Diagnostic(
        "front-matter",
        Severity.WARNING,
        f"{message}; the front matter was read line by line, other tools may refuse it",
        source,
        span,
        help=help,
    )
    return tree, (problem,)


def _read_lines(source: Source, region: Span) -> Tree:
    """Read front matter line by line: `key: value`, and lists of `- value`."""
    data: dict[str, object] = {}
    places: dict[Path, Place] = {(): Place(None, region)}
    text = source.slice(region)
    matches = list(_FIELD.finditer(text))
    for index, found in enumerate(matches):
        start = region.start + found.start("value")
        raw = found["value"]
        key = found["key"]
        after = matches[index + 1].start() if index + 1 < len(matches) else len(text)
        items = re.findall(
            r"^[ \t]*-[ \t]+(.*?)[ \t]*\r?$", text[found.end() : after], re.MULTILINE
        )
        value: object = _scalar(raw.strip())
        if not raw.strip() and items:
            value = [_scalar(item) for item in items]
        if key in data:
            continue
        data[key] = value
        begin = start + len(raw) - len(raw.lstrip())
        places[(key,)] = Place(
            Span(region.start + found.start("key"), region.start + found.end("key")),
            Span(begin, max(begin, start + len(raw.rstrip()))),
        )
    return Tree(source, data, places)


def _scalar(text: str) -> object:
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        return text[1:-1]
    return {"true": True, "false": False, "": None}.get(text, text)
