"""A baseline holds back what is known, and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from guideline_kit import baseline, schemas
from guideline_kit.baseline import (
    Baseline,
    Compared,
    Entry,
    Gone,
    Run,
    added,
    compare,
    read,
    render,
    updated,
)
from guideline_kit.diagnostics import Diagnostic, Severity
from guideline_kit.errors import CannotError
from guideline_kit.fingerprints import fingerprint
from guideline_kit.text import Source, Span

# --- findings made on the spot -------------------------------------------------------------

# A file is its lines, each of which has one finding: its rule and the words that it is about.
Line = tuple[str, str]
Files = Mapping[str, Sequence[Line]]

RULES = ("vague", "wordy", "secret-found")


def found(files: Files, *, secret: bool = False) -> list[Diagnostic]:
    """Return what is found in files, in the order of a report."""
    items = []
    for name in sorted(files):
        lines = [f"Write {words} into the answer now" for _, words in files[name]]
        source = Source(name, "\n".join(lines))
        at = 0
        for (rule, words), line in zip(files[name], lines, strict=True):
            span = Span(at + 6, at + 6 + len(words))
            items.append(Diagnostic(rule, Severity.ERROR, "So", source, span, secret=secret))
            at += len(line) + 1
    return items


def run_on(
    files: Files,
    *,
    checked: Sequence[str] | None = None,
    rules: Sequence[str] | None = None,
    **more: object,
) -> Run:
    """Return a run on files that are there; on all of them and of all rules, unless it is said."""
    return Run(
        place=str,
        checked=frozenset(files if checked is None else checked),
        exists=files.__contains__,
        ran=lambda rule: rules is None or rule in rules,
        **more,  # type: ignore[arg-type]
    )


def taken(files: Files) -> Baseline:
    """Return the baseline of files."""
    return updated(Baseline(), found(files), run_on(files))


def compared(known: Files, files: Files) -> Compared:
    """Compare files with what they were when the baseline was written."""
    return compare(taken(known), found(files), run_on(files))


words = st.sampled_from(["some", "several", "a few", "etc. and so on", "viele", "多い"])
lines = st.tuples(st.sampled_from(RULES), words)
names = st.text('ab/.\n\udc80é\u202e"\\ \x01😀', min_size=1, max_size=5)
trees = st.dictionaries(names, st.lists(lines, max_size=6), max_size=4)


# --- what stands today is known ------------------------------------------------------------


@given(trees)
def test_after_an_update_nothing_is_new_and_nothing_gone(files: Files) -> None:
    result = compared(files, files)
    assert not result.new
    assert not result.gone
    assert list(result.known) == found(files)


@given(trees)
def test_what_was_written_is_read(files: Files) -> None:
    known = taken(files)
    text = render(known)
    assert read(Source("b.json", text)) == known
    assert render(read(Source("b.json", text))) == text
    text.encode("utf-8")
    assert all(line.isprintable() for line in text.split("\n"))
    assert text.endswith("}\n")
    assert text.count("\n") == 5 + bool(files and len(known)) + 2 * len(known.findings) + len(known)


@given(trees, st.randoms())
def test_the_order_of_findings_does_not_matter(files: Files, random: object) -> None:
    items = found(files)
    random.shuffle(items)  # type: ignore[attr-defined]
    assert render(updated(Baseline(), items, run_on(files))) == render(taken(files))
    first = {name: some[: len(some) // 2] for name, some in files.items()}
    shuffled, ordered = (
        compare(taken(first), some, run_on(files)) for some in (items, found(files))
    )
    assert Counter(shuffled.new) == Counter(ordered.new)
    assert shuffled.gone == ordered.gone
    assert list(shuffled.new) == [item for item in items if item in set(ordered.new)]


# --- what changes --------------------------------------------------------------------------


@given(trees.filter(bool), lines, st.data())
def test_one_more_finding_is_one_new(files: Files, line: Line, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(files)))
    at = data.draw(st.integers(0, len(files[name])))
    result = compared(files, {**files, name: [*files[name][:at], line, *files[name][at:]]})
    assert len(result.new) == 1
    assert (result.new[0].rule, result.new[0].source.name) == (line[0], name)
    assert not result.gone


@given(trees.filter(lambda files: any(files.values())), st.data())
def test_one_finding_less_is_one_gone(files: Files, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(name for name in files if files[name])))
    at = data.draw(st.integers(0, len(files[name]) - 1))
    result = compared(files, {**files, name: [*files[name][:at], *files[name][at + 1 :]]})
    assert not result.new
    (gone,) = result.gone
    assert (gone.path, gone.entry.rule) == (name, files[name][at][0])


def test_of_equal_findings_the_last_ones_are_new() -> None:
    two = [("vague", "some")] * 2
    result = compared({"a.md": two}, {"a.md": [*two, ("vague", "some")]})
    assert [item.position for item in result.new] == [(3, 7)]


@given(trees, st.permutations(["p", "q", "r", "s"]))
def test_files_may_be_renamed(files: Files, fresh: Sequence[str]) -> None:
    moved = dict(zip(fresh, files.values(), strict=False))
    result = compared(files, moved)
    assert not result.new
    assert not result.gone


def test_a_copy_of_a_file_that_is_still_there_is_new() -> None:
    some = [("vague", "some"), ("wordy", "a few")]
    result = compared({"a.md": some}, {"a.md": some, "b.md": some})
    assert [item.source.name for item in result.new] == ["b.md", "b.md"]


def test_a_file_and_its_copy_were_renamed() -> None:
    some = [("vague", "some")]
    result = compared({"a.md": some}, {"b.md": some, "c.md": some})
    assert [item.source.name for item in result.new] == ["c.md"]


def changed(before: str, after: str, *, path: str = "a.md", secret: bool = False) -> Compared:
    """Compare one finding, of `several`, after the line that it stands on has changed."""

    def item(name: str, line: str) -> Diagnostic:
        at = line.index("several")
        source = Source(name, line)
        return Diagnostic("vague", Severity.ERROR, "So", source, Span(at, at + 7), secret=secret)

    known = updated(Baseline(), [item("a.md", before)], run_on({"a.md": ()}))
    return compare(known, [item(path, after)], run_on({path: ()}))


@pytest.mark.parametrize(
    "after", ["Name several big risks", "Name\nseveral risks", "several risks"]
)
def test_a_line_may_change_on_one_side_of_a_finding(after: str) -> None:
    assert not changed("Name several risks", after).new
    # In another file, or of a secret, that is too little to know it by.
    assert changed("Name several risks", after, path="b.md").new
    assert changed("Name several risks", after, secret=True).new


def test_the_same_word_in_another_sentence_is_new() -> None:
    result = changed("Name several risks", "Write in several tongues")
    assert len(result.new) == len(result.gone) == 1


def test_other_words_are_new_where_none_stand_beside_them() -> None:
    def items(words: str) -> list[Diagnostic]:
        return [Diagnostic("vague", Severity.ERROR, "So", Source("a.md", words), Span(0, 4))]

    known = updated(Baseline(), items("some"), run_on({"a.md": ()}))
    assert compare(known, items("many"), run_on({"a.md": ()})).new


# --- files that are gone, and files that were renamed ----------------------------------------


def bare(files: Files) -> list[Diagnostic]:
    """Return findings beside which no words stand: each is a line of its own."""
    items = []
    for name, some in files.items():
        source = Source(name, "".join(f"{words}\n" for _, words in some))
        at = 0
        for rule, words in some:
            span = Span(at, at + len(words))
            items.append(Diagnostic(rule, Severity.ERROR, "So", source, span))
            at += len(words) + 1
    return items


def new_in(known: Sequence[Diagnostic], now: Sequence[Diagnostic]) -> list[str]:
    """Return the files that have new findings, once for each."""
    before, after = ({item.source.name: () for item in items} for items in (known, now))
    held = updated(Baseline(), known, run_on(before))
    return [item.source.name for item in compare(held, now, run_on(after)).new]


def many(number: int, *, common: int = 0) -> list[Line]:
    """Return lines of one of many files: some are in each of them, and one is in no other."""
    return [("vague", "some")] * common + [("wordy", f"word{number} so far")]


ETC = [("vague", "etc.")]


def test_what_a_deleted_file_had_hides_nothing_elsewhere() -> None:
    assert new_in(bare({"old/AGENTS.md": ETC}), bare({"CLAUDE.md": ETC})) == ["CLAUDE.md"]
    # Nor if it holds more, of which one is in another file that the baseline knows.
    known = {"old.md": many(1, common=2), "a.md": many(2)}
    assert new_in(found(known), found({"a.md": many(2, common=1)})) == ["a.md"]
    # Nor if another file shares the lesser part of it.
    assert new_in(found({"old.md": many(1, common=2)}), found({"a.md": many(1)})) == ["a.md"]


def test_a_file_is_the_new_name_of_one_other() -> None:
    known = {"one.md": many(1), "two.md": many(2)}
    both = {"both.md": [*many(1), *many(2)]}
    assert new_in(found(known), found(both)) == ["both.md"]
    parted = {"p.md": many(1), "q.md": many(2)}
    assert len(new_in(found({"both.md": [*many(1), *many(2)]}), found(parted))) == 1


def test_a_file_that_was_moved_is_known_by_its_name_where_no_words_are_of_use() -> None:
    assert not new_in(bare({"old/AGENTS.md": ETC}), bare({"new/AGENTS.md": ETC}))
    # What it holds more is new, and there only.
    now = {"new/AGENTS.md": [*ETC, ("vague", "many")], "new/B.md": ETC}
    assert new_in(bare({"old/AGENTS.md": ETC}), bare(now)) == ["new/AGENTS.md", "new/B.md"]
    # The same several findings tell a file, as the same one does not.
    two = [*ETC, ("vague", "many")]
    assert not new_in(bare({"old.md": two}), bare({"new.md": two}))


def test_of_several_files_the_one_that_shares_the_most_is_the_earlier_one() -> None:
    known = {"a.md": [*many(1), *many(2)], "b.md": [*many(1), *many(2), *many(3), *many(4)]}
    now = {"x.md": [*many(1), *many(2), *many(3), *many(5)]}
    assert new_in(found(known), found(now)) == ["x.md"]
    same_name = {"z/a.md": [*many(1), *many(2), *many(6)]}
    known = {"p/a.md": [*many(1), *many(2), *many(7)], "p/b.md": [*many(1), *many(2), *many(6)]}
    # One that holds exactly the same comes first, whatever its name.
    assert not new_in(found(known), found(same_name))


@given(st.dictionaries(names, st.lists(lines, min_size=1, max_size=4), max_size=6), st.randoms())
def test_files_may_change_their_places(files: Files, random: object) -> None:
    fresh = [f"new/{number}" for number in range(len(files))]
    random.shuffle(fresh)  # type: ignore[attr-defined]
    result = compared(files, dict(zip(fresh, files.values(), strict=True)))
    assert not result.new
    assert not result.gone


@pytest.mark.parametrize("edited", [False, True])
@pytest.mark.parametrize("name", ["{}/SKILL.md", "{}.md"])
def test_a_folder_of_a_thousand_files_may_be_renamed(name: str, edited: bool) -> None:
    known = {f"old/{name.format(at)}": many(at, common=3) for at in range(1000)}
    now = {
        f"new/{name.format(at)}": many(at + edited * (at % 2) * 2000, common=3)
        for at in range(1000)
    }
    start = time.monotonic()
    new = new_in(found(known), found(now))
    assert time.monotonic() - start < 20
    assert sorted(new) == sorted(path for at, path in enumerate(now) if edited and at % 2)


def test_a_thousand_files_of_which_each_has_one_word_may_be_moved() -> None:
    known = {f"old/{at}/SKILL.md": ETC for at in range(1000)}
    now = {f"new/{at}/SKILL.md": ETC for at in range(1000)}
    start = time.monotonic()
    assert not new_in(bare(known), bare(now))
    elsewhere = {f"new/{at}.md": ETC for at in range(1000)}
    assert len(new_in(bare(known), bare(elsewhere))) == 1000
    assert time.monotonic() - start < 20


def test_what_did_not_run_goes_with_a_file_that_was_renamed() -> None:
    known = taken({"a.md": many(1, common=1)})
    now = {"b.md": many(1, common=1)}
    seen = [item for item in found(now) if item.rule == "wordy"]
    run = run_on(now, rules=["wordy"])
    assert not compare(known, seen, run).new
    assert updated(known, seen, run) == taken(now)


# --- what a run did not look at ------------------------------------------------------------


@given(trees, trees, st.sets(st.sampled_from(RULES)), st.data())
def test_a_partial_update_changes_its_part_only(
    before: Files, after: Files, rules: set[str], data: st.DataObject
) -> None:
    after = {**before, **after}
    checked = data.draw(st.sets(st.sampled_from(sorted(after)))) if after else set()
    seen = [item for item in found(after) if item.source.name in checked and item.rule in rules]
    run = run_on(after, checked=sorted(checked), rules=sorted(rules))
    new = updated(taken(before), seen, run)
    old, whole = taken(before).findings, taken(after).findings
    for name in after:
        for rule in RULES:
            source = whole if name in checked and rule in rules else old
            want = [entry for entry in source.get(name, ()) if entry.rule == rule]
            assert [entry for entry in new.findings.get(name, ()) if entry.rule == rule] == want
    result = compare(new, seen, run)
    assert not result.new
    assert not result.gone


def test_what_a_run_did_not_look_at_is_not_gone() -> None:
    files = {"a.md": [("vague", "some")], "b.md": [("vague", "some"), ("wordy", "a few")]}
    for run in (
        run_on(files, checked=[]),
        run_on(files, rules=[]),
        run_on(files, checked=["a.md"], rules=["wordy"]),
    ):
        assert not compare(taken(files), [], run).gone
        assert updated(taken(files), [], run) == taken(files)
    gone = compare(taken(files), [], run_on(files, checked=["b.md"], rules=["vague"])).gone
    assert [(item.path, item.entry.rule) for item in gone] == [("b.md", "vague")]


def test_a_file_that_is_no_longer_there_is_gone() -> None:
    known = taken({"a.md": [("vague", "some")], "b.md": [("vague", "some")]})
    run = run_on({"b.md": ()}, checked=[])
    assert [item.path for item in compare(known, [], run).gone] == ["a.md"]
    assert list(updated(known, [], run).findings) == ["b.md"]
    # What did not run may be found in another file by now: its findings are kept.
    assert updated(known, [], run_on({"b.md": ()}, rules=["wordy"])) == known


@pytest.mark.parametrize("problem", ["internal-error", "unreadable-file"])
def test_where_nothing_could_be_seen_nothing_is_gone(problem: str) -> None:
    known = taken({"a.md": [("vague", "some")], "b.md": [("vague", "some")]})
    items = [Diagnostic(problem, Severity.ERROR, "So", Source("a.md", ""))]
    run = run_on({"a.md": (), "b.md": ()})
    assert [item.path for item in compare(known, items, run).gone] == ["b.md"]
    assert "vague" in {entry.rule for entry in updated(known, items, run).findings["a.md"]}


@given(trees, trees)
def test_an_update_says_how_much_it_puts_into_a_baseline(before: Files, after: Files) -> None:
    known, run = taken(before), run_on(after, locked={"wordy"})
    more = added(known, found(after), run)
    result = compare(known, found(after), run)
    assert more == sum(item.rule != "wordy" for item in result.new)
    new = updated(known, found(after), run)
    assert added(new, found(after), run) == 0
    assert len(new) == len(known) - len(result.gone) + more
    assert added(taken(after), found(after), run_on(after)) == 0
    assert added(Baseline(), found(after), run_on(after)) == len(found(after))


def test_what_is_gone_can_be_said() -> None:
    files = {"a.md": [("hazy", "a few")]}
    run = run_on({"a.md": ()}, current=lambda rule: {"hazy": "vague"}.get(rule, rule))
    (gone,) = compare(taken(files), [], run).gone
    assert (gone.path, gone.rule, gone.words) == ("a.md", "vague", "a few")
    strange = gone._replace(entry=Entry("vague", MARK, "a\x1b[2J\u202e  b" + "c" * 999))
    assert strange.words.startswith("a[2J bc")
    assert len(strange.words) <= 40


# --- what no baseline holds ----------------------------------------------------------------


@pytest.mark.parametrize(
    "rule", ["internal-error", "configuration", "unreadable-file", "locked-one"]
)
def test_some_findings_are_never_held_back(rule: str) -> None:
    files = {"a.md": [(rule, "some"), ("vague", "some")]}
    run = run_on(files, locked={"locked-one"})
    known = updated(Baseline(), found(files), run)
    assert {entry.rule for entry in known.findings["a.md"]} == {"vague"}
    # Nor where somebody has written them into it, or the rule was locked later.
    (item, other) = found(files)
    written = Entry(rule, fingerprint(item), "some")
    old = Baseline.of([("a.md", written), *(("a.md", one) for one in known.findings["a.md"])])
    result = compare(old, [item, other], run)
    assert (result.new, result.known) == ((item,), (other,))
    assert result.gone == (Gone("a.md", written),)
    assert updated(old, [item, other], run) == known
    locked = [item.rule for item in baseline.refused(found(files), run)]
    assert locked == ["locked-one"] * (rule == "locked-one")


@pytest.mark.parametrize("rule", ["front-matter", "duplicate-key"])
def test_problems_of_files_can_be_known(rule: str) -> None:
    items = [Diagnostic(rule, Severity.ERROR, "So", Source("a.md", ""))]
    run = run_on({"a.md": ()})
    known = updated(Baseline(), items, run)
    assert str(known.findings["a.md"][0]).startswith(f"{rule} ")
    assert compare(known, items, run) == ((), tuple(items), ())


def test_a_rule_that_has_another_name_now_holds_back_the_same() -> None:
    old, new = {"a.md": [("hazy", "some")]}, {"a.md": [("vague", "some")]}
    run = run_on(new, current=lambda rule: {"hazy": "vague"}.get(rule, rule))
    result = compare(taken(old), found(new), run)
    assert not result.new
    assert not result.gone
    assert updated(taken(old), [], run._replace(checked=())) == taken(new)
    # A rule that is locked by now is so under each of its names.
    locked = run._replace(locked={"vague"})
    assert compare(taken(old), found(new), locked).new


# --- the file ------------------------------------------------------------------------------


def test_the_file_can_be_read_by_a_person() -> None:
    files = {
        "b.md": [("wordy", "in order to"), ("vague", "some"), ("vague", "some")],
        "a/é\n.md": [("vague", 'a "few" \u202e\x07 things')],
    }
    text = render(taken(files))
    assert text == (
        "{\n"
        '  "version": 1,\n'
        '  "about": "Findings that are known: guideline-kit lint reports only others.'
        ' Write it anew with: guideline-kit lint --update-baseline",\n'
        '  "findings": {\n'
        '    "a/é\\n.md": [\n'
        '      "vague 55a7210678ba8b20 a \\"few\\" things"\n'
        "    ],\n"
        '    "b.md": [\n'
        '      "vague 3ef5ff0678ba8b20 some",\n'
        '      "vague 3ef5ff0678ba8b20 some",\n'
        '      "wordy 58b0780678ba8b20 in order to"\n'
        "    ]\n"
        "  }\n"
        "}\n"
    )
    assert render(Baseline()).endswith('"findings": {}\n}\n')


def test_two_branches_that_mended_different_things_can_be_merged(tmp_path: Path) -> None:
    some = [("vague", f"word{number}") for number in range(40)]
    known = render(taken({"a.md": some}))
    entries = known.split("\n")
    for name, text in {
        "base": known,
        "ours": "\n".join(entries[:8] + entries[9:]),
        "theirs": "\n".join(entries[:30] + entries[31:]),
    }.items():
        (tmp_path / name).write_text(text, "utf-8")
    done = subprocess.run(
        ["git", "merge-file", "-p", "ours", "base", "theirs"],
        cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", check=True,
    )  # fmt: skip
    assert len(read(Source("b.json", done.stdout))) == 38


def test_of_a_secret_no_word_is_written() -> None:
    key = "sk-" + "a1b2c3d4e5" * 3
    files = {"a.md": [("secret-found", key)]}
    text = render(updated(Baseline(), found(files, secret=True), run_on(files)))
    assert "secret-found" in text
    assert key[:3] not in text.replace("secret-found", "")


def test_thousands_of_findings_are_read_and_compared_in_time() -> None:
    files = {"a.md": [("vague", "some"), ("wordy", "a few")] * 25_000}
    known = taken(files)
    start = time.monotonic()
    text = render(known)
    assert read(Source("b.json", text)) == known
    assert time.monotonic() - start < 60
    more = {"a.md": [*files["a.md"], ("vague", "some")]}
    start = time.monotonic()
    result = compare(known, found(more), run_on(more))
    assert time.monotonic() - start < 60
    assert [item.position for item in result.new] == [(50_001, 7)]


def test_reading_a_sound_baseline_loads_no_yaml() -> None:
    text = render(taken({"a.md": [("vague", "some")]}))
    code = (
        "import sys\nfrom guideline_kit import baseline\nfrom guideline_kit.text import Source\n"
        f"assert len(baseline.read(Source('b', {text!r}))) == 1\n"
        "print({'yaml', 'jsonschema', 'hashlib', 'guideline_kit.schemas'} & set(sys.modules))"
    )
    path = [str(Path(__file__).parents[1])]
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\nsys.path[:0] = {path}\n{code}"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout == "set()\n"


SOUND = render(
    taken({"a.md": [("vague", "some"), ("wordy", "a few")], "b.md": [("vague", "some")]})
)
MARK = "0123456789abcdef"
BROKEN = {
    "empty": ("", "1:1", "is empty"),
    "a comma that is left over": (SOUND.replace(' a few"', ' a few",'), "8:5", "Not valid JSON"),
    "cut off": (SOUND[:-60], "9:3", "ends"),
    "cut off in a path": (SOUND[:210], "6:7", "ends"),
    "a conflict": (
        SOUND.replace('    "b.md"', '<<<<<<< HEAD\n=======\n>>>>>>> mine\n    "b.md"'),
        "9:1",
        "merge conflict",
    ),
    "a comma that is missing": (SOUND.replace('some",\n', 'some"\n'), "7:7", "Not valid JSON"),
    "no JSON": ("version: 1\n", "1:1", "Not valid JSON"),
    "more behind it": (SOUND + "{}\n", "14:1", "Not valid JSON"),
    "a newer form": ('{\n  "version": 2,\n  "files": []\n}\n', "2:14", "newer guideline-kit"),
    "no version": ('{"findings": {}}', "1:2", "'version' is missing"),
    "a version that is none": ('{"version": true, "findings": {}}', "1:13", "true is not 1"),
    "an older form": ('{"version": 0, "findings": {}}', "1:13", "0 is not 1"),
    "no number": ('{"version": NaN, "findings": {}}', "1:13", "is not 1"),
    "no text": ('{"version": 1, "about": NaN, "findings": {}}', "1:1", "not the form"),
    "a huge number": (f'{{"version": {"1" * 5000}, "findings": {{}}}}', "1:13", "400 digits"),
    "a large number": (f'{{"version": {"1" * 300}, "findings": {{}}}}', "1:13", "is not 1"),
    "infinity": ('{"version": 1e999, "findings": {}}', "1:13", "is not 1"),
    "a list": ("[]", "1:1", "is not a mapping"),
    "a number": ("1", "1:1", "is not a mapping"),
    "null": ("null", "1:1", "is not a mapping"),
    "deep": ("[" * 100_000 + "]" * 100_000, "1:61", "deeper than 60"),
    "an unknown key": ('{"version": 1, "findings": {}, "more": 1}', "1:32", "'more' is not known"),
    "a path twice": (SOUND.replace("b.md", "a.md"), "9:5", "stands twice"),
    "a path that is empty": (SOUND.replace("b.md", ""), "9:5", "it is empty"),
    "a path with a null": (SOUND.replace("b.md", "b\\u0000"), "9:5", "right form"),
    "half a character": (
        SOUND.replace("b.md", "b\\udc80").replace("vague", "Vague"), "6:7", "right form",
    ),
    "no findings of a file": ('{"version": 1, "findings": {"a": []}}', "1:34", "too short"),
    "a finding that is none": (
        '{"version": 1, "findings": {"a": ["vague"]}}', "1:35", "right form",
    ),
    "a finding in capitals": (
        f'{{"version": 1, "findings": {{"a": ["vague {MARK.upper()}"]}}}}', "1:35", "right form",
    ),
    "a finding on two lines": (
        f'{{"version": 1, "findings": {{"a": ["vague {MARK} a\\nb"]}}}}', "1:35", "right form",
    ),
    "a finding that is a list": (
        f'{{"version": 1, "findings": {{"a": [["vague", "{MARK}"]]}}}}', "1:35", "is not text",
    ),
    "a long key": (f'{{"{"k" * 3000}": 1}}', "1:1", "not the form"),
    "a path twice in a large file": (
        f'{{"about": "{"a" * 2_000_000}", "a": 1, "a": 1}}', "1:1", "not the form",
    ),
    "too much of it": (f'{{"about": [{"1," * 1_500_000}1]}}', "1:1", "not the form"),
}  # fmt: skip


@pytest.mark.parametrize("case", BROKEN)
def test_a_file_that_is_wrong_says_where_and_what_to_do(case: str) -> None:
    text, place, message = BROKEN[case]
    with pytest.raises(CannotError) as caught:
        read(Source("b.json", text))
    problems = caught.value.diagnostics
    said = [(f"{at.line}:{at.column}", item.message) for item in problems if (at := item.position)]
    assert any(at == place and message in words for at, words in said), said
    assert "b.json" in caught.value.message
    assert caught.value.hint
    assert all(item.source == Source("b.json", text) for item in problems)
    assert all(
        len(item.source.slice(item.span)) == len(item.span) for item in problems if item.span
    )
    assert all(item.help for item in problems)


def test_what_the_schema_allows_beside_the_findings_is_read() -> None:
    text = json.dumps({"$schema": "x", "about": "y", **json.loads(SOUND), "version": 1.0})
    assert read(Source("b.json", text)) == read(Source("b.json", SOUND))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
    | st.sampled_from([1, f"vague {MARK}", f"a-b {MARK} so so", f"vague {MARK} ", "A b"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
near = st.fixed_dictionaries(
    {"version": st.sampled_from([1, 1.0]), "findings": json_values},
    optional={"about": st.text() | st.none(), "$schema": st.text(), "more": st.none()},
)
nearer = st.fixed_dictionaries(
    {
        "version": st.just(1),
        "findings": st.dictionaries(
            names,
            st.lists(
                st.sampled_from([f"vague {MARK}", f"a-b {MARK} so", "A b", f"a {MARK} "])
                | st.from_regex(r"\A[a-z-]{1,4} [0-9a-f]{16}( [a\n\r\x85\ud800])?\Z"),
                max_size=2,
            ),
        ),
    }
)


def readable(text: str) -> Baseline | None:
    """Return the baseline of a text, or None; whatever is wrong must have a place."""
    try:
        return read(Source("b.json", text))
    except CannotError as error:
        problems = error.diagnostics
    assert problems
    assert all(item.position for item in problems)
    return None


@given(json_values | near | nearer)
def test_what_is_read_is_what_fits_the_schema(data: object) -> None:
    validator = Draft202012Validator(dict(schemas.load_all()["baseline.schema.json"]))
    text = json.dumps(data)
    sound = not list(validator.iter_errors(json.loads(text)))
    known = readable(text)
    assert (known is not None) == sound
    if known is not None:
        assert readable(render(known)) == known


@given(st.text() | st.binary().map(lambda data: data.decode("latin-1")))
def test_reading_never_fails_otherwise(text: str) -> None:
    readable(text)


@given(st.integers(0, len(SOUND)), st.integers(0, 20), st.text(max_size=4))
def test_nor_where_a_piece_is_missing_or_was_added(at: int, less: int, more: str) -> None:
    readable(SOUND[:at] + more + SOUND[at + less :])


def test_an_entry_says_what_it_is() -> None:
    assert str(Entry("vague", MARK)) == f"vague {MARK}"
    assert str(Entry("vague", MARK, "some of")) == f"vague {MARK} some of"
