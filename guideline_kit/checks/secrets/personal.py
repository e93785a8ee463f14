"""Tests that a value belongs to a person, and not to nobody, to a role or to an example."""

from __future__ import annotations

import re
from collections.abc import Mapping

from guideline_kit.checks.secrets.validators import digits_of, is_made_up, reserved_host

# What people call such a number, and the module of stdnum that knows its check digits.
NATIONAL_IDS: Mapping[str, str] = {
    r"ssn|social security (?:number|no\.?)": "us.ssn",
    r"itin": "us.itin",
    r"sin|social insurance number": "ca.sin",
    r"nhs (?:number|no\.?)": "gb.nhs",
    r"nir|num[ée]ro de s[ée]curit[ée] sociale": "fr.nir",
    r"bsn|burgerservicenummer": "nl.bsn",
    r"steuer-?id(?:entifikationsnummer)?|idnr": "de.idnr",
    r"dni": "es.dni",
    r"nie": "es.nie",
    r"codice fiscale": "it.codicefiscale",
    r"pesel": "pl.pesel",
    r"rijksregisternummer|num[ée]ro national": "be.nn",
    r"personnummer": "se.personnummer",
    r"henkil[öo]tunnus|hetu": "fi.hetu",
    r"f[øo]dselsnummer": "no.fodselsnummer",
    r"cpr(?:-nummer| number)?": "dk.cpr",
    r"ahv(?:-nummer| number)?": "ch.ssn",
    r"cpf": "br.cpf",
    r"curp": "mx.curp",
    r"aadhaar(?: number)?": "in_.aadhaar",
    r"tfn|tax file number": "au.tfn",
    r"pps(?: number|n)": "ie.pps",
}


def national_id(value: str, groups: Mapping[str, str]) -> bool:
    """A number that a state gives each person, checked as the country in its name does."""
    from importlib import import_module

    digits = digits_of(value)
    if is_made_up(digits) or re.search(r"(\d)\1{3}", digits):  # 111-22-3333
        return False
    for name, module in NATIONAL_IDS.items():
        if re.fullmatch(name, groups.get("name", ""), re.IGNORECASE):
            return bool(import_module(f"stdnum.{module}").is_valid(value))
    return False


_INVENTED_DOMAIN = re.compile(
    r"(?:your|my|some|the)?[-_]?(?:example|sample|company|corp|corporation|organi[sz]ation|org"
    r"|business|startup|domain|e?mail|site|website|store|shop|bank|school|university|hospital|app"
    r"|service|client|customer|partner|provider|vendor|startup|agency|acme\w*|contoso|fabrikam"
    r"|northwind\w*|adventure-?works|initech|globex|foo|bar|baz|test|demo|xyz|abc|host|server)"
    r"(?:[-_.]?(?:inc|corp|co|ltd|llc|mail))?"
)
_INVENTED_PERSON = re.compile(
    r"(?:j(?:ohn|ane)?[._-]?(?:doe|smith|roe)|john|jane|alice|bob|carol|eve|foo|bar|a|b|x|y"
    r"|user(?:name)?|name|first(?:name)?[._-]?last(?:name)?|firstname|someone|somebody|person"
    r"|you(?:r[\w.-]*)?|me|my[\w.-]*|them|him|her|they|customer|client"
    r"|e?-?mail|example|sample|demo|valid|invalid|recipient|sender|from|to|cc)\d*"
)
_ROLE = re.compile(
    r"(?:no|do-?not)[-_.]?reply|git|admin\w*|support|info|hello|hi|contact|help(?:desk)?|sales"
    r"|service|security|privacy|legal|press|team|office|billing|abuse|feedback|jobs|careers|hr"
    r"|marketing|news(?:letter)?|notifications?|alerts?|bot|root|postmaster|webmaster|hostmaster"
    r"|oss|mail|enquir\w+|inquir\w+|orders?|accounts?|finance|dev(?:s|ops)?|opensource|conduct|bugs?"
)
# A country, or one of the domains that people have their mail in; else pictures@2x.png and
# fields@odata.type would be addresses.
_END = re.compile(
    r"(?!js|ts|py|rb|rs|md|sh|go)[a-z]{2}"
    r"|com|org|net|edu|gov|mil|int|info|biz|name|eu|dev|app|cloud|tech|online|email|health|bank"
)


def email(value: str, _groups: Mapping[str, str]) -> bool:
    """The address of a person: no role, no placeholder, no domain set aside for examples."""
    person, _, domain = value.lower().partition("@")
    *names, end = domain.split(".")
    # Only what ends as domains do: not .local, not .internal.
    if reserved_host(domain) or not _END.fullmatch(end) or is_made_up(value):
        return False
    if any(_INVENTED_DOMAIN.fullmatch(name) or "noreply" in name for name in names):
        return False
    if max(map(len, names)) < 3:  # a@b.com
        return False
    plain = person.partition("+")[0]
    return not (_INVENTED_PERSON.fullmatch(plain) or _ROLE.fullmatch(plain))


def phone(value: str, _groups: Mapping[str, str]) -> bool:
    """A telephone number that is not made up: 10 to 15 digits, no 555."""
    digits = digits_of(value)
    if not 10 <= len(digits) <= 15 or len(set(digits)) < 4 or is_made_up(digits):
        return False
    if "+" in value and not digits.startswith("1"):
        return True
    # North America: no code begins with 0 or 1.
    return re.fullmatch(r"1?[2-9]\d\d[2-9]\d{6}", digits) is not None and "555" not in digits[:-4]


def public_ip(value: str, _groups: Mapping[str, str]) -> bool:
    """An address of the public internet that belongs to somebody; known resolvers are left out."""
    import ipaddress

    try:
        address = ipaddress.ip_address(value)
    except ValueError:
        return False
    if not address.is_global or address.is_multicast:
        return False
    numbers = [int(number) for number in value.split(".")]
    # 8.8.8.8 and 1.1.1.1 are known to everybody, 1.2.3.0 is a version or a section, and what
    # ends with 0 is a network.
    return len(set(numbers)) > 2 and max(numbers) >= 30 and numbers[-1] > 0
