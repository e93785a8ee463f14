"""secrets: credentials and personal data.

No secret stands here, nor anything that looks like one: samples are made when asked for.
"""

from __future__ import annotations

import random
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from linting import (
    STYLES,
    TODAY,
    expect_the_same_in_yaml,
    findings,
    marked,
    messages,
    prompt,
    rule,
    texts_of,
)
from shipped import shipped_catalog

from guideline_kit import formats, schemas
from guideline_kit.checks import Scope
from guideline_kit.checks.secrets import Secrets
from guideline_kit.checks.secrets.detectors import DETECTORS
from guideline_kit.checks.secrets.samples import fill, sample, veiled
from guideline_kit.checks.secrets.validators import entropy
from guideline_kit.diagnostics import Diagnostic, Edit, Fix, Related, Severity, in_order
from guideline_kit.lint import RuleSet, lint
from guideline_kit.report import Checked, Report
from guideline_kit.report import json as json_report
from guideline_kit.report import text as text_report
from guideline_kit.rules import BadPatternError, bind
from guideline_kit.site.examples import marked_example
from guideline_kit.text import Source, Span

ROOT = Path(__file__).parents[2]
NAMES = tuple(DETECTORS)
BY_CONTEXT = ("connection-string", "bearer-header", "basic-header", "generic-assignment")
# The shipped rule of each detector.
RULES = {
    name: bind(entry.data)
    for entry in shipped_catalog().rules
    if entry.data["check"]["kind"] == "secrets"
    for name in entry.data["check"]["detect"]
}


def detect(*names: str, **more: object) -> dict[str, object]:
    return {"kind": "secrets", "detect": list(names or NAMES), **more}


def secret(name: str, number: int = 0) -> str:
    """Return what a detector marks in a sample."""
    (found,) = marked(detect(name), sample(name, number), "text")
    return found


# --- what is found -------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_detector_finds_what_it_is_for(name: str) -> None:
    found = 0
    for number in range(50):
        text = f"Take {sample(name, number)} and go on.\n"
        pieces = marked(detect(name), text)
        assert len(pieces) <= 1
        assert all(piece in sample(name, number) for piece in pieces)
        found += len(pieces)
    # Among random letters stand words such as "test" now and then.
    assert found >= 48, f"{name} finds {found} of 50 samples"


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "# The key {}\n",
        "- one\n- {}\n",
        "| a | b |\n| --- | --- |\n| x | {} |\n",
        "```sh\n{}\n```\n",
        "    {}\n",
        "`{}`",
        '"{}"',
        "> {}\n",
        "<!-- {} -->",
        "<example>\n{}\n</example>",
        "---\ndescription: x {}\n---\nNothing.\n",
    ],
)
def test_it_is_found_wherever_it_stands(name: str, around: str) -> None:
    if name == "private-key" and ("|" in around or around.startswith(("#", "`{"))):
        pytest.skip("a key has lines")
    assert marked(detect(name), around.replace("{}", sample(name))) == [secret(name)]


def test_few_shot_examples_and_other_fields_of_an_entry_leak_too() -> None:
    text = f"id: a\nx-test-key: {sample('npm-token')}\ntemplate:\n  engine: none\n  messages:\n"
    for more, name in (("example: true, ", "stripe-key"), ("", "aws-access-key")):
        text += f"    - {{role: user, {more}content: 'Use {sample(name)}'}}\n"
    assert sorted(marked(detect(), text, "catalog-prompt")) == sorted(
        map(sample, ("npm-token", "stripe-key", "aws-access-key"))
    )
    only_prose = marked(detect(), text, "catalog-prompt", where="prose")
    assert only_prose == [sample("aws-access-key")]
    roles = marked(detect(), text, "catalog-prompt", roles=["tool"], where="anywhere")
    assert roles == []


@pytest.mark.parametrize("guarded", [True, False])
def test_a_field_is_looked_at_where_the_messages_are_clean(guarded: bool) -> None:
    text = prompt("Sum up the week.", tests=[{"name": "one", "key": sample("npm-token")}])
    (found,) = findings(detect(), text, "catalog-prompt", guarded=guarded)
    assert found.position
    assert found.position.line == 2


@given(
    st.sampled_from([name for name in NAMES if name != "private-key"]),
    texts_of("a few", "token: string"),
    st.sampled_from(sorted(STYLES)),
    st.integers(20, 90),
)
def test_finds_the_same_in_every_style_of_yaml(
    name: str, text: str, style: str, width: int
) -> None:
    if name in BY_CONTEXT:
        width = 400  # a fold may stand between the password and its name
    text = f"{text} {sample(name)} to the end."
    expect_the_same_in_yaml(detect(name, message="{masked} {what}"), text, style, width)


@pytest.mark.parametrize("style", sorted(STYLES))
def test_a_key_is_found_in_every_style_of_yaml(style: str) -> None:
    text = f"Use this:\n\n{sample('private-key')}\n"
    expect_the_same_in_yaml(detect("private-key", message="{masked}"), text, style)


@pytest.mark.parametrize("form", ["\\n", "\n> ", "\n    ", '\\n" +\n  "', "\r\n"])
def test_a_key_is_found_however_its_lines_are_broken(form: str) -> None:
    (found,) = marked(detect("private-key"), sample("private-key").replace("\n", form), "text")
    assert found.startswith(sample("private-key").split("\n")[1])
    assert found.endswith(sample("private-key").split("\n")[-2])


@pytest.mark.parametrize(
    "text",
    [
        "password = '{}'",
        'password = "{}"',
        "password: {}",
        "**Password:** `{}`",
        "the password is {}.",
        '"db_password": "{}",',
        "DB_PASSWORD={}",
        "--admin-password={} --verbose",
        "<password>{}</password>",
        "Login: orders, pw: {}",
        "API key: {}",
        "client_secret => {}",
        '{{"token": "{}"}}',
        'print("{{\\"token\\": \\"{}\\"}}")',
        "(Passwort/Passcode: {})",
        "Authorization: Token: {}",
    ],
)
def test_a_password_is_found_behind_its_name(text: str) -> None:
    value = sample("generic-assignment").split('"')[1]
    assert marked(detect("generic-assignment"), text.format(value)) == [value]


def test_a_password_that_a_person_chose_is_found() -> None:
    for value in ("Winter!" + "24bis", "blau7" + "gelb", "xK9#" + "mQ2vLp"):
        assert marked(detect("generic-assignment"), f"password: {value}") == [value]


@pytest.mark.parametrize("gap", ["", " ", "-"])
def test_numbers_of_cards_are_found_in_groups(gap: str) -> None:
    digits = sample("credit-card")
    number = gap.join(digits[at : at + 4] for at in range(0, 16, 4))
    assert marked(detect("credit-card"), f"Card: {number}, 12/29") == [number]


def test_accounts_are_found_in_groups() -> None:
    number = sample("iban")
    grouped = " ".join(number[at : at + 4] for at in range(0, len(number), 4))
    assert marked(detect("iban"), f"Pay to {grouped} by Monday.") == [grouped]


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("SSN", ("536", "-90-", "4399")),
        ("BSN", ("1112", ".22", ".333")),
        ("Steuer-ID", ("36 574", " 261", " 809")),
        ("PESEL", ("440", "5140", "1359")),
        ("Codice fiscale", ("RCCMNL", "83S18", "D969H")),
        ("DNI", ("5436", "2315", "-K")),
        ("CPF", ("390.533", ".447", "-05")),
        ("NHS number", ("943 ", "476 ", "5870")),
        ("NIR", ("2 95 10 99", " 126 111", " 93")),
    ],
)
def test_national_numbers_are_found_behind_their_name(name: str, parts: tuple[str, ...]) -> None:
    number = "".join(parts)
    text = f"She gave her {name}: {number} and left."
    assert marked(detect("national-id"), text) == [number]
    assert marked(detect("national-id"), f"The part number: {number} is out.") == []
    last = "1" if number[-1] != "1" else "2"
    if name != "SSN":  # the one without a check digit
        assert marked(detect("national-id"), text.replace(number, number[:-1] + last)) == []


# --- what is left alone --------------------------------------------------------------------

HARMLESS = (
    "api_key = YOUR_API_KEY",
    "api_key: <your-api-key>",
    "token: <token>",
    "password: ${DB_PASSWORD2}",
    "password: $DB_PASSWORD2",
    "password: {{ db_password_2 }}",
    "password: {password_2}",
    "password: %(password2)s",
    "password: ********",
    "password: xxxxxxxxxxxx12",
    "password: changeme",
    "password: changeme123",
    "Never use password123 as a password.",
    "password: Test@123",
    "apiKey: process.env.API_KEY2",
    'api_key = os.environ["API_KEY_2"]',
    "password = getPassword2()",
    "password = config.db2.password",
    "const token = await login2(user)",
    "token: string",
    "token: str | None = None",
    "max_token: 100000",
    "eos_token: end2of1text9x",
    "next_page_token: eyJv9x8c7",
    "Next page token: aB3dE5gH7",
    "token: gpt-4o-mini",
    "secret: my-app-tls-v2",
    "secret_name: orders/db/2",
    "password: at least 8 characters",
    "password: 8-character minimum",
    "password is argon2id",
    "token type: JWT-RS256",
    "private_key: PKCS7PrivateKeyTypes",
    "service_token: V1ServiceAccountTokenProjection",
    "secret: arn:aws:secretsmanager:eu-west-1:secret",
    "password: https://vault/x1y2z3",
    "access_key: secrets/app2.json",
    "token: 550e8400-e29b-41d4-a716-446655440000",
    "api_" + "key: sk-1234567890abcdef1234",
    "sk-loading-container-fade-in-out-2",
    "the task-sk-abcdefghijklmnopqrstuvwxyz0123",
    "AKIAIOSFODNN7" + "EXAMPLE",
    "ghp_" + "x" * 36,
    "ghp_" + "0" * 36,
    "glpat-" + "your-token-goes-here-1",
    "xoxb-your-bot-token-goes-here",
    "hf_" + "your" * 10,
    "sk_test_" + "aB3dE5gH7jK9mN1pQ3sT5uV7",
    "Authorization: Bearer YOUR_ACCESS_TOKEN_GOES_HERE",
    "Authorization: Bearer <token>",
    "Authorization: Bearer ${ACCESS_TOKEN}",
    "Basic technology-specific rules; Bearer tokens are short-lived",
    "-----BEGIN " + "PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----",
    "-----BEGIN " + "RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEA...\n-----END RSA PRIVATE KEY-----",
    "Look for -----BEGIN " + "PRIVATE KEY-----.",
    "postgresql://user" + ":pass@localhost/db",
    "postgresql://username" + ":password@host:5432/db",
    "amqp://guest" + ":guest@rabbit:5672",
    "redis://" + ":${REDIS_PASSWORD}@cache:6379",
    "https://orders" + ":aB3dE5gH7@example.com/",
    "git@github.com:orders/app.git",
    "http://host:8080/@scope/package",
    "commit 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b",
    "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "integrity: sha512-z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP",
    "![x](data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ)",
    "4111 1111 1111 1111",
    "4242424242424242",
    "3782 822463 10005",
    "5555-5555-5555-4444",
    "Order 4539000012345678, tracking 9400111899223817",
    "at 1700000000000 and 20261122103045123456",
    "DE89 3704 0044 0532 0130 00",
    "GB29 NWBK 6016 1331 9268 19",
    "AT28C256 256K",
    "SSN: 123-45-6789",
    "SSN: 078-05-1120",
    "ssn: 111-22-3333",
    "name@example.com, you@yourcompany.com, user@test.local",
    "noreply@orders-shop.io, support@orders-shop.io, user@host, john.doe@gmail.com",
    "a@b.com, icon@2x.png, limit@odata.FormattedValue, @scope/package@1.2.3",
    "+1 212 555 0123, (212) 555-0187, +1234567890, 555-0100",
    "quantize(Decimal('+35236450.6'))",
    "10.0.0.12, 192.168.1.20, 172.16.4.9, 127.0.0.1, 192.0.2.33, 203.0.113.9",
    "8.8.8.8, 1.1.1.1, version 4.18.2.1, section 2.1.1.5, 13.91.0.0/16, 300.1.2.40",
)


@pytest.mark.parametrize("text", HARMLESS)
def test_examples_placeholders_and_code_are_left_alone(text: str) -> None:
    assert marked(detect(), text) == []


@given(texts_of("token", "password", "api_key", "@", "sk-", "://", "SSN", "Bearer", "+", "="))
def test_words_about_secrets_are_no_secrets(text: str) -> None:
    assert marked(detect(), text) == []


def test_published_accounts_are_left_alone() -> None:
    from guideline_kit.checks.secrets.samples import _with_mod_97
    from guideline_kit.checks.secrets.validators import _EXAMPLE_ACCOUNTS, _TEST_CARDS, luhn

    for account in _EXAMPLE_ACCOUNTS:
        for country in ("DE", "GB", "FR", "NL", "BE", "ES", "IT", "CH", "AT", "SE", "NO", "PL"):
            assert marked(detect("iban"), _with_mod_97(country + account)) == []
    for digits in _TEST_CARDS:
        assert marked(detect("credit-card"), digits) == [], "a whole number stands in the table"
        (last,) = (digit for digit in "0123456789" if luhn(digits + digit, {}))
        assert marked(detect("credit-card"), digits + last) == []


# --- what holds for all --------------------------------------------------------------------

PIECES = st.sampled_from([*HARMLESS, *(sample(name, 1) for name in NAMES)])
MIXED = st.lists(PIECES, max_size=8).map("\n\n".join)


@given(MIXED)
def test_guards_lose_nothing(text: str) -> None:
    for name in NAMES:
        one = rule(detect(name), where="anywhere")
        assert findings(one, text) == findings(one, text, guarded=False)
        check = Secrets(detect(name), Scope(regions=("anywhere",)))
        assert check.guard is not None
        found = check.places(text.encode())
        check.possible = None
        assert check.places(text.encode()) == found


@given(MIXED, st.permutations(NAMES))
def test_the_order_of_detectors_changes_nothing(text: str, names: list[str]) -> None:
    found = findings(detect(message="{masked} {what}"), text)
    assert findings(detect(*names, message="{masked} {what}"), text) == found


@given(MIXED)
def test_findings_are_in_order_and_apart(text: str) -> None:
    places = Secrets(detect(), Scope()).places(text.encode())
    assert places == sorted(places)
    for before, after in pairwise(places):
        assert before[1] <= after[0]


def test_a_value_with_a_form_of_its_own_is_left_to_its_detector() -> None:
    text = f'token = "{sample("github-token")}"'
    assert marked(detect("generic-assignment"), text) == []
    (message,) = messages(detect(message="{what}"), text)
    assert message == "a GitHub token"


def test_planted_secrets_are_found_within_two_lines() -> None:
    draw = random.Random(7)  # noqa: S311
    clean = ["You sum up orders.", "", "## Steps", "", "1. Read the order.", "2. Sum it up."] * 5
    rules = list({item.id: item for item in RULES.values() if item.preset == "default"}.values())
    assert findings(rules, "\n".join(clean)) == ()
    kinds = [name for name in NAMES if RULES[name].preset == "default"]
    missed = []
    for number in range(300):
        name = draw.choice(kinds)
        at = draw.randrange(len(clean))
        lines = [*clean[:at], f"Here: {sample(name, number + 100)}", *clean[at:]]
        found = findings(rules, "\n".join(lines))
        if not any(abs(item.position.line - at - 1) <= 2 for item in found if item.position):
            missed.append((name, number))
    assert len(missed) <= 6, missed


# --- a pattern of one's own ----------------------------------------------------------------


def own(text: str, **more: object) -> dict[str, object]:
    return {"kind": "secrets", "pattern": text, **more}


def test_a_pattern_of_ones_own() -> None:
    check = own(r"\bKD-(?P<secret>\d{6})\b", what="a customer's number", message="{masked}: {what}")
    assert marked(check, "Ask KD-580213 and kd-580213.") == ["580213"]
    assert messages(check, "Ask KD-580213.") == ["5… (6 characters): a customer's number"]
    assert messages(own("KD-[0-9]+", message="{what}"), "KD-580213") == ["a secret"]


def test_a_group_that_took_no_part_marks_the_whole() -> None:
    assert marked(own(r"KD-(?:(?P<secret>\d+)|X)"), "KD-580213, KD-X") == ["580213", "KD-X"]


def test_what_a_pattern_finds_can_have_to_stand_up_to_a_test() -> None:
    number = sample("credit-card")
    other = number[:-1] + str((int(number[-1]) + 1) % 10)
    assert marked(own(r"\d{16}", validate="luhn"), f"{number} {other}") == [number]
    assert marked(own(r"\d{16}", validate="card"), f"{number} 9{number[1:]}") == [number]
    assert marked(own(r"[A-Z]{2}\d{20}", validate="iban"), sample("iban")) == [sample("iban")]
    assert marked(own(r"[\w.-]{20,}", validate="jwt"), sample("jwt")) == [sample("jwt")]
    token = sample("generic-assignment").split('"')[1]
    assert marked(own(r"\w{16}", min_entropy=3), f"{token} aaaabbbbccccdddd") == [token]


def test_what_is_allowed_is_left_alone() -> None:
    one, two = sample("npm-token"), sample("npm-token", 1)
    assert marked(detect(allow=[f"^{one}$"]), f"{one} {two}") == [two]
    assert marked(detect(allow=[one[4:9].upper()]), f"{one} {two}") == [two]
    assert marked(own(r"KD-\d+", allow=["^kd-58"]), "KD-580213 KD-690213") == ["KD-690213"]


def test_exceptions_look_around() -> None:
    check = detect("npm-token", unless={"before": "revoked: $"})
    one = sample("npm-token")
    assert marked(check, f"revoked: {one}") == []
    assert marked(check, f"in use: {one}") == [one]


def test_detectors_and_a_pattern_go_together() -> None:
    check = {**detect("npm-token"), **own(r"KD-\d+")}
    one = sample("npm-token")
    assert marked(check, f"KD-580213 {one}") == ["KD-580213", one]


@pytest.mark.parametrize("text", ["(?=a)b", "(a"])
def test_what_is_not_re2_is_a_broken_rule(text: str) -> None:
    for check in (own(text), detect(allow=[text]), detect(unless={"match": text})):
        with pytest.raises(BadPatternError):
            rule(check)


def test_entropy_is_in_bits_per_character() -> None:
    assert entropy("") == entropy("aaaa") == 0
    assert entropy("abab") == 1
    assert entropy("abcdefgh") == 3


# --- no secret is shown --------------------------------------------------------------------


def report(found: tuple[Diagnostic, ...]) -> str:
    whole = Report(found, (Checked("a file", "text"),))
    return (
        text_report.render(whole)
        + text_report.render(whole, colour=True)
        + json_report.render(whole)
    )


def tells(shown: str, hidden: str) -> bool:
    """Whether a text gives away 8 characters of a secret that are not its public beginning."""
    flat = re.sub(r"\s", "", shown)
    hidden = re.sub(r"\s", "", hidden)
    return any(hidden[at : at + 8] in flat for at in range(4, max(5, len(hidden) - 7)))


@pytest.mark.parametrize("name", NAMES)
def test_no_report_shows_what_is_found(name: str) -> None:
    text = f"Use {sample(name)} now. {'And so on. ' * 20}\n"
    found = findings(detect(name, message="{match} {masked} {what} {secret} {name}"), text)
    assert found
    shown = report(found)
    assert secret(name) not in shown
    assert not tells(shown, secret(name))


@pytest.mark.parametrize("name", NAMES)
def test_no_other_rule_quotes_it(name: str) -> None:
    """Other rules find the same text, its parts, or all of its line."""
    others = [
        rule({"kind": "pattern", "pattern": text, "message": "'{match}' is bad", **more}, id=id)
        for id, text, more in (
            ("whole", r"(?s)Use .*? now", {}),
            ("part", r"[\w.+-]{5,}", {}),
            ("end", r"\S{6} now", {}),
            ("fixed", r"(?P<all>Use \S+)", {"replace": "{all}!", "fix": "safe"}),
            ("inside", r"(?P<x>[A-Za-z0-9])[0-9]", {"replace": "{x}", "fix": "safe"}),
        )
    ]
    for other in others:
        assert other.scope.regions == ("prose",)
    others = [bind({**other.data, "applies_to": {"in": "anywhere"}}) for other in others]
    text = f"Use {sample(name)} now.\n"
    found = findings([rule(detect(name, message="{masked}"), id="mine"), *others], text)
    assert {item.rule for item in found} > {"mine", "whole"}
    value = secret(name)
    assert not tells(report(found), value)
    assert value not in report(found)
    # A waiver or a baseline may take the finding itself away.
    rest = tuple(item for item in found if item.rule != "mine")
    assert value not in report(rest)
    assert not tells(report(rest), value)
    for item in found:
        if item.fix:
            start, end = text.index(value), text.index(value) + len(value)
            for edit in item.fix.edits:
                assert edit.span.end <= start or edit.span.start >= end


def test_places_that_are_related_keep_quiet_too() -> None:
    value = sample("npm-token")
    source = Source("a", f"x {value} y {value}\n")
    span = Span(2, 2 + len(value))
    fix = Fix(f"Replace with '{value}'", (Edit(Span(0, 1), "z"),))
    items = in_order(
        [
            Diagnostic("mine", Severity.ERROR, "m", source, span, secret=True),
            Diagnostic(
                "other",
                Severity.INFO,
                f"Said twice: {value.upper()}",
                source,
                Span(0, 1),
                related=(Related(f"here: {value[:20]}…", source, Span(0, 1)),),
                fix=fix,
            ),
            Diagnostic("third", Severity.INFO, "Nothing to hide", Source("b", value), Span(0, 3)),
        ]
    )
    mine, other, third = sorted(items, key=lambda item: item.rule)
    assert other.message == "Said twice: …"
    assert other.related[0].message == "here: ……"
    assert other.fix is None
    assert other.hidden == mine.hidden == (span,)
    assert third.hidden == ()
    assert in_order(items) == items, "a second time changes nothing"


def test_an_excerpt_shows_the_beginning_of_a_secret_and_stars() -> None:
    source = Source("a", "key 0123456789abcdef end")
    item = Diagnostic("r", Severity.INFO, "m", source, Span(4, 20), hidden=(Span(4, 20),))
    assert item.excerpt(0, 24) == "key 0123************ end"
    assert item.excerpt(6, 12) == "23****"
    assert item.excerpt(20, 24) == " end"


@given(MIXED)
def test_reports_of_anything_tell_nothing(text: str) -> None:
    everything = rule({"kind": "pattern", "pattern": r"\S+", "message": "{match}"}, id="all")
    found = findings([rule(detect(message="{masked}"), id="mine"), everything], text)
    shown = report(found)
    for item in found:
        if item.secret and item.span:
            value = text[item.span.start : item.span.end]
            # Two secrets may have parts in common with what is none.
            if text.count(value[4:]) == 1:
                assert value not in shown


# --- the table, the schema, the rules ------------------------------------------------------


def test_the_schema_offers_what_there_is_and_explains_it() -> None:
    from guideline_kit.site.schema_reference import meanings

    about = schemas.load_all()["kinds/secrets.schema.json"]["properties"]["detect"]
    assert about["items"]["enum"] == list(NAMES)
    assert list(meanings(about["description"], list(NAMES))) == list(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_a_detector_says_what_it_is_and_where_that_is_laid_down(name: str) -> None:
    detector = DETECTORS[name]
    assert re.match(r"(a|an|the|somebody's) ", detector.what)
    assert detector.source.startswith("https://")
    assert detector.guard, "without a guard it would look at every file twice"


def test_every_detector_has_a_rule() -> None:
    assert set(RULES) == set(NAMES)


def test_credentials_are_locked() -> None:
    for name, one in RULES.items():
        credential = NAMES.index(name) < NAMES.index("credit-card")
        assert one.data.get("locked", False) is credential, one.id


@pytest.mark.parametrize("folder", ["catalog", "guideline_kit", "schemas", "site"])
def test_no_secret_stands_in_this_repository(folder: str) -> None:
    check = Secrets(detect(*(name for name in NAMES if RULES[name].preset == "default")), Scope())
    kinds = (".py", ".yaml", ".json", ".md", ".js", ".css", ".jinja")
    for path in (ROOT / folder).rglob("*"):
        if path.suffix in kinds:
            assert check.places(path.read_bytes()) == [], f"a secret stands in {path}"


# --- samples in the examples of rules ------------------------------------------------------


@given(
    st.lists(st.sampled_from(["x", "y ", "⟦npm-token⟧", "⟦email⟧", "⟦nothing⟧", "⟦"]), max_size=6)
)
def test_slots_are_filled_and_found_again(pieces: list[str]) -> None:
    text = "".join(pieces)
    filled = fill(text)
    at = start = 0
    for piece in pieces:
        value = sample(piece[1:-1]) if piece in ("⟦npm-token⟧", "⟦email⟧") else piece
        end = start + len(value)
        assert filled.text[start:end] == value
        assert filled.written(Span(start, end)) == Span(at, at + len(piece))
        if value != piece:
            assert filled.written(Span(start + 3, end - 2)) == Span(at, at + len(piece))
        at, start = at + len(piece), end
    assert filled.text == "".join([filled.text[:start]])


def test_samples_are_the_same_each_time_and_differ_by_number() -> None:
    for name in NAMES:
        assert sample(name) == sample(name)
    assert sample("npm-token") != sample("npm-token", 1)


def test_a_page_shows_no_sample() -> None:
    for name in set(NAMES) - {"email"}:
        assert secret(name) not in veiled(f"⟦{name}⟧")
    assert veiled("a ⟦aws-access-key⟧ ⟦x⟧") == "a AKIA•••••••••••••••• ⟦x⟧"
    example = marked_example("Use ⟦aws-access-key⟧ now", [(4, 20, "found")])
    assert "AKIA••••" in example.code
    assert example.findings[0].text == "AKIA••••••••••••••••"


def test_a_slot_is_only_filled_in_the_examples_of_secrets() -> None:
    from guideline_kit.validate.examples import example_findings

    words = rule({"kind": "terms", "words": ["⟦npm-token⟧"], "message": "{match}"})
    found = example_findings(RuleSet([words]), {}, "Use ⟦npm-token⟧ now.", TODAY)
    assert [item.message for item in found] == ["⟦npm-token⟧"]
    found = example_findings(RuleSet([RULES["npm-token"]]), {}, "Use ⟦npm-token⟧ now.", TODAY)
    assert [item.span for item in found] == [Span(4, 15)]


def test_a_secret_is_hidden_though_its_rule_was_not_asked_for() -> None:
    token = sample("github-token")
    text = f"Name a few risks of {token} in here.\n"
    word = rule({"kind": "terms", "words": ["few"]}, id="vague")
    quoting = rule({"kind": "pattern", "pattern": r"of \S+"}, id="quoting")
    secret = rule({"kind": "secrets", "detect": ["github-token"]}, id="token", where="anywhere")
    document = formats.read(Source("a file", text), "markdown")
    found = lint(document, RuleSet([word, quoting], hiding=[secret]), TODAY)
    assert {item.rule for item in found} == {"vague", "quoting"}
    report = Report(found, [Checked("a file", "markdown")])
    for printed in (text_report.render(report), json_report.render(report)):
        assert token not in printed
        assert token[6:] not in printed


@pytest.mark.parametrize("end", ['")', '"'], ids=["read", "broken"])
def test_code_around_a_prompt_is_not_reported_and_not_shown(end: str) -> None:
    key = sample("aws-access-key")
    text = f'call("{key}", instructions="You are an assistant: sum up the the letter.{end}\n'
    source = Source("prompts/a.py", text)
    entries = shipped_catalog().entries
    rules = RuleSet([bind(entries[name].data) for name in ("access-token", "repeated-word")])
    (found,) = lint(formats.read(source, "python"), rules, TODAY)
    assert found.rule in ("repeated-word", "python-syntax")
    assert "You are" in text_report.render(Report((found,), [Checked(source.name, "python")]))
    assert key not in text_report.render(Report((found,), [Checked(source.name, "python")]))
