"""PromptSource: a tree of its files becomes a catalog's prompts, and these the same files again."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from guideline_kit import schemas, yamlio
from guideline_kit.catalog import Entry
from guideline_kit.exchange.promptsource.exporting import Exported, export
from guideline_kit.exchange.promptsource.form import KEY, template_of
from guideline_kit.exchange.promptsource.importing import About, Imported, import_files
from guideline_kit.project.exchanging import Exchange, export_promptsource, import_promptsource
from guideline_kit.project.opening import open_project
from guideline_kit.project.validation import validate_catalog
from guideline_kit.text import Source

ABOUT = About("writers")


class Template(yaml.YAMLObject):
    """As PromptSource has it: what `yaml.dump` makes of it is what its files look like."""

    yaml_tag = "!Template"

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.__dict__.update(values)


class Metadata(yaml.YAMLObject):
    yaml_tag = "!TemplateMetadata"

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.__dict__.update(values)


class _Loader(yaml.SafeLoader):
    pass


_Loader.add_multi_constructor(
    "!", lambda loader, _tag, node: loader.construct_mapping(node, deep=True)
)


def metadata(**changes: Any) -> Metadata:
    usual = {
        "choices_in_prompt": False, "languages": ["en"], "metrics": ["Accuracy"],
        "original_task": True,
    }  # fmt: skip
    return Metadata({**usual, **changes})


def uuid(number: int) -> str:
    return f"{number:08x}-1111-4222-8333-{number:012x}"


def template(number: int, jinja: str, /, **changes: Any) -> tuple[str, Template]:
    """Return a template, and the UUID that it stands under."""
    usual = {
        "answer_choices": None, "id": uuid(number), "jinja": jinja, "metadata": metadata(),
        "name": f"name {number}", "reference": "",
    }  # fmt: skip
    return uuid(number), Template({**usual, **changes})


def file(*templates: tuple[str, Template], dataset: str = "mail", **more: Any) -> str:
    """Return a file as PromptSource writes it."""
    return yaml.dump({"dataset": dataset, **more, "templates": dict(templates)})


def imported(*texts: str, **how: Any) -> Imported:
    """Import files that stand where PromptSource looks for them."""
    sources = {}
    for number, text in enumerate(texts):
        data = yaml.load(text, _Loader)  # noqa: S506  a safe one
        names = (data["dataset"], data.get("subset"), "templates.yaml")
        path = "/".join(str(name) for name in names if name is not None)
        # The same data set twice: in another tree.
        path = f"{number}/{path}" if path in sources else path
        sources[path] = Source(f"tree/{path}", text)
    return import_files(sources, ABOUT, **{"known": {}, "taken": (), **how})


def entries_of(made: Imported, changes: Mapping[str, Any] | None = None) -> Iterator[Entry]:
    """Write the entries, read them as a catalog does, and check them by their schema."""
    for new in made.entries:
        text = yamlio.write({**new.data, **(changes or {})})
        tree = yamlio.read(Source(new.path, text)).tree
        assert tree is not None
        assert schemas.check("prompt.schema.json", tree) == (), text
        stem = new.path.rpartition("/")[2].removesuffix(".yaml")
        assert tree.data["id"] == stem
        yield Entry("prompt", stem, tree.data, tree.source, tree, new.path, "mine")


def there_and_back(*texts: str) -> Exported:
    made = imported(*texts)
    assert made.problems == ()
    done = export(entries_of(made))
    assert done.problems == ()
    return done


def only(made: Imported) -> Mapping[str, Any]:
    (entry,) = made.entries
    return entry.data


def contents(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(item["role"], item["content"]) for item in data["template"]["messages"]]


# --- there and back ------------------------------------------------------------------------

PECULIAR: Mapping[str, str] = {
    "a subset": file(template(1, "{{a}} ||| {{b}}"), subset="small"),
    "folders in the name of a data set": file(template(1, "a ||| b"), dataset="someone/mail"),
    "blanks around the separator": file(template(1, "\n{{a}} \n\n|||\t{{b}}\n\n")),
    "no blanks around the separator": file(template(1, "{{a}}|||{{b}}")),
    "several separators": file(template(1, "a ||| b |||\nc ||| d")),
    "no separator": file(template(1, "{{a}}")),
    "four bars": file(template(1, "a |||| b")),
    "a separator inside of a block": file(template(1, "{% if a %}a ||| b{% endif %}")),
    "a name that is set for the target": file(template(1, "{% set a = 1 %}x ||| {{a}}")),
    "nothing before the separator": file(template(1, " ||| {{b}}")),
    "nothing behind the separator": file(template(1, "{{a}} |||")),
    "a template that does not parse": file(template(1, "{% if a ||| b")),
    "line breaks of other systems": file(template(1, "a\r\nb\rc ||| d\x85e\u2028f\u2029g")),
    "tabs and blanks at the ends of lines": file(template(1, "\ta \n b\t\n ||| c ")),
    "signs that nobody sees": file(template(1, "a\u200bb\xa0c\ufeff ||| d\x07")),
    "letters of many sorts": file(template(1, "É 一 😀 «{{a}}» ||| ß")),
    "a long line": file(template(1, "word " * 60 + "||| x")),
    "choices": file(template(1, "a ||| {{answer_choices[b]}}", answer_choices="yes ||| no")),
    "choices without blanks": file(template(1, "a ||| b", answer_choices="yes|||no\n|||  other ")),
    "choices that a template makes": file(
        template(1, "a ||| b", answer_choices='{{c | join("|||")}}')
    ),
    "choices that stand twice": file(template(1, "a ||| b", answer_choices="no ||| yes ||| no")),
    "one choice": file(template(1, "a ||| b", answer_choices="yes")),
    "an empty choice": file(template(1, "a ||| b", answer_choices="yes ||| ")),
    "choices that are nothing": file(template(1, "a ||| b", answer_choices="")),
    "metadata that two templates share": file(
        *(template(number, "a ||| b", metadata=one) for one in (metadata(),) for number in (1, 2)),
        template(3, "a ||| b"),
    ),
    "metadata that three templates share, and two others": file(
        *(
            template(number, f"{number} ||| b", metadata=one)
            for one, numbers in ((metadata(), (9, 1, 4)), (metadata(metrics=[]), (2, 3)))
            for number in numbers
        )
    ),
    "languages that an entry can't hold": file(
        template(1, "a ||| b", metadata=metadata(languages=["en", "eng"])),
        template(2, "a ||| b", metadata=metadata(languages=["en", "en"])),
        template(3, "a ||| b", metadata=metadata(languages=[])),
        template(4, "a ||| b", metadata=metadata(languages=None)),
    ),
    "metadata that nobody knows": file(
        template(1, "a ||| b", metadata=metadata(choices_in_prompt=None, difficulty=[1, 2.5])),
        template(2, "a ||| b", metadata=Metadata({"languages": ["en"]})),
        template(3, "a ||| b", metadata=None),
    ),
    "keys that nobody knows": file(
        template(1, "a ||| b", task_template=True, notes={"by": ["a", {"b": None}]}),
        version=3,
        about={"x": "y"},
    ),
    "an id that is not the key": file((uuid(2), template(1, "a ||| b")[1])),
    "names that say nothing of themselves": file(
        template(1, "a ||| b", name="1e3", reference="yes"),
        template(2, "a ||| b", name="0o17", reference="1:30"),
        template(3, "a ||| b", name=None, reference=None),
        template(4, "a ||| b", name="日本", reference="a: b # c"),
        template(5, "a ||| b", name="x" * 300, reference="\n"),
        template(6, "a ||| b", name=5, reference=True),
    ),
    "names that are alike": file(
        *(template(n, "a ||| b", name=name) for n, name in enumerate(["A b", "a_b", "a b"]))
    ),
    "ids that are no UUIDs": file(
        ("first", template(1, "a ||| b", id="first", name="")[1]),
        ("1st", template(2, "a ||| b", id="1st", name="")[1]),
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", PECULIAR)
def test_a_file_comes_back_byte_for_byte(what: str) -> None:
    text = PECULIAR[what]
    (again,) = there_and_back(text).files.values()
    assert again == text


@pytest.mark.parametrize("key", ["answer_choices", "id", "metadata", "name", "reference"])
def test_a_key_that_is_not_there_does_not_appear(key: str) -> None:
    number, one = template(1, "a ||| b")
    del one.__dict__[key]
    text = file((number, one))
    (again,) = there_and_back(text).files.values()
    assert again == text


BLANKS = st.sampled_from(["", " ", "\n", " \n", "\n\n", "\t", "  \r\n"])
CODE = st.sampled_from(
    [
        "text",
        "{{a}}",
        "{{ b | join(', ') }}",
        "{{answer_choices[label]}}",
        "{% if a %}x{% endif %}",
        "{% for c in b %}{{c}}{% endfor %}",
        "{% set d = 1 %}",
        "{{d}}",
        "{% if",
        "}}",
        "'",
        '"',
        "é",
        ": ",
        " #",
        "- ",
        "\\",
        "«",
        "😀",
        "\x85",
        "|",
        "||",
        "{{ zip(a, b) }}",
        "{# note #}",
    ]
)
PIECES = st.lists(st.one_of(CODE, CODE, BLANKS), max_size=5).map("".join)
JINJA = st.lists(PIECES, min_size=1, max_size=4).map("|||".join).filter(str.strip)
WORDS = st.sampled_from(["Yes", "no", "maybe", "1", "", "{{a}}", "A b", "é: #"])
CHOICES = st.none() | st.lists(
    st.tuples(BLANKS, WORDS, BLANKS).map("".join), min_size=1, max_size=3
).map("|||".join)
NAMES = st.sampled_from(
    ["one", "One", "ONE!", "two words", "é", "", "1e3", "yes", "日本", "x" * 90]
)
METADATA = st.builds(
    metadata,
    choices_in_prompt=st.booleans() | st.none(),
    languages=st.lists(st.sampled_from(["en", "de", "pt-BR", "eng"]), max_size=2),
    metrics=st.lists(st.sampled_from(["BLEU", "Other", "My own"]), max_size=2),
    original_task=st.booleans() | st.none(),
)


@st.composite
def trees(draw: st.DrawFn) -> list[str]:
    """A tree of files as PromptSource writes them."""
    names = st.tuples(
        st.sampled_from(["mail", "Mail", "someone/mail", "2mail", "é"]),
        st.none() | st.sampled_from(["en", "EN", "1.0", "yes"]),
    )
    texts, number = [], 0
    for dataset, subset in draw(st.lists(names, min_size=1, max_size=3, unique=True)):
        shared = draw(METADATA)
        templates = []
        for _ in range(draw(st.integers(1, 4))):
            number += 1
            extra = draw(
                st.sampled_from([{}, {"task_template": True}, {"weights": [1, {"a": 0.5}]}])
            )
            one = shared if draw(st.booleans()) else draw(METADATA)
            more = {"answer_choices": draw(CHOICES), "name": draw(NAMES), "metadata": one}
            templates.append(template(number * 7919 % 9973, draw(JINJA), **more, **extra))
        about = {} if subset is None else {"subset": subset}
        texts.append(file(*templates, dataset=dataset, **about))
    return texts


@given(trees())
def test_a_tree_comes_back_byte_for_byte(texts: list[str]) -> None:
    done = there_and_back(*texts)
    assert sorted(done.files.values()) == sorted(texts)


@given(trees(), st.randoms())
def test_ids_depend_on_no_order(texts: list[str], random: Any) -> None:
    paths = {entry.template: entry.path for entry in imported(*texts).entries}
    assert len(set(paths.values())) == len(paths)
    random.shuffle(texts)
    assert {entry.template: entry.path for entry in imported(*texts).entries} == paths


# --- what an entry says --------------------------------------------------------------------


def test_an_entry_says_what_is_known_and_no_more() -> None:
    jinja = "Is this spam?\n{{text}}\n||| {{answer_choices[label]}}"
    text = file(template(0xAB, jinja, answer_choices="Yes ||| No", name="is_spam"), subset="small")
    of_the_data_set = "of the data set mail/small; its type is not declared"
    assert only(imported(text)) == {
        "id": "mail-small-is-spam",
        "title": "mail/small: is_spam",
        "summary": 'Asks a model for the task of the data set mail/small, in the wording "is_spam"',
        "owner": "writers",
        "status": "draft",
        "version": "1.0.0",
        "languages": ["en"],
        "licence": "Apache-2.0",
        "origin": {
            "title": "PromptSource",
            "url": "https://github.com/bigscience-workshop/promptsource",
            "name": "mail/small: is_spam",
        },
        "template": {
            "engine": "jinja2",
            "messages": [
                {"role": "user", "content": "Is this spam?\n{{text}}"},
                {"role": "assistant", "content": "{{answer_choices[label]}}"},
            ],
        },
        "inputs": {
            "text": {
                "type": "text",
                "description": f"The column 'text' {of_the_data_set}",
            },
            "answer_choices": {
                "type": "list",
                "description": "The answer choices, in their order",
                "default": ["Yes", "No"],
            },
            "label": {
                "type": "text",
                "description": f"The column 'label' {of_the_data_set}",
            },
        },
        "output": {"format": "label", "choices": ["Yes", "No"]},
        "x-promptsource": {
            "dataset": "mail",
            "subset": "small",
            "id": uuid(0xAB),
            "name": "is_spam",
            "reference": "",
            "metadata": {
                "choices_in_prompt": False,
                "metrics": ["Accuracy"],
                "original_task": True,
            },
            "around": {"messages": [["", "\n"], [" ", ""]]},
        },
    }  # fmt: skip


@pytest.mark.parametrize(
    ("jinja", "messages"),
    [
        ("a ||| b", [("user", "a"), ("assistant", "b")]),
        ("a ||| b ||| c", [("user", "a"), ("assistant", "b"), ("assistant", "c")]),
        ("a", [("user", "a")]),
        # What can't be filled in piece by piece stays whole.
        ("{% if x %}a ||| b{% endif %}", [("user", "{% if x %}a ||| b{% endif %}")]),
        ("{% set x = 1 %}a ||| {{x}}", [("user", "{% set x = 1 %}a ||| {{x}}")]),
        ("||| b", [("user", "||| b")]),
    ],
)
def test_a_template_is_a_message_and_the_answers_to_it(
    jinja: str, messages: list[tuple[str, str]]
) -> None:
    assert contents(only(imported(file(template(1, jinja))))) == messages


def test_a_function_of_promptsource_is_no_column() -> None:
    assert list(only(imported(file(template(1, "{{ zip(a, b) | choice }} ||| c"))))["inputs"]) == [
        "a", "b"
    ]  # fmt: skip


def test_an_id_fits_and_is_not_one_that_is_taken() -> None:
    text = file(template(1, "a ||| b", name="x" * 90), template(2, "a ||| b", name="short"))
    ids = [entry.data["id"] for entry in imported(text, taken={"mail-short"}).entries]
    assert ids[0].endswith("-00000001")
    assert len(ids[0]) == 64
    assert ids[1] == "mail-short-00000002"


def test_what_was_taken_over_before_keeps_its_place() -> None:
    text = file(template(1, "a ||| b", name="new name"))
    (entry,) = imported(
        text, known={("mail/templates.yaml", uuid(1)): "prompts/mine/old-name.yaml"}
    ).entries
    assert entry.path == "prompts/mine/old-name.yaml"
    assert entry.data["id"] == "old-name"


# --- what an edit does ---------------------------------------------------------------------


def _changed(text: str, **changes: Any) -> Any:
    """Return the only template of a file, after an edit of its entry in the catalog."""
    made = imported(text)
    done = export(entries_of(made, changes))
    assert done.problems == ()
    (again,) = done.files.values()
    ((_, found),) = yaml.load(again, _Loader)["templates"].items()  # noqa: S506  a safe one
    return found


CLASSIFY = file(
    template(1, "Is it?\n{{text}} \n|||\n{{answer_choices[label]}}", answer_choices="Yes|||No")
)


def _messages(*texts: str) -> dict[str, Any]:
    roles = ["user", *["assistant"] * (len(texts) - 1)]
    listed = [{"role": role, "content": text} for role, text in zip(roles, texts, strict=True)]
    return {"engine": "jinja2", "messages": listed}


def test_an_edit_of_a_message_is_exported_with_the_blanks_around_it() -> None:
    found = _changed(CLASSIFY, template=_messages("Is it, or not?\n{{text}}", "{{label}}"))
    assert found["jinja"] == "Is it, or not?\n{{text}} \n|||\n{{label}}"
    assert found["answer_choices"] == "Yes|||No"


def test_a_message_more_is_exported() -> None:
    assert _changed(CLASSIFY, template=_messages("a", "b", "c"))["jinja"] == "a ||| b ||| c"


@pytest.mark.parametrize(
    ("choices", "written"),
    [(["Sure", "No"], "Sure|||No"), (["Yes", "No", "Maybe"], "Yes ||| No ||| Maybe")],
)
def test_an_edit_of_the_choices_is_exported(choices: list[str], written: str) -> None:
    found = _changed(CLASSIFY, output={"format": "label", "choices": choices})
    assert found["answer_choices"] == written


def test_an_edit_of_the_languages_is_exported() -> None:
    assert _changed(CLASSIFY, languages=["en", "de"])["metadata"]["languages"] == ["en", "de"]


def test_choices_that_are_taken_out_are_gone() -> None:
    made = imported(CLASSIFY)
    entries = [
        entry._replace(data={key: value for key, value in entry.data.items() if key != "output"})
        for entry in entries_of(made)
    ]
    (again,) = export(entries).files.values()
    assert "answer_choices: null" in again


def test_an_edit_parts_what_two_templates_shared() -> None:
    one = metadata()
    text = file(*(template(number, "a ||| b", metadata=one) for number in (1, 2)))
    first, second = entries_of(imported(text))
    edited = second._replace(data={**second.data, "languages": ["de"]})
    (again,) = export([first, edited]).files.values()
    assert "id001" in text
    assert "id001" not in again
    assert again.count("- de") == again.count("- en") == 1


@pytest.mark.parametrize(
    ("changes", "says", "at"),
    [
        ({"template": {**_messages("a"), "engine": "none"}}, "are Jinja2", "none"),
        (
            {"template": {"engine": "jinja2", "messages": [{"role": "system", "content": "a"}]}},
            "no other message",
            "system",
        ),
        ({"template": _messages("a ||| b", "c")}, "would become two", "a ||| b"),
        ({"output": {"format": "label", "choices": ["a", "b|||c"]}}, "would become two", "b|||c"),
        ({KEY: {"dataset": "mail"}}, "does not say which template", ""),
        ({KEY: {"dataset": "../up", "id": "1", "name": "n"}}, "can't be the path", "../up"),
        (
            {KEY: {"dataset": "a", "subset": "..", "id": "1", "name": "n"}},
            "can't be the path",
            "a",
        ),
    ],
)
def test_what_can_be_no_template_is_left_out_and_said(
    changes: dict[str, Any], says: str, at: str
) -> None:
    done = export(entries_of(imported(CLASSIFY), changes))
    (problem,) = done.problems
    assert problem.rule == "exchange"
    assert says in problem.message
    assert problem.span is not None
    assert at in problem.source.slice(problem.span)
    assert done.files == {}


def test_the_same_template_twice_is_left_out_and_said() -> None:
    (entry,) = entries_of(imported(CLASSIFY))
    done = export([entry, entry._replace(id="other")])
    assert done.templates == 1
    assert "'mail-name-1' is the same template" in done.problems[0].message


# --- files that something is wrong with ----------------------------------------------------


@pytest.mark.parametrize(
    ("text", "says", "line", "left"),
    [
        ("dataset: mail\ntemplates: {}\n", "no templates", 2, 0),
        ("templates:\n  a: !Template\n    jinja: x\n", "does not name its data set", 1, 0),
        ("dataset: ../up\ntemplates:\n  a: !Template\n    jinja: x\n", "can't be the path", 1, 0),
        ("dataset: C:\\x\ntemplates:\n  a: !Template\n    jinja: x\n", "can't be the path", 1, 0),
        (
            "dataset: a\ntemplates:\n  a: !Template {jinja: ' '}\n  b: !Template {jinja: x}\n",
            "without a text",
            3,
            1,
        ),
        ("dataset: mail\ntemplates:\n  a: !Template\n    jinja: x\n  b: [\n", "YAML", 6, 1),
        ("[]\n", "does not name its data set", 1, 0),
        ("\x00", "YAML", 1, 0),
    ],
)
def test_what_is_wrong_is_said_and_the_rest_taken_over(
    text: str, says: str, line: int, left: int
) -> None:
    made = import_files({"a": Source("a", text)}, ABOUT, known={}, taken=())
    problem = made.problems[0]
    assert says in problem.message
    assert problem.position is not None
    assert problem.position.line == line
    assert len(made.entries) == left


def test_two_files_about_the_same_data_set() -> None:
    made = imported(file(template(1, "a ||| b")), file(template(2, "a ||| b")))
    assert len(made.entries) == 1
    assert "is about the same data set" in made.problems[0].message


BY_HAND: Mapping[str, Any] = {
    "a remark": lambda text: text.replace("dataset: mail", "# a remark\ndataset: mail"),
    "quotation marks": lambda text: text.replace("name: name 1", "name: 'name 1'"),
    "line ends of Windows": lambda text: text.replace("\n", "\r\n"),
    "a byte-order mark": lambda text: f"\ufeff{text}",
    "another word for no": lambda text: text.replace("prompt: false", "prompt: no"),
    "a day": lambda text: text.replace("name: name 1", "name: 2022-01-01"),
    "no tags": lambda text: text.replace(" !TemplateMetadata", ""),
    "another order": lambda text: text.replace("dataset: mail\n", "") + "dataset: mail\n",
    "a text as a block": lambda text: text.replace("jinja: a ||| b", "jinja: |-\n      a ||| b"),
    "no line end": lambda text: text.rstrip("\n"),
    "the beginning of a document": lambda text: f"---\n{text}...\n",
}  # fmt: skip


@pytest.mark.parametrize("what", BY_HAND)
def test_a_file_that_somebody_wrote_by_hand_comes_back_byte_for_byte(what: str) -> None:
    text = BY_HAND[what](file(template(1, "a ||| b"), template(2, "c ||| d")))
    assert text != file(template(1, "a ||| b"), template(2, "c ||| d"))
    (again,) = there_and_back(text).files.values()
    assert again == text


@given(trees(), st.data())
def test_a_tree_that_somebody_wrote_by_hand_comes_back_byte_for_byte(
    texts: list[str], data: st.DataObject
) -> None:
    """Remarks and blank lines wherever a template begins."""
    pieces = st.sampled_from(["", "\n", "  # a remark\n", "# one\n\n    # two: é\n"])
    by_hand = [
        "".join(
            (data.draw(pieces) if line.endswith(": !Template\n") else "") + line
            for line in text.splitlines(keepends=True)
        )
        for text in texts
    ]
    assert sorted(there_and_back(*by_hand).files.values()) == sorted(by_hand)


@pytest.mark.parametrize("what", BY_HAND)
@pytest.mark.parametrize("number", [0, 1])
def test_an_edit_counts_whatever_the_file_looked_like(what: str, number: int) -> None:
    """How a file is written is kept, and never what stood in it."""
    entries = list(entries_of(imported(BY_HAND[what](file(template(1, "a"), template(2, "c"))))))
    entry = entries[number]
    for text in ("new", "one\n\ntwo\nthree"):
        edited = {**entry.data, "template": _messages(text, "answer"), "languages": ["de"]}
        entries[number] = entry._replace(data=edited)
        (again,) = export(entries).files.values()
        found = yaml.load(again, _Loader)["templates"]  # noqa: S506  a safe one
        one, other = found[uuid(number + 1)], found[uuid(2 - number)]
        assert one["jinja"] == f"{text} ||| answer"
        assert one["metadata"]["languages"] == ["de"]
        assert other["jinja"] == "ca"[number]
        assert other["metadata"]["languages"] == ["en"]


def test_a_layout_can_say_nothing_that_no_entry_says() -> None:
    (entry,) = entries_of(imported(CLASSIFY))
    kept = {**entry.data[KEY], "layout": [{"at": 0, "lines": 1, "text": "dataset: other\n"}]}
    (again,) = export([entry._replace(data={**entry.data, KEY: kept})]).files.values()
    assert again == CLASSIFY


def test_what_cannot_be_given_back_byte_for_byte_is_said() -> None:
    text = file(template(1, "a ||| b"), template(2, "c ||| d")).replace(
        "jinja: a ||| b", "jinja: ''"
    )
    made = imported(text)
    assert len(made.entries) == 1
    assert "left out" in made.problems[0].message


def test_a_file_that_stands_elsewhere_comes_back_there() -> None:
    texts = {
        "a/mail/templates.yaml": file(template(1, "a ||| b")),
        "a/news/templates.yaml": file(template(2, "a ||| b"), dataset="news", subset="None"),
    }
    sources = {path: Source(path, text) for path, text in texts.items()}
    made = import_files(sources, ABOUT, known={}, taken=())
    assert made.problems == ()
    again = export(entries_of(made)).files
    assert {f"a/{path}": text for path, text in again.items()} == texts


@pytest.mark.parametrize("above", ["", "promptsource/templates/"])
def test_the_tree_may_lie_deeper_and_be_a_part(above: str) -> None:
    text = file(template(1, "a ||| b"), dataset="super", subset="small")
    for at in (f"{above}super/small/templates.yaml", "small/templates.yaml", "templates.yaml"):
        made = import_files({at: Source(at, text)}, ABOUT, known={}, taken=())
        assert list(export(entries_of(made)).files) == ["super/small/templates.yaml"]


YAML = [*"ab:-|{}[]&*!'\" \n", "templates:", "!Template", "jinja: "]


@given(st.lists(st.sampled_from(YAML)).map("".join))
def test_no_text_raises(text: str) -> None:
    import_files({"a": Source("a", f"dataset: a\n{text}")}, ABOUT, known={}, taken=())


@pytest.mark.parametrize("dataset", ["a/" * 1500 + "a", "../a", "a//b", "a\\\\b"])
def test_a_name_that_can_t_be_a_path_is_said(dataset: str) -> None:
    source = Source("templates.yaml", file(template(1, "a ||| b"), dataset=f'"{dataset}"'))
    made = import_files({"templates.yaml": source}, ABOUT, known={}, taken=())
    assert not made.entries
    assert ["can't be the path of a folder" in item.message for item in made.problems] == [True]


# --- folders -------------------------------------------------------------------------------


def tree(folder: Path, texts: Mapping[str, str]) -> Path:
    for place, text in texts.items():
        path = folder / place / "templates.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def mail(here: Path) -> Path:
    news = file(template(2, "a ||| b"), dataset="news", subset="en")
    return tree(here / "templates", {"mail": CLASSIFY, "news/en": news})


def brought(mail: Path, **how: Any) -> Exchange:
    return import_promptsource(mail, Path("catalog"), About(how.pop("owner", "")), **how)


def test_a_tree_becomes_a_catalog_that_validates_and_the_same_tree(mail: Path) -> None:
    done = brought(mail)
    assert (done.files, done.templates, len(done.written)) == (2, 2, 3)
    assert done.is_whole
    report = validate_catalog(open_project(Path.cwd(), catalog=Path("catalog")))
    assert not report.failed
    assert export_promptsource(Path("catalog"), Path("again")).is_whole
    assert files(Path("again")) == files(mail)


def test_a_second_import_writes_nothing(mail: Path) -> None:
    brought(mail)
    before = files(Path("catalog"))
    done = brought(mail)
    assert (len(done.written), done.same, done.kept) == (0, 2, [])
    assert files(Path("catalog")) == before


def test_what_somebody_has_edited_is_only_written_over_by_force(mail: Path) -> None:
    brought(mail)
    path = Path("catalog/prompts/mail/mail-name-1.yaml")
    before = path.read_text("utf-8")
    path.write_text(before.replace("Is it?", "Is it or not?"), "utf-8")
    done = brought(mail)
    assert done.kept == [path]
    assert not done.is_whole
    assert "or not" in path.read_text("utf-8")
    assert brought(mail, force=True).written == [path]
    assert path.read_text("utf-8") == before


def test_an_entry_that_was_moved_is_found_again(mail: Path) -> None:
    brought(mail)
    path = Path("catalog/prompts/mail/mail-name-1.yaml")
    moved = Path("catalog/prompts/spam.yaml")
    path.rename(moved)
    moved.write_text(moved.read_text("utf-8").replace("id: mail-name-1", "id: spam"), "utf-8")
    done = brought(mail)
    assert (done.written, done.kept) == ([], [])
    assert not path.exists()


def test_two_data_sets_can_have_a_template_of_the_same_id(mail: Path) -> None:
    """Somebody copied a file: its templates are others, whatever their ids say."""
    tree(mail, {"copy": CLASSIFY.replace("dataset: mail", "dataset: copy")})
    assert len(brought(mail).written) == 4
    assert brought(mail).same == 3
    export_promptsource(Path("catalog"), Path("again"))
    assert files(Path("again")) == files(mail)


@pytest.mark.parametrize(
    "kept", ["x", {}, {"dataset": 1}, {"dataset": "a", "subset": 1}, {"dataset": "a", "folder": 1}]
)
def test_what_says_nothing_of_promptsource_is_nobody_s_template(kept: Any) -> None:
    assert template_of(kept) is None


def test_the_owner_is_a_team_that_there_is(mail: Path) -> None:
    from guideline_kit.errors import CannotError

    brought(mail, owner="writers")
    assert "id: writers" in Path("catalog/catalog.yaml").read_text("utf-8")
    with pytest.raises(CannotError, match="'nobody' is no team"):
        brought(mail, owner="nobody")
    assert brought(mail).same == 2


def test_nothing_is_written_through_a_link_that_leads_out(mail: Path) -> None:
    outside = Path("outside")
    outside.mkdir()
    Path("catalog/prompts").mkdir(parents=True)
    try:
        Path("catalog/prompts/mail").symlink_to(outside.resolve())
    except OSError:
        pytest.skip("no links here")
    done = brought(mail)
    assert files(outside) == {}
    assert ["a link leads out" in item.message for item in done.problems] == [True]
    assert len(done.written) == 2


def test_nothing_is_read_through_a_link_that_leads_out(mail: Path) -> None:
    secret = tree(Path("outside"), {"": file(template(5, "secret ||| b"), dataset="secret")})
    try:
        (mail / "secret").mkdir()
        (mail / "secret/templates.yaml").symlink_to((secret / "templates.yaml").resolve())
    except OSError:
        pytest.skip("no links here")
    done = brought(mail)
    assert done.templates == 2
    assert [item.rule for item in done.problems] == ["unreadable-file"]


def test_a_file_that_is_not_utf_8_costs_no_other(mail: Path) -> None:
    (mail / "bad").mkdir()
    (mail / "bad/templates.yaml").write_bytes(b"dataset: \xff\n")
    done = brought(mail)
    assert [item.rule for item in done.problems] == ["unreadable-file"]
    assert done.templates == 2


# --- what is published ---------------------------------------------------------------------

_HASH = "f106c889778a0fe5590e7183904bf964e1a01691c8a29451e44f3df5ddef05f5"


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of templates in the last release of PromptSource."""
    pytest.importorskip("pip", reason="pip is not installed")
    folder = tmp_path_factory.mktemp("published")
    # The hash, since pip runs what stands in it to learn its name.
    wanted = folder / "requirements.txt"
    wanted.write_text(f"promptsource==0.2.3 --hash=sha256:{_HASH}\n", "utf-8")
    how = [
        "--quiet",
        "--no-deps",
        "--ignore-requires-python",
        "--require-hashes",
        "--no-binary=:all:",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "pip", "download", *how, "-r", wanted, "-d", folder],
        env={**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    if done.returncode and not os.environ.get("CI"):
        pytest.skip(f"the package index can't be reached: {done.stderr.strip()[-200:]}")
    assert not done.returncode, done.stderr
    (archive,) = folder.glob("promptsource-0.2.3*")
    with tarfile.open(archive) as packed:
        packed.extractall(folder / "unpacked", filter="data")
    return folder / "unpacked/promptsource-0.2.3/promptsource/templates"


@pytest.fixture(scope="session")
def taken_over(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The catalog that the published templates become."""
    catalog = tmp_path_factory.mktemp("taken-over") / "catalog"
    done = import_promptsource(published, catalog, About(""))
    assert (done.files, done.templates) == (279, 2085)
    assert [item.message for item in done.problems] == []
    return catalog


def test_every_published_file_comes_back_byte_for_byte(
    published: Path, taken_over: Path, tmp_path: Path
) -> None:
    export_promptsource(taken_over, tmp_path / "again")
    before = {
        name: data for name, data in files(published).items() if name.endswith("/templates.yaml")
    }
    assert files(tmp_path / "again") == before


def test_every_published_template_makes_a_valid_entry(taken_over: Path) -> None:
    report = validate_catalog(open_project(taken_over, catalog=taken_over))
    errors = [item for item in report.diagnostics if str(item.severity) == "error"]
    assert [f"{item.source.name}: {item.message}" for item in errors] == []


def test_what_is_known_to_be_wrong_in_published_templates_is_found(published: Path) -> None:
    found = _rules_find(published)
    assert found.get("internal-error", 0) == 0
    assert found["unused-answer-choices"] == 137
    assert found["unknown-metric"] == 6
    assert "missing-target-separator" not in found
    assert "two-bars-in-choices" not in found
    assert "prompt-format" not in found


def _rules_find(folder: Path) -> dict[str, int]:
    """Return how often each rule finds something in all files of a folder."""
    from linting import TODAY
    from shipped import shipped_catalog

    from guideline_kit import formats
    from guideline_kit.lint import RuleSet, lint
    from guideline_kit.rules import bind, is_removed

    rules = [bind(entry.data) for entry in shipped_catalog().rules if not is_removed(entry.data)]
    every = RuleSet(rules)
    found: dict[str, int] = {}
    for path in folder.rglob("templates.yaml"):
        name = path.relative_to(folder).as_posix()
        text = path.read_text("utf-8")
        assert formats.detect(name, text) == "promptsource"
        for item in lint(formats.read(Source(name, text), "promptsource"), every, TODAY):
            found[item.rule] = found.get(item.rule, 0) + 1
    return found
