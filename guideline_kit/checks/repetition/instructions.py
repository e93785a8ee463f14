"""What makes a sentence an instruction, and when two of them say the same.

English only. An instruction is told by its first verb or by a word such as "must". Two say the
same when the words that carry their meaning are the same: articles, courtesy and "always" carry
none; numbers, negations, names, code and quotations carry so much that two instructions which
differ in one of them are two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Verbs that begin instructions in prompts.
_VERBS = _set(
    """
    accept access achieve acknowledge act adapt add address adhere adjust adopt advise aim alert
    align allow analyse analyze announce answer anticipate append apply approach ask assert
    assess assign assist assume attach audit avoid balance base be begin bind break bring build
    bundle calculate call cancel cap capture carry categorise categorize change check choose
    cite clarify classify clean close collaborate collect combine comment commit communicate
    compare compile complete compose compress compute conclude conduct configure confirm connect
    consider construct consult contact continue convert coordinate copy correct count cover
    craft create cut debug decide declare decline deduplicate default defer define delegate
    delete deliver demonstrate deploy derive describe design detect determine develop diagnose
    disable discard disclose discuss display distinguish divide do document draft draw drop edit
    elaborate eliminate embed embrace emit emphasise emphasize enable encapsulate enclose
    encourage end enforce engage enhance ensure enter enumerate escalate escape establish
    estimate evaluate examine exclude execute exit expand expect explain explore export expose
    express extend extract favor favour fetch fill filter find finish fix flag focus fold follow
    forget form format frame gather generate get give go grade grasp greet ground group guard
    guide halt handle have help hide highlight hold identify ignore implement import improve
    include incorporate increase indent indicate infer inform initialise initialize inject
    insert inspect install integrate interpret introduce invent investigate invoke isolate
    iterate join judge justify keep label launch lay lead learn leave let leverage limit link
    list listen load locate log look maintain make manage map mark match measure mention merge
    migrate minimise minimize mirror mock modify monitor move name narrate navigate normalise
    normalize note notify number obey offer omit open optimise optimize order organise organize
    outline output override paraphrase parse pass paste pay perform phrase pick pin place plan
    point post prefer prefix prepare present preserve prevent print prioritise prioritize
    proceed process produce promise prompt propose protect prove provide publish pull push put
    quote raise rank rate read reason recommend record redact reduce refactor refer reference
    reflect refrain refuse register reject rely remember remind remove rename render repeat
    rephrase replace reply report reproduce request require research reserve resolve respect
    respond rest restate restrict retain retrieve retry return reuse reveal review revise
    rewrite round run sanitise sanitize save say scan schedule score search seek select send
    separate set share shorten show sign simplify simulate skip solve sort speak specify spell
    split stage start state stay stick stop store stream stress strip strive structure study
    submit suggest summarise summarize support surface switch synthesise synthesize tag tailor
    take talk target tell test think throw trace track train transform translate treat trim
    trust try turn type understand update use utilise utilize validate verify view visit wait
    walk warn watch weigh work wrap write
    """
)
# What may stand before the verb.
_LEAD = re.compile(
    r"(?:[^\w`]+|(?:please|kindly|always|also|then|and|but|so|first|next|finally|instead|now|just"
    r"|simply|again|once more|in addition|never|only|do\s+not|don['’]t|you\s+(?:must|should|shall"
    r"|will|can|may|need\s+to|have\s+to|are\s+to)(?:\s+(?:not|always|never|only|also))?"
    r"|(?:be|make)\s+sure\s+(?:to|that\s+you|you)|remember\s+to|take\s+care\s+to"
    r"|important|note|reminder|remember|rule|critical|crucial)\b(?!-))*+",
    re.IGNORECASE,
)
# A first word with a label behind it is no verb ("Format: ..."); GET and CREATE are commands.
_FIRST_WORD = re.compile(
    r"(?!(?:GET|POST|PUT|PATCH|DELETE|SELECT|INSERT|UPDATE|CREATE)\b)([A-Za-z]+)"
    r"(?![\w'’-]|[*_]*:|\s+-\s|\s+(?:cases?|is|are|was|has)\b)(?!(?<=\b[Bb]e)\s+\w+(?:ed|en)\b)"
)
_WORD = re.compile(r"[^\W\d_]+")
_LABEL = re.compile(r"\W*+[\w-]++(?: [\w-]++){0,2}[*_]*+:[*_]*+\s++")
_MODAL = re.compile(
    r"\b(?:must|should|shall|never|always|do\s+not|don['’]t|(?:you|it|they)\s+(?:have|has|needs?)\s+to)\b",
    re.IGNORECASE,
)
# Code, what is filled in, quotations, then words and numbers.
_TOKEN = re.compile(
    r"`[^`\n]+`"
    r"|\{\{[^{}\n]*\}\}|[$#]?\{[^{}\n]*\}|\$[A-Za-z_]\w*|<[\w/][^<>\n]{0,80}>"
    r"|\"[^\"\n]+\"|“[^”\n]+”"
    r"|\d+(?:[.,:/-]\d+)*%?"
    r"|[^\W_](?:[\w'’-]*[^\W_])?(?:[./\\_]+[^\W_](?:[\w'’-]*[^\W_])?)*"
)
# Words that carry no meaning here, and words that do so only where they stand.
FILLERS = _set(
    """
    a an the please kindly always also then and so as is are was were be been being it its you your
    will would shall should must do does did have has had just simply very really quite again
    remember note important reminder make sure ensure that which there now need
    """
)
_PREPOSITIONS = _set("of to in on at for with")
NOT = _set("not never no none don't doesn't can't cannot mustn't shouldn't won't neither nor")
# Two instructions that differ in one of these are two.
_TELLING = _set(
    """
    not from into or without before after than over under above below until till except unless if
    when while only every each all both either more less fewer most least first last next new
    old yes true false left right up down off out high low open close start stop max min maximum
    minimum instead rather but may can
    """
)
_JOINTS = str.maketrans("", "", "-'")
# With one of these in it, the order of the words is a part of the meaning.
_ORDERED = _set("to from into not or than before after over instead rather by if when but")
# Its meaning hangs on where it stands.
_POINTS = re.compile(
    r"\b(?:this|these|current|next)\s+(?:steps?|sections?|phases?|stages?|parts?|lists?|cases?)\b"
    r"|\b(?:give|write|output|put|run|use|do|repeat|present)\s+(?:this|these|following)\b"
    r"|\bhere\b|^\W*(?:they|it|he|she|both)\b|^\s*(?:[(→—–:]|->|=>)",
    re.IGNORECASE,
)
# Not a step of a procedure, which may well come again in another one, but a rule for all of it.
_STANDING = re.compile(
    r"\b(?:never|always|not|don['’]t|must|should|shall|avoid|prefer|ensure|only|keep|be)\b",
    re.IGNORECASE,
)


def is_instruction(sentence: str) -> bool:
    """Whether a sentence tells the reader to do something."""
    if sentence.rstrip("*_ \t\r\n").endswith((":", "?")):
        return False  # it leads to what follows, or asks
    if not _MODAL.search(sentence):
        label = _LABEL.match(sentence)
        lead = _LEAD.match(sentence, label.end() if label else 0)
        verb = _FIRST_WORD.match(sentence, lead.end() if lead else 0)
        if verb is None or verb.group().lower() not in _VERBS:
            return False
    return not _is_title(sentence)


def _is_title(sentence: str) -> bool:
    long = [word for word in _WORD.findall(sentence) if len(word) > 3]
    return len(long) > 1 and all(word[0].isupper() and not word.isupper() for word in long)


def points(sentence: str) -> bool:
    """Whether a sentence speaks of the place where it stands: "this section"."""
    return _POINTS.search(sentence) is not None


def is_standing(sentence: str) -> bool:
    """Whether a sentence is a rule for the whole task, and no step of a procedure."""
    return _STANDING.search(sentence) is not None


def tokens(sentence: str) -> list[str]:
    """Return the words, numbers, code and quotations of a sentence."""
    return _TOKEN.findall(sentence)


def plain(said: Iterable[str]) -> tuple[str, ...]:
    """Return words in small letters, with one kind of apostrophe."""
    return tuple(word.lower().replace("’", "'") for word in said)


class Meaning(NamedTuple):
    """What is left of an instruction without the words that carry no meaning."""

    sequence: tuple[str, ...]
    content: frozenset[str]
    telling: frozenset[str]  # what makes two instructions two if they differ in it
    ordered: bool  # whether the order of the words is a part of it

    def like(self, other: Meaning, percent: int) -> bool:
        """Whether two say the same: one may have a few words more, but none of its own."""
        if self.sequence == other.sequence:
            return True
        if self.telling != other.telling:
            return False
        small, large = sorted((self, other), key=lambda item: len(item.content))
        if not small.content <= large.content:
            return False
        if 100 * len(small.content) < percent * len(large.content):
            return False
        if not small.ordered and not large.ordered:
            return True
        rest = iter(large.sequence)
        return all(word in rest for word in small.sequence)


def meaning(said: Sequence[str]) -> Meaning:
    """Return what carries the meaning of an instruction, of its words as `tokens` gives them."""
    sequence = []
    telling = set()
    ordered = False
    for number, word in enumerate(plain(said)):
        if word in NOT:
            word = "not"
        if word in _ORDERED:
            ordered = True
        if word in FILLERS:
            continue
        # A capital inside of a sentence makes a name, a sign or a digit makes code.
        name = number and said[number][0].isupper() and not said[number].isupper()
        if name or word in _TELLING or not word.translate(_JOINTS).isalpha():
            telling.add(word)
        sequence.append(_stem(word))
    content = frozenset(sequence) - _PREPOSITIONS
    return Meaning(tuple(sequence), content, frozenset(telling), ordered)


def _stem(word: str) -> str:
    """Return a word without the ending of its plural; code and names of files as they are."""
    if not word.translate(_JOINTS).isalpha():
        return word
    if word.endswith("'s"):
        return word[:-2]
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    if len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        return word[:-1]
    return word
