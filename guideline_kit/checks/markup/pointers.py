"""Where a text points to a part of itself: a section, a step, a tag, a heading by its anchor.

Only what is surely meant to be read counts: "as described in the Tone section" does, "add a
Tone section" and "write it in <answer> tags" don't. English wording. Offsets are bytes.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from guideline_kit.checks.guard_sets import GuardSet
from guideline_kit.checks.guards import guard_each
from guideline_kit.checks.matching import compiled
from guideline_kit.documents import Message
from guideline_kit.regions import CODE, COMMENT, EXAMPLE, PROSE, QUOTE

# Where a name begins and ends, in bytes, and the name.
Found = Iterator[tuple[int, int, str]]


class Pointer(NamedTuple):
    """A place that points to something: a section, a step, a tag or an anchor, by its name."""

    to: str
    start: int
    end: int
    name: str


# What a text holds wherever it points to a part of itself: see `guards`.
GUARD = (
    r"(?i)\bsection\b|\bstep\s+\d|\b(?:appendix|annex) [a-z\d]|\]\([ \t]*<?#"
    r"|\b(?:in|inside|within|between|from)\s+(?:the\s+|these\s+)?[`'\x22]{0,2}</?[a-z]"
    r"|\b(?:under|in|see|to|follow|the) [`\x22\x{201C}#]"
)

_NEAR = 200  # bytes before and after a place that are looked at, in its sentence
_S = r"(?:[ \t]{1,8}|[ \t]{0,8}\r?\n[ \t>]{0,16})"  # a blank, or a line break in a paragraph
_CLOSING = "\"'`*_”’"
_QUOTED = (
    r"(?:[\"'`*_]{1,3}|[“‘])[#\s]{0,8}(?P<quoted>[^\W_][^\"'`*\n“”]{0,60}?)[:.]?"
    rf"[{_CLOSING}]{{1,3}}"
)
_CAPITALS = (
    r"#{0,6}[ ]?(?P<capitals>[A-Z][\w&/-]{0,40}"
    rf"(?:{_S}(?:(?:and|or|of|for|the|to|with){_S})?[A-Z0-9][\w&/-]{{0,40}}){{0,5}})"
)
_TOLD = (
    r"(?:described|defined|explained|specified|outlined|detailed|documented|shown|given|stated"
    rf"|listed|noted|discussed|covered|mentioned|set{_S}out|laid{_S}out)"
)
# What sends a reader to a place: a verb, or a participle with "in".
_SENDS = (
    rf"(?i:\b(?:see(?:{_S}also)?|refer(?:ring)?{_S}(?:back{_S})?to|consult|obey|re-?read|read|check"
    rf"|follow(?:ing)?|comply(?:ing)?{_S}with|according{_S}to|per|go{_S}(?:back{_S})?to"
    rf"|based{_S}on|base{_S}(?:\w+{_S}){{1,3}}on|in{_S}(?:line|accordance){_S}with"
    rf"|{_TOLD}{_S}(?:(?:above|below|earlier|later){_S})?(?:in|under|by)))"
)
# What a section of instructions holds; so may a section of the answer.
_HELD = (
    r"(?:rules?|steps?|guidelines?|guidance|instructions?|criteria|definitions?|polic(?:y|ies)"
    r"|process|procedures?|conventions?|principles?|requirements?|checklist|constraints?|limits?"
    r"|standards?|advice|workflow|wording|format|tables?|examples?|information|facts?|terms?"
    r"|text|contents?|context|data|passages?|documents?|articles?|notes?|transcript|what)"
)
_HOLDS = (
    rf"(?i:\b{_HELD}{_S}(?:(?:is|are|stands?|is{_S}said){_S})?(?:in|under|from|of|within|inside))"
)
_THE = rf"{_S}(?i:(?:the|our|this){_S})?"

_SECTION = r"(?i)\bsection\b"
_NAME_BEFORE = re.compile(
    rf"(?:(?P<sends>{_SENDS}){_THE}|(?P<holds>{_HOLDS}){_THE}|\b(?i:the){_S})"
    rf"(?:{_QUOTED}|{_CAPITALS}){_S}\Z"
)
_CUE_BEFORE = re.compile(rf"(?:(?P<sends>{_SENDS})|(?P<holds>{_HOLDS})){_THE}\Z")
_NAME_AFTER = re.compile(
    rf"{_S}(?:(?:on|called|titled|named){_S})?(?:{_QUOTED}|{_CAPITALS}(?<=[\w&/-]{{4}}))"
)
_SIDE = re.compile(rf"{_S}(?:above|below)\b")
# Words that may stand beside "section" with a capital, and name none.
_NO_NAMES = ("each", "every", "this", "that", "next", "previous", "first", "last", "same", "above")
# see "Tone" below; as described under "Tone"; the rules under ## Tone
_WITHOUT_THE_WORD = (
    r"(?i)\b(?:see|refer to|follow) (?:the )?[\"\x{201C}]([^\"\x{201C}\x{201D}\n]{2,60})"
    r"[\"\x{201D}] (?:above|below)\b"
    r"|\b(?:described|defined|explained|specified|outlined|detailed|set out)"
    r" under [\"\x{201C}]([^\"\x{201C}\x{201D}\n]{2,60})[\"\x{201D}]"
    rf"|\b(?:described|defined|explained|specified|outlined|detailed|set out|{_HELD})"
    r" (?:in|under) [`\"]?#{1,6} ([\pL\pN][^`\".,;:()\n]{1,60})"
)
_APPENDIX = (
    r"\b(?i:in|see|under|from|of|to|per|with|use|follow)\s+"
    r"((?:Appendix|Annex) (?:[A-Z]|\d{1,2}))\b"
)
# Who is sent to a step; "after step 2" says when, and may speak of another text.
_STEP = (
    r"(?i)\b(?:(?:go|goes|going|jump|jumps|skip|skips|return|returns|proceed|proceeds|move|back)"
    r"\s+(?:(?:back|on|ahead|directly|straight)\s+)?to|(?:continue|continues|proceed|proceeds|start"
    r"|restart|resume|begin)\s+(?:(?:again|over)\s+)?(?:with|at|from)|repeat|redo|re-?run)"
    r"\s+(step\s+\d{1,3})\b"
)
# The section is one of another text, or of a file.
_ELSEWHERE_AFTER = re.compile(
    rf"(?i){_S}(?:of|in|on|from|at|within){_S}"
    rf"(?!(?:this|the){_S}(?:(?:system{_S})?prompt|document|file|message|page|guide)\b)"
)
_ELSEWHERE = re.compile(
    rb"(?i)\w\.(?:mdx?|mdc|txt|rst|json|ya?ml|toml|html?|pdf|docx?|py|[jt]sx?|mmd|log|csv|dpr|dpk)\b"
    rb"|\b(?:readme|changelog|contributing|rfc)\b|\]\("
)
_WRITES = re.compile(
    rb"(?i)\b(?:wrap\w*|writ\w+|put\w*|plac\w+|return\w*|output\w*|enclos\w+|format\w*|generat\w+"
    rb"|produc\w+|respond\w*|repl(?:y|ies)|answer\w*|includ\w+|add\w*|creat\w+|insert\w*|provid\w+"
    rb"|report\w*|stor\w+|append\w*|updat\w+|sav\w+|emit\w*|present\w*|display\w*|render\w*"
    rb"|surround\w*|giv\w+|list\w*|record\w*|document\w*|declar\w+|defin\w+|group\w*)\b"
)
_READS = re.compile(
    rb"(?i)\b(?:us(?:e|ed|ing)|only|from|based|on|quot\w+|read|check|consult|tak\w+|as|per|with)\b"
)

_IN_TAGS = (
    rf"(?i)\b(?:({_HELD})\s+(?:(?:is|are|stands?|is\s+said)\s+)?)?"
    rf"(from|in|inside|within|between)\s+(?:the\s+|these\s+)?[`'\"]{{0,2}}</?([a-z][\w-]{{0,60}})>"
    rf"((?:\s?(?:and\s|\.\.\.|\x{{2026}}|/)?\s?</[a-z][\w-]{{0,60}}>)?)"
    rf"[`'\"]{{0,2}}(\s+(?:xml\s+)?(?:tags?|section|block|element|delimiters)\b)?"
)
# Elements of HTML, and names in the manner of configuration files: <appSettings>.
_NOT_OURS = re.compile(
    r"[a-z]+[A-Z]\w*|(?i:html|head|body|div|span|script|style|select|button|form|input|table|tr|td"
    r"|th|thead|tbody|ul|ol|li|a|b|i|p|u|s|em|strong|code|pre|kbd|h[1-6]|svg|img|iframe|nav|video"
    r"|audio|canvas|picture|source|details|summary|blockquote|main|header|footer|section|article"
    r"|aside|template|title|meta|link|label|option|dialog|figure|figcaption|time|mark)"
)

_LINK = r"\]\([ \t]*<?(#[^\s()<>/={}\[\]]{1,200})>?(?:[ \t]+[\"'][^\"'\n]{0,200}[\"'])?[ \t]*\)"


def pointers(message: Message) -> Iterator[Pointer]:
    """Yield where a message points to a part of itself."""
    data = message.text.data
    for index in _candidates()(data):
        to, pattern, read = _WAYS[index]
        for found in compiled(pattern, ignore_case=False).finditer(data):
            for start, end, name in read(message, found):
                yield Pointer(to, start, end, name)


@functools.cache
def _candidates() -> GuardSet:
    """The ways to point to something, as one automaton: most texts know one or two of them."""
    return guard_each((pattern for _, pattern, _ in _WAYS), ignore_case=False)


def _section(message: Message, found: Any) -> Found:
    if _is_prose(message, found.start()):
        yield from _beside(message, *found.span())


def _without_the_word(message: Message, found: Any) -> Found:
    if _is_here(message, *found.span()):
        number = next(index for index in (1, 2, 3) if found[index])
        yield *found.span(number), found[number].decode("utf-8", "replace")


def _appendix(message: Message, found: Any) -> Found:
    if _is_here(message, *found.span()) and not _writes(message, found.start()):
        yield *found.span(1), found[1].decode()


def _step(message: Message, found: Any) -> Found:
    if _is_here(message, *found.span()):
        yield *found.span(1), found[1].decode()


def _beside(message: Message, start: int, end: int) -> Found:
    """Yield the name that stands beside the word "section", if a reader is sent there."""
    block = message.layout.block_at(start)
    if block is None:
        return
    data = message.text.data
    before = data[max(block.start, start - _NEAR) : start].decode("utf-8", "ignore")
    after = data[end : min(block.end, end + _NEAR)].decode("utf-8", "ignore")
    cue = named = _NAME_BEFORE.search(before) if _may_be_name(before) else None
    if cue and named:
        low = start - _size(before[_start(named) :])
        sends = cue["sends"] or _SIDE.match(after)
    else:
        named = _NAME_AFTER.match(after)
        cue = _CUE_BEFORE.search(before) if named else None
        if not cue or not named:
            return
        low = end + _size(after[: _start(named)])
        sends, after = cue["sends"], after[named.end() :]
    name = named["quoted"] or named["capitals"]
    high = low + _size(name)
    if not (sends or cue["holds"]) or name.split()[0].lower() in _NO_NAMES:
        return
    if _ELSEWHERE_AFTER.match(after) or _elsewhere(message, low, high):
        return
    if sends or not _writes(message, start - _size(before[cue.start() :])):
        yield low, high, name


def _may_be_name(before: str) -> bool:
    """Whether a text ends like a name: a cheap question before a dear one."""
    last = before.rsplit(None, 1)[-1:]
    return bool(last) and (
        last[0][-1] in _CLOSING or last[0][0] in "#0123456789" or last[0][0].isupper()
    )


def _tag(message: Message, found: Any) -> Found:
    held, how, name, closed, called = found.groups()
    if (
        (held or closed or called)
        and _is_prose(message, found.start())
        and not _NOT_OURS.fullmatch(name.decode())
        and (how.lower() == b"from" or not _writes(message, found.start()))
    ):
        yield *found.span(3), name.decode()


def _anchor(message: Message, found: Any) -> Found:
    label = message.layout.label(found.start())
    if label & 7 not in (CODE, COMMENT) and not label & EXAMPLE:
        yield *found.span(1), found[1].decode("utf-8", "replace")


def _writes(message: Message, at: int) -> bool:
    """Whether a sentence, up to a place in it, speaks of what is to be written there."""
    low, _ = message.layout.sentence_at(at, at)
    verbs = list(_WRITES.finditer(message.text.data, max(low, at - _NEAR), at))
    return bool(verbs) and not _READS.search(message.text.data, verbs[-1].end(), at)


def _is_here(message: Message, start: int, end: int) -> bool:
    """Whether what is named there is prose, and part of the same text."""
    after = message.text.data[end : end + _NEAR].decode("utf-8", "ignore")
    return (
        _is_prose(message, start)
        and not _ELSEWHERE_AFTER.match(after)
        and not _elsewhere(message, start, end)
    )


def _elsewhere(message: Message, start: int, end: int) -> bool:
    low, high = message.layout.sentence_at(start, end)
    low, high = max(low, start - _NEAR), min(high, end + _NEAR)
    return bool(_ELSEWHERE.search(message.text.data, low, high))


def _start(named: re.Match[str]) -> int:
    return named.start("quoted") if named["quoted"] else named.start("capitals")


def _size(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


def _is_prose(message: Message, at: int) -> bool:
    label = message.layout.label(at)
    return label & 7 == PROSE and not label & (QUOTE | EXAMPLE)


# What is pointed to, how that is said, and what reads the name out of a match.
_WAYS: tuple[tuple[str, str, Callable[[Message, Any], Found]], ...] = (
    ("section", _SECTION, _section),
    ("section", _WITHOUT_THE_WORD, _without_the_word),
    ("section", _APPENDIX, _appendix),
    ("step", _STEP, _step),
    ("tag", _IN_TAGS, _tag),
    ("anchor", _LINK, _anchor),
)
