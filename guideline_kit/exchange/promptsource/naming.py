"""The ids of entries that were templates, and where the entries stand."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import count
from typing import Any, NamedTuple

_LONGEST_ID = 64


class Draft(NamedTuple):
    """An entry that has no id yet.

    `place` is what its data set is called. `template` is the path of its file, and what it stands
    under there.
    """

    place: str
    template: tuple[str, str]
    name: str
    data: dict[str, Any]


class NewEntry(NamedTuple):
    """An entry to be: its path in the catalog, and its data."""

    path: str
    data: Mapping[str, Any]
    template: tuple[str, str]


def named(
    drafts: Sequence[Draft], known: Mapping[tuple[str, str], str], taken: Collection[str]
) -> Iterator[NewEntry]:
    """Give each entry an id: the one that it had before, or one that nobody else has.

    Which one depends on no order, so that another template changes the ids of no other.
    """
    wanted = [_slug(f"{draft.place} {draft.name}") or "prompt" for draft in drafts]
    claims = Counter(wanted)
    used = {path.rpartition("/")[2].removesuffix(".yaml") for path in known.values()}
    used.update(taken)
    for draft, slug in zip(drafts, wanted, strict=True):
        path = known.get(draft.template)
        if path is None:
            id = slug
            if claims[slug] > 1 or id in used or len(id) > _LONGEST_ID or not id[0].isalpha():
                id = next(name for name in _others(slug, draft.template[1]) if name not in used)
            used.add(id)
            folders = [_slug(folder) or "data" for folder in draft.place.split("/")]
            path = "/".join(("prompts", *folders, f"{id}.yaml"))
        id = path.rpartition("/")[2].removesuffix(".yaml")
        yield NewEntry(path, {**draft.data, "id": id}, draft.template)


def _others(slug: str, template: str) -> Iterator[str]:
    """Yield further ids for an entry, the likeliest first."""
    if not slug[0].isalpha():
        slug = f"prompt-{slug}"
    ending = _slug(template)[:8].strip("-") or "0"
    yield f"{slug[: _LONGEST_ID - 1 - len(ending)].rstrip('-')}-{ending}"
    for number in count(2):
        more = f"{ending}-{number}"
        yield f"{slug[: _LONGEST_ID - 1 - len(more)].rstrip('-')}-{more}"


def _slug(text: str) -> str:
    """Return a text in small letters, digits and single hyphens, accents left out."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", plain.lower()).strip("-")
