"""Work on many files at once, in forked processes: they have the compiled rules already."""

from __future__ import annotations

import contextlib
import functools
import gc
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from typing import IO, Any, TypeVar

from guideline_kit.errors import CannotError
from guideline_kit.workspace.discovery import Found

Result = TypeVar("Result")

# Below this many bytes a second process costs more than it brings.
_WORTH_FORKING = 400_000

# The numbers of all lots have to fit into a pipe before anybody reads; 16 KiB is the least
# that it holds on the systems that there are.
_NUMBER = 2  # bytes
_MOST_LOTS = 8_000


def each(work: Callable[[Found], Result], files: Sequence[Found], jobs: int | None) -> list[Result]:
    """Return what some work gives for each file, in order; on several processors where it pays.

    Files of the same size are worked on one after the other, in one process: they may be copies.
    `jobs` is the number of processes, by default one a processor. Raises CannotError where
    one of them was ended from outside.
    """
    sizes = [_size(found) for found in files]
    lots = _lots(sizes)

    def done(lots: Iterable[list[int]]) -> list[tuple[int, Result]]:
        return [(index, work(files[index])) for lot in lots for index in lot]

    jobs = min(jobs or _processors(), len(files))
    if jobs < 2 or not hasattr(os, "fork") or sum(sizes) <= _WORTH_FORKING:
        results = dict(done(lots))
    else:
        with contextlib.ExitStack() as stack:
            stack.enter_context(_resting_collector())
            queue = stack.enter_context(_queue(lots))
            share = functools.partial(done, queue)
            pipes = [stack.enter_context(_child(share)) for _ in range(jobs - 1)]
            results = dict(share())
            for pipe in pipes:
                results.update(_received(pipe))
    return [results[index] for index in range(len(files))]


@contextlib.contextmanager
def _resting_collector() -> Iterator[None]:
    """Keep Python from looking for garbage in circles: the work leaves next to none."""
    resting = gc.isenabled()
    gc.freeze()  # what is there by now would be copied to each process when it is looked at
    gc.disable()
    try:
        yield
    finally:
        gc.unfreeze()
        if resting:
            gc.enable()


def _size(found: Found) -> int:
    try:
        return found.path.stat().st_size
    except OSError:
        return 0


def _processors() -> int:
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _lots(sizes: Sequence[int]) -> list[list[int]]:
    """Return the files in lots, to be worked on one after the other: the largest first.

    Files of the same size are in the same lot: they may be copies.
    """
    largest_first = sorted(range(len(sizes)), key=lambda index: -sizes[index])
    lots = [list(alike) for _, alike in groupby(largest_first, key=sizes.__getitem__)]
    together = -(-len(lots) // _MOST_LOTS) or 1
    return [
        [index for lot in lots[at : at + together] for index in lot]
        for at in range(0, len(lots), together)
    ]


@contextlib.contextmanager
def _queue(lots: Sequence[list[int]]) -> Iterator[Iterator[list[int]]]:
    """Give lots to whichever process asks next: none waits while there is work.

    The numbers of the lots wait in a pipe, from which all of them read.
    """
    reading, writing = os.pipe()
    os.write(writing, b"".join(number.to_bytes(_NUMBER, "big") for number in range(len(lots))))
    os.close(writing)

    def taken() -> Iterator[list[int]]:
        while number := os.read(reading, _NUMBER):
            yield lots[int.from_bytes(number, "big")]

    try:
        yield taken()
    finally:
        os.close(reading)


@contextlib.contextmanager
def _child(share: Callable[[], object]) -> Iterator[IO[bytes]]:
    """Start a process that does a share of the work; its results come through the pipe."""
    reading, writing = os.pipe()
    # What is buffered would be written by both.
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid == 0:
        _work(share, reading, writing)
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


def _work(share: Callable[[], object], reading: int, writing: int) -> None:
    """Do a share of the work in a child process, which ends here whatever happens."""
    import pickle  # costs more than a small file takes to check

    code = 1
    try:
        os.close(reading)
        results = share()
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
