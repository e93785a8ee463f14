"""The defects that are planted: for each sort several forms, as people make them.

A form takes a source of chance and a clean prompt, and gives the prompt with the defect in it
and the lines where that stands; None where the prompt has no room for it.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from recall_hosts import Host, catalog_text, entries, insert, outside, sentences

from guideline_kit import formats, yamlio
from guideline_kit.catalog import Entry
from guideline_kit.text import Source
from guideline_kit.trees import Path


@dataclass(frozen=True)
class Plant:
    """A prompt with a defect, and the numbers of the lines where it stands."""

    text: str
    format: str
    lines: tuple[int, ...]


Form = Callable[[Random, Host], Plant | None]


def planted(host: Host, lines: Sequence[str], *at: int) -> Plant:
    """Return a plant from the message's lines and the indexes of those that are to blame."""
    return Plant(host.file(lines), host.format, tuple(host.first + index for index in at))


def text_form(*text: str, ways: str = "block item sentence") -> Form:
    """Return a form that puts a text somewhere."""

    def form(random: Random, host: Host) -> Plant:
        lines, at = insert(random, host.lines, text, ways)
        return planted(host, lines, *range(at, at + len(text)))

    return form


# --- placeholders --------------------------------------------------------------------------

_PLACEHOLDER = re.compile(r"\{\{[{&]?\s*([A-Za-z_]\w*)|(?<!\{)\{([a-z_]+)\}")


def misspelt(random: Random, host: Host) -> Plant | None:
    """A letter of a placeholder's name is missing, doubled, or in the wrong place."""
    if not host.inputs or host.engine == "none":
        return None
    found = [
        (at, match.span(1) if match[1] else match.span(2))
        for at, line in enumerate(host.lines)
        for match in _PLACEHOLDER.finditer(line)
        if (match[1] or match[2]) in host.inputs
    ]
    if not found:
        return None
    at, (start, end) = random.choice(found)
    name = host.lines[at][start:end]
    slips = [name[:-1], name + "s", name[0] + name, name[1] + name[0] + name[2:], name.upper()]
    new = random.choice([slip for slip in slips if slip not in host.inputs])
    lines = list(host.lines)
    lines[at] = lines[at][:start] + new + lines[at][end:]
    return planted(host, lines, at)


def placeholder(*by_engine: tuple[str, tuple[str, ...]], ways: str = "block") -> Form:
    """Return a form that puts a placeholder somewhere, written as the engine has it."""
    written = dict(by_engine)

    def form(random: Random, host: Host) -> Plant | None:
        text = written.get(host.engine)
        if text is None or not host.inputs:
            return None
        lines, at = insert(random, host.lines, text, ways)
        return planted(host, lines, *range(at, at + len(text)))

    return form


PLACEHOLDERS: Mapping[str, Form] = {
    "misspelt": misspelt,
    "of its own": placeholder(
        ("mustache", ("{{customer_name}}",)),
        ("jinja2", ("{{ customer_name }}",)),
        ("fstring", ("{customer_name}",)),
    ),
    "in a sentence": placeholder(
        ("mustache", ("Address the reader as {{ customer_name }}.",)),
        ("jinja2", ("Address the reader as {{customer_name}}.",)),
        ("fstring", ("Address the reader as {customer_name}.",)),
        ways="block item sentence",
    ),
    "a section": placeholder(
        ("mustache", ("{{#remarks}}", "Take the remarks into account.", "{{/remarks}}")),
        ("jinja2", ("{% if remarks %}", "Take the remarks into account.", "{% endif %}")),
    ),
    "a loop": placeholder(
        ("mustache", ("{{#items}}", "- {{.}}", "{{/items}}")),
        ("jinja2", ("{% for item in items %}", "- {{ item }}", "{% endfor %}")),
    ),
    "a part of it": placeholder(
        ("mustache", ("{{customer.name}}",)),
        ("jinja2", ("{{ customer.name }}",)),
        ("fstring", ("{customer.name}",)),
    ),
    "unescaped or filtered": placeholder(
        ("mustache", ("{{{customer_name}}}",)),
        ("jinja2", ("{{ customer_name | upper }}",)),
        ("fstring", ("{customer_name!r}",)),
    ),
}


# --- tags and fences -----------------------------------------------------------------------

_TAG_LINE = re.compile(r"\s*<(/?)([a-z_]+)>\s*")


def _pairs(lines: Sequence[str]) -> list[tuple[int, int]]:
    """Return where tags open and close that stand alone on their lines."""
    opened: dict[str, int] = {}
    pairs = []
    for at in outside(lines):
        found = _TAG_LINE.fullmatch(lines[at])
        if found and not found[1]:
            opened[found[2]] = at
        elif found and found[2] in opened:
            pairs.append((opened.pop(found[2]), at))
    return pairs


def tag_not_closed(change: Callable[[str], str | None]) -> Form:
    """Return a form that changes a closing tag: into another line, or None to delete it."""

    def form(random: Random, host: Host) -> Plant | None:
        pairs = _pairs(host.lines)
        if not pairs:
            return None
        start, end = random.choice(pairs)
        new = change(host.lines[end])
        lines = [*host.lines[:end], *([] if new is None else [new]), *host.lines[end + 1 :]]
        return planted(host, lines, start, end)

    return form


TAGS: Mapping[str, Form] = {
    "opened and left open": text_form("<policy>", "Refunds are paid within 30 days."),
    "with an attribute": text_form('<policy year="2026">', "Refunds are paid within 30 days."),
    "with a hyphen": text_form("<house-rules>", "Refunds are paid within 30 days."),
    "in capitals": text_form("<CONTEXT>", "Refunds are paid within 30 days."),
    "the end is missing": tag_not_closed(lambda _: None),
    "the end is misspelt": tag_not_closed(lambda line: line.replace("</", "</my_")),
    "the end has no slash": tag_not_closed(lambda line: line.replace("</", "<")),
    "another tag is closed": text_form(
        "<policy>", "Refunds are paid within 30 days.", "</policies>"
    ),
}


def fence_not_closed(random: Random, host: Host) -> Plant | None:
    """The closing fence of a code block is missing."""
    fences = [at for at, line in enumerate(host.lines) if re.match(r"\s*(```|~~~)", line)]
    if not fences:
        return None
    at = random.randrange(len(fences) // 2) * 2
    start, end = fences[at], fences[at + 1]
    lines = [*host.lines[:end], *host.lines[end + 1 :]]
    return planted(host, lines, *range(start, end + 1))


FENCES: Mapping[str, Form] = {
    "bare": text_form("```", "total: 412.50"),
    "with a language": text_form("```json", '{"label": "delivery"}'),
    "of tildes": text_form("~~~", "total: 412.50"),
    "of four": text_form("````markdown", "total: 412.50"),
    "ended by a shorter one": text_form("````", "total: 412.50", "```"),
    "ended by another sign": text_form("```", "total: 412.50", "~~~"),
    "the end is missing": fence_not_closed,
}


# --- characters ----------------------------------------------------------------------------


def hidden(*signs: str, yaml: bool = True) -> Form:
    """Return a form that puts signs into a word."""

    def form(random: Random, host: Host) -> Plant | None:
        if host.format == formats.CATALOG_PROMPT and not yaml:
            return None
        words = [
            (at, match.start() + random.randrange(1, len(match.group())))
            for at, line in enumerate(host.lines)
            for match in re.finditer(r"(?<![\w{<$%])[A-Za-z]{3,}(?![\w}>%])", line)
            if "{{" not in line and "{%" not in line
        ]
        if not words:
            return None
        at, place = random.choice(words)
        lines = list(host.lines)
        lines[at] = lines[at][:place] + random.choice(signs) + lines[at][place:]
        return planted(host, lines, at)

    return form


def lookalike(random: Random, host: Host) -> Plant | None:
    """A letter of a word is a Cyrillic one that looks the same."""
    swaps = dict(zip("aeopcxy", "аеорсху", strict=True))
    words = [
        (at, match.start() + index)
        for at, line in enumerate(host.lines)
        for match in re.finditer(r"(?<![\w{<$%])[A-Za-z]{4,}(?![\w}>%])", line)
        for index, letter in enumerate(match.group())
        if letter in swaps and "{{" not in line and "{%" not in line
    ]
    if not words:
        return None
    at, place = random.choice(words)
    lines = list(host.lines)
    lines[at] = lines[at][:place] + swaps[lines[at][place]] + lines[at][place + 1 :]
    return planted(host, lines, at)


CHARACTERS: Mapping[str, Form] = {
    "of no width": hidden("\u200b", "\u2060", "\ufeff", "\u200c", "\u200d"),
    "a soft hyphen": hidden("\u00ad"),
    "a filler": hidden("\u3164", "\u115f", "\u180e", "\u034f"),
    "tags": hidden("\U000e0068\U000e0069", "\U000e0001"),
    "a direction": hidden("\u202e", "\u202d", "\u2066", "\u200e", "\u200f"),
    "a control": hidden("\x08", "\x1b", "\x7f", yaml=False),
    "a variation": hidden("\ufe0f", "\ufe00", "\U000e0100"),
    "a lookalike": lookalike,
}


# --- secrets -------------------------------------------------------------------------------

_UPPER, _ALL = string.ascii_uppercase + string.digits, string.ascii_letters + string.digits


def secret(make: Callable[[Callable[[int, str], str]], str], *around: str) -> Form:
    """Return a form that puts a made-up secret into one of some texts.

    Its parts are joined here: no scanner shall take this file for a leak.
    """

    def form(random: Random, host: Host) -> Plant | None:
        def some(number: int, signs: str = _ALL) -> str:
            return "".join(random.choice(signs) for _ in range(number))

        text = random.choice(around or _AROUND).replace("@", make(some))
        if "{" in text and host.engine:
            return None
        lines, at = insert(random, host.lines, text.split("\n"))
        return planted(host, lines, *range(at, at + text.count("\n") + 1))

    return form


_AROUND = (
    "Sign in with @ and go on.",
    "API key: @",
    "The key of the test account is `@`.",
    "```bash\nexport API_KEY=@\n```",
    '```json\n{"api_key": "@"}\n```',
    "Authorization: Bearer @",
)
_URLS = ("The database is @ and nothing else.", "```text\n@\n```", "Connect to `@`.")

SECRETS: Mapping[str, Form] = {
    "AWS": secret(lambda some: "AK" + "IA" + some(16, string.ascii_uppercase + "234567")),
    "GitHub": secret(lambda some: "gh" + "p_" + some(36)),
    "GitHub, fine-grained": secret(lambda some: "github" + "_pat_" + some(22) + "_" + some(59)),
    "Slack": secret(
        lambda some: "xo" + "xb-" + some(12, string.digits) + "-" + some(12, string.digits)
        + "-" + some(24)
    ),
    "Google": secret(lambda some: "AI" + "za" + some(35, _ALL + "-_")),
    "Stripe": secret(lambda some: "sk" + "_live_" + some(24)),
    "a model's vendor": secret(lambda some: "sk-" + "ant-api03-" + some(93) + "AA"),
    "a private key": secret(
        lambda some: "-----BEGIN RSA " + "PRIVATE KEY-----\n" + some(64) + "\n" + some(64)
        + "\n-----END RSA " + "PRIVATE KEY-----",
        "@", "```text\n@\n```",
    ),
    "a password in an address": secret(
        lambda some: "postgres://" + "app:" + some(14) + "@db.internal:5432/orders", *_URLS
    ),
    "a password": secret(
        lambda some: some(5) + "!" + some(6) + "7", "password: @", 'The password is "@".',
        "```bash\nexport DB_PASSWORD=@\n```",
    ),
}  # fmt: skip


# --- what contradicts, repeats or leads nowhere --------------------------------------------


def both(first: str, second: str) -> Form:
    """Return a form that puts two sentences at two places, in any order."""

    def form(random: Random, host: Host) -> Plant | None:
        # The sentence that is put in first is marked, since the second one moves it.
        one, two = random.sample((first, second), 2)
        lines, _ = insert(random, host.lines, [f"\0{one}"])
        lines, at = insert(random, lines, [two])
        (other,) = (index for index, line in enumerate(lines) if "\0" in line)
        if at == other:
            return None
        return planted(host, [line.replace("\0", "") for line in lines], at, other)

    return form


def twice(*sentences: str) -> Form:
    """Return a form that says one of some sentences at two places."""

    def form(random: Random, host: Host) -> Plant | None:
        sentence = random.choice(sentences)
        return both(sentence, sentence)(random, host)

    return form


_ORDER = re.compile(
    r"\s*(?:[-*] |\d+\. )?(Add|Address|Check|Compare|Convert|Copy|Describe|Do not|Give|Keep|Leave"
    r"|Look|Never|Put|Quote|Read|Report|Return|Round|Run|Send|Show|Split|Take|Treat|Use|Write)\b"
)


def copied(random: Random, host: Host) -> Plant | None:
    """An instruction of the prompt itself stands a second time."""
    own = [
        at
        for at in sentences(host.lines)
        if _ORDER.match(host.lines[at]) and len(host.lines[at].split()) > 5
    ]
    if not own:
        return None
    at = random.choice(own)
    text = re.sub(r"^\s*(?:[-*] |\d+\. )?", "", host.lines[at])
    lines, copy = insert(random, host.lines, [text], "block item")
    return planted(host, lines, at + (copy <= at), copy)


LIMITS: Mapping[str, Form] = {
    "a least above a most": both(
        "The answer must have at least 250 words.", "The answer has no more than 100 words."
    ),
    "a most below a least": both("Keep the answer under 80 words.", "Write at least 200 words."),
    "two numbers": both("Give exactly 3 reasons.", "List 5 reasons."),
    "sentences": both("Answer in 2 sentences.", "Answer in at least 6 sentences."),
    "a range and a number": both("Write 3 to 5 bullet points.", "Write exactly 8 bullet points."),
    "paragraphs": both("Use a single paragraph.", "Write three paragraphs."),
    "two units": both("Answer in one sentence.", "Write at least two paragraphs."),
    "bullets": both("Respond with exactly 4 bullet points.", "Use no more than 2 bullet points."),
    "two ranges": both(
        "Respond in no more than 50 words.", "Your response should be between 150 and 200 words."
    ),
    "by limiting": both(
        "Limit your answer to 3 sentences.", "Your answer should have at least 5 sentences."
    ),
    "characters": both(
        "The answer has at most 600 characters.", "The answer has at least 900 characters."
    ),
}

REPEATED: Mapping[str, Form] = {
    "word for word": twice(
        "Never name a price that the customer did not ask about.",
        "Check every number against the source before you write it down.",
        "Write dates as day, month and year.",
    ),
    "a sentence of its own": copied,
    "with other capitals": both(
        "Do not mention other customers by name.", "DO NOT mention other customers by name!"
    ),
    "with a word before it": both(
        "Ask before you delete anything.", "Remember: ask before you delete anything."
    ),
    "with a please": both(
        "Answer in the language of the user.", "Please always answer in the language of the user."
    ),
    "with a must": both(
        "Round all amounts to full euros.", "You must round all amounts to full euros."
    ),
    "a little shorter": both(
        "Cite the source of every claim you make.", "Cite the source of every claim."
    ),
    "emphasised": both(
        "Never guess the name of the product.", "**Never guess the name of the product.**"
    ),
}

REFERENCES: Mapping[str, Form] = {
    "a quoted section": text_form('Follow the rules in the "Night shift" section.'),
    "an emphasised section": text_form("Follow the rules in the **Night shift** section."),
    "a section below": text_form("For angry customers see the section Night shift below."),
    "described under": text_form('Act as described under "Angry customers".'),
    "a link": text_form("Follow the [rules for angry customers](#angry-customers)."),
    "a tag": text_form("Take the facts from the <handbook> tags."),
    "a tag in code": text_form("Take the facts only from what stands in `<handbook>`."),
    "an appendix": text_form("Use the codes in Appendix C."),
    "a step": text_form("If the check fails, go back to step 14."),
}

UNFINISHED: Mapping[str, Form] = {
    "TODO, colon": text_form("TODO: add the rules for returns"),
    "TODO, no colon": text_form("TODO add the rules for returns", ways="block item"),
    "TODO alone": text_form("TODO", ways="block item"),
    "TODO, dash": text_form("TODO - add the rules for returns", ways="block item"),
    "TODO with a name": text_form("TODO(anna): add the rules for returns"),
    "TODO in a comment": text_form("<!-- TODO: add the rules for returns -->", ways="block"),
    "TODO in brackets": text_form("[TODO: rules for returns]"),
    "TODO in round brackets": text_form("Returns are possible (TODO: how long?)."),
    "TODO behind a sentence": text_form("Returns are possible. TODO: how long?"),
    "in small letters": text_form("Todo: ask the lawyers", ways="block item"),
    "TBD": text_form("Returns: TBD", ways="block item"),
    "TBD in a sentence": text_form("The limit is TBD."),
    "TBD in small letters": text_form("The limit is tbd."),
    "FIXME": text_form("FIXME: this contradicts the policy"),
    "FIXME, no colon": text_form("FIXME the limit is wrong", ways="block item"),
    "a blank to insert": text_form("You answer for [insert company name]."),
    "a blank in angle brackets": text_form("You answer for <insert company name here>."),
    "a blank of yours": text_form("You answer for [your company name]."),
    "a blank for a name": text_form("You answer for [company name]."),
    "a blank to be defined": text_form("The limit is [to be defined]."),
    "filler": text_form("Lorem ipsum dolor sit amet, consectetur adipiscing elit."),
    "dots for the rest": text_form("...", ways="block item"),
    "a list that goes on": text_form("The kinds of parcels are:", "", "- letters", "- ..."),
    "question marks": text_form("The limit for returns is ??? days."),
    "three X": text_form("The limit for returns is XXX days."),
    "coming": text_form("(to be written)", ways="block item"),
    "following": text_form("(details to follow)"),
}


# --- examples ------------------------------------------------------------------------------


def off_contract(
    change: Callable[[Entry, Mapping[str, object]], Mapping[str, object] | None],
) -> Form:
    """Return a form that changes an example of a catalog prompt; the host is of no interest."""

    def form(random: Random, _: Host) -> Plant | None:
        entry = random.choice(entries())
        index = random.randrange(len(entry.data["examples"]))
        changed = change(entry, entry.data["examples"][index])
        if changed is None:
            return None
        ((name, value),) = changed.items()
        path: Path = ("examples", index, name)
        text = yamlio.edit(catalog_text(entry), {path: value})
        tree = yamlio.read(Source("", text)).tree
        assert tree is not None
        span = tree.place(path).value
        first, last = (tree.source.position(place).line for place in (span.start, span.end))
        return Plant(text, formats.CATALOG_PROMPT, tuple(range(first - 1, last + 1)))

    return form


def _object(entry: Entry, example: Mapping[str, object]) -> dict[str, object] | None:
    schema = entry.data.get("output", {}).get("schema", {})
    output = example.get("output")
    return dict(output) if isinstance(output, dict) and schema.get("required") else None


def _without_key(entry: Entry, example: Mapping[str, object]) -> Mapping[str, object] | None:
    output = _object(entry, example)
    if output is None:
        return None
    del output[entry.data["output"]["schema"]["required"][-1]]
    return {"output": output}


def _another_key(entry: Entry, example: Mapping[str, object]) -> Mapping[str, object] | None:
    output = _object(entry, example)
    if output is None or entry.data["output"]["schema"].get("additionalProperties") is not False:
        return None
    return {"output": {**output, "remark": "none"}}


def _another_type(entry: Entry, example: Mapping[str, object]) -> Mapping[str, object] | None:
    output = _object(entry, example)
    if output is None:
        return None
    key = next(iter(output))
    return {"output": {**output, key: 7 if not isinstance(output[key], int) else "seven"}}


def _another_label(entry: Entry, example: Mapping[str, object]) -> Mapping[str, object] | None:
    output = _object(entry, example)
    if output is None:
        return None
    for key, about in entry.data["output"]["schema"]["properties"].items():
        if "enum" in about and key in output:
            return {"output": {**output, key: "something else"}}
    return None


def _no_json(entry: Entry, example: Mapping[str, object]) -> Mapping[str, object] | None:
    output = _object(entry, example)
    return None if output is None else {"output": "The label is delivery, I think."}


def _unknown_input(entry: Entry, example: Mapping[str, object]) -> Mapping[str, object] | None:
    inputs = example.get("inputs")
    return {"inputs": {**inputs, "letter_text": "Dear all"}} if isinstance(inputs, dict) else None


def _missing_input(entry: Entry, example: Mapping[str, object]) -> Mapping[str, object] | None:
    inputs = example.get("inputs")
    if not isinstance(inputs, dict):
        return None
    for name, about in entry.data["inputs"].items():
        if name in inputs and about.get("required", True) and "default" not in about:
            return {"inputs": {key: value for key, value in inputs.items() if key != name}}
    return None


def _misspelt_input(entry: Entry, example: Mapping[str, object]) -> Mapping[str, object] | None:
    inputs = example.get("inputs")
    if not isinstance(inputs, dict) or not inputs:
        return None
    first, *rest = inputs
    return {"inputs": {first[:-1]: inputs[first], **{key: inputs[key] for key in rest}}}


EXAMPLES: Mapping[str, Form] = {
    "a key is missing": off_contract(_without_key),
    "a key too many": off_contract(_another_key),
    "another type": off_contract(_another_type),
    "a label that there is not": off_contract(_another_label),
    "no JSON": off_contract(_no_json),
    "an input that there is not": off_contract(_unknown_input),
    "an input is missing": off_contract(_missing_input),
    "an input is misspelt": off_contract(_misspelt_input),
}
