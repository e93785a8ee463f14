"""Claude agents: a name, a description, and the system message.

Collections of them lie in folders of any name, so their front matter has to tell them from the
pages of a site, the cards of models and the agents of other tools.
"""

from __future__ import annotations

import re

from guideline_kit.formats.markdown import reader

_FAR = 20_000  # characters in which front matter ends that is worth looking at
_KEY = re.compile(r"^([A-Za-z][\w-]*)[ \t]*:[ \t]*([^\r\n]*)", re.MULTILINE)
_BLANK = re.compile(r"\n[ \t]*\r?\n")
_SLUG = re.compile(r"['\"]?[a-z0-9]+(?:[._-][a-z0-9]+)*['\"]?[ \t]*")
# Keys that only pages of sites, cards of models and data, and workflows have.
_FOREIGN = frozenset(
    ("title", "layout", "date", "permalink", "slug", "draft", "weight", "sidebar_position",
     "sidebar_label", "nav_order", "parent", "template", "hide", "library_name", "pipeline_tag",
     "base_model", "datasets", "dataset_info", "task_categories", "license", "sdk", "on", "engine",
     "jobs", "price", "sku", "image", "thumbnail", "author", "categories", "published",
     "applyTo", "globs", "mode")
)  # fmt: skip
_SIGNS = ("tools", "disallowedTools", "model", "color", "permissionMode", "maxTurns", "mcpServers")
_CLAUDE_MODEL = re.compile(r"['\"]?(?:sonnet|opus|haiku|fable|inherit|claude-)", re.IGNORECASE)
_CLAUDE_TOOL = re.compile(
    r"[\"'\s,\[:-](?:Read|Write|Edit|MultiEdit|Bash|Grep|Glob|LS|Task|Agent|WebFetch|WebSearch"
    r"|TodoWrite|NotebookEdit|NotebookRead|mcp__\w+)(?![\w.])"
)
_FOLDER = re.compile(r"(?:^|/)(?:sub-?)?agents/")
_OTHER_NAME = re.compile(r"(?:^|/)(?:readme|index|changelog|_index)\.md$", re.IGNORECASE)

read = reader("claude-agent")


def is_one(path: str, text: str) -> bool:
    """Whether a Markdown file is an agent of Claude Code, by its front matter."""
    if not text.startswith("---") or _OTHER_NAME.search(path):
        return False
    end = text.find("\n---", 3, _FAR)
    if end < 0:  # never closed: the fields go on up to a blank line
        blank = _BLANK.search(text, 3, _FAR)
        end = blank.start() if blank else min(len(text), _FAR)
    front = text[3:end]
    keys = {found[1]: found[2] for found in _KEY.finditer(front)}
    if "description" not in keys or not keys.get("name") or not _FOREIGN.isdisjoint(keys):
        return False
    if _FOLDER.search(path):
        return any(sign in keys for sign in _SIGNS)
    return bool(_SLUG.fullmatch(keys["name"])) and _is_for_claude(front, keys)


def _is_for_claude(front: str, keys: dict[str, str]) -> bool:
    if _CLAUDE_MODEL.match(keys.get("model", "")):
        return True
    at = re.search(r"^(?:tools|disallowedTools)[ \t]*:", front, re.MULTILINE)
    if at is None:
        return False
    # What is listed below a key is indented, or a list.
    after = re.compile(r"\n(?=[A-Za-z])").search(front, at.end())
    return bool(_CLAUDE_TOOL.search(front, at.end() - 1, after.start() if after else len(front)))
