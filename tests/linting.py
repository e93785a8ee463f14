"""Rules and prompts made on the spot, for tests that lint."""

from __future__ import annotations

import datetime
import functools
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml
from hypothesis import strategies as st

from guideline_kit import formats, schemas, yamlio
from guideline_kit.diagnostics import Diagnostic
from guideline_kit.lint import RuleSet, lint
from guideline_kit.rules import Rule, bind
from guideline_kit.text import Source

TODAY = datetime.date(2026, 11, 22)

# How PyYAML names the ways to write a text in YAML; plain is the one without a sign.
STYLES = {"plain": "", "single": "'", "double": '"', "literal": "|", "folded": ">"}


def rule_data(
    check: Mapping[str, Any], *, id: str = "a-rule", applies_to: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the data of a whole rule file around a check."""
    data: dict[str, Any] = {
        "id": id,
        "title": "A rule",
        "summary": "A rule of a test",
        "severity": "warning",
        "preset": "default",
        "stage": "stable",
        "evidence": "convention",
        "since": "0.1.0",
        "check": {"message": "{match}", **check},
        "why": "Because.",
        "examples": [{"title": "None", "good": "Nothing."}],
    }
    if applies_to:
        data["applies_to"] = dict(applies_to)
    return data


def rule(check: Mapping[str, Any], *, id: str = "a-rule", **applies_to: Any) -> Rule:
    """Return a rule for a check; the rule file that it stands for must fit the schema."""
    if "where" in applies_to:  # `in` is no name for a Python argument
        applies_to["in"] = applies_to.pop("where")
    return _bound(json.dumps(rule_data(check, id=id, applies_to=applies_to)))


@functools.lru_cache(maxsize=512)
def _bound(text: str) -> Rule:
    tree = yamlio.read(Source("a-rule.yaml", text)).tree
    assert tree is not None, "the rule of this test is not even YAML"
    problems = schemas.check("rule.schema.json", tree)
    assert not problems, f"no rule file could say this: {problems[0].message}"
    return bind(tree.data)


def findings(
    rules: Rule | Mapping[str, Any] | Sequence[Rule],
    text: str,
    format: str = "markdown",
    *,
    today: datetime.date = TODAY,
    guarded: bool = True,
    **applies_to: Any,
) -> tuple[Diagnostic, ...]:
    """Return what rules, or a check, find in a text; a file's own problems left out."""
    if isinstance(rules, Mapping):
        rules = rule(rules, **applies_to)
    chosen = [rules] if isinstance(rules, Rule) else list(rules)
    document = formats.read(Source("a file", text), format)
    ids = {item.id for item in chosen}
    found = lint(document, RuleSet(chosen, guarded=guarded), today)
    crashes = [item.message for item in found if item.rule == "internal-error"]
    assert not crashes, crashes[0]
    return tuple(item for item in found if item.rule in ids)


def marked(
    rules: Rule | Mapping[str, Any] | Sequence[Rule],
    text: str,
    format: str = "markdown",
    **more: Any,
) -> list[str]:
    """Return the pieces of a text that rules, or a check, find fault with, in order."""
    found = findings(rules, text, format, **more)
    for item in found:
        assert item.span is not None
        assert 0 <= item.span.start <= item.span.end <= len(text), f"{item.span} leaves the text"
    return [text[item.span.start : item.span.end] for item in found if item.span]


def messages(
    rules: Rule | Mapping[str, Any] | Sequence[Rule],
    text: str,
    format: str = "markdown",
    **more: Any,
) -> list[str]:
    """Return what rules, or a check, say about a text, in order."""
    return [item.message for item in findings(rules, text, format, **more)]


def scalar(text: str, style: str, *, width: int = 60, indent: int = 2) -> str:
    """Return YAML, `prompt: <text>`, with the text in a style as far as the style can hold it."""
    events = (
        yaml.StreamStartEvent(),
        yaml.DocumentStartEvent(explicit=False),
        yaml.MappingStartEvent(None, None, implicit=True),
        yaml.ScalarEvent(None, None, (True, False), "prompt"),
        yaml.ScalarEvent(None, None, (style == "plain", True), text, style=STYLES[style]),
        yaml.MappingEndEvent(),
        yaml.DocumentEndEvent(explicit=False),
        yaml.StreamEndEvent(),
    )
    return yaml.emit(events, width=width, indent=indent, allow_unicode=True)


def prompt(
    *contents: str | tuple[str, str],
    engine: str = "none",
    style: str = "literal",
    width: int = 60,
    **fields: Any,
) -> str:
    """Return a catalog prompt. A content is a user message's text, or a role and a text."""
    lines = ["id: a-prompt"]
    for name, value in fields.items():
        lines.append(f"{name}: {json.dumps(value, ensure_ascii=False)}")
    lines += ["template:", f"  engine: {engine}", "  messages:"]
    for content in contents:
        role, text = ("user", content) if isinstance(content, str) else content
        written = scalar(text, style, width=width).removeprefix("prompt:")
        if written.endswith("\n...\n"):  # PyYAML's end of a document
            written = written.removesuffix("...\n")
        # A line of the scalar is indented by two more than its key is, which stands at six.
        first, *rest = written.rstrip("\n").split("\n")
        lines += [f"    - role: {role}", f"      content:{first}"]
        lines += [f"      {line}" if line.strip() else line for line in rest]
        lines += [""] * (len(written) - len(written.rstrip("\n")) - 1)
    return "\n".join(lines) + "\n"


def as_written(piece: str, sign: str | None = None) -> str:
    """Return a piece of a YAML scalar on one line: folds, indentation and `\\` line ends gone.

    `sign` is the scalar's, a quotation mark for instance.
    """
    if sign == "'":
        piece = piece.replace("''", "'")
    piece = re.sub(r"\\\n\s*\\?", "", piece)
    if sign == '"':
        piece = re.sub(r'\\(["\\n])', lambda found: found[1].replace("n", "\n"), piece)
    return " ".join(piece.split())


def texts_of(*words: str) -> st.SearchStrategy[str]:
    """Texts in which some words stand among others, in paragraphs, wrapped here and there."""
    fillers = ("Write", "the", "naïve", "letter", "of", "7", "well.", "Then", "go:", "über")
    gap = st.sampled_from([" ", " ", " ", "\n", "\n\n"])
    pieces = st.lists(st.tuples(st.sampled_from([*words, *fillers]), gap), max_size=25)
    return pieces.map(lambda drawn: "See " + "".join(word + end for word, end in drawn) + "it.")


def expect_the_same_in_yaml(
    rules: Rule | Mapping[str, Any], text: str, style: str, width: int = 60, **more: Any
) -> None:
    """Check that a text gives the same findings as a file of its own and inside of YAML."""
    in_file = findings(rules, text, "text", **more)
    source = prompt(("system", text), style=style, width=width)
    in_yaml = findings(rules, source, "catalog-prompt", **more)
    assert [item.message for item in in_yaml] == [item.message for item in in_file]
    # A text that can't be plain is quoted.
    tree = yamlio.read(Source("x", source)).tree
    assert tree is not None
    sign = tree.place(("template", "messages", 0, "content")).style
    for here, there in zip(in_file, in_yaml, strict=True):
        assert here.span is not None
        assert there.span is not None
        piece = source[there.span.start : there.span.end]
        assert as_written(piece, sign) == " ".join(text[here.span.start : here.span.end].split())
