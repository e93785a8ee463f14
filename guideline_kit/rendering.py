"""Filling in a prompt's template with values, in a process of its own with limits.

An entry's template is a stranger's program: Jinja2's sandbox keeps it from the file system
and from Python's insides, but not from looping for ever or from eating memory. So the
templates run in a worker, `python -m guideline_kit.rendering`, that is bounded in time,
processor and memory, and that gets plain data in and gives plain text out.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SECONDS = 2
_MEMORY = 512 << 20
_LONGEST = 200_000
_PLAIN_NAME = r"[A-Za-z_][A-Za-z0-9_]*"


@dataclass(frozen=True, slots=True)
class Job:
    """Templates to fill in with the same values; `engine` as in the prompt schema."""

    engine: str
    templates: Sequence[str]
    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Rendered:
    """The texts of a job, or why there are none."""

    texts: Sequence[str] = ()
    error: str = ""


def render(jobs: Sequence[Job]) -> list[Rendered]:
    """Fill in templates; one that fails, or takes too long, does not touch the others.

    Jinja2 is the only engine with a program in it, and the only one that needs the worker.
    """
    results = [_plain(job) if job.engine != "jinja2" else None for job in jobs]
    waiting = [index for index, result in enumerate(results) if result is None]
    if waiting:
        together = _work([jobs[index] for index in waiting])
        if together is None:
            # Somebody brought the worker down. One at a time shows who.
            alone = [_work([jobs[index]]) for index in waiting]
            together = [
                answer[0]
                if answer
                else Rendered(error=f"it took more than {SECONDS} s, or too much memory")
                for answer in alone
            ]
        for index, result in zip(waiting, together, strict=True):
            results[index] = result
    return [result or Rendered() for result in results]


def _work(jobs: Sequence[Job]) -> list[Rendered] | None:
    """Run jobs in a worker; None where it came to a bad end."""
    question = json.dumps(
        [{"templates": list(job.templates), "values": dict(job.values)} for job in jobs]
    )
    try:
        done = subprocess.run(  # noqa: S603  our own module, data on its input
            [sys.executable, "-I", "-c", _BOOT, json.dumps(sys.path)],
            input=question.encode(),
            capture_output=True,
            timeout=SECONDS * (len(jobs) + 2),
            check=True,
        )
        answers = json.loads(done.stdout)
    except (subprocess.SubprocessError, OSError, ValueError):
        return None
    return [Rendered(tuple(answer["texts"]), answer["error"]) for answer in answers]


# Isolated mode keeps the worker from the environment and the current folder; our own path
# is handed over.
_BOOT = (
    "import json,sys; sys.path[:]=json.loads(sys.argv[1]);"
    "from guideline_kit.rendering import _worker; _worker()"
)


def _worker() -> None:
    _limit()
    answers = []
    for job in json.load(sys.stdin):
        _grant()
        try:
            texts = [_jinja2(template, job["values"]) for template in job["templates"]]
            answers.append({"texts": texts, "error": ""})
        except Exception as error:  # noqa: BLE001  whatever a template raises is its error
            answers.append({"texts": [], "error": f"{type(error).__name__}: {error}"[:300]})
    json.dump(answers, sys.stdout)


def _limit() -> None:
    """Bound the worker's memory, and make the alarm end a template."""
    try:
        import resource
        import signal
    except ImportError:  # Windows: the time limit of the parent is what there is
        return
    _set(resource.RLIMIT_AS, _MEMORY)
    _set(resource.RLIMIT_CORE, 0)

    def late(*_: object) -> None:
        raise TimeoutError(f"it took more than {SECONDS} s")

    signal.signal(signal.SIGALRM, late)


def _grant() -> None:
    """Give the next job its seconds of the processor; more end the worker.

    This ends what no signal handler can: one long step in C, such as a power of a power.
    """
    try:
        import resource
    except ImportError:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    _set(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + SECONDS + 2)


def _set(what: int, limit: int) -> None:
    """Set a limit of this process, as far as its own upper limit allows."""
    import resource

    _, most = resource.getrlimit(what)
    soft = limit if most == resource.RLIM_INFINITY else min(limit, most)
    resource.setrlimit(what, (soft, most))


def _jinja2(template: str, values: Mapping[str, Any]) -> str:
    import signal

    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        autoescape=False,
        keep_trailing_newline=True,
    )
    alarm = getattr(signal, "setitimer", None)
    if alarm:
        alarm(signal.ITIMER_REAL, SECONDS)
    try:
        pieces = []
        length = 0
        for piece in environment.from_string(template).generate(**values):
            pieces.append(piece)
            length += len(piece)
            if length > _LONGEST:
                raise ValueError(f"the text is longer than {_LONGEST:,} characters")
        return "".join(pieces)
    finally:
        if alarm:
            alarm(signal.ITIMER_REAL, 0)


def _plain(job: Job) -> Rendered:
    """Put values in the place of plain names; blocks and helpers are not run."""
    if job.engine == "none":
        return Rendered(tuple(job.templates))
    pattern = {
        "mustache": rf"\{{\{{\{{?\s*(?P<name>{_PLAIN_NAME})\s*\}}?\}}\}}",
        "handlebars": rf"\{{\{{\{{?\s*(?P<name>{_PLAIN_NAME})\s*\}}?\}}\}}",
        "dollar": rf"\$(?:\$|\{{(?P<name>{_PLAIN_NAME})\}})",
        "fstring": rf"\{{(?:\{{|\s*(?P<name>{_PLAIN_NAME})\s*\}})|\}}\}}",
    }.get(job.engine)
    if pattern is None:
        return Rendered(error=f"the engine '{job.engine}' is not known")
    texts = []
    for template in job.templates:
        if job.engine in ("mustache", "handlebars") and re.search(r"\{\{\s*[#^/>!&]", template):
            return Rendered(error="its blocks and partials can't be filled in here")
        missing = {
            found["name"]
            for found in re.finditer(pattern, template)
            if found["name"] and found["name"] not in job.values
        }
        if missing:
            return Rendered(error=f"there is no value for {', '.join(sorted(missing))}")
        texts.append(re.sub(pattern, lambda found: _value(found, job.values), template))
    return Rendered(tuple(texts))


def _value(found: re.Match[str], values: Mapping[str, Any]) -> str:
    if not found["name"]:
        return found.group()[:1]  # a doubled brace or dollar stands for one
    value = values[found["name"]]
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
