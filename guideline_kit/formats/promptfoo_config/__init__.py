"""promptfoo's configuration: prompts, the models to try them with, and tests for them.

Each prompt that stands in the file, and each prompt for a judge, is a part. Those that are files
of their own are only looked for. A criterion of `llm-rubric` is no prompt: promptfoo puts it into
a prompt of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from guideline_kit.documents import Document, Parameter
from guideline_kit.formats.beside import Beside
from guideline_kit.formats.engines import scan
from guideline_kit.formats.promptfoo_config.files import looked_for
from guideline_kit.formats.promptfoo_config.prompts import Prompt, prompts
from guideline_kit.formats.promptfoo_config.tests import cases, elsewhere, rubrics
from guideline_kit.formats.promptfoo_config.variables import Variables
from guideline_kit.formats.reading.assembling import mark_examples, together
from guideline_kit.formats.reading.building import Builder
from guideline_kit.formats.reading.data_files import settings
from guideline_kit.formats.reading.keys import slips
from guideline_kit.formats.writing.entries import KEPT, Entry
from guideline_kit.text import Source
from guideline_kit.trees import Path, Read, Tree

FORMAT = "promptfoo-config"
KEPT_AT = ("metadata", KEPT)
_ENGINE = "nunjucks"
_SCHEMA = "promptfoo.dev/config-schema.json"
_NAMES = r"prompts|providers|targets|tests|defaultTest|scenarios|redteam"
_YAML_KEYS = re.compile(rf"^(?P<key>{_NAMES})[ \t]*:(?=\s)", re.MULTILINE)
_JSON_KEYS = re.compile(rf"^(?P<indent>[ \t]*)\"(?P<key>{_NAMES})\"[ \t]*:", re.MULTILINE)
_JSON_START = re.compile(r"\ufeff?\s*\{\s*?\n(?P<indent>[ \t]*)\"")
_JSON = re.compile(r"\ufeff?\s*\{")
_KEYS = (
    *("$schema", "assertScoringFunction", "basePath", "commandLineOptions", "defaultTest"),
    *("derivedMetrics", "description", "env", "evaluateOptions", "extensions", "metadata"),
    *("nunjucksFilters", "outputPath", "plugins", "prompts", "providers", "redteam", "scenarios"),
    *("sharing", "strategies", "tags", "targets", "tests", "tracing", "writeLatestResults"),
)


def is_one(path: str, text: str) -> bool:  # noqa: ARG001
    """Whether a file of YAML or JSON has the keys of a configuration at its top."""
    if _SCHEMA in text:
        return True
    if "providers" not in text and "targets" not in text:
        return False
    start = _JSON_START.match(text)
    if start is None:
        keys = {found["key"] for found in _YAML_KEYS.finditer(text)}
    else:
        indent = start["indent"]
        keys = {item["key"] for item in _JSON_KEYS.finditer(text) if item["indent"] == indent}
    tried = "providers" in keys or "targets" in keys
    tested = bool(keys & {"tests", "defaultTest", "scenarios"})
    return tried and ("redteam" in keys or ("prompts" in keys and tested))


def read(source: Source, beside: Beside) -> Document:
    """Read a configuration as far as it can be read; never raises."""
    result = _data(source)
    tree = result.tree
    if tree is None or not isinstance(tree.data, dict):
        return Document(source, FORMAT, (), {}, problems=result.problems)
    found, judging = tuple(prompts(tree)), tuple(rubrics(tree))
    variables = None
    problems = [*result.problems]
    if not problems:  # of half a file, much is missing that is there
        inline = all(prompt.texts for prompt in found)
        variables = Variables.of(tree, inline=inline)
        problems += slips(tree, (), _KEYS, "promptfoo has no key {key} and passes it over")
    problems += (prompt.problem for prompt in (*found, *judging) if prompt.problem)
    if "basePath" not in tree.data:  # paths would count from there
        named = (prompt.reference for prompt in (*found, *judging) if prompt.reference)
        problems += looked_for(source, (*named, *elsewhere(tree)), beside)
    parts = (
        *(_part(tree, prompt, variables) for prompt in found if prompt.texts),
        *(_part(tree, prompt, None) for prompt in judging if prompt.texts),
    )
    none = Document(source, FORMAT, (), {}, engine=_ENGINE)
    return (together(parts) if parts else none)._replace(
        fields=tree.data,
        tree=tree,
        inputs=None,
        problems=tuple(problems),
        parameters=(*_models(tree), *(item for part in parts for item in part.parameters)),
        cases=tuple(cases(tree)),
        parts=parts,
        name="",
    )


def _data(source: Source) -> Read:
    """Return what the file says. promptfoo reads JSON as YAML: what that allows is no mistake."""
    from guideline_kit.yamlio import read as read_yaml

    if not _JSON.match(source.text):
        return read_yaml(source, partial=True)
    from guideline_kit.jsonio import read as read_json

    result = read_json(source)
    if result.problems:
        loose = read_yaml(source)
        return result if loose.problems else loose
    return result


def _part(tree: Tree, prompt: Prompt, variables: Variables | None) -> Document:
    builder = Builder(_ENGINE)
    for role, text in prompt.texts:
        builder.add(role, text)
    if "{%" in prompt.template:
        # What a loop around messages sets, nobody has to give.
        free = {item.name for item in scan(_ENGINE, prompt.template).expressions}
        builder.placeholders = [
            item if item.name in free else item._replace(name="") for item in builder.placeholders
        ]
    mark_examples(builder.messages)
    return Document(
        tree.source,
        FORMAT,
        tuple(builder.messages),
        {},
        tuple(builder.placeholders),
        inputs=variables.inputs(builder.placeholders) if variables else None,
        engine=_ENGINE,
        template_error=builder.error,
        parameters=tuple(settings(tree, prompt.settings)) if prompt.settings else (),
        name=prompt.name,
    )


def _models(tree: Tree) -> Iterator[Parameter]:
    """Yield the models that prompts are tried with, and the settings of each."""
    for key in ("providers", "targets"):
        listed = tree.get((key,))
        paths: list[Path] = [(key,)]
        if isinstance(listed, list):
            paths = [(key, number) for number in range(len(listed))]
        for path in paths:
            provider = tree.get(path)
            if isinstance(provider, Mapping) and len(provider) == 1 and "id" not in provider:
                # An old form: the model, and below it what else there is to say.
                path = (*path, *provider)
                yield Parameter("model", path[-1], tree.key_span(path))
                provider = tree.get(path)
            if isinstance(provider, str):
                yield Parameter("model", provider, tree.value_span(path))
            elif isinstance(provider, Mapping):
                if isinstance(provider.get("id"), str):
                    yield Parameter("model", provider["id"], tree.value_span((*path, "id")))
                yield from settings(tree, (*path, "config"))


def entries(document: Document) -> list[Entry]:
    """Return the prompts that stand in a configuration, each with its tests."""
    from guideline_kit.formats.promptfoo_config import as_entries

    return as_entries.entries(document)


def write(entry: Mapping[str, Any], kept: Mapping[str, Any] | None) -> str:
    """Return a configuration with one prompt."""
    from guideline_kit.formats.promptfoo_config import writing

    return writing.write(entry, kept)
