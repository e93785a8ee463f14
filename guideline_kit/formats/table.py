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
    of a name. In a format that `escapes`, a character can be written as others. `found` says for
    people, as Markdown, where the files are.
    """

    id: str
    title: str
    paths: str = ""
    maybe: str = ""
    escapes: bool = False
    found: str = ""


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
    Format("agent-skill", "Agent skill", r"SKILL\.md$", found="`SKILL.md`"),
    Format(
        "agents-md",
        "AGENTS.md",
        r"AGENTS(\.override|\.local)?\.md$",
        found="`AGENTS.md`, `AGENTS.override.md`",
    ),
    Format(
        "claude-md",
        "CLAUDE.md and Claude rules",
        r"CLAUDE(\.local)?\.md$|\.claude/rules/.+\.md$",
        found="`CLAUDE.md`, `.claude/rules/`",
    ),
    Format("gemini-md", "GEMINI.md", r"GEMINI\.md$", found="`GEMINI.md`"),
    Format(
        "claude-command",
        "Claude command",
        r"\.claude/commands/.+\.md$|plugins/[^/]+/commands/.+\.md$",
        found="`.claude/commands/`, `plugins/*/commands/`",
    ),
    Format(
        "copilot-instructions-root",
        "Copilot instructions",
        r"copilot-instructions\.md$",
        found="`copilot-instructions.md`",
    ),
    Format(
        "copilot-instructions-md",
        "Copilot instructions for some files",
        r"[^/]+\.instructions\.md$",
        found="`*.instructions.md`",
    ),
    Format(
        "copilot-prompt-md", "Copilot prompt file", r"[^/]+\.prompt\.md$", found="`*.prompt.md`"
    ),
    Format(
        "copilot-agent-md",
        "Copilot agent",
        r"[^/]+\.agent\.md$|\.github/agents/[^/]+\.md$",
        found="`*.agent.md`, `.github/agents/`",
    ),
    Format(
        "copilot-chatmode-md", "Copilot chat mode", r"[^/]+\.chatmode\.md$", found="`*.chatmode.md`"
    ),
    Format("cursor-mdc", "Cursor rule", r"[^/]+\.mdc$", found="`*.mdc`"),
    Format("cursorrules-legacy", "Cursor rules file", r"\.cursorrules$", found="`.cursorrules`"),
    Format(
        "windsurf",
        "Windsurf rules",
        r"\.windsurfrules$|\.(windsurf|devin)/rules/.+\.md$",
        found="`.windsurfrules`, `.windsurf/rules/`",
    ),
    Format(
        "agent-command",
        "Commands of other agents",
        r"\.cursor/commands/.+\.md$|\.windsurf/workflows/.+\.md$|\.clinerules/workflows/.+\.md$",
        found="`.cursor/commands/`, `.windsurf/workflows/`, `.clinerules/workflows/`",
    ),
    Format(
        "agent-rules",
        "Rules of other agents",
        r"\.clinerules(-[^/]+)?$|\.clinerules/.+\.(md|txt)$"
        r"|\.roorules(-[^/]+)?$|\.roo/rules(-[^/]+)?/.+\.(md|txt)$"
        r"|\.kiro/steering/.+\.md$|\.amazonq/rules/.+\.md$|\.continue/rules/.+\.md$"
        r"|\.junie/guidelines\.md$|WARP\.md$|\.goosehints$",
        found="rules of Cline, Roo, Kiro, Amazon Q, Continue and Junie, `WARP.md`, `.goosehints`",
    ),
    Format(
        "fabric-pattern",
        "Fabric pattern",
        r"patterns/[^/]+/(system|user)\.md$",
        found="`patterns/*/system.md`",
    ),
    Format(
        "mcp", "MCP prompt", r"[^/]+\.mcp-prompt\.json$", escapes=True, found="`*.mcp-prompt.json`"
    ),
    Format("prompty-v1", "Prompty v1", maybe=r"[^/]+\.prompty$", found="`*.prompty`, by its text"),
    Format("prompty-v2", "Prompty", r"[^/]+\.prompty$", found="`*.prompty`"),
    Format("dotprompt", "dotprompt", maybe=r"[^/]+\.prompt$", found="`*.prompt`, by its text"),
    Format(
        "promptflow-jinja2",
        "Jinja2 prompt template",
        maybe=r"[^/]+\.(?:jinja2|jinja|j2)$",
        found="`*.jinja2`, `*.jinja`, `*.j2`, by its text",
    ),
    Format(
        CATALOG_PROMPT,
        "Catalog prompt",
        maybe=r"prompts/.+\.ya?ml$",
        escapes=True,
        found="`prompts/**/*.yaml`, by its text",
    ),
    Format(
        "promptsource",
        "PromptSource templates",
        maybe=r"templates\.yaml$",
        escapes=True,
        found="`templates.yaml`, by its text",
    ),
    Format(
        "claude-agent",
        "Claude agent",
        r"\.claude/agents/.+\.md$|plugins/[^/]+/agents/[^/]+\.md$",
        maybe=r"[^/]+\.md$",
        found="`.claude/agents/`, `plugins/*/agents/`, and any `*.md` by its front matter",
    ),
    Format(
        "semantic-kernel-skprompt",
        "Semantic Kernel prompt folder",
        r"skprompt\.txt$",
        r"config\.json$",
        escapes=True,
        found="`skprompt.txt`, and `config.json` by its text",
    ),
    Format(
        "openai-evals-modelgraded",
        "OpenAI evals: prompts for a judge",
        r"registry/modelgraded/[^/]+\.ya?ml$",
        r"modelgraded/[^/]+\.ya?ml$",
        escapes=True,
        found="`registry/modelgraded/*.yaml`",
    ),
    # These look into all files of a kind.
    Format(
        "python",
        "Prompts in Python source",
        maybe=r"[^/]+\.py$",
        escapes=True,
        found="`*.py`, by its text",
    ),
    Format(
        "promptfoo-config",
        "promptfoo configuration",
        r"[^/]*promptfooconfig[^/]*\.(ya?ml|json)$",
        r"[^/]+\.ya?ml$|[^/]*([Pp]rompt|[Ee]val|[Rr]ed-?team)[^/]*(/.+)?\.json$",
        escapes=True,
        found="`*promptfooconfig*.yaml`, and any YAML by its text",
    ),
    Format(
        "langfuse",
        "Langfuse prompts",
        maybe=r"[^/]*([Pp]rompt|[Ll]angfuse)[^/]*(/.+)?\.json$",
        escapes=True,
        found="JSON, by its name and its text",
    ),
    Format(
        "mlflow",
        "MLflow prompts",
        maybe=r"[^/]*([Pp]rompt|[Mm]lflow)[^/]*(/.+)?\.json$",
        escapes=True,
        found="JSON, by its name and its text",
    ),
    Format(
        "github-models-prompt-yml",
        "GitHub Models prompt",
        maybe=r"[^/]+\.ya?ml$|[^/]*[Pp]rompt[^/]*(/.+)?\.json$",
        escapes=True,
        found="`*.prompt.yml`, and any YAML by its text",
    ),
    Format(
        "semantic-kernel-yaml",
        "Semantic Kernel YAML",
        maybe=r"[^/]+\.ya?ml$",
        escapes=True,
        found="any YAML, by its text",
    ),
    Format(
        "langchain",
        "LangChain prompt",
        maybe=r"[^/]+\.ya?ml$|[^/]*([Pp]rompt|[Cc]hain|few_?shot)[^/]*(/.+)?\.json$",
        escapes=True,
        found="any YAML, and JSON by its name and its text",
    ),
    Format(
        "markdown",
        "Markdown",
        maybe=_LOADED.format(suffix="md", names=_NAMED),
        found="`prompts/**/*.md`, `*_prompt.md`, `system.md`, by its text",
    ),
    Format(
        "text",
        "Plain text",
        maybe=_LOADED.format(suffix="txt", names=_TEXT_NAMED),
        found="`prompts/**/*.txt`, `*_prompt.txt`, `system.txt`, by its text",
    ),
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
