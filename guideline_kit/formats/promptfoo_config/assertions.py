"""promptfoo's assertions in ours, and ours in promptfoo's.

promptfoo fills templates in before it compares, and takes `file://` for the name of a file: a
value that means itself stands in {% raw %} there, if it has such signs.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NamedTuple

Assertion = Mapping[str, Any]

# What makes it another assertion: what is compared is not the answer, or not all of it counts.
_CHANGES = ("config", "contextTransform", "normalizeUnicode", "transform")
_TEMPLATE = re.compile(r"\{[{%#]")
_ELSEWHERE = ("file://", "package:")
_RAW = re.compile(r"\{% raw %\}(?P<text>.*)\{% endraw %\}", re.DOTALL)
_MEANS_SOMETHING = re.compile(r"[\\.+*?()|\[\]{}^$]")
_FOLDED = "(?i)"
# What is in patterns of RE2 and in those of JavaScript alike, if not in the same sense.
_NOT_IN_JAVASCRIPT = re.compile(r"\(\?(?!:)|\\[AzQECpPaU]|\\x\{|\[\[?\^?\[:|\*\+|\+\+")
# A pattern with flags is JavaScript.
_FLAGS = re.compile(r"\(\?(?P<flags>[ims]+)\)(?P<pattern>.+)", re.DOTALL)
_TESTED = re.compile(
    r"\s*/(?P<pattern>(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)/(?P<flags>[ims]*)"
    r"\.test\(output\);?\s*"
)
_LONGEST = 2000  # characters of a pattern


class Said(NamedTuple):
    """What our assertions say of one of promptfoo's, and whether that is all there is to it."""

    assertions: tuple[dict[str, Any], ...]
    whole: bool = True


def said(assertion: object, schema: Any = None) -> Said | None:
    """Return one of promptfoo's assertions in ours, or None where there is nothing like it.

    `schema` is that of the prompt's output.
    """
    if not isinstance(assertion, Mapping) or not isinstance(assertion.get("type"), str):
        return None
    kind = assertion["type"]
    judged = kind in _JUDGED
    if any(key in assertion for key in _CHANGES) or assertion.get("weight") == 0:
        return None
    if "threshold" in assertion and not judged:
        return None
    value = assertion.get("value")
    found = _of_json(value, schema) if kind == "is-json" else _of_text(kind, value)
    if found is None:
        return None
    plain = assertion.keys() <= {"type", "value"} and kind not in _OTHER_JUDGES
    return Said(tuple(found), plain and all(written(item, schema) for item in found))


_OTHER_JUDGES = ("model-graded-closedqa", "g-eval")
_JUDGED = ("llm-rubric", *_OTHER_JUDGES)
_SIMPLE = {"contains": "contains", "not-contains": "not-contains", "llm-rubric": "rubric"}
_SEVERAL = ("contains-any", "icontains-any", "contains-all", "icontains-all", "not-contains-any")


def _of_json(value: Any, schema: Any) -> list[dict[str, Any]] | None:
    wanted = schema_of(value)
    if wanted is None:
        return [{"type": "valid-json"}] if value in (None, "") else None
    same = schema is not None and json.dumps(wanted) == json.dumps(schema)
    return [{"type": "matches-schema"}] if same else None


def schema_of(value: Any) -> Any:
    """Return the schema that `is-json` names, which may be a text; None where it names none."""
    if isinstance(value, str) and not _TEMPLATE.search(value):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return None
    return value if isinstance(value, dict | bool) else None


def _of_text(kind: str, value: Any) -> list[dict[str, Any]] | None:
    if kind == "word-count":
        most = value.get("max") if isinstance(value, Mapping) and len(value) == 1 else None
        return [{"type": "max-words", "value": most}] if type(most) is int else None
    if kind in _SEVERAL:
        texts = [_literal(item) for item in value] if isinstance(value, list) else []
        return _of_several(kind, [text for text in texts if text]) if all(texts) else None
    if kind == "equals" and isinstance(value, bool):
        value = "true" if value else "false"
    text = _literal(value)
    if text is None:
        return None
    if kind == "equals":
        return [{"type": "equals", "value": text}]
    if not text.strip():
        return None
    if kind in _SIMPLE or kind in _JUDGED:
        return [{"type": _SIMPLE.get(kind, "rubric"), "value": text}]
    if kind == "regex":
        return [_matches(text)] if _is_pattern(text) else None
    if kind == "javascript":
        return _of_javascript(text)
    if kind == "icontains":
        return [_matches(_FOLDED + _escaped(text))]
    return [_matches("^" + _escaped(text))] if kind == "starts-with" else None


def _of_several(kind: str, texts: list[str]) -> list[dict[str, Any]] | None:
    if not texts:
        return None
    sign = _FOLDED if kind.startswith("i") else ""
    if kind.endswith("contains-all"):
        if not sign:
            return [{"type": "contains", "value": text} for text in texts]
        return [_matches(sign + _escaped(text)) for text in texts]
    if kind.startswith("not-"):
        return [{"type": "not-contains", "value": text} for text in texts]
    one = "|".join(map(_escaped, texts))
    return [_matches(f"{sign}(?:{one})" if sign else one)]


def _of_javascript(code: str) -> list[dict[str, Any]] | None:
    """Return what a program says that only holds the answer against a pattern."""
    found = _TESTED.fullmatch(code)
    if not found:
        return None
    pattern = found["pattern"].replace("\\/", "/")
    flags = f"(?{''.join(sorted(set(found['flags'])))})" if found["flags"] else ""
    return [_matches(flags + pattern)] if _is_pattern(pattern) else None


def _literal(value: Any) -> str | None:
    """Return a text to compare with, or None where promptfoo looks elsewhere for it."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        # As JavaScript writes a number, where that is beyond doubt.
        return f"{value:.15g}" if abs(value) < 1e15 and (value == 0 or abs(value) >= 1e-4) else None
    if not isinstance(value, str):
        return None
    raw = _RAW.fullmatch(value)
    if raw and "endraw" not in raw["text"]:
        return raw["text"]
    return None if _TEMPLATE.search(value) or value.startswith(_ELSEWHERE) else value


def _matches(pattern: str) -> dict[str, Any]:
    return {"type": "matches", "value": pattern}


def _escaped(text: str) -> str:
    return _MEANS_SOMETHING.sub(r"\\\g<0>", text)


def _is_pattern(text: str) -> bool:
    """Whether a pattern means the same to JavaScript and to RE2, as far as one can see."""
    if len(text) > _LONGEST or _NOT_IN_JAVASCRIPT.search(text):
        return False
    import re2

    options = re2.Options()
    options.log_errors = False
    try:
        re2.compile(text, options)
    except re2.error:
        return False
    return True


# --- and back ------------------------------------------------------------------------------


def written(assertion: object, schema: Any = None) -> dict[str, Any] | None:
    """Return one of our assertions in promptfoo's, or None where there is nothing like it."""
    if not isinstance(assertion, Mapping):
        return None
    kind, value = assertion.get("type"), assertion.get("value")
    if kind == "valid-json":
        return {"type": "is-json"}
    if kind == "matches-schema":
        return is_json(schema) if isinstance(schema, dict | bool) else None
    if kind == "max-words":
        return word_count(value) if type(value) is int else None
    if not isinstance(value, str) or not (value.strip() or kind == "equals"):
        return None
    if kind == "matches":
        return _written_pattern(value)
    types = {"equals": "equals", **{ours: theirs for theirs, ours in _SIMPLE.items()}}
    return _with_text(types[kind], value) if kind in types else None


def is_json(schema: Any) -> dict[str, Any]:
    """Return promptfoo's assertion that an answer is JSON that fits a schema."""
    if _refers(schema):
        # promptfoo follows each $ref in its configuration, and reads what it leads to.
        text = json.dumps(schema, ensure_ascii=False)
        return {"type": "is-json", "value": re.sub(r"\{(?=[{%#])", r"\\u007b", text)}
    return {"type": "is-json", "value": schema}


def word_count(most: int) -> dict[str, Any]:
    """Return promptfoo's assertion that an answer has no more words than that."""
    return {"type": "word-count", "value": {"max": most}}


def _refers(value: Any) -> bool:
    waiting = [value]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if "$ref" in value:
                return True
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    return False


def _written_pattern(pattern: str) -> dict[str, Any] | None:
    if pattern.startswith(_FOLDED):
        folded = pattern.removeprefix(_FOLDED)
        if folded.startswith("(?:") and folded.endswith(")"):
            texts = re.split(r"(?<!\\)\|", folded[3:-1])
            plain = [re.sub(r"\\(.)", r"\1", text) for text in texts]
            if list(map(_escaped, plain)) == texts and all(map(_is_itself, plain)):
                return {"type": "icontains-any", "value": plain}
        text = re.sub(r"\\(.)", r"\1", folded)
        if text.strip() and _escaped(text) == folded:
            return _with_text("icontains", text)
    with_flags = _FLAGS.fullmatch(pattern)
    if with_flags:
        slashed = re.sub(r"(?<!\\)((?:\\\\)*)/", r"\1\\/", with_flags["pattern"])
        code = f"/{slashed}/{with_flags['flags']}.test(output)"
        same = _of_javascript(code) == [_matches(pattern)]
        return _with_text("javascript", code) if same else None
    return _with_text("regex", pattern) if _is_pattern(pattern) else None


def _is_itself(text: str) -> bool:
    return bool(text.strip()) and _literal(text) == text


def _with_text(kind: str, text: str) -> dict[str, Any] | None:
    if _literal(text) == text:
        return {"type": kind, "value": text}
    return None if "endraw" in text else {"type": kind, "value": f"{{% raw %}}{text}{{% endraw %}}"}
