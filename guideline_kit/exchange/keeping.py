"""What a format has no place for, kept beside what it says, so that nothing is lost.

It is the difference between an entry and what a file says of it: values by JSON pointer
(RFC 6901), and pointers to what the entry does not have. Put on what the file says, it gives the
entry again.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from guideline_kit.formats.writing.own_keys import same


class Difference(NamedTuple):
    """What makes one value of another: `add` by pointer, and pointers to `remove`, in order."""

    add: dict[str, Any]
    remove: list[str]

    def __bool__(self) -> bool:
        return bool(self.add or self.remove)


def difference(said: Any, meant: Any) -> Difference:
    """Return what has to be changed in `said` to have what is `meant`; both are plain data."""
    found = Difference({}, [])
    _compare(said, meant, "", found)
    return found


def _compare(said: Any, meant: Any, pointer: str, found: Difference) -> None:
    if isinstance(said, dict) and isinstance(meant, dict):
        found.remove.extend(f"{pointer}/{_escaped(key)}" for key in said if key not in meant)
        for key, value in meant.items():
            inside = f"{pointer}/{_escaped(key)}"
            if key in said:
                _compare(said[key], value, inside, found)
            else:
                found.add[inside] = value
    elif isinstance(said, list) and isinstance(meant, list):
        for index, value in enumerate(meant):
            inside = f"{pointer}/{index}"
            if index < len(said):
                _compare(said[index], value, inside, found)
            else:
                found.add[inside] = value
        # The last first, so that the others keep their numbers.
        found.remove.extend(f"{pointer}/{at}" for at in range(len(said) - 1, len(meant) - 1, -1))
    elif not same(said, meant):
        found.add[pointer] = meant


def restored(said: Any, add: Mapping[str, Any], remove: list[str]) -> Any:
    """Return what was meant, of what is said and the difference of the two.

    A pointer that leads nowhere any more, since somebody changed the file, does nothing.
    """
    meant = _unshared(said)
    for pointer in remove:
        holder, key = _holder(meant, pointer)
        if isinstance(holder, dict):
            holder.pop(key, None)
        elif isinstance(holder, list) and (at := _index(key)) is not None and at < len(holder):
            del holder[at]
    for pointer, value in add.items():
        if pointer == "":
            return _unshared(value)
        holder, key = _holder(meant, pointer)
        value = _unshared(value)
        if isinstance(holder, dict):
            holder[key] = value
        elif isinstance(holder, list) and (at := _index(key)) is not None:
            if at < len(holder):
                holder[at] = value
            elif at == len(holder):
                holder.append(value)
    return meant


def _unshared(value: Any) -> Any:
    """Return a copy in which nothing stands at two places, as it does behind aliases in YAML."""
    if isinstance(value, dict):
        return {key: _unshared(item) for key, item in value.items()}
    return [_unshared(item) for item in value] if isinstance(value, list) else value


def _holder(value: Any, pointer: str) -> tuple[Any, str]:
    """Return what holds the place of a pointer, and the last step there."""
    steps = list(_steps(pointer))
    if not steps or not pointer.startswith("/"):
        return None, ""
    for step in steps[:-1]:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list):
            at = _index(step)
            value = value[at] if at is not None and at < len(value) else None
        else:
            return None, ""
    return value, steps[-1]


def _steps(pointer: str) -> Iterator[str]:
    for step in pointer.split("/")[1:]:
        yield step.replace("~1", "/").replace("~0", "~")


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")


def _index(step: str) -> int | None:
    return int(step) if step.isascii() and step.isdigit() and len(step) < 10 else None
