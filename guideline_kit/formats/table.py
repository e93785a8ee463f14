"""Which file is in which format: one row a format, in the order in which they are tried.

A format is the module of the same name beside this one, with `_` for `-`. It is imported when
a file of it turns up: most runs meet one or two of them.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

import re2


class Format(NamedTuple):
    """A format: its id, what people call it, and the files that it is found in.

    `paths` is an RE2 pattern for paths, with forward slashes, that say all by themselves what a
    file is; `maybe` is one for paths whose text has to bear it out. Both begin at the beginning
    of a name. In a format that `escapes`, a character can be written as others.
    """

    id: str
    title: str
    paths: str = ""
    maybe: str = ""
    escapes: bool = False


CATALOG_PROMPT = "catalog-prompt"

# What programs load as a prompt: a folder or a name says so, and the text has to agree.
_LOADED = (
    r"(?i:([^/]+[_-])?prompts?([_-]templates?)?/.+\.{suffix}$"
    r"|system([_-](message|instructions?))?\.{suffix}$|{names}\.{suffix}$)"
)
# Much Markdown is about prompts.
_NAMED = r"([^/]+[_.-])?prompt[_-]?(v?[0-9]+|template)?"
_TEXT_NAMED = r"([^/]+[_.-])?prompts?([_.-][^/]+|[0-9]+)?"

# The first that fits counts: what takes all files of a kind stands behind what names them.
FORMATS = (
    Format("agent-skill", "Agent skill", r"SKILL\.md$"),
    Format("agents-md", "AGENTS.md", r"AGENTS(\.override|\.local)?\.md$"),
    Format(
        "claude-md", "CLAUDE.md and Claude rules", r"CLAUDE(\.local)?\.md$|\.claude/rules/.+\.md$"
    ),
    Format("gemini-md", "GEMINI.md", r"GEMINI\.md$"),
    Format(
        "claude-command",
        "Claude command",
        r"\.claude/commands/.+\.md$|plugins/[^/]+/commands/.+\.md$",
    ),
    Format("copilot-instructions-root", "Copilot instructions", r"copilot-instructions\.md$"),
    Format(
        "copilot-instructions-md",
        "Copilot instructions for some files",
        r"[^/]+\.instructions\.md$",
    ),
    Format("copilot-prompt-md", "Copilot prompt file", r"[^/]+\.prompt\.md$"),
    Format("copilot-agent-md", "Copilot agent", r"[^/]+\.agent\.md$|\.github/agents/[^/]+\.md$"),
    Format("copilot-chatmode-md", "Copilot chat mode", r"[^/]+\.chatmode\.md$"),
    Format("cursor-mdc", "Cursor rule", r"[^/]+\.mdc$"),
    Format("cursorrules-legacy", "Cursor rules file", r"\.cursorrules$"),
    Format("windsurf", "Windsurf rules", r"\.windsurfrules$|\.(windsurf|devin)/rules/.+\.md$"),
    Format(
        "agent-command",
        "Commands of other agents",
        r"\.cursor/commands/.+\.md$|\.windsurf/workflows/.+\.md$|\.clinerules/workflows/.+\.md$",
    ),
    Format(
        "agent-rules",
        "Rules of other agents",
        r"\.clinerules(-[^/]+)?$|\.clinerules/.+\.(md|txt)$"
        r"|\.roorules(-[^/]+)?$|\.roo/rules(-[^/]+)?/.+\.(md|txt)$"
        r"|\.kiro/steering/.+\.md$|\.amazonq/rules/.+\.md$|\.continue/rules/.+\.md$"
        r"|\.junie/guidelines\.md$|WARP\.md$|\.goosehints$",
    ),
    Format("fabric-pattern", "Fabric pattern", r"patterns/[^/]+/(system|user)\.md$"),
    Format("mcp", "MCP prompt", r"[^/]+\.mcp-prompt\.json$", escapes=True),
    Format("prompty-v1", "Prompty v1", maybe=r"[^/]+\.prompty$"),
    Format("prompty-v2", "Prompty", r"[^/]+\.prompty$"),
    Format("dotprompt", "dotprompt", maybe=r"[^/]+\.prompt$"),
    Format("promptflow-jinja2", "Jinja2 prompt template", maybe=r"[^/]+\.(?:jinja2|jinja|j2)$"),
    Format(CATALOG_PROMPT, "Catalog prompt", maybe=r"prompts/.+\.ya?ml$", escapes=True),
    Format("promptsource", "PromptSource templates", maybe=r"templates\.yaml$", escapes=True),
    Format(
        "claude-agent",
        "Claude agent",
        r"\.claude/agents/.+\.md$|plugins/[^/]+/agents/[^/]+\.md$",
        maybe=r"[^/]+\.md$",
    ),
    Format(
        "semantic-kernel-skprompt",
        "Semantic Kernel prompt folder",
        r"skprompt\.txt$",
        r"config\.json$",
        escapes=True,
    ),
    Format(
        "openai-evals-modelgraded",
        "OpenAI evals: prompts for a judge",
        r"registry/modelgraded/[^/]+\.ya?ml$",
        r"modelgraded/[^/]+\.ya?ml$",
        escapes=True,
    ),
    # These look into all files of a kind.
    Format("python", "Prompts in Python source", maybe=r"[^/]+\.py$", escapes=True),
    Format(
        "promptfoo-config",
        "promptfoo configuration",
        r"promptfooconfig[^/]*\.(ya?ml|json)$",
        r"[^/]+\.ya?ml$|[^/]*([Pp]rompt|[Ee]val|[Rr]ed-?team)[^/]*(/.+)?\.json$",
        escapes=True,
    ),
    Format(
        "langfuse",
        "Langfuse prompts",
        maybe=r"[^/]*([Pp]rompt|[Ll]angfuse)[^/]*(/.+)?\.json$",
        escapes=True,
    ),
    Format(
        "mlflow",
        "MLflow prompts",
        maybe=r"[^/]*([Pp]rompt|[Mm]lflow)[^/]*(/.+)?\.json$",
        escapes=True,
    ),
    Format(
        "github-models-prompt-yml",
        "GitHub Models prompt",
        maybe=r"[^/]+\.ya?ml$|[^/]*[Pp]rompt[^/]*(/.+)?\.json$",
        escapes=True,
    ),
    Format("semantic-kernel-yaml", "Semantic Kernel YAML", maybe=r"[^/]+\.ya?ml$", escapes=True),
    Format(
        "langchain",
        "LangChain prompt",
        maybe=r"[^/]+\.ya?ml$|[^/]*([Pp]rompt|[Cc]hain|few_?shot)[^/]*(/.+)?\.json$",
        escapes=True,
    ),
    Format("markdown", "Markdown", maybe=_LOADED.format(suffix="md", names=_NAMED)),
    Format("text", "Plain text", maybe=_LOADED.format(suffix="txt", names=_TEXT_NAMED)),
)
BY_ID = {format.id: format for format in FORMATS}


class _Way(NamedTuple):
    """A pattern of a format; `certain` where nothing has to bear it out."""

    format: str
    pattern: str
    certain: bool


_WAYS = tuple(
    _Way(format.id, pattern, certain)
    for format in FORMATS
    for pattern, certain in ((format.paths, True), (format.maybe, False))
    if pattern
)


def _automaton() -> Any:
    """Return all patterns as one automaton, which says which of them fit a path."""
    paths = re2.Set.SearchSet()
    for way in _WAYS:
        paths.Add(anchored(way.pattern))
    paths.Compile()
    return paths


def anchored(pattern: str) -> str:
    """Return a pattern of a format as one for whole paths."""
    # A line break is a letter of a name like any other.
    return f"(?s)(?:^|/)(?:{pattern})"


_PATHS = _automaton()


def possible(path: str) -> tuple[str, ...]:
    """Return the formats that a path allows, the likeliest first; none where it is no prompt's.

    `path` has forward slashes. What stands behind one that is certain is left out.
    """
    found: list[str] = []
    # The name of a file need not be UTF-8.
    for index in sorted(_PATHS.Match(path.encode("utf-8", "replace")) or ()):
        way = _WAYS[index]
        if way.format not in found:
            found.append(way.format)
        if way.certain:
            break
    return tuple(found)


def is_certain(format: str, path: str) -> bool:
    """Whether a path says all by itself that a file is in a format."""
    pattern = BY_ID[format].paths
    return bool(pattern) and re.search(anchored(pattern), path) is not None
