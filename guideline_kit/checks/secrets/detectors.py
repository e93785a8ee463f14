"""The table of detectors: what credentials and personal data look like, as data."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from guideline_kit.checks import guards
from guideline_kit.checks.matching import compiled
from guideline_kit.checks.secrets import personal, validators
from guideline_kit.checks.secrets.validators import Validator


@dataclass(frozen=True, slots=True)
class Detector:
    """How one kind of secret is found.

    `what` is what messages call it, with its article. `pattern` is RE2; its group `secret`,
    or else the whole match, is the value, and `valid` says whether that could be real. `source`
    is where the form is laid down. `begins` is a pattern without gaps that matches wherever
    `pattern` does, where the beginning of `pattern` says too little to be a guard.
    """

    name: str
    what: str
    pattern: str
    valid: Validator
    source: str
    begins: str = ""

    @property
    def guard(self) -> str | None:
        """A cheap necessary condition; ^ and $ in it are the ends of a line."""
        return f"(?m:{self.begins})" if self.begins else guards.guard(f"(?m:{self.pattern})")


# What breaks the lines of a key: in a file, in a quote, in a string.
_BREAK = r"""(?:\\r|\\n|[\s"'`+,>|])"""

# Credentials that are known by their own form.
_CREDENTIALS = (
    Detector(
        "private-key",
        "a private key",
        rf"-----BEGIN (?:[A-Z0-9]+ ){{0,3}}PRIVATE KEY(?: BLOCK)?-----{_BREAK}*"
        rf"(?:[A-Za-z-]{{4,20}}: [^\x00\n]*{_BREAK}+){{0,5}}"
        rf"(?P<secret>[A-Za-z0-9+/=]{{20,}}(?:{_BREAK}+[A-Za-z0-9+/=]{{20,}})*"
        rf"(?:{_BREAK}+=?[A-Za-z0-9][A-Za-z0-9+/=]{{0,18}})?)",
        validators.key_body,
        "https://www.rfc-editor.org/rfc/rfc7468",
    ),
    Detector(
        "aws-access-key",
        "an AWS access key",
        r"\b(?P<secret>A[KS]IA[A-Z0-9]{16})\b",
        validators.access_key,
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html",
    ),
    Detector(
        "github-token",
        "a GitHub token",
        r"\b(?P<secret>gh[oprsu]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59})\b",
        validators.token,
        "https://github.blog/changelog/"
        "2021-03-31-authentication-token-format-updates-are-generally-available/",
    ),
    Detector(
        "gitlab-token",
        "a GitLab token",
        r"\b(?P<secret>gl(?:pat|oas|dt|rt|cbt|ptt|ft|imt|agent|soat)-[\w-]{20,}"
        r"(?:\.[0-9a-z]{2,20}){0,2})",
        validators.token,
        "https://docs.gitlab.com/security/tokens/",
    ),
    Detector(
        "slack-token",
        "a Slack token",
        r"\b(?P<secret>xox[a-z]-[A-Za-z0-9-]{20,}|xapp-\d-[A-Za-z0-9-]{20,}"
        r"|T[A-Z0-9]{8,12}/B[A-Z0-9]{8,12}/[A-Za-z0-9]{20,})\b",  # the path of a webhook
        validators.token,
        "https://docs.slack.dev/authentication/tokens/",
        r"\bxox[a-z]-|\bxapp-\d-|\bT[A-Z0-9]{8,12}/B",
    ),
    Detector(
        "google-api-key",
        "a Google API key",
        r"\b(?P<secret>AIza[\w-]{35}|GOCSPX-[\w-]{28})(?:[^\w-]|$)",
        validators.token,
        "https://cloud.google.com/docs/authentication/api-keys",
    ),
    Detector(
        "model-api-key",
        "the API key of a model provider",
        r"\b(?P<secret>sk-[\w-]{20,}|gsk_[A-Za-z0-9]{40,}|xai-[A-Za-z0-9]{60,}"
        r"|pplx-[A-Za-z0-9]{40,})",
        validators.token,
        "https://platform.openai.com/docs/api-reference/authentication",
    ),
    Detector(
        "stripe-key",
        "a live key of Stripe",
        r"\b(?P<secret>[rs]k_live_[A-Za-z0-9]{16,})\b",
        validators.token,
        "https://docs.stripe.com/keys",
    ),
    Detector(
        "huggingface-token",
        "a Hugging Face token",
        r"\b(?P<secret>hf_[A-Za-z0-9]{30,})\b",
        validators.token,
        "https://huggingface.co/docs/hub/security-tokens",
    ),
    Detector(
        "npm-token",
        "an npm token",
        r"\b(?P<secret>npm_[A-Za-z0-9]{36})\b",
        validators.token,
        "https://github.blog/2021-09-23-announcing-npms-new-access-token-format/",
    ),
    Detector(
        "pypi-token",
        "a PyPI token",
        r"\b(?P<secret>pypi-AgE[\w-]{50,})",
        validators.token,
        "https://docs.github.com/code-security/secret-scanning/introduction/supported-secret-scanning-patterns",
    ),
    Detector(
        "jwt",
        "a signed web token (JWT)",
        r"\b(?P<secret>eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{20,})",
        validators.jwt,
        "https://www.rfc-editor.org/rfc/rfc7519",
    ),
)

# A value that stands in quotes, in code or in running text, and its last character there.
_VALUE = r"""[^\s\x00"'`<>|,;]"""
_LAST = r"""[^\s\x00\\"'`<>|,;.:)\]}*!?]"""
_NAME = (
    r"(?:pass(?:word|wd|phrase|code)|_pass|pwd|\bpw|secret(?:[_ -]?key)?|token|credentials?"
    r"|(?:api|access|auth|private|signing|encryption|account)[_ -]?key)"
)
# password = "...", "password": "...", **Password:** ..., <password>..., the password is ...
_SAYS = (
    r"""[\\"'`*_\])]{0,4}(?:[ \t]{0,3}(?:=>|:=|[:=]{1,2}|>)|[ \t]{1,3}is[ \t])"""
    r"""[ \t*_]{0,3}\\?["'`]?"""
)

# Credentials that are known by what stands around them.
_IN_CONTEXT = (
    Detector(
        "connection-string",
        "a password in an address",
        r"\b[A-Za-z][A-Za-z0-9+.-]{1,20}://(?P<user>[^\s\x00/:@\"'`<>{}$]{0,60})"
        r":(?P<secret>[^\s\x00/@\"'`<>{}]{5,200})@(?P<host>[\w.-]+)",
        validators.url_password,
        "https://www.rfc-editor.org/rfc/rfc3986#section-3.2.1",
        # Without upper bounds: a guard that counts to 200 takes fifty times as long to compile.
        r"[A-Za-z0-9+.-]://[^\s\x00/:@\"'`<>{}$]*:[^\s\x00/@\"'`<>{}]{5,}@",
    ),
    Detector(
        "bearer-header",
        "an access token in a header",
        r"(?i:\bbearer)[ \t]{1,3}(?P<secret>[A-Za-z0-9+/_.~-]{20,}={0,2})",
        validators.token,
        "https://www.rfc-editor.org/rfc/rfc6750#section-2.1",
        r"(?i:\bbearer)[ \t]{1,3}[A-Za-z0-9+/_.~-]{20}",
    ),
    Detector(
        "basic-header",
        "a password in a header",
        r"(?i:\bbasic)[ \t]{1,3}(?P<secret>[A-Za-z0-9+/]{8,}={0,2})",
        validators.basic,
        "https://www.rfc-editor.org/rfc/rfc7617",
        r"(?i:\bbasic)[ \t]{1,3}[A-Za-z0-9+/]{8}",
    ),
    Detector(
        "generic-assignment",
        "a password or key behind its name",
        rf"(?P<name>(?i:[\w .-]{{0,40}}{_NAME})){_SAYS}(?P<secret>{_VALUE}{{5,}}{_LAST})",
        validators.password,
        "https://cwe.mitre.org/data/definitions/798.html",
        rf"(?i:{_NAME}){_SAYS}{_VALUE}{{6}}",
    ),
)

_PERSON = "|".join(personal.NATIONAL_IDS)

# What belongs to a person.
_PERSONAL = (
    Detector(
        "credit-card",
        "a payment card's number",
        r"(?:^|[^\w./#&+-])(?P<secret>[2-6]\d{3}(?:[ -]?\d{4}){2}[ -]?\d{1,7}"
        r"|3\d{3}[ -]?\d{6}[ -]?\d{4,5})\b",
        validators.card,
        "https://www.iso.org/standard/70484.html",
        r"[2-6]\d{3}[ -]?\d{4}[ -]?\d{4}[ -]?\d|3\d{3}[ -]?\d{6}[ -]?\d{4}",
    ),
    Detector(
        "iban",
        "a bank account's number (IBAN)",
        r"\b(?P<secret>[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?)\b",
        validators.iban,
        "https://www.iso.org/standard/81090.html",
        r"\b[A-Z]{2}\d{2} ?[A-Z0-9]{4} ?[A-Z0-9]{4}",
    ),
    Detector(
        "national-id",
        "a national identification number",
        rf"(?i)\b(?P<name>{_PERSON})\b[^\w\x00\n]{{1,4}}"
        r"(?:(?:is|no\.?|nr\.?|number)[^\w\x00\n]{1,3})?"
        r"(?P<secret>[A-Z]{0,6}\d[A-Z0-9]{0,20}(?:[ ./-]\d[A-Z0-9]{0,11}){0,6}(?:-?[A-Z]\b)?)",
        personal.national_id,
        "https://arthurdejong.org/python-stdnum/formats",
        rf"(?i)\b(?:{_PERSON})\b[^\w\x00\n]{{1,4}}"
        r"(?:(?:is|no\.?|nr\.?|number)[^\w\x00\n]{1,3})?[A-Z]{0,6}\d",
    ),
    Detector(
        "email",
        "somebody's e-mail address",
        r"\b(?P<secret>[A-Za-z0-9][\w.%+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,5}[A-Za-z]{2,24})\b",
        personal.email,
        "https://www.rfc-editor.org/rfc/rfc2606",
        r"[\w.%+-]@[A-Za-z0-9-]{1,63}\.[A-Za-z0-9]",
    ),
    Detector(
        "phone",
        "a telephone number",
        r"(?:^|[^\w.+/=-])(?P<secret>\+[1-9]\d{0,2}(?:[ .-]?\(?\d{2,5}\)?){2,6}"
        r"|\([2-9]\d{2}\) ?[2-9]\d{2}[ .-]\d{4})\b",
        personal.phone,
        "https://www.itu.int/rec/T-REC-E.164",
        r"\+[1-9]\d{0,2}[ .-]?\(?\d|\([2-9]\d{2}\) ?[2-9]\d{2}[ .-]\d{4}",
    ),
    Detector(
        "ip-address",
        "a public IP address",
        r"(?:^|[^\w.:/-])(?P<secret>(?:\d{1,3}\.){3,9}\d{1,3})\b",
        personal.public_ip,
        "https://www.rfc-editor.org/rfc/rfc5737",
        r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d",
    ),
)

# In the order in which they are asked: of two that claim the same text, the first has it.
DETECTORS: Mapping[str, Detector] = {
    detector.name: detector for detector in (*_CREDENTIALS, *_IN_CONTEXT, *_PERSONAL)
}
IN_CONTEXT = frozenset(detector.name for detector in _IN_CONTEXT)


@functools.cache
def own_form() -> Any:
    """Return the pattern of what may be a credential of a form of its own, compiled.

    Detectors by context leave such values to the others.
    """
    return compiled("|".join(str(detector.guard) for detector in _CREDENTIALS), ignore_case=False)
