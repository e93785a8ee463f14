"""The corpus: folders of real prompt files, kept outside of this repository, and a run over them.

Nothing of it is copied here. What is kept is where findings stand and how they were judged.
"""

from __future__ import annotations

import contextlib
import datetime
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guideline_kit import yamlio
from guideline_kit.config import Config
from guideline_kit.project.linting import lint_paths
from guideline_kit.project.opening import Project, shipped_reader
from guideline_kit.report import Report
from guideline_kit.text import Source

# The folders of the corpus that hold real prompt files, each of one format; the first has whole
# skills and plugins, with the Markdown files that they tell agents to read.
FOLDERS = (
    "_awesome-copilot-whole",
    "agent-skill",
    "agents-md",
    "claude-agent",
    "claude-command",
    "claude-md",
    "copilot-agent-md",
    "copilot-chatmode-md",
    "copilot-instructions-md",
    "copilot-instructions-root",
    "copilot-prompt-md",
    "cursor-mdc",
    "cursorrules-legacy",
    "fabric-pattern",
    "gemini-md",
    "windsurf",
)
VERDICTS = Path(__file__).parent / "verdicts.yaml"


def check(corpus: Path, preset: str, today: datetime.date) -> Report:
    """Run the rules of the shipped catalog over the corpus; files are named as seen from it."""
    files = [
        path.relative_to(corpus)
        for folder in FOLDERS
        for path in sorted((corpus / folder).rglob("*"))
        if path.is_file() and path.suffix not in (".yml", ".yaml")
    ]
    if not files:
        raise SystemExit(f"{corpus} has none of the folders {', '.join(FOLDERS)}")
    config = Config().override("--preset", preset=preset, fail_on="never")
    with contextlib.chdir(corpus):
        project = Project(Path.cwd(), config, shipped_reader(), today)
        report, _ = lint_paths(project, files)
    return report


@dataclass(frozen=True, slots=True)
class Verdict:
    """What somebody who read a finding in its file thinks of it."""

    rule: str
    file: str
    line: int
    column: int
    verdict: str
    reason: str

    @property
    def right(self) -> bool:
        """Whether the finding is worth acting on."""
        return self.verdict == "right"


@dataclass(frozen=True, slots=True)
class Draw:
    """A sample of findings: the preset and the seed that it was drawn with, the day."""

    preset: str
    seed: int
    on: str
    verdicts: tuple[Verdict, ...]


def read_draws(text: str) -> tuple[Draw, ...]:
    """Return the draws that a verdict file holds."""
    result = yamlio.read(Source("verdicts.yaml", text))
    assert result.tree is not None, result.problems
    assert not result.problems, [problem.message for problem in result.problems]
    return tuple(_draw(item) for item in result.tree.data["draws"])


def _draw(item: Mapping[str, Any]) -> Draw:
    verdicts = tuple(Verdict(**verdict) for verdict in item["verdicts"])
    return Draw(item["preset"], item["seed"], item["on"], verdicts)


def written(draw: Draw) -> Iterator[str]:
    """Yield a draw as lines of a verdict file, one verdict a line."""
    yield from (f"  - preset: {draw.preset}", f"    seed: {draw.seed}", f"    on: {draw.on}")
    yield "    verdicts:" + " []" * (not draw.verdicts)
    for item in draw.verdicts:
        yield (
            f"      - {{rule: {item.rule}, file: {_scalar(item.file)}, line: {item.line},"
            f" column: {item.column}, verdict: {_scalar(item.verdict)},"
            f" reason: {_scalar(item.reason)}}}"
        )


# A path with a slash, or a verdict, can be taken for nothing else; all other texts are quoted.
_PLAIN = re.compile(r"right|wrong|[a-z][a-z0-9-]*/[A-Za-z0-9_./+-]+")


def _scalar(text: str) -> str:
    if _PLAIN.fullmatch(text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
