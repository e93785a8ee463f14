"""What Semantic Kernel's files say about a prompt: a function's settings, in YAML or JSON.

Files from before version 1.0 say the same in other words, which later versions pass over.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from guideline_kit.diagnostics import Diagnostic
from guideline_kit.documents import Input, Parameter, Placeholder
from guideline_kit.formats.reading.complaints import complaint, quoted
from guideline_kit.formats.reading.data_files import listed, settings
from guideline_kit.trees import Path, Tree

# template_format -> our name of the engine; nothing reads Liquid.
ENGINES: Mapping[str, str] = {
    "semantic-kernel": "semantic-kernel", "handlebars": "handlebars", "jinja2": "jinja2",
    "liquid": "",
}  # fmt: skip
FORMAT = "semantic-kernel"  # where a file names none
KEYS = (
    "name", "description", "template", "template_format", "input_variables", "output_variable",
    "execution_settings", "allow_dangerously_set_content", "allow_unsafe_content",
)  # fmt: skip
_INPUT_KEYS = (
    "name", "description", "default", "is_required", "json_schema", "sample",
    "allow_dangerously_set_content", "allow_unsafe_content",
)  # fmt: skip
# What is passed over: the words before version 1.0, and slips.
_OLD = {"completion": "execution_settings", "input": "input_variables"}
_OLD_INPUT = {"defaultValue": "default", "required": "is_required"}
_SAFE = ("allow_dangerously_set_content", "allow_unsafe_content")


def template_format(tree: Tree) -> str:
    """Return the template language that a file names, or the one that it has without."""
    named = tree.get(("template_format",))
    return named if isinstance(named, str) and named else FORMAT


def inputs(tree: Tree) -> tuple[Input, ...] | None:
    """Return the variables that a file declares, or None where it declares none."""
    lists: tuple[Path, ...] = (("input_variables",), ("input", "parameters"))
    paths = [path for path in lists if isinstance(tree.get(path), list)]
    if not paths:
        return None
    found: dict[str, Input] = {}
    for path in paths:
        for number, about in listed(tree.get(path)):
            name = about.get("name") if isinstance(about, dict) else None
            if isinstance(name, str) and name:
                span = tree.value_span((*path, number, "name"))
                given = "default" in about or "defaultValue" in about
                required = about.get("is_required") is not False and not given
                # The kernel encodes what it fills in, so nobody has to say where it ends.
                trust = "trusted" if any(about.get(key) is True for key in _SAFE) else ""
                found.setdefault(name, Input(name, span, "text", trust, required))
    return tuple(found.values())


def named_as_declared(
    placeholders: Iterable[Placeholder], declared: Iterable[Input] | None
) -> tuple[Placeholder, ...]:
    """Return placeholders by the names of inputs: in .NET, capitals make no difference."""
    names = {item.name.lower(): item.name for item in declared or ()}
    return tuple(
        item._replace(name=names.get(item.name.lower(), item.name)) for item in placeholders
    )


def parameters(tree: Tree) -> Iterator[Parameter]:
    """Yield the settings of the call, of each service that a file has some for."""
    services = tree.get(("execution_settings",))
    if isinstance(services, dict):
        for name in services:
            yield from settings(tree, ("execution_settings", name), "model_id")
    for number, _ in listed(services):
        yield from settings(tree, ("execution_settings", number), "model_id")
    yield from settings(tree, ("completion",), "model_id")


def objections(tree: Tree, *, strict: bool) -> Iterator[Diagnostic]:
    """Yield what Semantic Kernel passes over or refuses.

    Some of its readers are `strict` about keys that they don't know: that of YAML for .NET.
    """
    for old, new in _OLD.items():
        if old in tree.data:
            yield complaint(
                tree.source,
                tree.key_span((old,)),
                f"'{old}' is a key from before Semantic Kernel 1.0: it is passed over now",
                f"Move it to '{new}'",
            )
    named = tree.get(("template_format",))
    if named is not None and not (isinstance(named, str) and named in ENGINES):
        # Programs can bring a format of their own: a slip is what looks like one.
        from guideline_kit.schemas import nearest  # few files come here

        meant = nearest(str(named), list(ENGINES))
        if meant is not None or not isinstance(named, str):
            yield complaint(
                tree.source,
                tree.value_span(("template_format",)),
                f"Semantic Kernel has no template format {quoted(named)}",
                f"Write {' or '.join([meant] if meant else ENGINES)}",
            )
    if strict:
        yield from _unknown(tree, (), KEYS, _OLD)
    yield from _of_inputs(tree, strict=strict)
    yield from _of_settings(tree)


def _unknown(
    tree: Tree, path: Path, known: tuple[str, ...], old: Mapping[str, str]
) -> Iterator[Diagnostic]:
    for key in tree.get(path):
        if key not in known and key not in old:
            yield complaint(
                tree.source,
                tree.key_span((*path, key)),
                f"Semantic Kernel for .NET does not know {quoted(key)} and refuses the file",
                f"Remove it; there are {', '.join(known[:-1])}",
            )


def _of_inputs(tree: Tree, *, strict: bool) -> Iterator[Diagnostic]:
    declared = tree.get(("input_variables",))
    if declared is not None and not isinstance(declared, list):
        message = "'input_variables' has to be a list"
        yield _refused(tree, ("input_variables",), message, "Begin each with '- name:'")
    for number, about in listed(declared):
        path = ("input_variables", number)
        if not isinstance(about, dict) or not isinstance(about.get("name"), str):
            yield _refused(tree, path, "This input variable has no name", "Give it a 'name'")
            continue
        for old, new in _OLD_INPUT.items():
            if old in about:
                yield complaint(
                    tree.source,
                    tree.key_span((*path, old)),
                    f"An input variable has no '{old}' in Semantic Kernel",
                    f"Write '{new}'",
                )
        if strict:
            yield from _unknown(tree, path, _INPUT_KEYS, _OLD_INPUT)
        if about.get("default") and not isinstance(about["default"], str):
            yield complaint(
                tree.source,
                tree.value_span((*path, "default")),
                "A default has to be a text: Semantic Kernel refuses the file",
                "Put it into quotes",
            )


def _of_settings(tree: Tree) -> Iterator[Diagnostic]:
    services = tree.get(("execution_settings",))
    for name, about in services.items() if isinstance(services, dict) else ():
        if about is not None and not isinstance(about, dict):
            message = f"{quoted(name)} stands where the name of a service belongs"
            help = "Put the settings under the name of a service, such as 'default'"
            yield _refused(tree, ("execution_settings", name), message, help)


def _refused(tree: Tree, path: Path, message: str, help: str) -> Diagnostic:
    span = tree.key_span(path)
    return complaint(tree.source, span, f"{message}: the file is refused", help, error=True)
