"""How fast `guideline-kit lint` is: `make bench CORPUS=DIR`, with a folder of Markdown files.

Figures of different machines, or of different hours on one, can't be compared. So what is
compared runs in turn within one run, and the median of several rounds counts: the start
against that of Python itself, twice the bytes against once. Seconds are printed, too, for
whoever knows the machine. Except where a figure says so, no finding is remembered from an earlier
round, while the rules are. Nothing here runs in the test suite.
"""

from __future__ import annotations

import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from subprocess import DEVNULL

FILES = 1_000
CORES = 2
SETTLED = 2.1  # seconds after which a file that was written is known by its state
SMALL = "# Plan\n\nName 3 risks of the plan, and for each one the first sign of it.\n"

Command = Sequence[str]

# Other linters of prompts, with the arguments that come before the paths.
PEERS = (("agnix", (), "at most 4"), ("skillsaw", ("lint",), "at most 1"))


def main() -> None:
    if len(sys.argv) != 2 or not Path(sys.argv[1]).is_dir():
        sys.exit("Name a folder with Markdown files: make bench CORPUS=DIR")
    corpus = sorted(path for path in Path(sys.argv[1]).resolve().rglob("*.md") if path.is_file())
    if not corpus:
        sys.exit(f"There are no Markdown files in {sys.argv[1]}.")
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:CORES])
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        os.environ["GUIDELINE_KIT_CACHE"] = str(folder / "cache")
        # An installed program has been compiled; so is ours, by the first round.
        os.environ["PYTHONPYCACHEPREFIX"] = str(folder / "compiled")
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        size = sum(path.stat().st_size for path in corpus)
        print(f"Python {platform.python_version()}, {CORES} processes, {len(corpus):,} files of")
        print(f"{size / 1e6:.1f} MB, rules from the cache; medians of each round\n")
        start(folder)
        hook(folder)
        whole(folder, corpus)
        texts = [path.read_bytes() for path in corpus[:FILES]]
        many(folder, texts)
        one(folder, texts)


def whole(folder: Path, corpus: Sequence[Path]) -> None:
    """All files of the corpus with all rules, against other linters where they are installed.

    `PEERS` names the folder that they are in, if it is not on the path.
    """
    names = [str(path) for path in corpus]
    ours = [*lint(), "--preset", "strict", *names]
    path = os.pathsep.join(filter(None, (os.environ.get("PEERS"), os.environ["PATH"])))
    peers = {}
    for name, arguments, wanted in PEERS:
        program = shutil.which(name, path=path)
        if program:
            peers[name] = ([program, *arguments, *names], wanted)
    theirs = [command for command, _ in peers.values()]
    taken, *others = rounds([ours, *theirs], folder, 5)
    report(f"{len(names):,} files, all rules", f"{statistics.median(taken):.2f} s", "")
    report("  peak memory of all processes", f"{peak(ours, folder) / 2**20:.0f} MiB", "120 MiB")
    for (name, (_, wanted)), other in zip(peers.items(), others, strict=True):
        ratio = statistics.median(a / b for a, b in zip(taken, other, strict=True))
        report(f"  ours / {name}", f"{ratio:.2f}", wanted)
    taken, *others = rounds([ours, *theirs], folder, 9, remembering=True)
    report("  when nothing has changed", f"{statistics.median(taken):.2f} s", "")
    for name, other in zip(peers, others, strict=True):
        ratio = statistics.median(a / b for a, b in zip(taken, other, strict=True))
        report(f"  ours then / {name}", f"{ratio:.2f}", "at most 1, better 0.5")


def start(folder: Path) -> None:
    """One small file, against a Python that does nothing."""
    (folder / "small.md").write_text(SMALL, "utf-8")
    nothing = [sys.executable, "-c", "pass"]
    program = [sys.executable, "-m", "guideline_kit"]
    least, whole, version, usage = rounds(
        [nothing, lint("small.md"), [*program, "--version"], [*program, "--help"]], folder, 21
    )
    then, known = rounds([nothing, lint("small.md")], folder, 21, remembering=True)
    for what, nil, taken, wanted in (
        ("one small file", least, whole, "at most 7.5"),
        ("  unchanged", then, known, "at most 7.5"),
        ("--version", least, version, "at most 5"),
        ("--help", least, usage, "at most 5"),
    ):
        ratio = statistics.median(b / a for a, b in zip(nil, taken, strict=True))
        report(f"{what} / python -c pass", f"{ratio:.1f}", wanted)
    report("  one small file", f"{statistics.median(whole):.3f} s", "")
    report("  python -c pass", f"{statistics.median(least):.3f} s", "")


def hook(folder: Path) -> None:
    """One changed prompt, as a hook checks it, in a repository with settings and a baseline."""
    where = folder / "repository"
    for number in range(200):
        (where / f"{number}").mkdir(parents=True)
        (where / f"{number}" / "AGENTS.md").write_text(f"List several risks of plan {number}.\n")
    (where / "guideline-kit.yaml").write_text("extends: guideline-kit\nfail_on: warning\n")
    program = [sys.executable, "-m", "guideline_kit", "lint"]
    subprocess.run([*program, "--update-baseline"], cwd=where, check=True, stdout=DEVNULL)
    nothing = [sys.executable, "-c", "pass"]
    changed = [*program, "--force-exclude", "--", "7/AGENTS.md"]
    least, taken = rounds([nothing, changed], folder, 21, where=where)
    ratio = statistics.median(b / a for a, b in zip(least, taken, strict=True))
    report("a hook, one prompt / python -c pass", f"{ratio:.1f}", "at most 12.5")
    report("  a hook, one prompt", f"{statistics.median(taken):.3f} s", "at most 0.150 s")


def many(folder: Path, texts: Sequence[bytes]) -> None:
    """The files of the corpus, named one by one; then each with its text twice."""
    names, doubled = [], []
    for number, text in enumerate(texts):
        for times, into in ((1, names), (2, doubled)):
            name = f"{times}/{number:04}.md"
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes((text + b"\n\n") * times)
            into.append(name)
    once, twice = lint(*names), lint(*doubled)
    single, double = rounds([once, twice], folder, 7)
    ratio = statistics.median(b / a for a, b in zip(single, double, strict=True))
    report(f"{len(names):,} files", f"{statistics.median(single):.2f} s", "at most 1.5 s")
    report("  peak memory of all processes", f"{peak(once, folder) / 2**20:.0f} MiB", "100 MiB")
    report("  twice the bytes / once", f"{ratio:.2f}", "about 2")


def one(folder: Path, texts: Sequence[bytes]) -> None:
    """All in one file, up to a megabyte; then the same twice."""
    text = b"\n\n".join(texts)[:1_000_000].decode("utf-8", "ignore")
    for times in (1, 2):
        (folder / f"long{times}.md").write_text(text * times, "utf-8")
    single, double = rounds([lint("long1.md"), lint("long2.md")], folder, 7)
    ratio = statistics.median(b / a for a, b in zip(single, double, strict=True))
    report(f"one file of {len(text) / 1e6:.1f} MB", f"{statistics.median(single):.2f} s", "")
    report("  twice the bytes / once", f"{ratio:.2f}", "about 2")


def lint(*names: str) -> Command:
    program = [sys.executable, "-m", "guideline_kit", "lint", "--jobs", str(CORES)]
    return [*program, "--fail-on", "never", "--output", "report.txt", *names]


def rounds(
    commands: Sequence[Command],
    folder: Path,
    number: int,
    *,
    remembering: bool = False,
    where: Path | None = None,
) -> list[list[float]]:
    """Run commands in turn, after a first round that fills caches; return the seconds of each.

    Without `remembering` what was found in files is forgotten before each run. They run in
    `where`, or else in the folder itself.
    """
    seconds: list[list[float]] = [[] for _ in commands]
    for turn in range(number + 1):
        for command, taken in zip(commands, seconds, strict=True):
            if not remembering:
                forget(folder)
            elif not turn:
                time.sleep(SETTLED)
            began = time.perf_counter()
            # Others fail where they find something; ours has been told not to.
            ours = command[0] == sys.executable
            subprocess.run(command, cwd=where or folder, check=ours, stdout=DEVNULL, stderr=DEVNULL)
            if turn:
                taken.append(time.perf_counter() - began)
    return seconds


def forget(folder: Path) -> None:
    """Remove what earlier runs remember of files."""
    for path in (folder / "cache").glob("findings-*"):
        path.unlink()


def peak(command: Command, folder: Path) -> int:
    """Return the most bytes that a command and its children held at one time.

    Pages that processes share count once (PSS). Linux only; 0 elsewhere.
    """
    forget(folder)
    process = subprocess.Popen(command, cwd=folder)
    most = 0
    ended = threading.Event()

    def watch() -> None:
        nonlocal most
        while not ended.wait(0.005):
            most = max(most, sum(map(held, family(process.pid))))

    watcher = threading.Thread(target=watch)
    watcher.start()
    process.wait()
    ended.set()
    watcher.join()
    return most


def family(process: int) -> list[int]:
    try:
        text = Path(f"/proc/{process}/task/{process}/children").read_text("utf-8")
    except OSError:
        return []
    return [process, *(other for child in text.split() for other in family(int(child)))]


def held(process: int) -> int:
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text("utf-8")
    except OSError:
        return 0
    sizes = [line.split()[1] for line in text.splitlines() if line.startswith("Pss:")]
    return 1024 * int(sizes[0]) if sizes else 0


def report(what: str, value: str, wanted: str) -> None:
    print(f"{what:<34} {value:>9}   {wanted and f'({wanted})'}")


if __name__ == "__main__":
    main()
