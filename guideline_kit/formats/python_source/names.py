"""What a name says of the text that it stands for, and whether that text reads like a prompt.

Many programs call a prompt what they ask a person for, so a name alone says little.
"""

from __future__ import annotations

import enum
import functools
import re
from typing import Any, NamedTuple

import re2

from guideline_kit.text import Source


class Claim(enum.IntEnum):
    """How much a name claims that its text is a prompt, the least first."""

    FAINT = 1
    WEAK = 2
    STRONG = 3


class Said(NamedTuple):
    """What a name says: how much it claims, and who speaks."""

    claim: Claim
    role: str


_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_PROMPTS = {"prompt", "prompts"}
_INSTRUCTIONS = {"instruction", "instructions"}
_SYSTEM = {"system", "sys", "developer"}
_TEXTS = {"message", "msg", "messages"}
_TEMPLATES = {"template", "templates", "tmpl", "tpl"}
# Behind "prompt" these name something that belongs to it, and before it one that asks a person.
_BELONGS = frozenset((
    "args", "button", "cache", "class", "classes", "cmd", "color", "colors", "colour", "column",
    "command", "count", "description", "dir", "directory", "doc", "docs", "enabled", "env",
    "error", "exception", "extension", "field", "file", "filename", "files", "flag", "folder",
    "format", "function", "handler", "hash", "header", "headers", "help", "icon", "id", "ids",
    "index", "injection", "key", "keys", "kwargs", "label", "len", "length", "level", "limit",
    "loader", "log", "management", "manager", "mode", "model", "name", "names", "note",
    "number", "option", "options", "params", "parser", "path", "paths", "pattern",
    "placeholder", "regex", "score", "session", "shell", "size", "slug", "sources", "state",
    "status", "style", "tag", "tags", "target", "title", "toolkit", "token", "tokens",
    "tooltip", "type", "types", "uri", "url", "variable", "variables", "version", "warning",
    "width",
))  # fmt: skip
_HUMAN = frozenset((
    "bash", "cli", "confirm", "confirmation", "consent", "console", "continue", "delete", "disable",
    "exit", "getpass", "login", "negative", "no", "passphrase", "passwd", "password", "pdb",
    "permission", "pin", "ps1", "ps2", "python", "repl", "shell", "skip", "ssh", "sudo",
    "terminal", "tty", "username", "yes",
))  # fmt: skip
# Calls whose argument `prompt` is for a person.
ASKING = frozenset((
    "Argument", "Confirm", "FloatPrompt", "IntPrompt", "Option", "Prompt", "add_argument",
    "argument", "askstring", "confirm", "confirmation_option", "getpass", "option",
    "password_option", "prompt", "questionary", "raw_input", "read_input", "readline",
    "unix_getpass", "win_getpass",
))  # fmt: skip

_ABOUT_MODELS = (
    r"(?i)(?:\b|_)(?:open_?ai|anthropic|lang_?chain|lite_?llm|v?llms?|gpt\w{0,9}|claude|gemini"
    r"|gen_?ai|ollama|llama_?\w{0,9}|mistral\w{0,9}|qwen\w{0,5}|hugging_?face|auto_?model\w*"
    r"|chat_?bots?|chat_?completions?|chat_?models?|language[ _]models?|bedrock|cohere|dspy"
    r"|crew_?ai|auto_?gen|semantic_kernel|haystack|vertex_?ai|deep_?seek|groq|few_?shot"
    r"|system_?prompts?|prompt_?templates?|ai_?agents?|pydantic_ai)(?:\b|_)"
)
_OF_PROMPTS = re.compile(r"(?:^|[/_])prompts(?:[/_.]|$)", re.IGNORECASE)

_SPACE = re.compile(r"\S\s+\S")
_NO_PROSE = re.compile(
    r"\s*(?:(?:SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|ALTER|WITH|PRAGMA)\s[^a-z]*?"
    r"\b(?:FROM|INTO|SET|TABLE|INDEX|VIEW|AS|DATABASE)\b"
    r"|<(?:!DOCTYPE|!--|\?xml|html|head|body|div|p|span|script|style|svg|form|table|h[1-6])\b"
    r"|#!|\[?\\?\x1b|import\s|from\s+\S+\s+import\s|def\s|class\s\w+[:(]|usage:|https?://|>>>\s"
    r"|In \[\d+\]:|(?:for|while|if|with)\s[^\n]*:\n)",
)
_FOR_PEOPLE = re.compile(
    r"\s*(?:please\s+)?(?:enter|input|type|choose|select|press|hit|provide|specify|do you|are you"
    r"|would you|should|continue|overwrite|proceed|confirm|password|passphrase|username|user name"
    r"|your|is this|what|which|where|who|how many|how much|run|install|no|failed|unable|invalid"
    r"|can(?:not|'t))\b",
    re.IGNORECASE,
)
_ASKS = re.compile(r"(?:[:?>$#=]|\[[^\]]*\]|\((?:[^()]*/[^()]*|default[^()]*)\))[:?>]?\s*\Z")
_TO_A_MODEL = (
    r"(?i)\byou are (?:an?|the|now|going|being|provided|given|tasked|asked)\b|\byou're an?\b"
    r"|\byour (?:task|job|role|goal|answer|response|output|reply)\b|\bact as\b|\byou will be\b"
    r"|\b(?:respond|answer|reply|output|return)\b[^.]{0,40}\b(?:only|in|with|as|using|json|based)\b"
    r"|\bsummari[sz]e\b|\btranslate\b|\bgiven (?:the|a|an)\b[^.]{0,60}\b(?:generate|write|extract"
    r"|answer|determine|identify|provide|create|classify)\b|\bstep[- ]by[- ]step\b"
    r"|\b(?:assistant|language model)\b"
)
# What hardly anybody but a model is told.
_ADDRESSED = (
    r"(?i)\A\s*(?:you are (?:an?|the|my)|you're an?|your (?:task|job|role|goal) is|act as)\s"
)
_CALLED = (
    r"(?i)\b(?:assistant|agent|expert|chatbot|bot|ai|language model|llm|helpful|specialist|senior"
    r"|professional|world[- ]class|experienced|skilled|analyst|engineer)\b"
)
_BEGINNING, _END = 4000, 200  # characters that say what a text is


@functools.lru_cache(maxsize=1024)
def said(name: str) -> Said | None:
    """Return what a name says of its text, or None where it says nothing of a prompt."""
    words = [word.lower() for word in _WORD.findall(name)]
    known = set(words)
    if known & _HUMAN:
        return None
    system = bool(known & _SYSTEM)
    at = max((index for index, word in enumerate(words) if word in _PROMPTS), default=-1)
    if at < 0:
        at = max((i for i, word in enumerate(words) if word in _INSTRUCTIONS), default=-1)
        if at < 0 and not (len(words) > 1 and words[-1] in _TEXTS and words[-2] in _SYSTEM):
            return None
        claim = Claim.STRONG if system and at >= 0 else Claim.FAINT
        return None if words[-1] in _BELONGS else Said(claim, "system")
    behind = words[at + 1 :]
    if behind and not _BELONGS.isdisjoint((behind[0], behind[-1])):
        return None
    strong = system or bool(known & _TEMPLATES)
    role = "system" if system or known & _INSTRUCTIONS else "user"
    return Said(Claim.STRONG if strong else Claim.WEAK, role)


def is_addressed(beginning: str, *, about_models: bool) -> bool:
    """Whether a text begins as hardly anything but a prompt does, whatever its name."""
    if len(beginning.split(None, 12)) < 12 or not _has(_ADDRESSED, beginning[:200]):
        return False
    return about_models or _has(_CALLED, beginning[:200])


def belongs(name: str) -> bool:
    """Whether a name is one of something that belongs to a prompt, and is none."""
    return name.lower() in _BELONGS


def is_about_models(source: Source) -> bool:
    """Whether a file speaks of language models, or is called after prompts."""
    return bool(_OF_PROMPTS.search(source.name) or _has(_ABOUT_MODELS, source.text))


def _has(pattern: str, text: str) -> bool:
    """Whether a pattern of RE2 is found in a text, which may hold halves of characters."""
    return _pattern(pattern).search(text.encode("utf-8", "replace")) is not None


@functools.cache
def _pattern(pattern: str) -> Any:
    return re2.compile(pattern.encode())


def reads_like_one(text: str, claim: Claim, *, about_models: bool) -> bool:
    """Whether a text is what its name claims; `text` is without what is computed in it."""
    body = text.strip()
    words = len(body.split())
    one_line = "\n" not in body
    beginning = body[:_BEGINNING]
    if not _SPACE.search(beginning) or _NO_PROSE.match(beginning):
        return False
    if words >= 4 and _has(_TO_A_MODEL, beginning):
        return claim > Claim.FAINT or about_models or is_addressed(body, about_models=False)
    if one_line and words < 30 and _FOR_PEOPLE.match(beginning):
        return False
    if one_line and words < 30 and _ASKS.search(text[-_END:]) and not about_models:
        return False
    if claim is Claim.STRONG:
        return words >= 3
    if claim is Claim.FAINT:
        return about_models and words >= 8
    if words < (4 if about_models else 12) or not _is_prose(beginning):
        return False
    # A few words without an end are a title rather.
    return words >= 8 or not one_line or body[-1] in ".!?:}\"'" or text != body


def _is_prose(text: str) -> bool:
    """Whether most words of a text are words."""
    words = text.split()
    return sum(word.strip(".,;:!?()'\"").isalpha() for word in words) > len(words) // 2
