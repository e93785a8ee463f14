"""Reading one YAML document: its data, and where each part of it stands."""

from __future__ import annotations

from typing import Any

from guideline_kit.diagnostics import Diagnostic, Severity
from guideline_kit.text import Source, Span
from guideline_kit.trees import Read, Tree
from guideline_kit.yamlio.building import MAX_DEPTH, Builder
from guideline_kit.yamlio.complaints import StopError, explained

MAX_CHARACTERS = 2_000_000


def read(
    source: Source,
    region: Span | None = None,
    *,
    partial: bool = False,
    tags: frozenset[str] = frozenset(),
) -> Read:
    """Read one YAML document from a source, or from a part of it.

    Never raises for what the text holds: problems are in the result, with their spans. Where
    reading stops at one there is no tree; with `partial` there is one of what was complete or
    open there, if that is anything. libyaml looks ahead: the value right before the place, or a
    line that begins with a bracket, may be missing. Mappings with one of `tags`, such as
    `!Template`, are read as if they had none.
    """
    region = region or Span(0, len(source.text))
    problems: list[Diagnostic] = []

    def report(rule: str, message: str, span: Span, help: str = "") -> None:
        problems.append(Diagnostic(rule, Severity.ERROR, message, source, span, help=help))

    text = source.slice(region)
    if len(text) > MAX_CHARACTERS:
        report(
            "yaml-limit",
            f"The YAML has {len(text):,} characters; more than {MAX_CHARACTERS:,} are not read",
            Span(region.start, region.start),
            "Split the file",
        )
        return Read(None, tuple(problems))
    import yaml  # not at the top: linting a Markdown file without front matter needs none

    # libyaml leaves a byte-order mark out, and does not count it.
    text = text.lstrip("\ufeff")
    region = Span(region.end - len(text), region.end)
    parser: Any = getattr(yaml, "CLoader", yaml.Loader)
    builder = Builder(region.start, report, tags)
    try:
        for event in yaml.parse(text, parser):
            builder.take(event)
    except StopError as stop:
        report(*stop.problem)
    except yaml.YAMLError as error:
        report("yaml-syntax", *explained(error, source, region))
    except UnicodeEncodeError as error:
        # Half a surrogate pair: no file has one, but an editor may send it.
        at = region.start + error.start
        code = ord(error.object[error.start])
        report("yaml-syntax", f"Not valid YAML: U+{code:04X} is no character", Span(at, at + 1))
    except RecursionError:  # the pure-Python parser, where libyaml is missing
        report("yaml-limit", f"The YAML is nested deeper than {MAX_DEPTH}", Span(0, 0))
    else:
        return Read(Tree(source, builder.root, builder.places, builder.aliases), tuple(problems))
    stopped = problems[-1].span
    if not partial or not builder.settle(stopped.start if stopped else 0):
        return Read(None, tuple(problems))
    return Read(Tree(source, builder.root, builder.places, builder.aliases), tuple(problems))
