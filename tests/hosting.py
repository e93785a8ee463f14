"""A sentence as the message of a prompt, in a file of each format."""

from __future__ import annotations

import json

from linting import prompt

from guideline_kit import formats

# The ways in which formats write a text: %s stands for it as JSON, which YAML reads as well.
_DATA = {
    "langfuse": '{"name": "a", "version": 1, "type": "text", "labels": [], "prompt": %s}',
    "mlflow": '{"name": "a", "version": 1, "prompt_type": "text", "template": %s}',
    "openai-evals-modelgraded": "a:\n  prompt: %s\n  choice_strings: [x, y]\n",
    "promptfoo-config": "prompts:\n  - %s\nproviders: [a]\n",
    "github-models-prompt-yml": "messages:\n  - role: user\n    content: %s\n",
    "langchain": "_type: prompt\ninput_variables: []\ntemplate: %s\n",
    "mcp": '{"name": "a", "messages": [{"role": "user", "content": {"type": "text", "text": %s}}]}',
    "promptsource": (
        "dataset: a\ntemplates:\n  b: !Template\n    answer_choices: null\n    id: b\n"
        "    jinja: %s\n    metadata: !TemplateMetadata {}\n    name: c\n    reference: ''\n"
    ),
    "python": "SYSTEM_PROMPT = %s\nclient.messages.create(model='a', system=SYSTEM_PROMPT)\n",
    "semantic-kernel-yaml": "name: a\ntemplate: %s\ntemplate_format: semantic-kernel\n",
}


def hosted(format: str, text: str) -> str:
    """Return a file of a format that says a text to a model."""
    if format == formats.CATALOG_PROMPT:
        return prompt(text)
    if format in _DATA:
        # Surrogate pairs are JSON's alone.
        return _DATA[format] % json.dumps(text, ensure_ascii=False)
    return f"{text}\n"
