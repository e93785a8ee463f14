"""References to sections, steps, tags and anchors: found where they lead nowhere, only there."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linting import STYLES, expect_the_same_in_yaml, findings, marked, messages, prompt

from guideline_kit.checks.markup.references import slug

BROKEN = {"kind": "markup", "problem": "broken-reference", "message": "{name}"}
AROUND = "# Task\n\nSum up the mail in 3 bullets.\n\n- Be short.\n- {}\n\n# Output\n\nA list.\n"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('Follow the rules in the "Escalation" section.', "Escalation"),
        ("Follow the rules in the **Escalation** section.", "Escalation"),
        ("Follow the rules in the `Escalation` section.", "Escalation"),
        ("Follow the rules in the Escalation section.", "Escalation"),
        ("Follow the “Angry customers” section.", "Angry customers"),
        ('See the section "Escalation".', "Escalation"),
        ("See section Escalation.", "Escalation"),
        ("See the Escalation section for details.", "Escalation"),
        ("See the Escalation section of this prompt.", "Escalation"),
        ("(see the Angry Customers section above)", "Angry Customers"),
        ("Refer to the Escalation section.", "Escalation"),
        ("Before you answer, read the 'Escalation' section.", "Escalation"),
        ("Handle them as described in the Escalation section below.", "Escalation"),
        ("Handle them as explained in section “Escalation”.", "Escalation"),
        ("Handle them as\n  described in the\n  Escalation section.", "Escalation"),
        ('The "Escalation" section above applies to all of them.', "Escalation"),
        ("The text comes after the # ESCALATION section below.", "ESCALATION"),
        ('The rules are in the "Escalation" section.', "Escalation"),
        ('Base your answer on the "Facts" section.', "Facts"),
        ('Write the answer as described in the "Escalation" section.', "Escalation"),
        ('See "Escalation" below.', "Escalation"),
        ('Act as described under "Escalation".', "Escalation"),
        ("Follow the rules under ## Escalation.", "Escalation"),
        ("Use the codes in Appendix C.", "Appendix C"),
        ("If the check fails, go back to step 14.", "step 14"),
        ("Then repeat step 7 with the rest.", "step 7"),
        ("Take the date from the <letter> tag.", "letter"),
        ("Use the text in <policy> tags.", "policy"),
        ("Answer using only the text between the <policy> and </policy> tags.", "policy"),
        ("Answer only from the text inside <policy></policy>.", "policy"),
        ("Use only what stands in `<policy>`.", "policy"),
        ("Base the answer on the facts in <policy>.", "policy"),
        ("Quote from the <policy> section.", "policy"),
        ("See [the rules](#escalation) first.", "#escalation"),
        ("See [the rules](<#escalation> 'why') first.", "#escalation"),
        ("See [the rules](#task-1) first.", "#task-1"),
    ],
)
def test_what_leads_nowhere(text: str, name: str) -> None:
    text = AROUND.format(text)
    assert messages(BROKEN, text) == [name]
    assert marked(BROKEN, text) == [name]
    assert marked(BROKEN, text.replace("\n", "\r\n")) == [name]


@pytest.mark.parametrize(
    "text",
    [
        # It is there.
        'Follow the rules in the "Task" section.',
        'Follow the rules in the "output" section.',
        "See the Output Format section.",
        'See the "Tone" section.\n\n<tone>\nx\n</tone>',
        "See the Tone section.\n\nTone: friendly.",
        "See the Tone section.\n\n**Tone** is friendly.",
        "See the Tone section.\n\n```\n## Tone\n```",
        "See the Tone section.\n\n1. Tone (friendly)",
        "See the TONE section.\n\nWrite a part called TONE.",
        "Go to step 2.\n\n1. Read.\n2. Answer.",
        "Go to step 2.\n\n1. Read.\n1. Answer.",
        "Go to step 2.\n\n## Step 2: answer",
        "Go to step 2.\n\n| 2 | answer |",
        "First, step 1: read, step 2: answer. Repeat step 2.",
        "Use the text in <policy> tags.\n\n<policy>\nx\n</policy>",
        "Use the text in <policy> tags.\n\n`<policy>` holds the rules.",
        "See [the task](#task).",
        "See [the top](#top).",
        'See [it](#here).\n\n<a id="here"></a>',
        "See [it](#here).\n\n## There {#here}",
        "See [it](#one-two).\n\n## `One` & *two*!",
        "See [it](#about-us).\n\n## About [us](x.md)",
        "See [it](#%C3%BCber-uns).\n\n## Über uns",
        "See [it](#again-1).\n\n## Again\n\n## Again",
        # It is to be written, or belongs to something else.
        'Add a "Risks" section.',
        "Write the risks in the Risks section.",
        'List new features (under "Added" section).',
        "Create the steps in the Plan section.",
        "See the Style section of CONTRIBUTING.md.",
        "See the Style section in the handbook.",
        "See STYLE.md, section Names.",
        "See the Names section of [the guide](style.html).",
        "As section 3 of the law says.",
        "See Appendix A of the contract.",
        "List the sources in Appendix A.",
        "Go to step 4 of the recipe.",
        "After step 4, the guests arrive.",
        "Write the answer in <answer> tags.",
        "Put the final text in <final> tags.",
        "Write it between <a1> and </a1>.",
        "Store it in the `<appSettings>` section.",
        "Use the text in <div> tags.",
        "See [the guide](guide.md#names).",
        "See [the guide](https://a.example/#names).",
        # It is only talked about.
        "`See the Tone section.`",
        '"See the Tone section."',
        "> See the Tone section.",
        "Example: See the Tone section.",
        "```\nSee [x](#y)\n```",
        "<!-- See the Tone section. -->",
        # It is no name.
        "See each section.",
        "Each Section has a heading.",
        "Follow the next section.",
        "The section below holds the text.",
    ],
)
def test_what_leads_somewhere_or_is_no_reference(text: str) -> None:
    text = f"# Task\n\n{text}\n\n# Output\n\nA list.\n"
    assert messages(BROKEN, text) == []
    assert messages(BROKEN, text.replace("\n", "\r\n")) == []


def test_two_references_do_not_vouch_for_each_other() -> None:
    text = 'See the "Tone" section. Follow the rules in the "Tone" section.'
    assert marked(BROKEN, text) == ["Tone", "Tone"]
    text = "Use the text in <policy> tags. Quote from the <policy> tags."
    assert marked(BROKEN, text) == ["policy", "policy"]


def test_what_stands_in_another_message_is_there() -> None:
    entry = prompt(
        ("system", "See the Tone section, and quote from the <mail> tags. Go to step 2."),
        ("user", "# Tone\n\n<mail>\nx\n</mail>\n\n2. Answer."),
    )
    assert marked(BROKEN, entry, "catalog-prompt") == []
    entry = entry.replace("# Tone", "# Style").replace("mail>\n", "letter>\n").replace("2.", "3.")
    assert marked(BROKEN, entry, "catalog-prompt") == ["Tone", "mail", "step 3"][:2]


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("One two", "one-two"),
        ("`One` & two!", "one--two"),
        ("3. Über_uns — jetzt", "3-über_uns--jetzt"),
        ("About [us](x.md) *all*", "about-us-all"),
    ],
)
def test_anchors_are_those_of_github(heading: str, expected: str) -> None:
    assert slug(heading) == expected


NAMES = st.sampled_from(["Tone", "Angry customers", "Rules of the house", "Änderungen", "Q and A"])
FORMS = st.sampled_from(
    [
        'Follow the rules in the "{}" section.',
        'See the section "{}" first.',
        "As described in the **{}** section, be kind.",
        "The rules are in the “{}” section.",
    ]
)


@given(NAMES, FORMS, st.sampled_from(sorted(STYLES)))
def test_finds_the_same_in_every_style_of_yaml(name: str, form: str, style: str) -> None:
    text = f"Be kind, é.\n\n{form.format(name)} Go to step 4.\n"
    expect_the_same_in_yaml(BROKEN, text, style, 200)


@given(
    NAMES, FORMS, st.sampled_from(["## {}", "<{}>\nx\n</{}>", "**{}**: x", "{}: x", "### {} (x)"])
)
def test_it_is_found_until_it_is_there(name: str, form: str, there: str) -> None:
    text = f"# Task\n\n{form.format(name)}\n"
    assert marked(BROKEN, text) == [name]
    tag = name.replace(" ", "_") if there.startswith("<") else name
    if tag.isascii() or not there.startswith("<"):
        assert marked(BROKEN, f"{text}\n{there.replace('{}', tag)}\n\nSo.\n") == []


@given(
    st.lists(
        st.sampled_from(
            [
                'See the "Tone" section.',
                "Quote from <mail>.",
                "Use the text in <mail> tags.",
                "Go to step 3.",
                "[x](#tone)",
                "## Tone",
                "3. x",
                "<mail>",
                "See Appendix B.",
            ]
        ),
        max_size=8,
    )
)
def test_guards_change_nothing(lines: list[str]) -> None:
    text = "\n\n".join(lines)
    assert findings(BROKEN, text) == findings(BROKEN, text, guarded=False)
