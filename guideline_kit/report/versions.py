"""What changed in a prompt between two versions: as text for people, as JSON for programs."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from guideline_kit.diagnostics import Diagnostic
from guideline_kit.differences import Changes, MessageChange, size
from guideline_kit.differences.fields import FieldChange, Missing
from guideline_kit.documents import Document, Message
from guideline_kit.measured import counted
from guideline_kit.report import Report
from guideline_kit.report.hiding import Hiding
from guideline_kit.report.json import diagnostic
from guideline_kit.report.marks import marked_text, marked_value, short
from guideline_kit.report.text import Paint, blocks, printable, printable_name
from guideline_kit.text import MappedText

_CONTEXT = 1  # lines around a change
_MOST = 200  # lines of a message


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a prompt: what people call it, its commit, and what it says.

    `commit` is empty for the working tree. `time` is when it was committed, in seconds since
    1970. `veiled` is the text of the file with stars in the place of secrets, as long as it is.
    """

    name: str
    document: Document
    commit: str = ""
    time: int | None = None
    veiled: str | None = None

    @property
    def day(self) -> str:
        """The day of the commit, in UTC."""
        try:
            moment = datetime.datetime.fromtimestamp(self.time or 0, datetime.UTC)
        except (OverflowError, ValueError, OSError):
            return ""
        return moment.date().isoformat() if self.time is not None else ""

    def shown(self, text: MappedText) -> str:
        """Return a text of the document as it may be shown, as long as it is."""
        if self.veiled is None:
            return text.text
        letters = list(text.text)
        for run in text.runs:
            part = self.veiled[run.source : run.source + run.length]
            letters[run.start : run.start + run.length] = part
        return "".join(letters)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two versions of a prompt, and what is different in the later one.

    `kept` are findings that both have. `alike` says that the file is the same, byte for byte.
    `hiding` knows the secrets of both.
    """

    path: str
    before: Version
    after: Version
    alike: bool
    changes: Changes
    new: Sequence[Diagnostic]
    gone: Sequence[Diagnostic]
    kept: Sequence[Diagnostic]
    hiding: Hiding

    def shown(self, version: Version, message: Message) -> str:
        """Return the text of a message as it may be shown, as long as it is."""
        return self.hiding.stars(version.shown(message.text))


def render(result: Comparison, *, colour: bool = False) -> str:
    """Return it as text."""
    paint = Paint(colour)
    versions = f"{_version(result.before)} -> {_version(result.after)}"
    parts = [f"{paint(printable_name(result.path), '1')}: {versions}"]
    changes = result.changes
    if result.alike:
        parts.append("Nothing changed.")
    elif not changes.fields and not changes.messages:
        parts.append(
            "Only the layout of the file changed: comments, spacing or the order of its keys."
        )
    if changes.fields:
        parts.append("\n".join(_fields(result, paint)))
    parts += ("\n".join(_message(result, message, paint)) for message in changes.messages)
    if changes.messages and not _is_one_text(result):  # its own line says the same
        before, after = changes.words
        parts.append(f"Words in all messages: {before:,} -> {after:,}.")
    parts += _findings(result, paint)
    return "\n\n".join(parts) + "\n"


def _version(version: Version) -> str:
    commit = "" if version.commit.startswith(version.name) else version.commit[:7]
    about = ", ".join(filter(None, (commit, version.day)))
    return printable(version.name) + (f" ({about})" if about else "")


# --- fields --------------------------------------------------------------------------------


def _fields(result: Comparison, paint: Paint) -> Iterator[str]:
    yield paint("About the prompt", "1")
    for change in result.changes.fields:
        yield f"  {printable(result.hiding.text(change.name))}: {_field(result, change, paint)}"


def _field(result: Comparison, change: FieldChange, paint: Paint) -> str:
    if isinstance(change.before, Missing) and isinstance(change.after, Missing):
        return "changed"
    # What is cut, folded or marked first may tell a secret.
    before, after = map(result.hiding.value, change[1:])
    if isinstance(before, Missing) or isinstance(after, Missing):
        state, value = ("removed", before) if isinstance(after, Missing) else ("added", after)
        said = _input(value) if change.name.startswith("inputs.") else short(value)
        return f"{state}: {printable(said)}"
    if json.dumps(before) == json.dumps(after):
        return "a secret in it changed"
    if isinstance(before, list) and isinstance(after, list):
        old, new = ([short(item) for item in value] for value in (before, after))
        came = [item for item in new if item not in set(old)]
        went = [item for item in old if item not in set(new)]
        lists = ("added", came), ("removed", went)
        said = "; ".join(f"{verb} {', '.join(items)}" for verb, items in lists if items)
        return printable(said or "in another order")
    return marked_value(before, after, paint)


def _input(about: Any) -> str:
    """Return what is to be known first of an input."""
    if not isinstance(about, dict):
        return short(about)
    optional = about.get("required") is False or "default" in about
    return f"{about.get('type', 'text')}, {'optional' if optional else 'required'}"


# --- messages ------------------------------------------------------------------------------


def _message(result: Comparison, change: MessageChange, paint: Paint) -> Iterator[str]:
    name = printable(result.hiding.text(_name(result, change)))
    before, after = change.before, change.after
    if before is None or after is None:
        message = before or after
        if message is None:
            return
        version = result.after if after is not None else result.before
        head = f"{name}: {change.state}, {counted(size(message), 'word')}"
        yield paint(head, "1")
        kind = "new" if after is not None else "gone"
        yield from _cut(marked_text([(kind, result.shown(version, message).rstrip())], None, paint))
        return
    sizes = f"{counted(size(before), 'word')} -> {size(after):,}"
    yield paint(f"{name}: {sizes}", "1")
    if change.pieces is None:
        yield "  Too much is different to say it word by word: it is another text."
        return
    if all(piece.kind == "same" for piece in change.pieces):
        yield "  Only white space is different."
        return
    texts = result.shown(result.before, before), result.shown(result.after, after)
    yield from _cut(marked_text(_texts(change, *texts) or (), _CONTEXT, paint))


def _texts(change: MessageChange, old: str, new: str) -> list[tuple[str, str]] | None:
    """Return the pieces of a changed message with their texts, if there are any."""
    if change.pieces is None:
        return None
    return [
        (piece.kind, (old if piece.kind == "gone" else new)[piece.start : piece.end])
        for piece in change.pieces
    ]


def _name(result: Comparison, change: MessageChange) -> str:
    """Return what a message is called; the only one of its role needs no number."""
    documents = (result.before.document, result.after.document)
    if _is_one_text(result) and change.state == "changed":
        return "Text"
    several = any(
        sum(message.role == change.role for message in document.messages) > 1
        for document in documents
    )
    return f"{change.role.capitalize()} message{f' {change.number}' if several else ''}"


def _is_one_text(result: Comparison) -> bool:
    """Return whether neither version has more than one message."""
    return all(len(side.document.messages) <= 1 for side in (result.before, result.after))


def _cut(lines: Iterator[str]) -> Iterator[str]:
    rest = 0
    for number, line in enumerate(lines):
        if number < _MOST:
            yield f"  | {line}".rstrip()
        else:
            rest += 1
    if rest:
        yield f"  … and {counted(rest, 'line')} more"


# --- findings ------------------------------------------------------------------------------


def _findings(result: Comparison, paint: Paint) -> Iterator[str]:
    if not (result.new or result.gone or result.kept):
        yield "Findings: none in either version."
        return
    yield (
        f"Findings: {len(result.new):,} new, {len(result.gone):,} gone,"
        f" {len(result.kept):,} {'remains' if len(result.kept) == 1 else 'remain'}."
    )
    if result.new:
        new = blocks(Report(result.new, ()), colour=paint.colour).rstrip("\n")
        yield f"{paint('New:', '1')}\n\n{new}"
    if result.gone:
        yield "\n".join([paint("Gone:", "1"), *(f"  {_line(item)}" for item in result.gone)])


def _line(item: Diagnostic) -> str:
    place = item.source.name
    if item.position is not None:
        place += f":{item.position.line}:{item.position.column}"
    return f"{printable_name(place)}: [{item.rule}] {printable(item.message)}"


# --- JSON ----------------------------------------------------------------------------------


def render_json(result: Comparison) -> str:
    """Return it as one JSON object; a finding has the form that it has in a lint report."""
    before, after = result.changes.words
    data = {
        "version": 1,
        "path": result.path,
        "format": result.after.document.format,
        "before": _version_data(result.before),
        "after": _version_data(result.after),
        "same": result.alike,
        "words": {"before": before, "after": after},
        "fields": [_field_data(result, change) for change in result.changes.fields],
        "messages": [_message_data(result, change) for change in result.changes.messages],
        "findings": {
            "new": [diagnostic(item) for item in result.new],
            "gone": [diagnostic(item) for item in result.gone],
            "kept": len(result.kept),
        },
    }
    return json.dumps(data, ensure_ascii=False, indent=2) + "\n"


def _version_data(version: Version) -> Mapping[str, Any]:
    return {"name": version.name, "commit": version.commit or None, "day": version.day or None}


def _field_data(result: Comparison, change: FieldChange) -> Mapping[str, Any]:
    values = {
        name: None if isinstance(value, Missing) else result.hiding.value(value)
        for name, value in (("before", change.before), ("after", change.after))
    }
    state = "changed"
    if isinstance(change.before, Missing) != isinstance(change.after, Missing):
        state = "added" if isinstance(change.before, Missing) else "removed"
    return {"name": result.hiding.text(change.name), "state": state, **values}


def _message_data(result: Comparison, change: MessageChange) -> Mapping[str, Any]:
    before, after = change.before, change.after
    old = result.shown(result.before, before) if before else ""
    new = result.shown(result.after, after) if after else ""
    pieces: Sequence[tuple[str, str]] | None = [("new" if after else "gone", new or old)]
    if before and after:
        pieces = _texts(change, old, new)
    return {
        "role": result.hiding.text(change.role),
        "number": change.number,
        "state": change.state,
        "words": {"before": before and size(before), "after": after and size(after)},
        "pieces": pieces and [{"kind": kind, "text": text} for kind, text in pieces],
    }
