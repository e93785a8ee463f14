"""Work on many files at once, in forked processes: they have the compiled rules already."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import IO, Any, TypeVar

from guideline_kit.errors import CannotError
from guideline_kit.workspace.discovery import Found

Result = TypeVar("Result")

# Below this many bytes a second process costs more than it brings.
_WORTH_FORKING = 400_000


def each(work: Callable[[Found], Result], files: Sequence[Found], jobs: int | None) -> list[Result]:
    """Return what some work gives for each file, in order; on several processors where it pays.

    `jobs` is the number of processes, by default one a processor. Raises CannotError where
    one of them was ended from outside.
    """
    sizes = [_size(found) for found in files]
    jobs = min(jobs or _processors(), len(files))
    if jobs < 2 or not hasattr(os, "fork") or sum(sizes) <= _WORTH_FORKING:
        return [work(found) for found in files]
    shares = _deal(sizes, jobs)
    results: dict[int, Result] = {}
    with contextlib.ExitStack() as stack:
        pipes = [
            stack.enter_context(_child(lambda index: work(files[index]), share))
            for share in shares[1:]
        ]
        results.update((index, work(files[index])) for index in shares[0])
        for pipe in pipes:
            results.update(_received(pipe))
    return [results[index] for index in range(len(files))]


def _size(found: Found) -> int:
    try:
        return found.path.stat().st_size
    except OSError:
        return 0


def _processors() -> int:
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _deal(sizes: Sequence[int], jobs: int) -> list[list[int]]:
    """Deal files out so that each process gets about as many bytes: the largest first.

    Files of the same size go to the same process: they may be copies.
    """
    shares: list[list[int]] = [[] for _ in range(jobs)]
    loads = [0] * jobs
    largest_first = sorted(range(len(sizes)), key=lambda index: -sizes[index])
    for size, group in groupby(largest_first, key=sizes.__getitem__):
        alike = list(group)
        least = loads.index(min(loads))
        shares[least] += alike
        loads[least] += (size + 1) * len(alike)
    return [sorted(share) for share in shares]


@contextlib.contextmanager
def _child(work: Callable[[int], object], share: Sequence[int]) -> Iterator[IO[bytes]]:
    """Start a process that works on a share; its results come through the pipe."""
    reading, writing = os.pipe()
    # What is buffered would be written by both.
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        _work(work, share, reading, writing)
    os.close(writing)
    try:
        with os.fdopen(reading, "rb") as pipe:
            yield pipe
    except BaseException:
        import signal  # few runs end so

        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        raise
    finally:
        os.waitpid(pid, 0)


def _work(work: Callable[[int], object], share: Sequence[int], reading: int, writing: int) -> None:
    """Do a share of the work in a child process, which ends here whatever happens."""
    import pickle  # costs more than a small file takes to check

    code = 1
    try:
        os.close(reading)
        results = [(index, work(index)) for index in share]
        with os.fdopen(writing, "wb") as pipe:
            pickle.dump(results, pipe, pickle.HIGHEST_PROTOCOL)
        code = 0
    finally:
        os._exit(code)


def _received(pipe: IO[bytes]) -> list[tuple[int, Any]]:
    import pickle

    try:
        results: list[tuple[int, Any]] = pickle.load(pipe)  # noqa: S301  our own child wrote it
    except (EOFError, pickle.UnpicklingError):
        raise CannotError(
            "A process that checked some of the files was ended from outside; nothing is reported",
            hint="Memory may have run out: try it with --jobs 1, or with fewer files",
        ) from None
    return results
