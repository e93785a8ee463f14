"""The calls that prompts are passed to, and who speaks in their messages."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from guideline_kit.formats.python_source.texts import argument, called, constant

ROLES: Mapping[str, str] = {
    "system": "system", "developer": "system",
    "user": "user", "human": "user",
    "assistant": "assistant", "ai": "assistant", "model": "assistant", "bot": "assistant",
    "chatbot": "assistant",
    "tool": "tool", "function": "tool",
}  # fmt: skip

# Classes of messages: their text is `content`, or what comes first.
MESSAGES: Mapping[str, str] = {
    "SystemMessage": "system", "SystemMessageChunk": "system", "SystemPromptPart": "system",
    "ChatCompletionSystemMessageParam": "system", "ChatCompletionDeveloperMessageParam": "system",
    "HumanMessage": "user", "UserMessage": "user", "UserPromptPart": "user",
    "ChatCompletionUserMessageParam": "user",
    "AIMessage": "assistant", "AssistantMessage": "assistant",
    "ChatCompletionAssistantMessageParam": "assistant",
    "ToolMessage": "tool", "FunctionMessage": "tool",
    "from_system": "system", "from_user": "user", "from_assistant": "assistant",
}  # fmt: skip
# Classes of templates of messages: their text is `template`, or what comes first.
MESSAGE_TEMPLATES: Mapping[str, str] = {
    "SystemMessagePromptTemplate": "system",
    "HumanMessagePromptTemplate": "user",
    "AIMessagePromptTemplate": "assistant",
    "ChatMessagePromptTemplate": "user",
}
# Classes of templates of whole prompts, and the engine that each has where none is named.
TEMPLATES: Mapping[str, str] = {
    "PromptTemplate": "fstring", "StringPromptTemplate": "fstring", "LangchainPromptTemplate": "",
    "PromptTemplateConfig": "semantic-kernel", "PromptBuilder": "jinja2",
    "RichPromptTemplate": "", "QuestionAnswerPrompt": "fstring", "RefinePrompt": "fstring",
    "SimpleInputPrompt": "fstring", "SummaryPrompt": "fstring",
}  # fmt: skip
CHATS = ("ChatPromptTemplate", "ChatPromptBuilder")
FEW_SHOTS = ("FewShotPromptTemplate", "FewShotPromptWithTemplates")
_ENGINES: Mapping[str, str] = {
    "f-string": "fstring", "jinja2": "jinja2", "mustache": "mustache", "jinja": "jinja2",
    "handlebars": "handlebars", "semantic-kernel": "semantic-kernel",
}  # fmt: skip

# Arguments in which a client takes what the system says, and what the user says.
SYSTEM_ARGUMENTS = (
    "system", "system_prompt", "system_message", "system_instruction", "system_instructions",
    "instructions",
)  # fmt: skip
USER_ARGUMENTS = (
    "prompt", "user_prompt", "user_message", "user_input", "input", "contents", "human_message",
)  # fmt: skip
# Settings of a call.
SETTINGS = frozenset((
    "model", "model_name", "temperature", "top_p", "top_k", "max_tokens", "max_completion_tokens",
    "max_output_tokens", "max_tokens_to_sample", "frequency_penalty", "presence_penalty", "seed",
    "n", "stop", "reasoning_effort",
))  # fmt: skip
_METHODS = frozenset((
    "create", "acreate", "stream", "astream", "parse", "count_tokens", "converse",
    "converse_stream",
))  # fmt: skip
_RESOURCES = frozenset((
    "messages", "completions", "responses", "assistants", "runs", "chat", "Completion",
    "ChatCompletion",
))  # fmt: skip
_FUNCTIONS = frozenset((
    "completion", "acompletion", "text_completion", "generate_content",
    "generate_content_async", "generate_content_stream", "GenerativeModel",
    "GenerateContentConfig", "LiveConnectConfig", "converse", "converse_stream",
))  # fmt: skip


def is_client(call: ast.Call) -> bool:
    """Whether what a call is given goes to a model."""
    name = called(call.func)
    if not name:
        return False
    last = name[-1]
    if last in _METHODS and not _RESOURCES.isdisjoint(name[:-1]):
        return True
    return last in _FUNCTIONS or last.endswith(("Agent", "Assistant"))


def takes_prompt_first(call: ast.Call) -> bool:
    """Whether the first argument of a call is what the user says."""
    return called(call.func)[-1].startswith("generate_content")


def role_of(node: ast.AST | None) -> str | None:
    """Return the role that a text or a member of an enumeration names."""
    name = constant(node)
    if isinstance(node, ast.Attribute):
        # `Role.USER`, or its value.
        name = node.attr
        if name == "value" and isinstance(node.value, ast.Attribute):
            name = node.value.attr
    return ROLES.get(name.lower()) if name else None


def message_class(call: ast.Call) -> tuple[str, ast.expr, bool] | None:
    """Return the role and the text of a call that makes a message; whether it is a template."""
    name = called(call.func)
    if not name:
        return None
    last = name[-2] if name[-1] == "from_template" and len(name) > 1 else name[-1]
    if last in MESSAGE_TEMPLATES:
        text = argument(call, "template", "prompt", position=0)
        return (
            (role_of(argument(call, "role")) or MESSAGE_TEMPLATES[last], text, True)
            if (text is not None)
            else None
        )
    role = MESSAGES.get(last) or role_of(argument(call, "role"))
    if last.startswith("from_") and not name[0].endswith("Message"):
        return None
    text = argument(call, "content", "parts", position=0 if last in MESSAGES else None)
    return (role, text, False) if role and text is not None else None


def template_engine(call: ast.Call, default: str) -> str:
    """Return the engine that a call names for its template."""
    named = constant(argument(call, "template_format"))
    return _ENGINES.get(named, "") if named is not None else default
