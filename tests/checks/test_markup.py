"""markup: tags, fences, headings and lists that don't fit together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linting import STYLES, expect_the_same_in_yaml, findings, marked, messages


def markup(problem: str, **more: object) -> dict[str, object]:
    return {"kind": "markup", "problem": problem, "message": "{name}|{match}", **more}


# Problem -> text with what is found in it. The near misses of each follow below.
FOUND = {
    "unclosed-tag": [
        ("<rules>\nBe kind.\n", ["<rules>"]),
        ('<rules id="1">\nBe kind.\n', ['<rules id="1">']),
        ("Hi.\n\n<a1>\n<b1>\nx\n</b1>\n", ["<a1>"]),
        ("<a1>\nx\n<a1>\ny\n</a1>\n", ["<a1>"]),
        ("<a1>\n<b1>\n<c1>\nx\n</a1>\n", ["<b1>", "<c1>"]),
        ("é 😀\n\n<règle>\n<rules>\nBe kind.\n", ["<rules>"]),
        ("    <rules>\n    Be kind.\n", ["<rules>"]),
    ],
    "unopened-tag": [
        ("Be kind.\n</rules>\n", ["</rules>"]),
        ("<rules>\nx\n</rules>\n</rules>\n", ["</rules>"]),
        ("Be kind.</rules> So.", ["</rules>"]),
        ("</rules>\n<rules>\n", ["</rules>"]),
        ('Write "<rules>".\nBe kind.</rules>\n', ["</rules>"]),
        ("<rules>x</rules> Be kind </rules> and quick.\n", ["</rules>"]),
    ],
    "crossed-tag": [
        ("<a1>\n<b1>\nx\n</a1>\n</b1>\n", ["</a1>"]),
        ("<a1>\n<b1>\n<c1>\nx\n</a1>\n</c1>\n</b1>\n", ["</a1>"]),
    ],
    "open-fence": [
        ("```\nx\n", ["```"]),
        ("Hi.\n\n~~~ python\nx\n", ["~~~ python"]),
        ("````\nx\n```\n", ["````"]),
        ("- ```json\n  x\n", ["```json"]),
        ("```\nx\n```\n\n```\ny\n", ["```"]),
    ],
    "skipped-heading": [
        ("# A\n\n### B\n", ["### B"]),
        ("# A\n\n#### B\n\n##### C\n\n# D\n\n### E ###\n", ["#### B", "### E ###"]),
        ("A\n===\n\n### B\n", ["### B"]),
    ],
    "duplicate-heading": [
        ("# A\n\nx\n\n# A\n\ny\n", ["# A"]),
        ("# A\n\n## B\n\n## B\n", ["## B"]),
        ("## One, two\n\n## *one* two!\n", ["## *one* two!"]),
    ],
    "empty-section": [
        ("# A\n\n## B\n\n## C\n\nx\n", ["## B"]),
        ("# A\n# B\n# C\nx", ["# A", "# B"]),
        ("A\n===\n\nB\n===\n\nx\n", ["A"]),
        ("# Rules for {{product}}\n\n# B\n\nx\n", ["# Rules for {{product}}"]),
        ("# Step 1: Read.\n\n# Step 2: Answer.\n\nx\n", ["# Step 1: Read."]),
    ],
    "step-numbers": [
        ("1. a\n2. b\n4. c\n", ["4."]),
        ("1. a\n2. b\n2. c\n", ["2."]),
        ("2) a\n1) b\n", ["1)"]),
        ("1. a\n   1. x\n   3. y\n2. b\n", ["3."]),
        ("1. a\n\n   more\n\n3. b\n", ["3."]),
    ],
    "broken-reference": [
        ("Take the date from the <letter> tag.", ["letter"]),
        ("Look inside `<letter>` tags.\n\n<note>\nx\n</note>\n", ["letter"]),
        ('See the "Tone" section.\n\n# Style\n\nx\n', ["Tone"]),
        ("Follow the “Tone of voice” section.\n\n# Style\n\nx\n", ["Tone of voice"]),
    ],
}
SILENT = {
    "unclosed-tag": [
        "<rules>\nx\n</rules>\n",
        "<br>\n<hr>\n<img src='x'>\n<p>\nx\n",
        "<rules/>\n<rules />\n",
        "Put it in a <rules> tag.\n",
        "`<rules>`\n\n```\n<rules>\n```\n",
        "<!--\n<rules>\n-->\n",
        "> <rules>\n> x\n",
        '"<rules>"\n',
        "Call it <name> of it.\n",
        "<rules> Be kind.\n",
        "# Example\n\n`<rules>`\n",
        "<https://a.example>\n",
        "a < b\nc > d\n",
        "<Rules>\nx\n</Rules>\n",
        "{{<rules>}}\n",
    ],
    "unopened-tag": [
        "<rules>\nx\n</rules>\n",
        "Text <rules>x</rules>.\n",
        "End it with a `</rules>`.\n",
        "</p>\n</li>\n</div>\n",
        "Close the </rules> tag.\n",
        "```\n</rules>\n```\n",
        "<!-- </rules> -->\n",
        'echo "<rules>$text</rules>"\n',
        "After </rules> write [done].\n",
    ],
    "crossed-tag": [
        "<a1>\n<b1>\nx\n</b1>\n</a1>\n",
        "<a1>\nx\n</a1>\n<b1>\ny\n</b1>\n",
        "<a1>\n<br>\nx\n</a1>\n",
        "<a1>\n<a1>\nx\n</a1>\n</a1>\n",
        "<a1>\n<b1>\nx\n</a1>\n",
    ],
    "open-fence": [
        "```\nx\n```\n",
        "~~~\n```\n~~~\n",
        "`````\n```\n`````\n",
        "a ``` b\n",
        "    ```\n    x\n",
        "> ```\n> x\n> ```\n",
        "```\nx\n   ```  \n",
    ],
    "skipped-heading": [
        "# A\n\n## B\n\n### C\n\n# D\n",
        "### A\n\n#### B\n",
        "### A\n\n# B\n",
        "# A\n\n```\n### B\n```\n",
        "# A\n\n> ### B\n",
        "# A\n\n#hashtag\n",
    ],
    "duplicate-heading": [
        "# A\n\n## X\n\n# B\n\n## X\n",
        "# A\n\n# B\n",
        "# A\n\n```\n# A\n```\n",
        "# ...\n\n# !!!\n",
        "# A\n\n> # A\n",
        "# A: none\n# B: none\na() {}\n\n# A: none\n# C: none\nc() {}\n",
    ],
    "empty-section": [
        "# A\n\n## B\n\nx\n",
        "# A\n\nx\n\n# B\n",
        "# A\n\n```\nx\n```\n\n# B\n",
        "# A\n\n<!-- x -->\n\n# B\n",
        "# A\n\n- x\n\n# B\n",
        "The page is below.\n-----\n\n# B\n\nx\n",
        "## Answer ...\n\n## B\n\nx\n",
        "### Question: {{question}}\n### Answer: {{answer}}\n### B\nx\n",
        "# {{title}}\n\n# B\n\nx\n",
        "# Reads the file.\n# Then prints it\nprint(x)\n",
        "# Usage: run\n# Input: none\n# Output\nrun() {}\n",
    ],
    "step-numbers": [
        "1. a\n2. b\n3. c\n",
        "1. a\n1. b\n1. c\n",
        "3. a\n4. b\n",
        "0. a\n1. b\n",
        "1. a\n\nText.\n\n1. b\n2. c\n",
        "1. a\n   1. x\n   2. y\n2. b\n",
        "- a\n- b\n",
        "9. a\n10. b\n",
        "In 2024.\n2026. Later.\n",
    ],
    "broken-reference": [
        "Answer from the <letter> tag.\n\n<letter>\nx\n</letter>\n",
        "Write it inside <letter> tags.",
        "Return the answer in the <answer> tag.",
        '# Tone\n\nx\n\nSee the "Tone" section.\n',
        '# Tone of voice\n\nSee the "Tone" section.\n',
        'See the "Tone" section of the manual.\n',
        'Add a "Tone" section.\n',
        "`from the <letter> tag`\n",
        "> Answer from the <letter> tag.\n",
    ],
}


@pytest.mark.parametrize(
    ("problem", "text", "found"),
    [(problem, text, found) for problem, cases in FOUND.items() for text, found in cases],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_what_is_found(problem: str, text: str, found: list[str], line_end: str) -> None:
    assert marked(markup(problem), text.replace("\n", line_end)) == found


@pytest.mark.parametrize(
    ("problem", "text"), [(problem, text) for problem, texts in SILENT.items() for text in texts]
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_what_only_looks_like_it(problem: str, text: str, line_end: str) -> None:
    assert marked(markup(problem), text.replace("\n", line_end)) == []


@pytest.mark.parametrize("problem", sorted(FOUND))
def test_a_name_can_be_left_alone(problem: str) -> None:
    text, found = FOUND[problem][0]
    (name,) = [message.split("|")[0] for message in messages(markup(problem), text)][: len(found)]
    if name.strip("`"):
        assert marked(markup(problem, ignore=[name.upper()]), text) == []
    assert marked(markup(problem, ignore=["something else"]), text) == found


@given(
    st.lists(
        st.sampled_from([text for cases in FOUND.values() for text, _ in cases]),
        min_size=1,
        max_size=3,
    ),
    st.sampled_from(sorted(FOUND)),
    st.sampled_from(["literal", "double", "single"]),
)
def test_finds_the_same_in_every_style_of_yaml(texts: list[str], problem: str, style: str) -> None:
    text = "Hi é.\n\n" + "\n".join(texts)
    check = {**markup(problem), "message": "{name}"}
    if style == "literal" or "'" not in text:
        expect_the_same_in_yaml(check, text, style if style in STYLES else "literal", 200)


@st.composite
def balanced(draw: st.DrawFn) -> str:
    """Tags that are all opened, closed, and nested as they should be."""
    lines: list[str] = []
    open_tags: list[str] = []
    for _ in range(draw(st.integers(0, 14))):
        move = draw(st.sampled_from("otc"))
        if move == "o":
            open_tags.append(draw(st.sampled_from(["a1", "b1", "rules", "rules_x"])))
            lines.append(f"<{open_tags[-1]}>")
        elif move == "c" and open_tags:
            lines.append(f"</{open_tags.pop()}>")
        else:
            lines.append("Some text, é.")
    return "\n".join([*lines, *(f"</{tag}>" for tag in reversed(open_tags)), ""])


@given(balanced(), st.data())
def test_tags_that_fit_are_silent_and_one_that_is_lost_is_missed(
    text: str, data: st.DataObject
) -> None:
    problems = ("unclosed-tag", "unopened-tag", "crossed-tag")
    for problem in problems:
        assert marked(markup(problem), text) == []
    lines = text.split("\n")
    tags = [at for at, line in enumerate(lines) if line.startswith("<")]
    if not tags:
        return
    lost = data.draw(st.sampled_from(tags))
    # Behind the last line: a tag at the very end may be where the answer begins.
    broken = "\n".join(line for at, line in enumerate(lines) if at != lost) + "End.\n"
    found = [item.message for problem in problems for item in findings(markup(problem), broken)]
    assert found, f"{lines[lost]} is gone, and nobody says so:\n{broken}"


def test_headings_that_form_a_pattern_are_no_slip() -> None:
    cases = "# Cases\n\n## Input\n\na\n\n## Output\n\nb\n\n## Input\n\nc\n\n## Output\n\nd\n"
    assert marked(markup("duplicate-heading"), cases) == []
    assert marked(markup("duplicate-heading"), cases + "\n## Input\n\ne\n") == []
    once = "# Rules\n\n## Tone\n\na\n\n## Length\n\nb\n\n## Tone\n\nc\n"
    assert marked(markup("duplicate-heading"), once) == ["## Tone"]
    remark = "# Rules\n\n## Keys\n\na\n\n# Keys\nkeys:\n  a: b\n\n# Keys\nkeys:\n"
    assert marked(markup("duplicate-heading"), remark) == []


def test_a_tag_at_the_very_end_is_where_the_answer_begins() -> None:
    shown = "<answer>\nYes.\n</answer>\n\nQuestion: {{q}}\n\n<answer>\n"
    assert marked(markup("unclosed-tag"), shown) == []
    assert marked(markup("unclosed-tag"), shown + "Text.\n") == ["<answer>"]
    assert marked(markup("unclosed-tag"), "Answer.\n\n<answer>\n") == ["<answer>"]


def test_a_fence_closed_outside_of_its_list_item_is_let_pass() -> None:
    item = "1. Do:\n   - this\n\n     ```\n     a\n  ```\n\nText.\n"
    assert marked(markup("open-fence"), item) == []
    assert marked(markup("open-fence"), item.replace("  ```\n\nT", "\n\nT")) == ["```"]


def test_the_message_names_what_it_is_about() -> None:
    assert messages(markup("unclosed-tag"), '<rules id="1">\nx\n') == ['rules|<rules id="1">']
    assert messages(markup("skipped-heading"), "# A\n\n### B c\n") == ["B c|### B c"]
    assert messages(markup("step-numbers"), "1. a\n3. b\n") == ["3|3."]


def test_remarks_in_code_without_a_fence_are_no_headings() -> None:
    text = "# ... more code\n\nx\n\n# ... more code\n\ny\n"
    assert marked(markup("duplicate-heading"), text) == []
