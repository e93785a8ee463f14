"""Work on many files at once: each is done once, and the results come in order."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guideline_kit.project.linting import parallel
from guideline_kit.workspace.discovery import Found


@given(st.lists(st.integers(0, 5), max_size=40), st.integers(1, 9))
def test_each_file_is_in_one_lot_and_copies_are_together(sizes: list[int], most: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(parallel, "_MOST_LOTS", most)
        lots = parallel._lots(sizes)
    assert sorted(index for lot in lots for index in lot) == list(range(len(sizes)))
    assert len(lots) <= most
    lot_of = {index: number for number, lot in enumerate(lots) for index in lot}
    assert len({(size, lot_of[index]) for index, size in enumerate(sizes)}) == len(set(sizes))
    assert [sizes[index] for lot in lots for index in lot] == sorted(sizes, reverse=True)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
@pytest.mark.parametrize("jobs", [1, 2, 5])
def test_the_results_are_those_of_each_file_in_order(tmp_path: Path, jobs: int) -> None:
    files = []
    for number in range(60):
        path = tmp_path / f"{number}.md"
        path.write_text("x" * (number * 977 % 30_000))
        files.append(Found(path, ("markdown",), named=True))
    done = parallel.each(lambda found: (found.path.name, os.getpid()), files, jobs)
    assert [name for name, _ in done] == [found.path.name for found in files]
    assert len({process for _, process in done}) <= jobs
