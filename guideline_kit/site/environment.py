"""The template engine of the pages, set up so that a forgotten filter is harmless.

Whatever a template prints and is not `Markup` leaves as inert text (see `encode`). `Markup`
is made in this package alone, by the functions that a template is given here. The engine's
own ways to make it, such as `safe` and `tojson`, are not available.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jinja2
from markupsafe import Markup

from guideline_kit.site.encode import anchor, block, line
from guideline_kit.site.prose import external_link, prose

if TYPE_CHECKING:
    from collections.abc import Mapping

_FILTERS = ("length",)


def environment(templates: Mapping[str, str]) -> jinja2.Environment:
    """Return the engine for `templates`: name -> text."""
    env = jinja2.Environment(
        loader=jinja2.DictLoader(dict(templates)),
        autoescape=True,
        finalize=_inert,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    env.filters = {name: env.filters[name] for name in _FILTERS}
    env.filters.update(prose=prose, pre=block, anchor=anchor, count=_count)
    env.globals = {"external_link": external_link}
    return env


def _inert(value: Any) -> Any:
    """Turn a printed value into inert text. Jinja2 calls it for each printed expression."""
    if isinstance(value, Markup | jinja2.Undefined):
        return value
    return line(value if isinstance(value, str) else str(value))


def _count(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun: 1 rule, 2 rules."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
