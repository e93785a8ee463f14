"""What mends open fences and numbered steps, and where nobody can know."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linting import STYLES, findings, prompt

from guideline_kit import yamlio
from guideline_kit.diagnostics import Safety
from guideline_kit.fix import SAFE, UNSAFE, apply
from guideline_kit.text import Source

FENCE = {"kind": "markup", "problem": "open-fence"}
STEPS = {"kind": "markup", "problem": "step-numbers"}


def mended(check: dict[str, str], text: str) -> str:
    found = findings(check, text)
    assert found
    assert {item.fix.safety for item in found if item.fix} <= {Safety.UNSAFE}
    assert apply(text, found, SAFE) == text
    return apply(text, found, UNSAFE)


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("Go on.\n\n```\n", "Go on.\n"),
        ("Go on.\n```", "Go on."),
        ("Go on.\n~~~~  \n\n", "Go on.\n\n"),
        ("Go on.\n```json\n{}\n", "Go on.\n```json\n{}\n```\n"),
        ("Go on.\n  ````\n{}\n```\n{}", "Go on.\n  ````\n{}\n```\n{}\n  ````"),
        ("```\na\n```\n\n~~~\nb\n\n\n", "```\na\n```\n\n~~~\nb\n~~~\n\n\n"),
    ],
)
def test_a_fence_is_removed_or_closed(text: str, fixed: str, line_end: str) -> None:
    text, fixed = text.replace("\n", line_end), fixed.replace("\n", line_end)
    assert mended(FENCE, text) == fixed
    assert findings(FENCE, fixed) == ()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("```json\n{}\n\nAnswer with the label.\n", "the code ends somewhere in between"),
        ("Answer:\n\n```json\n", "the model is to go on with JSON"),
        ("- item\n  ```\n  code\n", "the item ends, and its code with it"),
        ("- item\n  - inner\n\n  ```\n  code\n", "the item ends, and its code with it"),
        ("> ```\n> code\n", "the quotation ends, and its code with it"),
        ("```", "nothing else is there"),
    ],
)
def test_where_nobody_knows_there_is_no_fix(text: str, why: str) -> None:
    for item in findings(FENCE, text):
        assert item.fix is None, why


@given(
    st.lists(
        st.sampled_from(["code", "```", "~~~", "", "  ```", "# x", "> a", "````"]), max_size=9
    ),
    st.sampled_from(["\n", "\r\n"]),
)
def test_a_mended_fence_is_no_finding_any_more(lines: list[str], line_end: str) -> None:
    text = line_end.join(["Text", *lines])
    found = findings(FENCE, text)
    fixed = apply(text, found, UNSAFE)
    assert len(findings(FENCE, fixed)) == sum(item.fix is None for item in found)
    assert fixed.replace("`", "").replace("~", "").split() == (
        text.replace("`", "").replace("~", "").split()
    )


@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
@pytest.mark.parametrize(
    ("text", "fixed"),
    [
        ("1. a\n2. b\n4. c\n5. d\n", "1. a\n2. b\n3. c\n4. d\n"),
        ("1) a\n2) b\n2) c\n3) d\n", "1) a\n2) b\n3) c\n4) d\n"),
        ("3. a\n4. b\n6. c\n\nText\n\n9. x\n", "3. a\n4. b\n5. c\n\nText\n\n9. x\n"),
        ("1. a\n   1. x\n   2. y\n3. b\n   7. z\n", "1. a\n   1. x\n   2. y\n2. b\n   7. z\n"),
        ("8. a\n9. b\n11. c\n\n12. d\n", "8. a\n9. b\n10. c\n\n11. d\n"),
    ],
)
def test_the_rest_of_a_list_is_numbered_anew(text: str, fixed: str, line_end: str) -> None:
    text, fixed = text.replace("\n", line_end), fixed.replace("\n", line_end)
    assert mended(STEPS, text) == fixed
    assert findings(STEPS, fixed) == ()


@given(st.lists(st.integers(0, 12), min_size=1, max_size=12), st.sampled_from(["", "   "]))
def test_a_list_that_was_mended_counts_one_by_one(numbers: list[int], indent: str) -> None:
    head = "1. first\n" if indent else ""
    text = head + "".join(f"{indent}{number}. step\n" for number in numbers)
    found = findings(STEPS, text)
    fixed = apply(text, found, UNSAFE)
    assert findings(STEPS, fixed) == ()
    if found:
        assert len(fixed.split()) == len(text.split())


@pytest.mark.parametrize("style", sorted(STYLES))
@pytest.mark.parametrize(
    ("check", "text"),
    [(STEPS, "Do:\n\n1. a\n3. b\n"), (FENCE, "See.\n```\ncode\n"), (FENCE, "See.\n\n```\n")],
)
def test_mends_inside_of_yaml(check: dict[str, str], text: str, style: str) -> None:
    source = prompt(text, "Hold on.", style=style)
    fixed = apply(source, findings(check, source, "catalog-prompt"), UNSAFE)
    result = yamlio.read(Source("x", fixed))
    assert not result.problems
    assert result.tree
    content = result.tree.get(("template", "messages", 0, "content"))
    # A style that has no line break that is short to write gets no new one.
    assert content in (mended(check, text), text)
    if style in ("literal", "double") or check is STEPS:
        assert content == mended(check, text)
    assert result.tree.get(("template", "messages", 1, "content")) == "Hold on."
