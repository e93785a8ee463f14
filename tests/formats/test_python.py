"""Prompts in Python source: which texts are prompts, who speaks, and what fills them in."""

from __future__ import annotations

import textwrap

import pytest
from precision.formats import faults_of

from guideline_kit.documents import Document
from guideline_kit.formats import python
from guideline_kit.formats.beside import ALONE
from guideline_kit.text import Source

Part = list[tuple[str, str]]


def read(text: str, name: str = "app.py") -> Document:
    return python.read(Source(name, textwrap.dedent(text)), ALONE)


def parts(text: str, name: str = "app.py") -> list[Part]:
    """Return the prompts of a source: of each message the role, and the text."""
    document = read(text, name)
    assert [message for part in document.parts for message in part.messages] == list(
        document.messages
    )
    for item in document.placeholders:
        assert document.source.slice(item.span) == item.text
    assert [fault for item in (document, *document.parts) for fault in faults_of(item)] == []
    return [[(item.role, item.text.text) for item in part.messages] for part in document.parts]


# --- what is passed to a model ---------------------------------------------------------------

SYSTEM = ("system", "You are terse.")
USER = ("user", "Name three rivers.")

PASSED = {
    "OpenAI": (
        """
        client.chat.completions.create(model="m", messages=[
            {"role": "system", "content": "You are terse."},
            {"role": "user", "content": "Name three rivers."},
        ])
        """,
        [[SYSTEM, USER]],
    ),
    "OpenAI, responses": (
        """
        client.responses.create(input="Name three rivers.", instructions="You are terse.")
        """,
        [[SYSTEM, USER]],
    ),
    "OpenAI, responses with a list": (
        """
        client.responses.create(
            instructions="You are terse.",
            input=[{"role": "user", "content": [
                {"type": "input_text", "text": "Name three rivers."},
                {"type": "input_image", "image_url": "https://example.com/a.png"},
            ]}],
        )
        """,
        [[SYSTEM, USER]],
    ),
    "OpenAI before version 1": (
        """
        openai.ChatCompletion.create(
            messages=[{"content": "Name three rivers.", "role": "user"}])
        """,
        [[USER]],
    ),
    "the role of developers": (
        """
        client.chat.completions.parse(messages=[
            {"role": "developer", "content": "You are terse."},
            dict(role="user", content="Name three rivers."),
        ])
        """,
        [[SYSTEM, USER]],
    ),
    "Anthropic": (
        """
        client.messages.create(
            max_tokens=100,
            messages=[{"role": "user", "content": "Name three rivers."}],
            system=[{"type": "text", "text": "You are terse.", "cache_control": {}}],
        )
        """,
        [[SYSTEM, USER]],
    ),
    "LiteLLM": (
        """
        completion(model="m", messages=[{"role": "user", "content": "Name three rivers."}])
        """,
        [[USER]],
    ),
    "Google": (
        """
        client.models.generate_content(
            contents="Name three rivers.",
            config=types.GenerateContentConfig(system_instruction="You are terse."),
        )
        """,
        [[USER], [SYSTEM]],
    ),
    "Google, a model with parts": (
        """
        model = genai.GenerativeModel("m", system_instruction="You are terse.")
        model.generate_content([{"role": "user", "parts": ["Name three rivers."]}])
        """,
        [[SYSTEM], [USER]],
    ),
    "an agent": ('Agent(name="a", instructions="You are terse.")', [[SYSTEM]]),
    "another agent": ("Agent(model, system_prompt='You are terse.')", [[SYSTEM]]),
    "an agent that gets a function": (
        """
        @agent.system_prompt
        def about(ctx):
            return "You are terse, and you answer in one line."
        """,
        [[("system", "You are terse, and you answer in one line.")]],
    ),
    "one's own function": (
        """
        ask_model(system_prompt="You are terse.", user_prompt="Name three rivers.")
        """,
        [[SYSTEM, USER]],
    ),
    "a list with a name": (
        """
        messages = [{"role": "system", "content": "You are terse."}]
        messages.append({"role": "user", "content": "Name three rivers."})
        client.chat.completions.create(messages=messages)
        """,
        [[SYSTEM, USER]],
    ),
    "a list that begins empty": (
        """
        messages = []
        messages.append({"role": "user", "content": "Name three rivers."})
        messages.insert(0, {"role": "system", "content": "You are terse."})
        """,
        [[SYSTEM, USER]],
    ),
    "a list of an object": (
        """
        class Chat:
            def __init__(self):
                self.messages = [{"role": "system", "content": "You are terse."}]

            def ask(self):
                self.messages += [{"role": "user", "content": "Name three rivers."}]
                return client.chat.completions.create(messages=self.messages)
        """,
        [[SYSTEM, USER]],
    ),
    "two lists": (
        """
        first = [{"role": "system", "content": "You are terse."}]
        chat(messages=first + [{"role": "user", "content": "Name three rivers."}])
        """,
        [[SYSTEM, USER]],
    ),
    "messages of LangChain": (
        """
        model.invoke([SystemMessage(content="You are terse."), HumanMessage("Name three rivers.")])
        """,
        [[SYSTEM, USER]],
    ),
    "a template of a chat": (
        """
        ChatPromptTemplate.from_messages([
            ("system", "You are terse."),
            MessagesPlaceholder("history"),
            ("human", "Name three rivers."),
        ])
        """,
        [[SYSTEM, USER]],
    ),
    "templates of messages": (
        """
        system = "You are terse."
        ChatPromptTemplate.from_messages([
            SystemMessagePromptTemplate.from_template(system),
            HumanMessagePromptTemplate(prompt=PromptTemplate(
                template="Name three rivers.", input_variables=[])),
        ])
        """,
        [[SYSTEM, USER]],
    ),
    "few shots": (
        """
        FewShotPromptTemplate(examples=some, prefix="Answer briefly.", suffix="Name {n} rivers.")
        """,
        [[("user", "Answer briefly.\n\nName {n} rivers.")]],
    ),
    "Haystack": (
        """
        ChatPromptBuilder(template=[
            ChatMessage.from_system("You are terse."), ChatMessage.from_user("Name three rivers.")])
        """,
        [[SYSTEM, USER]],
    ),
    "roles of an enumeration": (
        """
        chat([ChatMessage(role=MessageRole.SYSTEM, content="You are terse."),
              ChatMessage(role=Role.USER.value, content="Name three rivers.")])
        """,
        [[SYSTEM, USER]],
    ),
}


@pytest.mark.parametrize("case", PASSED)
def test_what_is_passed_to_a_model_is_a_prompt(case: str) -> None:
    text, expected = PASSED[case]
    assert parts(text) == expected
    assert python.is_one("a/app.py", text)


# --- what is called one ----------------------------------------------------------------------

LONG = "Summarize the letter below in two sentences."

NAMED = {
    "a constant": (f'SYSTEM_PROMPT = "{LONG}"', "system"),
    "a constant with a type": (f'SUMMARY_PROMPT: Final[str] = "{LONG}"', "user"),
    "one word in another": (f'summaryPrompt = "{LONG}"', "user"),
    "system instructions": (f'system_instructions = "{LONG}"', "system"),
    "a template": (f'PROMPT_TEMPLATE = """{LONG}"""', "user"),
    "an attribute": (f'self.prompt = "{LONG}"', "user"),
    "an entry": (f'config = {{"system_prompt": "{LONG}"}}', "system"),
    "an entry that is set": (f'config["system_prompt"] = "{LONG}"', "system"),
    "an argument": (f'configure(summary_prompt="{LONG}")', "user"),
    "a default": (f'def run(text, *, prompt="{LONG}"): ...', "user"),
    "a class": (f'class A:\n    system_prompt: str = "{LONG}"', "system"),
    "a field": (f'class A(Base):\n    prompt: str = Field(default="{LONG}")', "user"),
    "a dictionary of prompts": (f'PROMPTS = {{"summary": "{LONG}"}}', "user"),
    "a list of prompts": (f'PROMPTS = ["{LONG}"]', "user"),
    "what a function returns": (f'def build_prompt(text):\n    return "{LONG}"', "user"),
    "an environment variable": (f'PROMPT = os.getenv("PROMPT", "{LONG}")', "user"),
    "another value or this": (f'prompt = given or "{LONG}"', "user"),
    "of two": (f'prompt, n = "{LONG}", 3', "user"),
    "an assignment within": (f'run(prompt := "{LONG}")', "user"),
    "whatever its name": (
        'PREFIX = """You are an assistant that reads letters and says who is to answer them."""',
        "system",
    ),
}


@pytest.mark.parametrize("case", NAMED)
def test_what_is_called_a_prompt_is_one(case: str) -> None:
    text, role = NAMED[case]
    [[(speaker, _)]] = parts(text)
    assert speaker == role
    assert python.is_one("app.py", text)


NONE = {
    "asking for a number": 'prompt = "Enter a number: "\nn = input(prompt)',
    "asking, in many words": (
        'prompt = "Which of the many files here do you want me to take away from the disk now?"'
    ),
    "what is typed at": 'answer = click.prompt("x", prompt="Tell me all about what you want")',
    "an option": '@option("-n", prompt="The number of the ones that you would like")\ndef f(): ...',
    "a file": 'PROMPT_FILE = "prompts/of the system/in use.txt"',
    "a name": 'prompt_name = "the summary of letters that come in"',
    "a shell": 'PROMPT_COMMAND = "echo -n one two three four five six seven eight nine ten"',
    "a shell's prompt": 'bash_prompt = "one two three four five six seven eight nine ten and x"',
    "a query": 'prompt_rows = "SELECT id, text FROM prompts WHERE id IN (1, 2, 3) AND x IS NULL"',
    "a page": 'prompt = "<div class=prompt>Say what you want of us now, and we will do it</div>"',
    "an address": 'PROMPT = "https://example.com/a b c d e f g h i j k l m"',
    "one word": 'SYSTEM_PROMPT = "terse"',
    "code": 'prompt = ">>> for a in range(5): print(a) and b or c or d or e or f or g or h"',
    "a documentation": 'def a_prompt():\n    """Summarize the letter below in two sentences."""',
    "a role of a page": 'x = {"role": "button", "content": "Press me now, please"}',
    "an answer alone": 'reply = {"role": "assistant", "content": "There are three rivers."}',
    "bytes": 'PROMPT = b"Summarize the letter below in two sentences."',
    "a comparison": 'assert prompt == "Summarize the letter below in two sentences."',
    "instructions for people": 'INSTALL_INSTRUCTIONS = "Run the installer and follow what it says"',
    "nothing of the sort": "x = 1\n",
}


@pytest.mark.parametrize("case", NONE)
def test_what_only_sounds_like_a_prompt_is_none(case: str) -> None:
    document = read(NONE[case])
    assert [message.text.text for message in document.messages] == []
    assert not document.parts
    assert not document.problems


def test_only_python_is_looked_into() -> None:
    assert not python.is_one("app.txt", 'SYSTEM_PROMPT = "You are terse."')
    assert not python.is_one("app.py", "def add(a, b):\n    return a + b\n")


# --- names -----------------------------------------------------------------------------------


def test_a_constant_belongs_to_the_call_that_names_it() -> None:
    text = """
        SYSTEM_PROMPT = "You are terse."
        UNUSED_PROMPT = "Summarize the letter below in two sentences."

        def ask(question):
            prompt = f"Answer: {question}"
            return client.chat.completions.create(messages=[
                {"role": "system", "content": SYSTEM_PROMPT},
                {"role": "user", "content": prompt},
            ])
        """
    assert parts(text) == [
        [SYSTEM, ("user", "Answer: {question}")],
        [("user", "Summarize the letter below in two sentences.")],
    ]


def test_a_text_that_two_calls_use_is_checked_once() -> None:
    text = """
        SYSTEM_PROMPT = "You are terse."
        ask(messages=[{"role": "system", "content": SYSTEM_PROMPT}, {"role": "user", "content": a}])
        ask(messages=[
            {"role": "system", "content": SYSTEM_PROMPT},
            {"role": "user", "content": "Name three rivers."},
        ])
        """
    document = read(text)
    first, second = document.parts
    assert [message.text.text for message in first.messages] == ["You are terse.", "a"]
    assert [message.text.text for message in second.messages] == [
        "SYSTEM_PROMPT",
        "Name three rivers.",
    ]
    # What stands for another text is no text of its own.
    assert second.messages[0].ranges == ((0, len("SYSTEM_PROMPT")),)


def test_the_nearest_of_two_texts_with_one_name_counts() -> None:
    text = """
        prompt = "Name three rivers."

        def ask():
            prompt = "Name three towns, and their rivers."
            chat(messages=[{"role": "user", "content": prompt}])
        """
    assert [("user", "Name three towns, and their rivers.")] in parts(text)


def test_what_is_added_to_a_text_belongs_to_it() -> None:
    text = """
        def build(letter, formal):
            prompt = "Summarize the letter below. "
            prompt += "Take two sentences. "
            if formal:
                prompt += "Be formal. "
            prompt = prompt + f"Letter: {letter}"
            return prompt
        """
    expected = "Summarize the letter below. Take two sentences. Be formal. Letter: {letter}"
    assert parts(text) == [[("user", expected)]]


def test_texts_are_added_up_across_names() -> None:
    text = """
        HEAD = "You are terse. "
        run(system_prompt=HEAD + "Answer " + count + " times.", prompt="Name three rivers.")
        """
    assert parts(text) == [[("system", "You are terse. Answer count times."), USER]]
    [system, _] = read(text).messages
    assert [system.text.text[start:end] for start, end in system.ranges] == ["count"]


# --- templates -------------------------------------------------------------------------------

TEMPLATES = {
    "an f-string": (
        'PROMPT = f"Summarize {letter.body!r} for {who}, in {n:>4} words."',
        "fstring",
        ["letter", "who", "n"],
    ),
    "an f-string with code": (
        'PROMPT = f"Summarize {letter.body!r:>{width}} for {who} and {len(x)} others."',
        "none",
        ["letter", "who", ""],
    ),
    "an f-string with braces": (
        'PROMPT = f"Summarize {letter} for me as {{json}}, please."',
        "none",
        ["letter"],
    ),
    "an f-string about its own class": (
        'PROMPT = f"Summarize {letter.__class__.__name__} for all of us."',
        "none",
        ["letter"],
    ),
    "a sum": ('PROMPT = "Summarize for all of us: " + letter', "none", ["letter"]),
    "an attribute of self": (
        'PROMPT = f"Summarize {self.letter} for all of us."',
        "none",
        ["letter"],
    ),
    "format": (
        'PROMPT = "Summarize {letter} for {0}.".format(1, letter=2)',
        "fstring",
        ["letter", ""],
    ),
    "format, later": (
        'PROMPT = "Summarize {letter} for me."\nrun(PROMPT.format(letter=1))',
        "fstring",
        ["letter"],
    ),
    "percent": ('PROMPT = "Summarize %(letter)s for %s, 100%%." % x', "none", ["letter", ""]),
    "LangChain": (
        'PromptTemplate.from_template("Summarize {letter} as {{json}}.")',
        "fstring",
        ["letter"],
    ),
    "LangChain with Jinja2": (
        'PromptTemplate(template="Summarize {{ letter }} {now}.", template_format="jinja2")',
        "jinja2",
        ["letter"],
    ),
    "LangChain with Mustache": (
        'ChatPromptTemplate([("human", "Sum up {{letter}}.")], template_format="mustache")',
        "mustache",
        ["letter"],
    ),
    "Jinja2": (
        'from jinja2 import Template\nPROMPT = Template("Summarize {{ letter }} for me.")',
        "jinja2",
        ["letter"],
    ),
    "string.Template": (
        'from string import Template\nPROMPT = Template("Summarize ${letter} for $$5.")',
        "dollar",
        ["letter"],
    ),
    "an f-string that makes a template": (
        'PromptTemplate.from_template(f"Summarize {letter} for {{who}}.")',
        "fstring",
        ["letter", "who"],
    ),
    "a list of lines": (
        'PROMPT = "\\n".join(["Summarize the letter below.", f"Letter: {letter}", end])',
        "none",
        ["letter", "end"],
    ),
    "no template": ('PROMPT = "Summarize the letter below, a {json} object."', "", []),
}


@pytest.mark.parametrize("case", TEMPLATES)
def test_a_template_has_the_placeholders_of_its_engine(case: str) -> None:
    text, engine, names = TEMPLATES[case]
    [part] = read(text).parts
    assert part.engine == engine
    assert [item.name for item in part.placeholders] == names
    assert part.template_error is None


def test_a_template_that_does_not_parse_is_told() -> None:
    [part] = read('PROMPT = "Summarize {letter for me.".format(letter=1)').parts
    assert part.template_error is not None
    assert part.source.slice(part.template_error[1]) == "{"


def test_the_variables_of_a_template_are_declared_where_they_stand() -> None:
    text = """
        PromptTemplate(
            input_variables=["letter", 'who'],
            partial_variables={"today": now},
            template="Summarize {letter} for {who}, {today}.",
        )
        """
    [part] = read(text).parts
    assert part.inputs is not None
    assert [part.source.slice(item.span) for item in part.inputs] == ["letter", "who", "today"]
    assert [item.name for item in part.inputs] == ["letter", "who", "today"]


@pytest.mark.parametrize(
    "arguments",
    [
        'input_variables=names, template="Sum up {x} now."',
        'input_variables=["x", *more], template="Sum up {x} now."',
        'input_variables=["x"], partial_variables=more, template="Sum up {x} now."',
        'input_variables=["x", "y"], template="Sum up {x} now. " + more',
        'input_variables=["x"], template=f"Sum up {{x}} and {y} now."',
    ],
)
def test_variables_that_are_not_all_there_are_not_judged(arguments: str) -> None:
    [part] = read(f"PromptTemplate({arguments})").parts
    assert part.inputs is None


def test_the_settings_of_a_call_are_parameters() -> None:
    text = """
        completion(model="m-1", temperature=0.5, max_tokens=limit, messages=[
            {"role": "user", "content": "Name three rivers."}])
        """
    [part] = read(text).parts
    assert [(item.name, item.value) for item in part.parameters] == [
        ("model", "m-1"),
        ("temperature", 0.5),
    ]
    assert part.source.slice(part.parameters[1].span) == "0.5"


def test_answers_that_are_shown_are_examples() -> None:
    text = """
        chat(messages=[
            {"role": "system", "content": "Name the capital city."},
            {"role": "user", "content": "France, please"},
            {"role": "assistant", "content": "Paris"},
            {"role": "user", "content": f"And {country}"},
        ])
        """
    [part] = read(text).parts
    assert [message.example for message in part.messages] == [False, True, True, False]


def test_the_parts_are_in_the_order_of_the_source() -> None:
    text = """
        FIRST_PROMPT = "Summarize the letter below in two sentences."
        chat(messages=[{"role": "user", "content": "Name three rivers."}])
        LAST_PROMPT = "Translate the letter below into French."
        """
    document = read(text)
    starts = [part.messages[0].text.whole.start for part in document.parts]
    assert len(starts) == 3
    assert starts == sorted(starts)
