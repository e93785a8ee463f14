"""Keys that a file had of its own are put back, however many there are."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from guideline_kit.formats.writing import own_keys
from guideline_kit.formats.writing.entries import Entry


def test_keys_that_are_back_are_not_compared_with_all_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    compared = 0
    real = own_keys.same

    def counting(one: object, other: object) -> bool:
        nonlocal compared
        compared += 1
        return real(one, other)

    def said(data: Entry) -> Mapping[str, object]:
        return {"title": data.get("name")}

    own = {f"key{number}": number for number in range(500)}
    monkeypatch.setattr(own_keys, "same", counting)
    assert own_keys.put_back({"name": "a"}, own, {}, said) == {"name": "a", **own}
    assert compared < 3 * len(own)
