"""Which part of a text is prose, code, quote or example."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guideline_kit import formats
from guideline_kit.markdown import lay_out
from guideline_kit.regions import Layout
from guideline_kit.text import Source

REGIONS = (
    "prose", "list-item", "heading", "table", "code", "code-block", "inline-code", "quote",
    "block-quote", "link", "example", "comment", "placeholder",
)  # fmt: skip

# Markdown is made of templates in which <letter> stands for a word that occurs once. The
# letter says in which regions the word must be seen, and so in which it must not.
SEEN_IN = {
    "p": {"prose"},
    "i": {"prose", "list-item"},
    "h": {"heading"},
    "t": {"table"},
    "c": {"code", "code-block"},
    "k": {"code", "inline-code"},
    "q": {"quote", "block-quote"},
    "d": {"quote"},
    "l": {"link"},
    "e": {"example"},
    "m": {"comment"},
    "v": {"placeholder"},
    "w": {"placeholder", "example"},
    "x": set(),
}

INLINE = st.sampled_from(
    [
        "see ‹p› and ‹p›",
        "**‹p›** it",
        "of *‹p› ‹p›* so",
        "the `‹k›` of",
        'say "‹d›" and',
        "or “‹d› a” or",
        "or «‹d›» or",
        "only '‹d›' and",
        "the [‹p›](https://a.example/‹l›) of",
        "at <https://a.example/‹l›> for",
        "at https://a.example/‹l› for",
        "this (e.g. ‹e›) or",
        "this (such as ‹e›, b) or",
        "no <!-- ‹m› --> or ‹p›",
        "é‹p› 😀 ‹p›",
        "a <b>‹p›</b> or",
        "don't ‹p› what isn't",
        "its {{ ‹v› }} and",
        "its ${‹v›} and",
        "a ~~‹p›~~ of",
        "``‹k› ` ‹k›`` and",
        "\\*‹p›\\* of",
        "a &amp; ‹p› of",
        "![‹p›](a.png) of",
        "3 < 4 > ‹p›",
    ]
)

BLOCKS = [
    "# On ‹h›",
    "### The ‹h› ‹h› ###",
    "On ‹h›\n===",
    "The ‹h›\n---",
    "```\n‹c›\n```",
    '```python\n‹c› = "‹c›"\n\n‹c›\n```',
    "~~~~\n‹c›\n~~~\n‹c›\n~~~~",
    "    ‹c› ‹c›\n\n    ‹c›",
    "> ‹q› said\n> ‹q›",
    "> > ‹q›\n\nso ‹p›",
    "> ```\n> ‹c›\n> ```",
    "> - ‹q›\n>   ‹q›\n> - ‹q›",
    "> ## ‹q›",
    "- ‹i› of\n  a ‹i›\n- ‹i›\n\nthen ‹p›",
    "* ‹i›\n  * ‹i›\n\n    a ‹i›\n  * the `‹k›`\n\nthen ‹p›",
    "1. ‹i› so\n2. ‹i›\n\n   ```\n   ‹c›\n   ```\n\nthen ‹p›",
    "- [ ] ‹i›\n- [x] ‹i›\n\nthen ‹p›",
    "- a\n\n  > ‹q›\n\nthen ‹p›",
    '| a | ‹t› |\n|---|:-:|\n| ‹t› | the `‹k›` |\n| "‹t›" | ‹t› |',
    "<!-- ‹m› -->",
    "<!-- ‹m› --> so ‹p› <!-- ‹m› --> it",
    "<!--\n‹m›\n--> so ‹p›",
    "<!--\n‹m›\n\n‹m› it\n-->",
    "<p>so ‹p› it</p>",
    "<pre>\n‹c› it\n\n‹c›\n</pre>",
    "<script>\n‹c›\n‹c› it\n</script>",
    "***\n\nso ‹p›",
    "so ‹p›  \nand ‹p›\\\nor ‹p›",
    "Example: ‹e› it",
    "Example:\n\n```\n‹e›\n```\n\nso ‹p›",
    "**Example 1:**\n\n‹e› it\n\nso ‹p›",
    "For example:\n\n- ‹e›\n- ‹e› a\n\nthen ‹p›",
    "Good: ‹e›",
    "❌ ‹e› it",
    "Bad (too long): ‹e›",
    "A good example:\n\n    ‹e›\n\nso ‹p›",
]


def _paragraph(pieces: list[tuple[str, str]]) -> str:
    return "".join(piece + end for piece, end in pieces).rstrip()


PARAGRAPHS = st.lists(
    st.tuples(INLINE, st.sampled_from([" ", " ", "\n", "  \n"])), min_size=1, max_size=6
).map(_paragraph)
FLAT = st.lists(PARAGRAPHS | st.sampled_from(BLOCKS), min_size=1, max_size=4).map("\n\n".join)


def _in_example(blocks: str) -> str:
    """Whatever stands in an example is one, comments and code in a line apart; a placeholder
    stays one."""
    return re.sub("‹[^mwk]›", "‹e›", blocks.replace("‹v›", "‹w›"))


def _section(inside: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    no_headings = inside.filter(lambda text: "‹h›" not in text and "\n#" not in text)
    return st.one_of(
        inside.map(lambda text: f"<rules>\n{text}\n</rules>"),
        inside.map(lambda text: f'<user_input id="1">\n\n{text}\n\n</user_input>'),
        inside.map(lambda text: f"<a> <b>\n{text}\n</b> </a>"),
        inside.map(lambda text: f"<example>\n{_in_example(text)}\n</example>"),
        inside.map(lambda text: f"<few_shot>\n\n{_in_example(text)}\n\n</few_shot>"),
        no_headings.map(lambda text: f"## Examples\n\n{_in_example(text)}\n\n## On ‹h›"),
        no_headings.map(lambda text: f"# 2. Sample answers\n\n{_in_example(text)}\n\n# On ‹h›"),
    )


DOCUMENTS = st.lists(st.recursive(FLAT, _section, max_leaves=3), min_size=1, max_size=3).map(
    "\n\n".join
)


def _filled(template: str) -> tuple[str, dict[str, set[str]]]:
    """Put a word of its own in each place of a template; return where each must be seen."""
    expected: dict[str, set[str]] = {}

    def word(found: re.Match[str]) -> str:
        name = f"word{len(expected)}x"
        expected[name] = SEEN_IN[found[1]]
        return name

    return re.sub("‹(.)›", word, template), expected


def layout_of(text: str) -> Layout:
    return formats.read(Source("x", text), "text").messages[0].layout


@given(DOCUMENTS, st.sampled_from(["\n", "\r\n"]))
def test_each_word_is_seen_in_its_regions_and_in_no_other(template: str, line_end: str) -> None:
    text, expected = _filled(template.replace("\n", line_end))
    layout = layout_of(text)
    for region in REGIONS:
        seen = set(re.findall(rb"word\d+x", layout.view((region,))))
        for word, regions in expected.items():
            assert (word.encode() in seen) == (region in regions), (
                f"{word} is {'' if word.encode() in seen else 'not '}seen in {region}:\n{text}"
            )


@given(DOCUMENTS)
def test_views_are_as_long_as_the_text_and_only_blank_it(template: str) -> None:
    text, _ = _filled(template)
    layout = layout_of(text)
    assert layout.data == text.encode()
    for region in REGIONS:
        view = layout.view((region,))
        assert len(view) == len(layout.data)
        assert all(b in (a, 0) for a, b in zip(layout.data, view, strict=True))
        blanked = [a for a, b in zip(layout.data, view, strict=True) if not b]
        assert not {*blanked} & {*b" \t\r\n"}, "white space holds phrases together"
        view.decode()  # no character is cut in two
    assert layout.view(("anywhere",)) == layout.data


@given(DOCUMENTS, st.lists(st.sampled_from(REGIONS), min_size=2, max_size=4, unique=True))
def test_a_rule_that_looks_at_several_regions_sees_each(template: str, names: list[str]) -> None:
    text, _ = _filled(template)
    layout = layout_of(text)
    several = layout.view(tuple(names))
    single = [layout.view((name,)) for name in names]
    assert several == bytes(max(letters) for letters in zip(*single, strict=True))


@given(DOCUMENTS)
def test_blocks_are_in_order_and_hold_their_sentences(template: str) -> None:
    text, _ = _filled(template)
    layout = layout_of(text)
    at = 0
    for block in layout.blocks:
        assert at <= block.start < block.end <= len(layout.data)
        at = block.end
        low = block.start
        for start, end in layout.sentences(block, layout.data):
            assert low <= start < end <= block.end
            assert layout.sentence_at(start, end) == (start, end)
            assert layout.data[start:end] == layout.data[start:end].strip()
            low = end
        assert layout.block_at(block.start) is block
        assert layout.block_at(block.end - 1) is block


@given(
    st.lists(
        st.sampled_from(
            [*"ab1.#>-*_`~|<>[]()!\\\"'& \n\t:é\0", "```", "<a>", "<!--", "-->", "Example:"]
        ),
        max_size=60,
    ).map("".join)
)
def test_any_text_has_a_layout(text: str) -> None:
    layout = layout_of(text)
    assert len(layout.labels) == len(text.encode())
    for region in REGIONS:
        assert len(layout.view((region,))) == len(text.encode())


# --- single things -------------------------------------------------------------------------


def _slices(layout: Layout, places: list[tuple[int, int]]) -> list[str]:
    return [layout.data[start:end].decode() for start, end in places]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three? (Four.) Five", ["One.", "Two!", "Three?", "(Four.)", "Five"]),
        ("Use 3.5 of it, e.g. two.", ["Use 3.5 of it, e.g. two."]),
        ("A line\nthat goes on.", ["A line\nthat goes on."]),
        ("One instruction\nAnother one\n3 more", ["One instruction", "Another one", "3 more"]),
        ('He said "go." Then he left.', ['He said "go."', "Then he left."]),
        ("One.\r\nTwo.", ["One.", "Two."]),
        (
            "question: Who?\nright answer: Kim.\nstars:",
            ["question: Who?", "right answer: Kim.", "stars:"],
        ),
        (
            "Say who\nand when: at ten\nof the clock it was: x",
            ["Say who", "and when: at ten\nof the clock it was: x"],
        ),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    layout = lay_out(text.encode())
    (block,) = layout.blocks
    assert _slices(layout, list(layout.sentences(block, layout.data))) == expected


def test_a_sentence_is_found_around_a_match() -> None:
    layout = lay_out(b"One two. Three four. Five.\n\n```\nsix seven\neight\n```\n")
    at = layout.data.index(b"four")
    assert layout.data[slice(*layout.sentence_at(at, at + 4))] == b"Three four."
    at = layout.data.index(b"seven")
    assert layout.data[slice(*layout.sentence_at(at, at + 5))] == b"six seven", "its line in code"


@pytest.mark.parametrize(
    ("text", "fenced", "closed"),
    [
        ("```\na\n```", True, True),
        ("```\na\n`````\nafter", True, True),
        ("````\na\n```", True, False),
        ("~~~ x\na\n```", True, False),
        ("```", True, False),
        ("```\n", True, False),
        ("> ```\n> a\n> ```\n", True, True),
        ("- ```\n  a\n  ```\n", True, True),
        ("- ```\n  a\n", True, False),
        ("```\r\na\r\n```\r\n", True, True),
        ("    a\n", False, True),
    ],
)
def test_fences_that_are_closed_and_that_are_not(text: str, fenced: bool, closed: bool) -> None:
    (fence,) = lay_out(text.encode()).fences
    assert (fence.fenced, fence.closed) == (fenced, closed)


def test_list_items_know_their_depth_and_their_parent() -> None:
    layout = lay_out(b"- a\n  1. b\n  2. c\n     - d\n- e\n")
    assert [(item.depth, item.parent, item.ordered) for item in layout.items] == [
        (1, -1, False),
        (2, 0, True),
        (2, 0, True),
        (3, 2, False),
        (1, -1, False),
    ]


def test_headings_know_their_level() -> None:
    layout = lay_out(b"# a\n\nb\n===\n\n### c\n\nd\n")
    assert [(block.kind, block.level) for block in layout.blocks] == [
        ("heading", 1),
        ("heading", 1),
        ("heading", 3),
        ("paragraph", 0),
    ]


@pytest.mark.parametrize("border", ["---", "=====", "---------------------"])
@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("The page", "heading"),
        ("Page:", "heading"),
        ("What is on the page?", "heading"),
        ("The page is below.", "paragraph"),
        ("Here is the page in full:", "paragraph"),
        ("{{page}}", "paragraph"),
        ("Page: {{page}}", "paragraph"),
        ("{{page}} in full", "heading"),
    ],
)
def test_a_border_below_a_text_makes_no_heading_of_it(text: str, kind: str, border: str) -> None:
    whole = f"é\n\n{text}\n{border}\nMore."
    at = whole.find("{{")
    ranges = ((len(whole[:at].encode()), len(whole[:at].encode()) + 8),) if at >= 0 else ()
    blocks = lay_out(whole.encode(), ranges).blocks
    assert [block.kind for block in blocks] == ["paragraph", kind, "paragraph"]


def test_tags_are_those_that_are_markup() -> None:
    text = b"<a>\n<b c='d'>x</b>\n<e/> <!-- <f> --> `<g>` {{<h>}} 3 <i 4 > </a>\n\n    x <j>\n"
    at = text.index(b"{{")
    tags = lay_out(text, ((at, at + 7),)).tags
    assert [(tag.name, tag.kind) for tag in tags if tag.name != "i"] == [
        ("a", "open"),
        ("b", "open"),
        ("b", "close"),
        ("e", "void"),
        ("a", "close"),
    ]
