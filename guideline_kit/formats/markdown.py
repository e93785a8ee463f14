"""Formats whose files are Markdown or plain text, with or without front matter.

They differ in where they are found, in who speaks, and in what their front matter may say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from guideline_kit.diagnostics import Diagnostic
from guideline_kit.documents import Document, Message, Placeholder
from guideline_kit.text import MappedText, Source, Span

if TYPE_CHECKING:
    from guideline_kit.formats.front_matter import FrontMatter
    from guideline_kit.formats.templates import Expression
    from guideline_kit.trees import Tree


class MarkdownFormat(NamedTuple):
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
    found = None if format == "text" else _front_matter(source, loose=about.loose)
    if found is not None:
        body = found.end
        front = MappedText.verbatim(source, found.inside)
        tree, problems = found.tree, found.problems
    text = MappedText.verbatim(source, Span(body, len(source.text)))
    expressions = _expressions(text.text)
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


def _expressions(text: str) -> tuple[Expression, ...]:
    if "$" not in text and not ("{" in text and ("{{" in text or "{%" in text or "{#" in text)):
        return ()
    from guideline_kit.formats.templates import scan  # many files hold no placeholder

    return scan("", text).expressions


def _front_matter(source: Source, *, loose: bool) -> FrontMatter | None:
    # Cheap refusals first: most files have none, and reading it takes YAML. A line of dashes
    # ends it.
    text = source.text
    if not text[:4000].lstrip().startswith(("---", "#")) or "\n---" not in text:
        return None
    from guideline_kit.formats.front_matter import read_front_matter

    return read_front_matter(source, loose=loose)
