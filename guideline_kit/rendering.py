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
_SHOWN = 60
_NAME = r"\s*(?P<name>[A-Za-z_][A-Za-z0-9_]*)\s*"
_BRACES = re.compile(rf"\{{\{{(?:&?{_NAME}|\{{{_NAME.replace('name', 'raw')}\}})\}}\}}")
# What of an engine is a name and no more.
_PLACES = {
    "mustache": _BRACES,
    "handlebars": _BRACES,
    "nunjucks": re.compile(rf"\{{\{{{_NAME}\}}\}}"),
    "fstring": re.compile(rf"\{{{_NAME}\}}"),
    "dollar": re.compile(r"\$(?:(?P<name>\w+)|\{(?P<braced>\w+)\})"),
    "claude-args": re.compile(r"\$(?P<name>ARGUMENTS)"),
    "semantic-kernel": re.compile(r"\{\{\s*\$(?P<name>\w+)\s*\}\}"),
}
_ESCAPES = {
    "fstring": re.compile(r"\{\{|\}\}"),
    "dollar": re.compile(r"\$\$"),
    "handlebars": re.compile(r"\\\\?(?=\{\{)"),
}


@dataclass(frozen=True, slots=True)
class Job:
    """Templates to fill in with the same values; `engine` as in the prompt schema.

    `empty` are names that may be left without a value: nothing stands in their place, and
    Jinja2 takes them for undefined. Any other name without a value is an error.
    """

    engine: str
    templates: Sequence[str]
    values: Mapping[str, Any]
    empty: Sequence[str] = ()


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
        [
            {
                "templates": list(job.templates),
                "values": dict(job.values),
                "empty": list(job.empty),
            }
            for job in jobs
        ]
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
            texts = [
                _jinja2(template, job["values"], job["empty"]) for template in job["templates"]
            ]
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


def _jinja2(template: str, values: Mapping[str, Any], empty: Sequence[str]) -> str:
    import signal

    from jinja2 import StrictUndefined, Undefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined,
        autoescape=False,
        keep_trailing_newline=True,
    )
    alarm = getattr(signal, "setitimer", None)
    if alarm:
        alarm(signal.ITIMER_REAL, SECONDS)
    most = _most(values)
    absent = {name: Undefined(name=name) for name in empty if name not in values}
    try:
        pieces = []
        length = 0
        for piece in environment.from_string(template).generate({**absent, **values}):
            pieces.append(piece)
            length += len(piece)
            if length > most:
                raise ValueError(_too_long(most))
        return "".join(pieces)
    finally:
        if alarm:
            alarm(signal.ITIMER_REAL, 0)


def _most(values: Mapping[str, Any]) -> int:
    """Return how long a text may become: a long value has to fit in more than once."""
    return max(_LONGEST, 4 * len(json.dumps(list(values.values()), ensure_ascii=False)))


def _too_long(most: int) -> str:
    return f"the text is longer than {most:,} characters"


def _plain(job: Job) -> Rendered:
    """Put values in the place of plain names; where there is more than names, nothing is run."""
    from guideline_kit.formats.engines import scan  # which the worker does without

    if job.engine == "none":
        return Rendered(tuple(job.templates))
    place = _PLACES.get(job.engine)
    if place is None:
        return Rendered(error=f"the engine '{job.engine}' is not known")
    values = {**dict.fromkeys(job.empty, ""), **job.values}
    written = {name: _written(value) for name, value in values.items()}
    most = _most(values)
    texts = []
    for template in job.templates:
        found = scan(job.engine, template)
        if found.error:
            return Rendered(error=f"the template does not parse: {found.error[0]}")
        names = {}
        for start, end in dict.fromkeys((item.start, item.end) for item in found.expressions):
            piece = template[start:end]
            plain = place.fullmatch(piece)
            if plain is None:
                return Rendered(error=_no_name(piece))
            names[start, end] = plain[plain.lastgroup or 0]
        missing = set(names.values()) - set(values)
        if missing:
            return Rendered(error=f"there is no value for {', '.join(sorted(missing))}")
        if sum(len(written[name]) for name in names.values()) > most:
            return Rendered(error=_too_long(most))
        texts.append(_put(template, names, written, _ESCAPES.get(job.engine)))
    return Rendered(tuple(texts))


def _no_name(piece: str) -> str:
    piece = " ".join(piece.split())
    if len(piece) > _SHOWN:
        piece = f"{piece[:_SHOWN]}…"
    return f"{piece} is more than a name, and nothing else is filled in here"


def _put(
    template: str,
    names: Mapping[tuple[int, int], str],
    written: Mapping[str, str],
    escape: re.Pattern[str] | None,
) -> str:
    pieces = []
    at = 0
    for start, end in (*names, (len(template), len(template))):
        between = template[at:start]
        if escape:
            # A doubled brace or dollar stands for one, and braces behind a backslash for
            # themselves; a backslash counts before a placeholder, too.
            after = template[start : start + 2]
            between = escape.sub(lambda found: found.group()[1:], between + after)
            between = between[: len(between) - len(after)]
        pieces.append(between)
        if start < end:
            pieces.append(written[names[start, end]])
        at = end
    return "".join(pieces)


def _written(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
