"""GitHub Models prompts, `*.prompt.yml`.

Variables are filled in by replacing `{{name}}` and nothing else. Evaluators that ask a model
have prompts of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from guideline_kit.diagnostics import Diagnostic
from guideline_kit.documents import Case, Document, Parameter
from guideline_kit.formats.beside import Beside
from guideline_kit.formats.reading.assembling import mark_examples, together
from guideline_kit.formats.reading.building import Builder
from guideline_kit.formats.reading.complaints import complaint, quoted
from guideline_kit.formats.reading.data_files import listed, read_data, settings
from guideline_kit.text import Source, Span
from guideline_kit.trees import Path, Tree

_ID = "github-models-prompt-yml"
_ROLES = ("system", "user", "assistant")
_KEYS = (
    "name", "description", "model", "modelParameters", "responseFormat", "jsonSchema",
    "messages", "testData", "evaluators",
)  # fmt: skip
_RESPONSES = ("text", "json_object", "json_schema")
# What others call a parameter -> what it has to be called to be heeded.
_PARAMETERS = {"max_tokens": "maxTokens", "top_p": "topP", "maxtokens": "maxTokens", "topp": "topP"}
_KEYED = r"(?m)^\ufeff?(?:%s)[ \t]*:|\"(?:%s)\"\s*:"
_MESSAGES = re.compile(_KEYED.replace("%s", "messages"))
_ROLE = re.compile(r"\brole[\"']?[ \t]*:")
_OWN = re.compile(_KEYED.replace("%s", "modelParameters|testData|evaluators"))
# By these, a file of that name is somebody else's.
_OTHERS = re.compile(
    r"(?m)^\ufeff?(?:_type|template|prompts?|system|user|instructions|text|content)[ \t]*:"
)
_NAMED = re.compile(r"\.prompt\.ya?ml\Z", re.IGNORECASE)
_FOLDER = re.compile(r"(?:^|/)github-(?:prompt|model)s?/[^/]+\Z", re.IGNORECASE)
_DUMP = re.compile(r"\"(?:_type|lc)\"\s*:")  # of LangChain
# What is never replaced: blanks inside, or a block.
_LEFT = re.compile(r"\{\{(?:[ \t]+[\w.-]+[ \t]*|[\w.-]+[ \t]+|[ \t]*[#/^][ \t]*[\w.-][^{}]*)\}\}")
_OTHER_ENGINE = re.compile(r"\{%")


def is_one(path: str, text: str) -> bool:
    """Whether a file is a prompt for GitHub Models, by its name or else by its keys."""
    if _NAMED.search(path):
        return bool(_MESSAGES.search(text)) or not _OTHERS.search(text)
    if _FOLDER.search(path) and _MESSAGES.search(text):
        return True  # the folder says the rest
    # To look for words takes less than to look for patterns, and most files have none of them.
    if "messages" not in text or "role" not in text:
        return False
    if _DUMP.search(text):
        return False
    return all(sign.search(text) for sign in (_MESSAGES, _OWN, _ROLE))


def read(source: Source, beside: Beside) -> Document:  # noqa: ARG001  it names no other file
    """Read a prompt as far as it can be read; never raises."""
    result = read_data(source)
    tree, problems = result.tree, list(result.problems)
    if tree is None or not isinstance(tree.data, dict):
        if not problems:
            what = "The file has no 'messages' at its top: GitHub Models refuses it"
            problems.append(
                complaint(source, Span(0, 0), what, "Begin with 'messages:'", error=True)
            )
        return Document(source, _ID, (), {}, problems=tuple(problems))
    problems += _objections(tree, broken=bool(result.problems))
    prompts = [_prompt(tree, list(_messages(tree)))]
    mark_examples(prompts[0].messages)
    prompts += (_prompt(tree, contents) for contents in _evaluators(tree))
    problems += _left_alone(source, prompts)
    whole = prompts[0] if len(prompts) == 1 else together(prompts)
    return whole._replace(
        fields=tree.data,
        tree=tree,
        parameters=tuple(_parameters(tree)),
        cases=tuple(_cases(tree)),
        problems=tuple(problems),
        parts=tuple(prompts) if len(prompts) > 1 else (),
    )


def entries(document: Document) -> list[dict[str, Any]]:
    """Return the prompt as an entry."""
    from guideline_kit.formats.github_models_prompt_yml import writing  # most runs only read

    return writing.entries(document)


def write(entry: Mapping[str, Any], kept: Mapping[str, Any] | None) -> str:  # noqa: ARG001
    """Return a prompt's file; GitHub Models has no place for keys of others."""
    from guideline_kit.formats.github_models_prompt_yml import writing

    return writing.write(entry)


def _prompt(tree: Tree, contents: list[tuple[str, Path]]) -> Document:
    builder = Builder("mustache")
    for role, path in contents:
        text = tree.text(path)
        if text is not None:
            builder.add(role, text)
    return Document(
        source=tree.source,
        format=_ID,
        messages=tuple(builder.messages),
        fields={},
        placeholders=tuple(builder.placeholders),
        engine=builder.engine,
        template_error=builder.error,
    )


def _messages(tree: Tree) -> Iterator[tuple[str, Path]]:
    for number, message in listed(tree.get(("messages",))):
        if isinstance(message, dict):
            role = str(message.get("role")).lower()
            path = ("messages", number, "content")
            yield role if role in (*_ROLES, "tool") else "user", path
            # Parts of a text, as other interfaces take them.
            for index, part in listed(message.get("content")):
                if isinstance(part, dict):
                    yield role if role in _ROLES else "user", (*path, index, "text")


def _evaluators(tree: Tree) -> Iterator[list[tuple[str, Path]]]:
    """Yield the prompts of evaluators that ask a model."""
    for number, about in listed(tree.get(("evaluators",))):
        for path in (("evaluators", number, "llm"), ("evaluators", number)):
            inside = tree.get(path) if isinstance(about, dict) else None
            if isinstance(inside, dict) and isinstance(inside.get("prompt"), str):
                yield [("system", (*path, "systemPrompt")), ("user", (*path, "prompt"))]


def _parameters(tree: Tree) -> Iterator[Parameter]:
    if "model" in tree.data:
        yield Parameter("model", tree.data["model"], tree.value_span(("model",)))
    yield from settings(tree, ("modelParameters",))


def _cases(tree: Tree) -> Iterator[Case]:
    for number, about in listed(tree.get(("testData",))):
        if isinstance(about, dict):
            inputs = {name: value for name, value in about.items() if name != "expected"}
            yield Case(tree.value_span(("testData", number)), inputs, about.get("expected"))


def _objections(tree: Tree, *, broken: bool) -> Iterator[Diagnostic]:
    """Yield what GitHub Models refuses or passes over; of a `broken` file, not what is missing."""
    source, data = tree.source, tree.data
    messages = data.get("messages")
    if not broken and (not isinstance(messages, list) or not messages):
        nowhere = Document(source, _ID, (), {}).file_line
        where = tree.key_span(("messages",)) if "messages" in data else nowhere
        what = "The prompt has no messages"
        yield complaint(source, where, what, "List them under 'messages'", error=True)
    for number, message in listed(messages):
        yield from _of_message(tree, ("messages", number), message, broken=broken)
    yield from _misnamed(tree)
    for key in ("testData", "evaluators"):
        if data.get(key) is not None and not isinstance(data[key], list):
            what = f"'{key}' has to be a list: GitHub Models refuses the file"
            help = "Begin each item with '- '"
            yield complaint(source, tree.key_span((key,)), what, help, error=True)
    yield from _of_response(tree)


def _of_message(tree: Tree, path: Path, message: object, *, broken: bool) -> Iterator[Diagnostic]:
    source = tree.source
    if not isinstance(message, dict):
        what = "A message needs 'role' and 'content': GitHub Models refuses the file"
        help = "Write '- role: user', and 'content:' on the line below"
        yield complaint(source, tree.value_span(path), what, help, error=True)
        return
    role = message.get("role")
    if str(role).lower() not in _ROLES and not (broken and role is None):
        what = "The message has no role" if not role else f"{quoted(role)} is no role here"
        where = tree.value_span((*path, "role")) if "role" in message else tree.value_span(path)
        help = f"Write {' or '.join(_ROLES)}"
        yield complaint(source, where, f"{what}: GitHub Models refuses the file", help, error=True)
    content = message.get("content")
    if content is None and not broken:
        where = tree.key_span((*path, "content" if "content" in message else "role"))
        yield complaint(source, where, "The message has no content", "Write it under 'content'")
    elif isinstance(content, dict | list) and not broken:
        what = "'content' has to be a text: GitHub Models refuses the file"
        help = "Write the text itself; there are no lists of parts here"
        yield complaint(source, tree.key_span((*path, "content")), what, help, error=True)


def _misnamed(tree: Tree) -> Iterator[Diagnostic]:
    """Yield keys that are passed over, and which were meant for something."""
    given = tree.get(("modelParameters",))
    for name in given if isinstance(given, dict) else ():
        meant = _PARAMETERS.get(name)
        if meant is not None:
            what = f"GitHub Models passes over '{name}'; the parameter is '{meant}' here"
            where = tree.key_span(("modelParameters", name))
            yield complaint(tree.source, where, what, f"Rename it to {meant}")
    lacking = [key for key in _KEYS if key not in tree.data]
    for name in tree.data:
        if name not in _KEYS and len(name) < 20:
            from guideline_kit.schemas import nearest  # few files have other keys

            meant = nearest(name, lacking)
            if meant is not None and _alike(name, meant):
                what = f"GitHub Models passes over {quoted(name)}; perhaps '{meant}' is meant"
                where = tree.key_span((name,))
                yield complaint(tree.source, where, what, f"Rename it to {meant}")


def _alike(name: str, meant: str) -> bool:
    """Whether a name is another one but for capitals, signs between words, and an s."""
    plain, other = (re.sub(r"[\W_]", "", text).lower().removesuffix("s") for text in (name, meant))
    return plain == other


def _of_response(tree: Tree) -> Iterator[Diagnostic]:
    source, data = tree.source, tree.data
    wanted = data.get("responseFormat")
    if wanted is not None and wanted not in _RESPONSES:
        what = f"{quoted(wanted)} is no response format: GitHub Models refuses the file"
        where = tree.value_span(("responseFormat",))
        help = f"Write {' or '.join(_RESPONSES)}"
        yield complaint(source, where, what, help, error=True)
    schema = data.get("jsonSchema")
    if wanted == "json_schema" and schema is None:
        what = "json_schema needs a 'jsonSchema': GitHub Models refuses the file"
        help = "Add 'jsonSchema: |-' with the schema below it, or write json_object"
        yield complaint(source, tree.value_span(("responseFormat",)), what, help, error=True)
    if schema is None:
        return
    where = tree.key_span(("jsonSchema",))
    text = tree.text(("jsonSchema",))
    if not isinstance(schema, str):
        what = "'jsonSchema' has to be a text that holds JSON: GitHub Models refuses the file"
        help = "Write the schema as JSON below 'jsonSchema: |-'"
        yield complaint(source, where, what, help, error=True)
        return
    from guideline_kit import jsonio  # few prompts have a schema

    result = jsonio.read(Source(source.name, schema))
    if result.problems:
        if text is not None:
            for problem in result.problems:
                span = problem.span or Span(0, 0)
                yield Diagnostic(
                    problem.rule,
                    problem.severity,
                    problem.message,
                    source,
                    text.span(span.start, span.end),
                    help=problem.help,
                )
        return
    found = result.tree.data if result.tree else None
    for key in ("name", "schema") if wanted == "json_schema" else ():
        if not isinstance(found, dict) or key not in found:
            what = f"The JSON of 'jsonSchema' has no '{key}': GitHub Models refuses the file"
            help = 'Write {"name": …, "schema": {…}}'
            yield complaint(source, where, what, help, error=True)


def _left_alone(source: Source, prompts: list[Document]) -> Iterator[Diagnostic]:
    """Yield what looks like a variable and is sent to the model as it stands."""
    messages = [message for prompt in prompts for message in prompt.messages]
    if any(_OTHER_ENGINE.search(message.text.text) for message in messages):
        return  # somebody fills in the texts before
    told: set[str] = set()
    for message in messages:
        for found in _LEFT.finditer(message.text.text):
            if found.group() in told:
                continue
            told.add(found.group())
            name = found.group().strip("{} \t")
            block = name.startswith(("#", "/", "^"))
            yield complaint(
                source,
                message.text.span(found.start(), found.end()),
                f"GitHub Models sends {quoted(found.group())} as it stands: it fills in"
                " nothing but {{name}}, without blanks",
                "Write the cases out; there are no blocks" if block else f"Write {{{{{name}}}}}",
            )
