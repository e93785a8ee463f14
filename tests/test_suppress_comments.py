"""Comments that silence rules: how each format writes them, what is a mention, what is wrong."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linting import prompt
from silencing import complaints, left, places

from guideline_kit.suppress.grammar import VERBS, Fault, Instruction, parse
from guideline_kit.text import Source

SAYS = "guideline: ignore[amount] it does not matter"


# --- the forms -----------------------------------------------------------------------------

SILENT = {
    "HTML": ("markdown", f"A few. <!-- {SAYS} -->\n"),
    "HTML without blanks": ("markdown", "A few. <!--guideline:ignore[amount]fine-->\n"),
    "HTML in a plain text": ("text", f"A few. <!-- {SAYS} -->\n"),
    "HTML in a table": ("markdown", f"| a | b |\n|---|---|\n| few <!-- {SAYS} --> | c |\n"),
    "HTML in a heading": ("markdown", f"# A few <!-- {SAYS} -->\n"),
    "HTML between tags": ("markdown", f"<p>A few <!-- {SAYS} --></p>\n"),
    "HTML in an example": ("markdown", f"## Examples\n\n<!-- {SAYS} -->\nA few.\n"),
    "Jinja2 in Markdown": ("markdown", f"A few. {{# {SAYS} #}}\n"),
    "Jinja2 that eats blanks": ("markdown", f"{{#- {SAYS} -#}}\nA few.\n"),
    "Jinja2 in plain text": ("text", f"{{# {SAYS} #}}\nA few.\n"),
    "a line of plain text": ("text", f"Some.\n# {SAYS}\nA few.\n".replace("Some", "The")),
    "a line of .cursorrules": ("cursorrules-legacy", f"# {SAYS}\nA few.\n"),
    "a line of .windsurfrules": ("windsurf", f"# {SAYS}\nA few.\n"),
    "Windows": ("text", f"#{SAYS}\r\nA few.\r\n"),
    "front matter": ("markdown", f"---\nname: x\n# {SAYS}\ndescription: few\n---\nText.\n"),
    "beside front matter": ("agent-skill", f"---\nname: few # {SAYS}\n---\nText.\n"),
    "loose front matter": ("cursor-mdc", f"---\nglobs: *.ts\n# {SAYS}\na: few\n---\nText.\n"),
    "above front matter": (
        "markdown",
        f"# {SAYS.replace('ignore', 'ignore-file')}\n---\na: b\n---\nFew.\n",
    ),
}


@pytest.mark.parametrize("case", SILENT)
def test_a_comment_silences(case: str) -> None:
    format, text = SILENT[case]
    neutral = text.replace("guideline:", "guideline;")
    expected = [] if "front" in case and "above" not in case else ["few"]
    assert [place.partition(":")[2].lower() for place in places(left(neutral, format))] == expected
    remaining = left(text, format)
    # No rule of this test looks at front matter; that the comment is read shows all the same.
    assert len(remaining) == (0 if expected else 1)
    assert all("covers nothing" in item.message for item in remaining)


def yaml(text: str, engine: str = "none") -> str:
    """Return a catalog prompt whose one message is a text, as lines of a block scalar."""
    return prompt(text, engine=engine)


SILENT_YAML = {
    "above a plain scalar": f"    - role: user\n      # {SAYS}\n      content: A few.\n",
    "beside a plain scalar": f"    - role: user\n      content: A few.  # {SAYS}\n",
    "beside a quoted one": f"    - role: user\n      content: 'A few. #' # {SAYS}\n",
    "in a list in brackets": f"    - {{role: user, # {SAYS}\n       content: few}} # {SAYS}\n",
    "around a block": (
        "    # guideline: ignore-start[amount] fine\n    - role: user\n      content: |\n"
        "        A few.\n\n    # guideline: ignore-end[amount]\n"
    ),
    "behind the sign of a block": (
        "    - role: user\n      content: |  # guideline: ignore-start[amount] fine\n"
        "        A few.\n    # guideline: ignore-end[amount]\n"
    ),
    "HTML in a message": f"""\
    - role: user
      content: |
        <!-- {SAYS} -->
        A few.
""",
    "above remarks": f"    # {SAYS}\n\n    # A remark.\n    - {{role: user, content: A few.}}\n",
}


@pytest.mark.parametrize("case", SILENT_YAML)
def test_a_comment_in_a_catalog_prompt_silences(case: str) -> None:
    text = "id: x\ntemplate:\n  engine: none\n  messages:\n" + SILENT_YAML[case]
    neutral = text.replace("guideline:", "guideline;")
    (finding,) = left(neutral, "catalog-prompt")
    assert finding.rule == "amount"
    remaining = left(text, "catalog-prompt")
    assert all("covers nothing" in item.message for item in remaining)


@pytest.mark.parametrize(
    ("engine", "comment", "counts"),
    [
        ("jinja2", f"{{# {SAYS} #}}", True),
        ("jinja2", f"{{#- {SAYS} -#}}", True),
        ("none", f"{{# {SAYS} #}}", False),
        ("mustache", f"{{# {SAYS} #}}", False),
        ("mustache", f"{{{{! {SAYS} }}}}", True),
        ("handlebars", f"{{{{! {SAYS} }}}}", True),
        ("handlebars", f"{{{{!-- {SAYS} --}}}}", True),
        ("jinja2", f"{{{{! {SAYS} }}}}", False),
        ("none", f"{{{{! {SAYS} }}}}", False),
        ("dollar", f"# {SAYS}", False),
        ("jinja2", f"# {SAYS}", False),
        ("none", f"<!-- {SAYS} -->", True),
    ],
)
def test_a_template_language_has_its_own_comments(engine: str, comment: str, counts: bool) -> None:
    beside = yaml(f"Text.\nA few. {comment}\n", engine)
    alone = yaml(f"Text.\n\n{comment}\nA few.\n", engine)
    for text in (beside, alone):
        assert [item.rule for item in left(text, "catalog-prompt")] == ["amount"] * (not counts)


def test_what_jinja2_takes_out_counts_in_code_too_and_what_it_shows_does_not() -> None:
    comment = f"{{# {SAYS} #}}"
    fenced = yaml(f"```\n{comment}\nA few.\n```\n", "jinja2")
    assert left(fenced, "catalog-prompt") == ()
    shown = yaml(f"{{% raw %}}\n{comment}\nA few.\n{{% endraw %}}\n", "jinja2")
    assert places(left(shown, "catalog-prompt")) == ["9:few"]
    after = yaml(f"{{% raw %}}x{{% endraw %}}\n{comment}\nA few.\n", "jinja2")
    assert left(after, "catalog-prompt") == ()


# --- mentions ------------------------------------------------------------------------------

MENTIONS = {
    "inline code": ("markdown", f"Write `<!-- {SAYS} -->` for a few.\n"),
    "a fence": ("markdown", f"```\n<!-- {SAYS} -->\nA few.\n```\n"),
    "a fence in plain text": ("text", f"```\n# {SAYS}\nA few.\n```\n"),
    "indented code": ("markdown", f"Write:\n\n    <!-- {SAYS} -->\n    A few.\n"),
    "a block quote": ("markdown", f"> A few. <!-- {SAYS} -->\n"),
    "quotation marks": ("markdown", f'Write "<!-- {SAYS} -->" for a few.\n'),
    "typographic quotation marks": ("markdown", f"Write “{{# {SAYS} #}}” for a few.\n"),
    "escaped": ("markdown", f"Write \\<!-- {SAYS} --> for a few.\n"),
    "a fence with Jinja2": ("markdown", f"~~~jinja\n{{# {SAYS} #}}\nA few.\n~~~\n"),
    "a heading of Markdown": ("markdown", f"# {SAYS}\nA few.\n"),
    "a heading of Markdown rules": ("windsurf", f"# {SAYS}\nA few.\n"),
    "within a line of plain text": ("text", f"Text. # {SAYS}\nA few.\n"),
    "handlebars in Markdown": ("markdown", f"{{{{! {SAYS} }}}}\nA few.\n"),
    "another word": ("markdown", "<!-- styleguideline: ignore[amount] fine -->\nA few.\n"),
    "in the middle of a comment": ("markdown", f"<!-- See {SAYS} -->\nA few.\n"),
    "no comment": ("markdown", f"{SAYS}\nA few.\n"),
}


@pytest.mark.parametrize("case", MENTIONS)
def test_a_mention_silences_nothing_and_is_not_complained_about(case: str) -> None:
    format, text = MENTIONS[case]
    (item,) = left(text, format, name="rules.md")
    assert item.rule == "amount"


MENTIONS_YAML = {
    "a quoted scalar": f"      content: 'A few. # {SAYS}'\n",
    "a double-quoted scalar": f'      content: "A few. # {SAYS}"\n',
    "a block scalar": f"      content: |\n        A few.\n        # {SAYS}\n",
    "a line of a block scalar": f"      content: |\n        A few. # {SAYS}\n",
    "a sign in the middle of a word": "      content: A few#guideline:ignore[amount]fine\n",
    "a remark": f"      content: A few.  # See # {SAYS}\n",
}


@pytest.mark.parametrize("case", MENTIONS_YAML)
def test_what_yaml_takes_for_text_silences_nothing(case: str) -> None:
    head = "id: x\ntemplate:\n  engine: none\n  messages:\n    - role: user\n"
    (item,) = left(head + MENTIONS_YAML[case], "catalog-prompt")
    assert item.rule == "amount"


def test_a_comment_in_broken_yaml_is_not_looked_for() -> None:
    (item,) = left(f"id: [\n# {SAYS}\n", "catalog-prompt")
    assert item.rule == "yaml-syntax"


@given(st.sampled_from(["'", '"', "|", ">", ""]), st.sampled_from(["none", "jinja2", "mustache"]))
def test_a_comment_beside_a_secret_or_a_placeholder_breaks_nothing(style: str, engine: str) -> None:
    for text in (
        f"{{{{ name }}}}{{# {SAYS} #}}{{{{ few }}}}",
        f"{{{{ name <!-- {SAYS} --> }}}} few",
        f"{{% if few {{# {SAYS} #}} %}}x{{% endif %}}",
        f"sk-few<!-- {SAYS} -->few-0123456789",
        f"<!-- {SAYS} {{{{ few }}}} -->",
        "<!-- guideline: ignore[{{ few }}] because -->",
    ):
        left(prompt(text, engine=engine), "catalog-prompt")
        left(text)
        left(text, "text")


# --- the words -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "rules", "until", "owner", "reason"),
    [
        (" ignore[amount] fine ", ["amount"], None, "", True),
        ("ignore[amount]: fine", ["amount"], None, "", True),
        ("ignore [amount] - fine", ["amount"], None, "", True),
        ("ignore[amount,choice] fine", ["amount", "choice"], None, "", True),
        ("ignore[ amount , choice ,] fine", ["amount", "choice"], None, "", True),
        ("ignore[amount\n  choice]\n fine", ["amount", "choice"], None, "", True),
        ("ignore[amount]", ["amount"], None, "", False),
        ("ignore[amount] -- ", ["amount"], None, "", False),
        ("ignore[amount] until 2026-12-31", ["amount"], "2026-12-31", "", False),
        ("ignore[amount] until 2026-12-31 fine", ["amount"], "2026-12-31", "", True),
        ("ignore[amount] until 2026-12-31: fine", ["amount"], "2026-12-31", "", True),
        ("ignore[amount] until 2026-12-31 by us: fine", ["amount"], "2026-12-31", "us", True),
        ("ignore[amount] until 2026-12-31, by us, fine", ["amount"], "2026-12-31", "us", True),
        ("ignore[amount] until 2026-12-31 by us fine", ["amount"], "2026-12-31", "us", True),
        ("ignore[amount] by us until 2026-12-31: fine", ["amount"], "2026-12-31", "us", True),
        ("ignore[amount] by a.b@c.example: fine", ["amount"], None, "a.b@c.example", True),
        ("ignore[amount] by design, it is vague", ["amount"], None, "", True),
        ("ignore[amount] by design", ["amount"], None, "", True),
        ("ignore[amount] until soon", ["amount"], "soon", "", False),
        ("ignore[amount]: until we know more", ["amount"], None, "", True),
        ("ignore[amount]: by us", ["amount"], None, "", True),
        ("ignore[amount] Da es nicht darauf ankommt", ["amount"], None, "", True),
        ("ignore[amount] 理由", ["amount"], None, "", True),
    ],
)
def test_reads_what_a_comment_says(
    text: str, rules: list[str], until: str | None, owner: str, reason: bool
) -> None:
    for verb in VERBS:
        read = parse(text.replace("ignore", verb), ())
        assert isinstance(read, Instruction)
        assert read.verb == verb
        assert [word.text for word in read.rules] == rules
        assert (read.until.text if read.until else None) == until
        assert (read.owner, read.reason) == (owner, reason)


FAULTS = {
    "ingore[amount] fine": ("ingore[amount]", "'ingore' is not understood", "'ignore'?"),
    "Ignore[amount] fine": ("Ignore[amount]", "'Ignore' is not understood", "'ignore'?"),
    "ignroe-file[amount] x": ("ignroe-file[amount]", "is not understood", "'ignore-file'?"),
    "ignore-strat[amount] x": ("ignore-strat[amount]", "is not understood", "'ignore-start'?"),
    "ignore-next-line[amount] x": ("ignore-next-line[amount]", "is not understood", "'ignore'?"),
    "ignored because": ("ignored", "is not understood", "'ignore'?"),
    "disable[amount] x": ("disable[amount]", "'disable' is not understood", "ignore[rule-id]"),
    "disable [amount] x": ("disable [amount]", "'disable' is not understood", "ignore[rule-id]"),
    "[amount] fine": ("[amount]", "'[amount]' is not understood", "ignore[rule-id]"),
    "amount is fine": ("amount", "The verb is missing", "ignore[rule-id]"),
    "ignore amount fine": ("ignore", "No rule is named in brackets", "ignore[rule-id]"),
    "ignore": ("ignore", "No rule is named in brackets", "ignore[rule-id]"),
    "ignore[] fine": ("ignore[]", "No rule is named in the brackets", "ignore[rule-id]"),
    "ignore[,] fine": ("ignore[,]", "No rule is named in the brackets", "ignore[rule-id]"),
    "ignore[amount fine": ("ignore[amount fine", "The bracket is not closed", "ignore[rule-id]"),
    "ignore[amount \n fine": ("ignore[amount", "The bracket is not closed", "ignore[rule-id]"),
    "ignore[*] fine": ("ignore[*]", "All rules at once", "Name the rules"),
    "ignore-file[amount, all] x": ("ignore-file[amount, all]", "All rules", "Name the rules"),
}


@pytest.mark.parametrize("text", FAULTS)
def test_says_what_is_wrong_and_what_to_write(text: str) -> None:
    at, message, help = FAULTS[text]
    read = parse(f" {text}", ("amount",))
    assert isinstance(read, Fault)
    assert f" {text}"[read.start : read.end] == at
    assert message in read.message
    assert "nothing is" in read.message
    assert help in read.help
    (item, finding) = left(f"<!-- guideline: {text} -->\nA few.\n")
    assert (item.rule, finding.rule) == ("suppression", "amount")
    assert item.span
    assert item.source.slice(item.span) == at


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "be brief",
        "see [the guide](guide.md)",
        "inform the reader",
        "allow long answers",
        "skip what is known",
        "1. be brief",
        "ask for a number",
        "(see below)",
        "– x",
        "include [all] names",
    ],
)
def test_a_remark_to_people_is_left_alone(text: str) -> None:
    assert parse(text, ("amount",)) is None
    assert places(left(f"<!-- guideline:{text} -->\nA few.\n")) == ["2:few"]


@pytest.mark.parametrize(
    ("text", "message", "help"),
    [
        ("<!-- guideline: ignore[amount] -->", "No reason is given", "ignore[amount] the reason"),
        (
            "<!-- guideline: ignore-start[amount] -->\n<!-- guideline: ignore-end[amount] -->",
            "No reason is given",
            "ignore-start[amount] the reason",
        ),
        (
            "<!-- guideline-kit: ignore[amount] x -->",
            "'guideline-kit:' is not",
            "Begin it with 'guideline:'",
        ),
        ("<!-- guideline: ignore[amount] x", "The comment is not closed", "Write --> at its end"),
        ("{# guideline: ignore[amount] x", "The comment is not closed", "Write #} at its end"),
        (
            "<!-- guideline: ignore[amount] x\n<!-- A remark. -->",
            "The comment is not closed",
            "Write --> at its end",
        ),
        ("<!-- guideline: ignore[amuont] x -->", "There is no rule 'amuont'", "mean 'amount'?"),
        ("<!-- guideline: ignore[zzz] x -->", "There is no rule 'zzz'", "list rules"),
        (
            "<!-- guideline: ignore-start[amount] x -->",
            "Nothing below ends what silences 'amount'",
            "ignore-end[amount]",
        ),
        (
            "<!-- guideline: ignore-end[amount] -->",
            "Nothing above silences 'amount'",
            "ignore-start[amount]",
        ),
        (
            "<!-- guideline: ignore-end[amount] -->\nSome.",
            "Nothing above silences 'amount'",
            "ignore-start[amount]",
        ),
    ],
)
def test_what_is_not_understood_silences_nothing(text: str, message: str, help: str) -> None:
    items = left(f"Text.\n\n{text}\nA few.\n")
    told = [item for item in complaints(items) if "covers nothing" not in item.message]
    assert len(told) == 1
    assert message in told[0].message
    assert help in told[0].help
    assert "few" in [place.partition(":")[2] for place in places(items)]


def test_the_other_rules_of_a_comment_count() -> None:
    items = left("A few. <!-- guideline: ignore[amuont, amount] fine -->\n")
    assert [item.rule for item in items] == ["suppression"]
    assert "There is no rule 'amuont'" in items[0].message


def test_places_in_folded_and_quoted_scalars_are_exact() -> None:
    text = (
        "id: x\ntemplate:\n  engine: jinja2\n  messages:\n    - role: user\n"
        '      content: "Text.\\n{# guideline: ignore[amuont] x #}\\nA\n        few."\n'
        "    - role: user\n      content: >\n        Text {# guideline:\n        ignore[zzz] x #}\n"
    )
    items = left(text, "catalog-prompt")
    slices = [Source("", text).slice(item.span) for item in items if item.span]
    assert slices == ["amuont", "few", "zzz"]
