"""Other files that a configuration of promptfoo names, in the places of prompts and tests."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from guideline_kit.diagnostics import Diagnostic
from guideline_kit.formats.beside import Beside
from guideline_kit.formats.reading.complaints import missing
from guideline_kit.text import Source, Span

_MOST = 100  # files that are looked for
_LONGEST = 1000  # characters of a path
_SCHEME = re.compile(r"(?:file|langfuse|portkey|helicone)://|(?:exec|package):|[a-z0-9+.-]+://\S+$")
_NAME = re.compile(
    r"\S+\.(?:txt|md|j2|json|jsonl|ya?ml|csv|xlsx|[cm]?[jt]s|py|rb|go|sh|bash|exe|bat|cmd|ps1|pl)"
    r"(?::\w+)?"
)
# What is read as a text, if it is one file: a pattern, a template, or a function in a file is
# found out by promptfoo.
_READ = re.compile(r"(?:file://)?(?P<name>[^*?\[\]{}:]+\.(?i:txt|md|j2|json|ya?ml|csv))")


class Reference(NamedTuple):
    """The name of a file, or of whatever promptfoo finds a prompt or tests by."""

    text: str
    span: Span


def is_reference(text: str) -> bool:
    """Whether a text in the place of a prompt or a test says where it is to be found."""
    if len(text) > _LONGEST or "\n" in text:
        return False
    return bool(_SCHEME.match(text) or _NAME.fullmatch(text))


def looked_for(
    source: Source, references: Iterable[Reference], beside: Beside
) -> Iterator[Diagnostic]:
    """Complain of files that are not there, where it is clear which one is meant."""
    reasons: dict[str, str] = {}
    for reference in references:
        found = _READ.fullmatch(reference.text)
        if found is None:
            continue
        name = found["name"]
        if name not in reasons:
            if len(reasons) >= _MOST:
                return
            reasons[name] = beside.look(name).reason
        if reasons[name]:
            yield missing(source, reference.span, name, reasons[name])
