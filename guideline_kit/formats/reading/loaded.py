"""Texts that a program loads as a prompt: their name says so, and they read like one.

Folders named for prompts hold other things as well: notes, lists of words, data of tests.
"""

from __future__ import annotations

import re

_FAR = 8_000  # characters that are looked at
_OTHER_NAME = re.compile(
    r"(?:^|/)(?:readme|changelog|licen[cs]e|notice|copying|authors|contributing|index|_index|todo"
    r"|requirements[^/]*|constraints[^/]*|robots|humans|llms[^/]*|cmakelists|sources|manifest)"
    r"(?:\.[a-z-]+)?\.(?:md|txt)$",
    re.IGNORECASE,
)
_OTHER_FOLDER = re.compile(
    r"(?:^|/)(?:tests?|__tests__|__snapshots__|snapshots|fixtures?|testdata|test[_-]data|vendor"
    r"|third[_-]party|site-packages|node_modules|dist-info|docs?|documentation|website|blog"
    r"|_posts|content)/",
    re.IGNORECASE,
)
# The file is the prompt, whatever folder it is in: system_prompt.txt, prompt-v2.md, system.txt.
_BY_NAME = re.compile(
    r"(?:^|/)(?:(?:[^/]+[_.-])?prompt(?:[_-]?(?:v?\d+|template|text))?|system(?:[_-]\w+)?)"
    r"\.(?:md|txt)$",
    re.IGNORECASE,
)
# A site's page says of itself what a prompt does not.
_PAGE = re.compile(r"---\s*\n(?:[^\n]*\n){0,30}?(?:title|layout|date|permalink|sidebar_\w+)[ \t]*:")
_WORD = re.compile(r"[^\W\d_]{2,}")
# Who speaks to a model says you to it, orders something, or leaves room for what it is about.
_ADDRESSED = re.compile(
    r"\{\{?[ ]?[A-Za-z_][\w.]*[ ]?\}|\$\{?[A-Za-z_]\w*|<\|\w+\|>"
    r"|\b(?:you are|you're|you will|you must|you should|your (?:task|job|role|goal|answer|output"
    r"|response|responses)|act as|respond|do not|don't|please|du bist|sie sind|tu es|vous êtes"
    r"|eres|usted es|deine? aufgabe|votre tâche)\b"
    r"|^[#* ]*(?:role|task|instructions?|system|goal|output|context)\b[* ]*:?[* ]*$"
    r"|^(?:write|summari[sz]e|classify|extract|translate|generate|answer|given|explain|rewrite"
    r"|create|review|analy[sz]e|list|identify|rate|compare|convert|describe)\b",
    re.IGNORECASE | re.MULTILINE,
)


def is_loaded(path: str, text: str) -> bool:
    """Whether a file whose path may be that of a prompt reads like one."""
    if _OTHER_NAME.search(path) or _OTHER_FOLDER.search(path):
        return False
    text = text[:_FAR]
    if _PAGE.match(text) or not _is_prose(text):
        return False
    # Notes on prompts are Markdown more often than they are plain text.
    sure = bool(_BY_NAME.search(path)) or not path.lower().endswith(".md")
    return sure or _ADDRESSED.search(text) is not None


def _is_prose(text: str) -> bool:
    """Whether a text is made of sentences, rather than of names, numbers or code."""
    words = _WORD.findall(text)
    lines = [line for line in text.splitlines() if line.strip()]
    if len(words) < 5 or "\0" in text:
        return False
    letters = sum(map(len, words))
    full = sum(len(line.split()) > 3 for line in lines)
    return letters * 2 > sum(map(len, lines)) and full * 3 >= len(lines)
