"""Tests that a value found in a text could be the real thing: checksums, structure, chance.

Most strings that look like a credential in a prompt are examples, so each validator leaves
out what is made up: placeholders, published examples, numbers that count upwards.
"""

from __future__ import annotations

import base64
import binascii
import json
import math
import re
from collections import Counter
from collections.abc import Callable, Mapping

# A value, and what the named groups of the pattern took.
Validator = Callable[[str, Mapping[str, str]], bool]

_WORDS = (
    *("example", "sample", "placeholder", "dummy", "fake", "mock", "test", "demo", "foobar"),
    *("your", "replace", "redacted", "removed", "insert", "secret", "secure", "letmein"),
    *("welcome", "deadbeef", "cafebabe"),
)
_ROWS = ("0123456789", "abcdefghijklmnopqrstuvwxyz", "qwertyuiop", "asdfghjkl")
_PLAIN = (
    *_WORDS,
    *(row[at : at + 5] for row in _ROWS for at in range(len(row) - 4)),
    *(row[::-1][at : at + 5] for row in _ROWS for at in range(len(row) - 4)),
)
# In a random token, test may well stand as tEsT.
_MADE_UP = re.compile(
    "|".join(form for word in _PLAIN for form in {word: 0, word.upper(): 0, word.capitalize(): 0})
    + r"|x{4}|X{4}|\*{2}|\.{3}|…|•{2}|#{3}|(.)\1{4}"
    r"|(?i:\bmy[-_]|change[-_ ]?(?:me|it)|(?:^|[-_])here$|p[a4@][s5$]{2}w(?:[o0]?r)?d"
    r"|abc[-_]?123|123[-_]?abc|^hunter2$"
    r"|^(?:user|root|guest|admin|name|value|string|text|key|token)[-_]?\w{0,4}$)"
)


def is_made_up(value: str, _groups: Mapping[str, str] | None = None) -> bool:
    """Whether a value is a placeholder or an example, by the words and runs in it."""
    return _MADE_UP.search(value) is not None


def entropy(value: str) -> float:
    """Return the Shannon entropy of a value, in bits per character."""
    size = len(value)
    return -sum(n / size * math.log2(n / size) for n in Counter(value).values()) if size else 0.0


# --- credentials ---------------------------------------------------------------------------


def token(value: str, _groups: Mapping[str, str]) -> bool:
    """A key that a machine made: a long run of letters and digits, in no order."""
    run = max(re.findall(r"[A-Za-z0-9]+", value), key=len, default="")
    return len(run) >= 12 and _scrambled(run, 0.25) and access_key(value, {})


def access_key(value: str, _groups: Mapping[str, str]) -> bool:
    """A key of capitals and digits, of which not all keys have any."""
    return not is_made_up(value) and entropy(value) >= 3


def key_body(value: str, _groups: Mapping[str, str]) -> bool:
    """The base64 lines of a private key: long enough for a key, and not cut short."""
    if "..." in value or "…" in value:
        return False
    lines = re.split(r"\\r|\\n|\s", value)
    data = "".join(line.strip("\"'`+,>|") for line in lines if ":" not in line)
    found = re.search(r"[A-Za-z0-9+/]{60,}={0,2}", data)
    return found is not None and entropy(found.group()) >= 3


def jwt(value: str, _groups: Mapping[str, str]) -> bool:
    """A signed token whose header and claims are JSON; not the one that tutorials show."""
    header, claims = (_json(part) for part in value.split(".")[:2])
    if "alg" not in header or not claims:
        return False
    return not re.search(r"John Doe|1234567890|\bfoo\b|\btest|\bexample\b", json.dumps(claims))


def _json(part: str) -> Mapping[str, object]:
    try:
        data = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def basic(value: str, _groups: Mapping[str, str]) -> bool:
    """The value of a Basic header: a name and a password, in base64."""
    try:
        user, colon, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return False
    return bool(colon) and user.isprintable() and _chosen(secret)


# Names that end like those of credentials, and are none.
_HARMLESS_NAME = re.compile(
    r"(?:next|prev\w*|page|paging|pagination|continuation|cursor|sync|csrf|xsrf|antiforgery"
    r"|public[-_]?key|[be]os|pad|sep|unk|cls|mask|special|stop|start|end|design|cancellation"
    r"|\w*hash|source|target|fixed|single|each|per|first|last)[-_. ]?token$",
    re.IGNORECASE,
)
# What stands in the place of a value: a variable, a call, a path, an address, a name.
_REFERENCE = re.compile(
    r"^[$@#/~.&%]|^\\|[({\[<]|\$\{|\$\(|%[sd(]|://|::|->|^[\w$]+\?"
    r"|^[A-Za-z_$][\w$]*(?:\??\.[A-Za-z_$][\w$]*)+$"  # process.env.KEY
    r"|^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+$"  # DB_PASSWORD_2
    r"|^(?:sha\d+|md5)[-:]|^[\w-]+\.(?:md|json|ya?ml|toml|txt|env|pem|key|py|[jt]sx?)$"
)
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# A part of a name that somebody gave: a word, a number, or a word with one (v2, oauth2, H1).
_WORD = re.compile(r"(?:[A-Za-z]{2,}\d{0,2}|[A-Za-z]\d{1,2}|\d{1,4}[A-Za-z]{0,2})?")
_ALGORITHM = re.compile(
    r"(?:sha|md|argon|bcrypt|scrypt|pbkdf|base|oauth|aes|utf|rsa|hs|rs|es|ed)[-_]?\d+\w*",
    re.IGNORECASE,
)


def password(value: str, groups: Mapping[str, str]) -> bool:
    """A password or a key behind its name: letters and digits in no known order."""
    name = groups.get("name", "")
    if _HARMLESS_NAME.search(name) or _REFERENCE.search(value) or is_made_up(value):
        return False
    if _UUID.search(value) or _ALGORITHM.fullmatch(value) or entropy(value) < 2.5:
        return False
    parts = re.split(r"[-_.:/]", value)
    if re.search(r"pass|pwd|pw$", name, re.IGNORECASE):
        # sommer7-9, but not 4-digit
        mixed = _mixed(value) and not all(part.isalpha() or part.isdigit() for part in parts)
        return mixed or _scrambled(value)
    return _scrambled(value) and not all(_WORD.fullmatch(part) for part in parts)


_RESERVED = re.compile(
    r"(?:^|\.)(?:example(?:\.\w+)?|test|invalid)$|^(?:host(?:name)?|server)$"
    r"|^(?:192\.0\.2|198\.51\.100|203\.0\.113)\."
)


def reserved_host(host: str) -> bool:
    """Whether a host is set aside for documentation and tests, or only called host."""
    return _RESERVED.search(host.lower().rstrip(".")) is not None


def url_password(value: str, groups: Mapping[str, str]) -> bool:
    """The password of a user in the address of a host."""
    made_up = value == groups.get("user") or reserved_host(groups.get("host", ""))
    return not made_up and _chosen(value)


def _chosen(value: str) -> bool:
    """Whether somebody chose a password for its strength: two sorts of characters or more."""
    if _REFERENCE.search(value) or is_made_up(value) or entropy(value) < 2.5:
        return False
    return sum(bool(re.search(sort, value)) for sort in ("[a-z]", "[A-Z]", r"\d", r"[^\w]")) > 1


def _scrambled(value: str, least: float = 0.3) -> bool:
    """Whether small letters, capitals and digits take turns often, as in what a machine made.

    In V2ServiceAccountToken, a name that somebody gave, they seldom do.
    """
    return len(re.findall(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+", value)) >= least * len(value)


def _mixed(value: str) -> bool:
    return bool(re.search(r"[A-Za-z]", value) and re.search(r"\d", value))


# --- numbers with a check digit ------------------------------------------------------------

# Numbers that payment firms publish for tests, each without its check digit, so that no card
# number stands here.
_PUBLISHED = """
    411111111111111 401288888888188 424242424242424 400005665566555 400551920000000
    400934888888188 401200003333002 401200007777777 421765111111111 450060000000006
    444433332222111 491761000000000 555555555555444 510510510510510 520082828282821
    545454545454545 222300312200322 222300004840001 543111111111111 37828224631000
    37144963539843 37873449367100 34343434343434 601111111111111 601100099013942
    601100040000000 3056930902590 3852000002323 3625960000000 353011133330000
    356600202036050 505050505050505 620000000000000 621094123456789
"""
_TEST_CARDS = frozenset(_PUBLISHED.split())
# First digits and lengths, by issuer: Visa, Mastercard, American Express, Discover, Diners
# Club, JCB, UnionPay. The standard allows up to 19 digits; ids in software have so many, too,
# and cards hardly ever.
_CARD = re.compile(
    r"4\d{15}|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}"
    r"|3[47]\d{13}|(?:6011|64[4-9]\d|65\d\d)\d{12}|3(?:0[0-5]|[68]\d)\d{11}|35[2-8]\d{13}|62\d{14}"
)


def luhn(value: str, _groups: Mapping[str, str]) -> bool:
    """Digits whose last one fits the others by the Luhn formula."""
    from stdnum import luhn as formula

    return bool(formula.is_valid(digits_of(value)))


def card(value: str, groups: Mapping[str, str]) -> bool:
    """A payment card's number: first digits and length of an issuer, and the Luhn formula."""
    digits = digits_of(value)
    if not _CARD.fullmatch(digits) or digits[:-1] in _TEST_CARDS or is_made_up(digits):
        return False
    return len(set(digits)) > 4 and luhn(digits, groups)


# The accounts in the examples that the registry gives, which texts copy.
_EXAMPLE_ACCOUNTS = frozenset(
    (
        *("370400440532013000", "500105175407324931", "NWBK60161331926819"),
        *("20041010050500013M02606", "ABNA0417164300", "539007547034", "21000418450200051332"),
        *("X0542811101000000123456", "00762011623852957", "1904300234573201"),
        *("50000000058398257466", "86011117947", "109010140000071219812874", "00400440116243"),
        *("AIBK93115212345678", "0019400644750000"),
    )
)


def iban(value: str, _groups: Mapping[str, str]) -> bool:
    """A bank account by ISO 13616: the country's form and length, and the remainder of 97."""
    from stdnum import iban as standard

    number = re.sub(r"\W", "", value)
    if number[4:] in _EXAMPLE_ACCOUNTS or is_made_up(number):
        return False
    # Not every bank keeps to the check digits that its country has besides.
    return bool(standard.is_valid(number, check_country=False))


def digits_of(value: str) -> str:
    """Return the digits of a value alone."""
    return re.sub(r"\D", "", value)
