"""Reads limits: "Keep the answer under 50 words" is the answer, in words, 0 to 49.

English only. A limit is read only where its subject is plain: the answer as a whole, or a text
that is named. Limits that hold under a condition, or for each of several things, are left out.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from guideline_kit.checks.matching import compiled, groups
from guideline_kit.documents import Message

ANSWER = "answer"
_ENDLESS = float("inf")
_UP_TO_TEN = "one two three four five six seven eight nine ten"
_TEENS = "eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_NUMBERS = {
    **{word: number for number, word in enumerate(f"{_UP_TO_TEN} {_TEENS}".split(), 1)},
    **{word: 10 * number for number, word in enumerate(_TENS.split(), 2)},
    "a": 1,
    "single": 1,
    "hundred": 100,
    "thousand": 1000,
}
# From small to large: each is made of at least one of those before it.
LENGTHS = ("character", "word", "sentence", "paragraph")
_OTHER_LENGTHS = ("line", "token", "page", "bullet")
_UNIT_NAMES = (
    "character token word line sentence paragraph page bullet item question example step section"
    " option suggestion idea reason tip keyword tag hashtag emoji"
)
_UNITS = {
    **{name: name for name in _UNIT_NAMES.split()},
    "char": "character",
    "bullet point": "bullet",
    "point": "bullet",
}
_TEXTS = (
    "summary|title|headline|subtitle|description|introduction|intro|conclusion|abstract|message"
    "|e-?mail|essay|article|post|story|poem|report|review|explanation|overview|letter|caption"
    "|tagline|body|note|comment|bio|tweet|translation|text"
)
_SMALL_NUMBER = _UP_TO_TEN.replace(" ", "|")
_NUMBER = (
    rf"(?:\d{{1,3}}(?:,\d{{3}})+|\d{{1,6}}|(?:{_TENS.replace(' ', '|')})[\s-](?:{_SMALL_NUMBER})"
    rf"|(?:a|{_SMALL_NUMBER})\s(?:hundred|thousand)"
    rf"|{'|'.join(f'{_TENS} {_TEENS} {_UP_TO_TEN} single'.split())})"
)
_UNIT = "|".join(name.replace(" ", r"[\s-]") for name in sorted(_UNITS, key=len, reverse=True))
# Free of wide gaps, so that it guards itself.
QUANTITY = (
    rf"\b(?P<low>{_NUMBER})(?:\s*(?:-|–|to|and|or)\s*(?P<high>{_NUMBER}))?(?P<more>\+)?"
    r"(?P<or>\s+or\s+(?:fewer|less|more))?(?P<joint>[\s-]+)"
    r"(?:(?:short|full|complete|clear|concise|brief|simple|plain|numbered|bulleted|english),?\s+)?"
    rf"(?P<unit>{_UNIT})(?P<plural>s?)\b"
)

# What stands right before a number, and what stands right behind the unit.
_BEFORE = re.compile(
    r"""(?P<not>(?:\b(?:no|not|never)|n't)\s+(?:\w+\s+){0,2}?)?(?P<sign>
      (?P<most>\b(?:at\s+(?:the\s+)?most|up\s+to|max(?:imum)?(?:\s+(?:length|of|is))*[.:]?|within
        |capped\s+at|limit\s+of|at\s+(?:the\s+)?max(?:imum)?)|<=|≤)
      |(?P<least>\b(?:at\s+(?:the\s+)?(?:very\s+)?least|min(?:imum)?(?:\s+(?:length|of|is))*[.:]?
        |at\s+(?:a\s+)?minimum)|>=|≥)
      |(?P<under>\b(?:under|below|(?:less|fewer|shorter|smaller)\s+than)|<)
      |(?P<over>\b(?:(?:more|longer|greater|larger)\s+than|over|above|beyond|exceed(?:s|ing)?)|>)
      |(?P<about>\b(?:about|around|approximately|approx\.?|roughly|some|nearly|almost|circa|ca\.
        |close\s+to|aim(?:ing)?\s+for)|~|≈)
      |(?P<exactly>\b(?:exactly|precisely|only|just|between))
    )\s*(?:an?|the)?\s*\Z""",
    re.VERBOSE,
)
_BEHIND = re.compile(
    r"\s*[(,]?\s*(?:(?P<most>or\s+(?:less|fewer|shorter|under)|max(?:imum)?\b|at\s+(?:the\s+)?most"
    r"|tops\b)|(?P<least>or\s+(?:more|longer)|min(?:imum)?\b|at\s+(?:the\s+)?least))\)?"
)
_SOMETIMES = re.compile(
    r"\b(?:if|when|whenever|unless|otherwise|except|in\s+case|depending|where|either|respectively"
    r"|(?:for|in)\s+(?:\w+\s+)?(?:simple|complex|short|long|longer|small|large|trivial|quick|easy"
    r"|hard|detailed|\w+\s+(?:questions?|tasks?|requests?|quer(?:y|ies)|topics?|cases?|mode)))\b"
)
# A heading, and a line above a list, under which limits hold at times, or for a part, only.
_CASES = re.compile(
    rf"\A\W*(?:\d+\W+)?(?:the\s+)?(?:{_TEXTS}|opening|closing|background|headers?|footer)\W*\Z|"
    r"\A\W*(?:step|task|part|phase|stage|question|exercise|turn|round|slide|page)\s+\w{1,4}\b|"
    r"\A\W*(?:\d+\W+)?(?:if|when(?!\s+to\b)|unless|otherwise|in\s+case|depending)\b"
    r"|\bfor\s+(?:\w+\s+)?(?:questions?|tasks?|requests?|quer(?:y|ies)|topics?|cases?)\b"
    r"|\b(?:mode|version|variant|level|tier|scenario)s?(?:\W+\w)?\W*\Z"
    r"|\b(?:short|long|brief|detailed|quick|deep|full|simple|complex)\s+"
    r"(?:answer|form|question|repl(?:y|ies)|request|response|summar(?:y|ies)|task|text)"
)
_LEADS = re.compile(
    r"(?:\A|[.!?]\s)\W*(?:(?:for|in|to)\s+(?:each|every|any|all)\b"
    rf"|(?:\w+\s+){{0,3}}?(?:{_SOMETIMES.pattern}))[^.!?]*\Z"
    rf"|\A\W*(?:[\w-]+\W+){{0,2}}(?:{_CASES.pattern})\W*(?:\w+\W*)?\Z"
)
_EACH = re.compile(r"\b(?:each|every|per|any|both|all|respective)\b")
_LABELS = re.compile(
    r"(?:\W|\b(?:format|length|output|style|notes?|important|rules?|constraints?|limits?|reminder"
    r"|tone|answers?|responses?|size|requirements?|instructions?|critical|always)\b)*"
)
_CLAUSE = re.compile(r"[;!?]\s|\.\s|,\s+(?:and|but|then)\s+")
# The text that a number belongs to: "the answer must have", "write a summary of".
_LINK = (
    r"(?:\s++(?:to|in|of|no|a|with|using|within|be|is|are|has|have|contains?|at|by|than|must|should"
    r"|shall|will|can|may|not|stays?|remains?|kept|short|brief|concise|succinct|tight|only|and"
    r"|always|never|consists?\s+of|runs?(?:\s+to)?|limited|up|long|length)\b)*\s*"
)
_WHOLE = re.compile(
    r"\b(?:(?:the|your|this|an?|our|my|keep|limit|restrict|cap)\s+"
    r"(?:(?:final|whole|full|entire|overall|complete|total|main|actual|written)\s+)?|\A\W*)"
    r"(?:(?P<answer>answers?|responses?|reply|replies|outputs?)"
    rf"|(?P<text>{_TEXTS}))(?:'s\s+length|\s+length)?{_LINK}\Z"
)
_UPPER = re.compile(r"\b(?:limit|restrict|cap|keep)\b[^.;:]*\sto\s*\Z|\bmax(?:imum)?\b[^.;]*:\s*\Z")
_LEAD = (
    r"\A\W*(?:(?:please|always|also|and|then|only|so|you|must|should|shall|will|can|have\s+to"
    r"|need\s+to|make\s+sure\s+to|be\s+sure\s+to|try\s+to|do\s+not|don't|never)\s+)*"
)
_TOLD = re.compile(
    _LEAD + r"(?:(?:do\s+not|don't|never)\s*\Z"
    r"|(?:(?:answer|respond|reply)(?:\s+(?:to|the|an?|any|every|my|their|our|user(?:'s)?|users|me|us"
    r"|customer(?:'s)?|customers|readers?|questions?|requests?|messages?|query|them|briefly"
    r"|concisely|directly|clearly|politely|back))*"
    r"|write|use|return|output|give|provide|produce|generate|list|include|deliver|stick)"
    rf"{_LINK}\Z)"
)
_PARTLY = re.compile(
    r"\s+(?:of|for|in|on|from|about|per|each|apiece|a\s+piece|to|that|which|who|into|as|between"
    r"|with|around|under|above|below|at|by|after|before)\b|\s*[(/]"
)
_TOTAL = re.compile(
    r"\s+(?:(?:in|for)\s+(?:the|your)\s+(?:(?:final|whole|entire)\s+)?(?:answer|response|reply)\b"
    r"|in\s+(?:length|total|all)\b|of\s+(?:plain\s+)?(?:text|prose)\b|long\b|total\b|overall\b)"
)
_GOES_ON = re.compile(r"\s+(?!and\b|or\b|but\b|then\b|so\b)[a-z]")
_NOUN = re.compile(rf"[\s,]+(?:(?P<answer>answer|response|reply|output)|(?P<text>{_TEXTS}))\b")
_GAP = re.compile(r"[\s-]+")
_EFFECTS = ("most", "least", "under", "over", "about", "exactly")
_EMPHASIS = str.maketrans("", "", "*_`")
_NEAR = 400  # bytes on either side of a quantity
_MANY = 500  # quantities in one message: no prompt has so many limits
_BACK = 60  # blocks of a list before the line that leads to it


class Limit(NamedTuple):
    """How many of a unit something may have, and where that is said, in bytes.

    `case` is where the condition stands under which it holds, -1 if there is none.
    """

    subject: str
    unit: str
    case: int
    least: float
    most: float
    start: int
    end: int

    def __str__(self) -> str:
        units = self.unit if self.least == self.most == 1 else f"{self.unit}s"
        if self.most == _ENDLESS:
            return f"at least {self.least:g} {units}"
        if not self.least:
            return f"at most {self.most:g} {units}"
        if self.least == self.most:
            return f"{self.most:g} {units}"
        return f"{self.least:g} to {self.most:g} {units}"


def quantities(view: bytes) -> list[Any]:
    """Return the matches of all quantities in what a rule sees of a message."""
    return list(islice(compiled(QUANTITY).finditer(view), _MANY))


def limits(message: Message, view: bytes, there: Sequence[Any]) -> Iterator[Limit]:
    """Yield the limits among the quantities of a message, in order."""
    numbers = groups(compiled(QUANTITY))
    for found in there:
        start, end = found.span()
        low, high = message.layout.sentence_at(start, end)
        before = _plain(view[max(low, start - _NEAR) : start])
        behind = _plain(view[end : min(high, end + _NEAR)])
        group = {name: _plain(found[number] or b"") for name, number in numbers.items()}
        effect, before = _effect_before(before)
        behind = group["or"] + behind
        told = _BEHIND.match(behind)
        if told is not None:
            effect, behind = str(told.lastgroup), behind[told.end() :]
        if group["more"]:
            effect = "least"
        unit = _UNITS[_GAP.sub(" ", group["unit"])]
        if unit not in LENGTHS and unit not in _OTHER_LENGTHS[:3] and _GOES_ON.match(behind):
            continue  # "3 ideas for the title": of what they are decides
        subject = _subject(before, behind, compound=group["joint"] == "-" or not group["plural"])
        if subject is None:
            continue
        first = _value(group["low"])
        last = _value(group["high"]) if group["high"] else first
        least, most = {
            "most": (0, last),
            "under": (0, last - 1),
            "least": (first, _ENDLESS),
            "over": (first + 1, _ENDLESS),
            "about": (first / 2, last * 2),
            "exactly": (first, last),
        }[effect]
        yield Limit(subject, unit, _case(message, start), least, most, start, end)


def _effect_before(before: str) -> tuple[str, str]:
    """Return what the words before a number make of it, and the text before those words."""
    found = _BEFORE.search(before)
    if found is None:
        return "most" if _UPPER.search(before) else "exactly", before
    effect = next(name for name in _EFFECTS if found[name])
    if found["not"]:
        effect = {"over": "most", "under": "least"}.get(effect, effect)
    return effect, before[: found.start("sign")]


def _subject(before: str, behind: str, *, compound: bool) -> str | None:
    """Return what a quantity limits: the answer, or a text by its name; or None.

    `compound` says that the unit is written so that a noun may follow: a 200-word answer.
    """
    if _SOMETIMES.search(before) or _SOMETIMES.search(behind) or _EACH.search(before):
        return None
    label, colon, clause = before.rpartition(":")
    if colon and _WHOLE.search(label) and not clause.strip():
        clause = label  # "Keep the answer short: at most 3 sentences"
    elif colon and not _LABELS.fullmatch(label):
        return None
    clause = _CLAUSE.split(clause)[-1]
    part = _PARTLY.match(behind)
    if not _TOTAL.match(behind) and (part or (compound and _GOES_ON.match(behind))):
        noun = None if part else _NOUN.match(behind)
        if noun is None or _PARTLY.match(behind, noun.end()):
            return None
        return ANSWER if noun["answer"] else noun["text"]
    if _TOLD.search(clause):
        return ANSWER
    found = _WHOLE.search(clause)
    if found is None or (found["text"] and "section" in before + behind):
        return None
    return ANSWER if found["answer"] else found["text"]


def _case(message: Message, at: int) -> int:
    """Return where the heading or the line stands that is the condition for an offset, or -1.

    It is a heading such as "Short version" above it, or, for a list item, a line such as "For
    simple questions:" above the list.
    """
    data, blocks = message.text.data, message.layout.blocks
    index = bisect_right(blocks, at, key=lambda block: block.start) - 1
    depth = blocks[index].depth if index >= 0 else 0
    for block in reversed(blocks[max(0, index - _BACK) : max(0, index)]):
        if not depth or block.kind == "heading":
            break
        if block.depth < depth:
            depth = block.depth
            text = _plain(data[block.start : block.end][-_NEAR:])
            if _LEADS.search(text) and (depth or text.rstrip().endswith(":")):
                return block.start
    for heading in message.layout.headings_above(at):
        if _CASES.search(_plain(data[heading.start : heading.end])):
            return heading.start
    return -1


def _value(text: str) -> int:
    total = 0
    for part in _GAP.split(text.replace(",", "")):
        number = int(part) if part.isdigit() else _NUMBERS[part]
        power = part in ("hundred", "thousand")
        total = max(total, 1) * number if power else total + number
    return total


def _plain(text: bytes) -> str:
    """Return a text in small letters, without the signs of emphasis."""
    return text.decode("utf-8", "replace").lower().replace("’", "'").translate(_EMPHASIS)
