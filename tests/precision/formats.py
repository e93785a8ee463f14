"""What the formats make of real files: `python tests/precision/formats.py CORPUS [FORMAT...]`.

The corpus is a folder whose folders are named as the formats of the files in them. Printed are a
table of what each file is taken for, and every file that can't be read or whose spans are not
exact. Some folders hold files that are no prompts of any of the formats.
"""

from __future__ import annotations

import re
import sys
import traceback
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from guideline_kit import formats
from guideline_kit.documents import Document, Message
from guideline_kit.text import MappedText, Source
from guideline_kit.workspace.files import read_source
from guideline_kit.workspace.neighbours import Neighbours

# The files of these are no prompts of a format of ours, if some of them are prompts.
OTHERS = (
    *("awesome-chatgpt-csv", "dair-prompt-mdx", "dotprompt-elastacloud-NOT-google"),
    *("openai-evals", "poml", "promptflow-dag"),
)
# Files that were read, and are something else than their folder says: skills of Windsurf, and
# Jinja2 templates of workflows, scripts and pages.
JUDGED: tuple[tuple[str, str, str | None], ...] = (
    ("windsurf", r"/SKILL\.md$", "agent-skill"),
    (
        "promptflow-jinja2",
        r"(\.(yml|yaml|md|sh|spec)|/Dockerfile|/finish|/run|/combine_code)\.jinja2$",
        None,
    ),
)
MIXED = ("_",)  # what a folder begins with that holds files of several formats
SHOWN = 12  # files of a cell that is no match


def main() -> None:
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    corpus = Path(sys.argv[1])
    asked = sys.argv[2:]
    table: Counter[tuple[str, str]] = Counter()
    wrong: dict[tuple[str, str], list[str]] = {}
    faults = judged = 0
    for folder in sorted(path for path in corpus.iterdir() if path.is_dir()):
        if folder.name.startswith(MIXED) or (asked and folder.name not in asked):
            continue
        for path in sorted(path for path in folder.rglob("*") if path.is_file()):
            try:
                source = read_source(path, path.relative_to(corpus).as_posix())
            except (OSError, UnicodeDecodeError) as error:
                print(f"{path}: {error}")
                continue
            # As in a repository of its own: the folder of the corpus says nothing.
            name = "/".join(path.relative_to(corpus).parts[2:]) or path.name
            found = formats.detect(name, source.text)
            taken = found or "no prompt"
            meant = meant_by(source.name)
            if meant != meant_by(folder.name):
                judged += 1
            table[folder.name, "right" if found == meant else taken] += 1
            if found != meant:
                wrong.setdefault((folder.name, taken), []).append(source.name)
            if found is not None:
                faults += check(source, found, path)
    report(table, wrong)
    print(f"\n{judged} files are something else than their folder says, as somebody who read them")
    print("has found; they are right where they are taken for that.")
    print(f"\n{faults} faults of reading")


def report(table: Counter[tuple[str, str]], wrong: dict[tuple[str, str], list[str]]) -> None:
    print("| folder | files | right | taken for something else |\n| --- | --- | --- | --- |")
    right_of_all = all_of_them = 0
    for folder in sorted({folder for folder, _ in table}):
        cells = {taken: count for (name, taken), count in table.items() if name == folder}
        right, total = cells.get("right", 0), sum(cells.values())
        right_of_all, all_of_them = right_of_all + right, all_of_them + total
        others = ", ".join(
            f"{count} {taken}" for taken, count in sorted(cells.items()) if taken != "right"
        )
        print(f"| {folder} | {total:,} | {right:,} | {others} |")
    share = right_of_all / max(1, all_of_them)
    print(f"| all | {all_of_them:,} | {right_of_all:,} ({share:.1%}) | |\n")
    for (folder, taken), names in sorted(wrong.items()):
        for name in names[:SHOWN]:
            print(f"{folder} as {taken}: {name}")


def meant_by(name: str) -> str | None:
    """Return the format of a file in the corpus, or of a folder; None for what is no prompt."""
    folder = name.partition("/")[0]
    for judged, pattern, meant in JUDGED:
        if folder == judged and re.search(pattern, name):
            return meant
    return None if folder in OTHERS else folder


def check(source: Source, format: str, path: Path) -> int:
    """Read a file; print what is wrong with what is read, and return how much that is."""
    try:
        document = formats.read(source, format, Neighbours(path, path.parent.parent))
        found = list(faults_of(document))
        for part in document.parts:
            found += faults_of(part)
    except Exception:  # noqa: BLE001  whatever it is, the other files count as well
        print(f"{source.name}: {traceback.format_exc(limit=-3)}")
        return 1
    for fault in found[:5]:
        print(f"{source.name}: {fault}")
    return len(found)


def faults_of(document: Document) -> Iterator[str]:
    """Yield what is not exact in a document, in words."""
    text = document.source.text
    for number, message in enumerate(document.messages):
        for fault in _text_faults(message.text, text):
            yield f"message {number}: {fault}"
        for start, end in message.ranges:
            if not 0 <= start < end <= len(message.text.text):
                yield f"message {number}: a placeholder at {start} to {end}"
        yield from _region_faults(number, message, document.source)
    for item in document.placeholders:
        inside = document.messages[item.message].text
        if inside.text[item.start : item.end] != item.text:
            yield f"placeholder {item.text!r}: it stands elsewhere in the message"
        if inside.span(item.start, item.end) != item.span:
            yield f"placeholder {item.text!r}: its span is not that of its text"
        if (
            is_verbatim(inside, item.start, item.end)
            and document.source.slice(item.span) != item.text
        ):
            yield f"placeholder {item.text!r}: {document.source.slice(item.span)!r} in the file"
    spans = [item.span for item in document.inputs or ()]
    spans += [item.span for item in (*document.parameters, *document.cases, *document.problems)]
    for span in spans:
        if not 0 <= span.start <= span.end <= len(text):
            yield f"a span {span} outside of the file"


def _text_faults(mapped: MappedText, text: str) -> Iterator[str]:
    at = place = 0
    for run in mapped.runs:
        if run.start < at or run.source < place:
            yield f"the runs are out of order at {run}"
            return
        if (
            mapped.text[run.start : run.start + run.length]
            != text[run.source : run.source + run.length]
        ):
            yield f"the run {run} says something else than the file"
        if run.start > at and run.source == place and at:
            yield f"nothing in the file stands for {mapped.text[at : run.start]!r}"
        at, place = run.start + run.length, run.source + run.length
    if mapped.runs and not mapped.whole.start <= mapped.runs[0].source <= place <= mapped.whole.end:
        yield "the runs lie outside of the whole"


def _region_faults(number: int, message: Message, source: Source) -> Iterator[str]:
    """Hold each stretch of a message that is one region against the file."""
    layout = message.layout
    data, text = message.text.data, message.text
    step = max(1, len(data) // 200)
    for at in range(0, len(data) - 1, step):
        layout.label(at)
        start = text.character(at)
        end = min(len(text.text), start + 20)
        piece = text.text[start:end]
        if is_verbatim(text, start, end) and source.slice(text.span(start, end)) != piece:
            there = source.slice(text.span(start, end))
            yield f"message {number}: {piece!r} is {there!r} in the file"
            return


def is_verbatim(text: MappedText, start: int, end: int) -> bool:
    """Whether a part of a text stands in the file as it is, without escapes or folds."""
    return any(run.start <= start and end <= run.start + run.length for run in text.runs)


if __name__ == "__main__":
    main()
