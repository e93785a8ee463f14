"""What the tool itself reports, beside the rules of a catalog, in words for `explain`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Problem(NamedTuple):
    """What the tool itself reports: what it is, and what to do about it."""

    what: str
    remedy: str


# What there is beside the rules of a catalog. `explain` prints these texts.
PROBLEMS: Mapping[str, Problem] = {
    "unreadable-file": Problem(
        "The file can't be read: it is missing, a folder, not permitted, or not UTF-8 text.",
        "Check its path and that you may read it; save it as UTF-8.",
    ),
    "encoding": Problem(
        "The file is UTF-16. It was read, but most tools that read prompts expect UTF-8: they"
        " refuse the file, or give the model something else than what stands in it.",
        "Save the file as UTF-8.",
    ),
    "yaml-syntax": Problem(
        "The file is not valid YAML, so nothing in it can be relied on.",
        "Correct the place that is shown, or a line above it: often an indentation, or a value"
        " that needs quotes because it has ': ' or ' #' in it or begins with a sign of YAML.",
    ),
    "yaml-limit": Problem(
        "The YAML is deeper, larger or more entangled than any honest file needs to be.",
        "Split the file, nest it less deeply, and write out what aliases repeat.",
    ),
    "toml-syntax": Problem(
        "The file is not valid TOML, so nothing in it can be relied on.",
        "Correct the place that is shown, or a line above it: often a text without quotes.",
    ),
    "toml-limit": Problem(
        "The TOML is deeper or larger than any honest file needs to be.",
        "Split the file, or nest it less deeply.",
    ),
    "json-syntax": Problem(
        "The file is not valid JSON: some readers refuse it. What stands before the place, and"
        " where the meaning is clear what stands behind it, was read all the same.",
        "Correct the place that is shown: often a comma too many or too few, a comment, a line"
        " break or a quotation mark inside of a text, or a text that is not in double quotes.",
    ),
    "json-limit": Problem(
        "The JSON is deeper or larger than any honest file needs to be.",
        "Split the file, or nest it less deeply.",
    ),
    "python-syntax": Problem(
        "Python can't parse the file, so its prompts are not checked.",
        "Correct the place that is shown. Code for a later Python is read by a guideline-kit that"
        " runs on that Python.",
    ),
    "python-limit": Problem(
        "The Python source is larger or nested more deeply than is read for its prompts.",
        "Keep its prompts in a file of their own, or leave the file out with 'files: exclude' in"
        " the configuration.",
    ),
    "duplicate-key": Problem(
        "A key stands twice in one mapping; readers of YAML and JSON disagree on which one wins.",
        "Remove one of the two, or rename it.",
    ),
    "front-matter": Problem(
        "The front matter is not valid YAML, not closed, or there twice. It was read field by"
        " field; other tools may refuse it, or take it for a part of the prompt.",
        "Quote values that hold ': ' or begin with *, &, [, { or @, and write one line of --- above"
        " the fields and one below.",
    ),
    "prompt-format": Problem(
        "Something in the file is not as its format wants it: the tool that reads the prompt passes"
        " it over, or refuses the file.",
        "Change the place that is shown. The documentation of the tool says what it takes there.",
    ),
    "missing-file": Problem(
        "The prompt names another file that can't be read: it is not there, or lies outside of the"
        " project.",
        "Correct the path, which mostly counts from the folder of the prompt, or add the file.",
    ),
    "exchange": Problem(
        "Something can't be taken over from another program's files, or handed to them, as it is.",
        "Change the place that is shown, and do it again; all the rest was taken over.",
    ),
    "schema": Problem(
        "The file does not fit its schema.",
        "Change the key or the value that is shown. 'guideline-kit schema' writes the schemas, with"
        " which an editor shows the keys, their values and such errors while somebody writes.",
    ),
    "unknown-reference": Problem(
        "An entry names something that the catalog does not hold.",
        "Correct the name, or add what it names; 'guideline-kit list' shows the entries, and"
        " catalog.yaml holds teams, tags and the like.",
    ),
    "reference-cycle": Problem(
        "Entries name each other in a circle.",
        "Remove one of these references.",
    ),
    "duplicate-id": Problem(
        "Two entries of the catalog have the same id.",
        "Give one of them another id, and its file the same name.",
    ),
    "file-name": Problem(
        "The file's name and the entry's id differ, or the file does not belong here.",
        "Rename the file or correct the id; move what is no entry out of the catalog's folders.",
    ),
    "rule-example": Problem(
        "An example in a rule file is not reported as it is marked.",
        "Move the marks «...» to what the rule is to find, or mend its check.",
    ),
    "suppression": Problem(
        "A comment that silences a rule has run out, covers nothing, gives no reason, names no"
        " rule that there is, or is not understood. A locked rule asks for an owner and a day.",
        "Remove the comment where nothing is found any more. Write one that is to stay as"
        " 'guideline: ignore[RULE] reason'; where the rule is locked, with an owner and a day as"
        " 'guideline: ignore[RULE] until YYYY-MM-DD by OWNER: reason'.",
    ),
    "waiver": Problem(
        "A waiver has run out, covers nothing, or lacks the day that a locked rule asks for.",
        "Remove it from the prompt's 'waivers', or give it a new day under 'until'.",
    ),
    "configuration": Problem(
        "The configuration has an error, or names a rule that was removed.",
        "Change the key or the value that is shown; 'guideline-kit list rules' shows the rules that"
        " can be named.",
    ),
    "internal-error": Problem(
        "A rule, or the reading of a file, crashed; all others ran. It is our mistake, not yours.",
        "Report it to the maintainers of guideline-kit; until it is mended, leave the rule out with"
        " --ignore, or the file with 'files: exclude' in the configuration.",
    ),
}

# Those that a comment can silence as if they were rules: a prompt can be checked all the same.
SILENCEABLE = frozenset(
    ("encoding", "front-matter", "duplicate-key", "prompt-format", "missing-file")
)
