"""Placeholders in files that name no engine: what looks like one in the common syntaxes.

Copilot's ${…}, Claude's $ARGUMENTS and $1, and double braces. Most files are of this sort, so
the pattern begins with a set of characters, which `re` can skip to.
"""

from __future__ import annotations

import re

from guideline_kit.formats.engines import Expression, Scan

_GUESSED = re.compile(
    r"[{$](?:(?<=\{)(?:\{(?!\{)[^{}\n]{1,200}\}\}|%[^%\n]{1,200}%\}|#[^#\n]{1,400}#\})"
    r"|(?<=\$)(?:\{(?:input:[A-Za-z_][\w.-]{0,80}:[^{}\n]{0,200}|[A-Za-z_][\w:.-]{0,80})\}"
    r"|ARGUMENTS\b(?:\[\d\])?|(?<![\w$\\]\$)[1-9](?![\w.,])))"
)
_PATH = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?=(?:\s*[.\[|].*)?\Z)", re.DOTALL)
# What VS Code knows by itself.
_BUILT_IN = re.compile(
    r"(?:workspaceFolder|workspaceFolderBasename|selection|selectedText|file\w*|relativeFile\w*"
    r"|lineNumber|cwd|userHome|pathSeparator|defaultBuildTask|execPath)\Z"
    r"|(?:env|config|command|workspaceFolder):"
)
# Double underscores count where something is looked up: "____" in a text is a blank.
_UNSAFE = re.compile(
    r"(?:\.\s*|\[\s*[\"'])__[A-Za-z]+__|\|\s*attr\s*\(|\b(?:lipsum|cycler|joiner)\s*(?:\.|\[)"
)


def scan(text: str) -> Scan:
    """Find what looks like a placeholder."""
    return Scan(
        tuple(
            Expression(_name(found.group()), found.start(), found.end())
            for found in _GUESSED.finditer(text)
        )
    )


def _name(text: str) -> str:
    if text[0] == "$":
        inside = text[1:].strip("{}")
        if inside.startswith("input:"):
            return inside.split(":")[1]
        return "" if _BUILT_IN.match(inside) else inside
    if text[1] != "{":
        return ""
    found = _PATH.match(text[2:-2].strip())
    return found.group() if found else ""


def is_unsafe(expression: str) -> bool:
    """Whether an expression reaches behind the values into the program that renders it."""
    return bool(_UNSAFE.search(expression))
