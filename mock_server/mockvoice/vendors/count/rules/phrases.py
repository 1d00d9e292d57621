"""What is said of a request that breaks the contract, property by property."""

from collections.abc import Iterable
from typing import Any

from mockvoice.web.errors import Violation

Field = tuple[str, str, str]  # where, what is wrong, which rule


def fields_of(violations: Iterable[Violation]) -> list[Field]:
    """Each violation as field, phrase and code, a repeated one once."""
    return list(dict.fromkeys(_field(each) for each in violations))


def sentence(fields: Iterable[Field]) -> str:
    """All violations in one text. Documented: they come joined in one string."""
    return " ".join(f"{name} {phrase}." for name, phrase, _ in fields)


def _field(violation: Violation) -> Field:
    name = ".".join(map(str, violation.field)) or "body"
    phrase, code = _phrase(violation)
    return name, phrase, code


def _phrase(violation: Violation) -> tuple[str, str]:
    limit: Any = violation.limit
    if violation.rule == "either":
        return _either(violation.value), "required"
    if violation.rule in _PHRASES:
        phrase, code = _PHRASES[violation.rule]
        return phrase.format(limit=limit), code
    if violation.rule == "type":
        return f"must be {_kind(limit)}", "invalid_type"
    if violation.rule in ("integer", "boolean", "array"):
        return f"must be {_kind(violation.rule)}", "invalid_type"
    if violation.rule == "format":
        return _FORMATS.get(limit, "has a wrong format"), "invalid_format"
    if isinstance(limit, list):
        words = ", ".join(str(each) for each in limit if each is not None)
        return f"must be one of {words}", "invalid_value"
    return "has a wrong format", "invalid_format"


_FORMATS = {
    "date": "must be YYYY-MM-DD",
    "uuid": "must be a UUID",
    "email": "must be an email address",
}
_PHRASES = {
    "required": ("is required", "required"),
    "numeric": ("must be a number that is not negative", "invalid_number"),
    "positive_numeric": ("must be a number above zero", "invalid_number"),
    "tax_reference": ("must name a tax by UUID or by integer id", "invalid_format"),
    "minLength": ("must not be empty", "too_short"),
    "maxLength": ("must have {limit} characters at most", "too_long"),
    "minItems": ("must have {limit} entries at least", "too_short"),
    "minProperties": ("must have {limit} properties at least", "too_short"),
    "maxItems": ("must have {limit} entries at most", "too_long"),
    "minimum": ("must be at least {limit}", "too_small"),
    "maximum": ("must be at most {limit}", "too_large"),
}

# The spellings of which one has to be there, by the first of them.
_SPELLINGS = (
    ("grantType", "grant_type"),
    ("refreshToken", "refresh_token"),
    ("productUuid", "uuid"),
    ("unitPrice", "price"),
    ("postedDate", "date"),
)


def _either(value: Any) -> str:
    if not isinstance(value, dict):
        return "must be an object"
    pairs = [pair for pair in _SPELLINGS if pair[0] not in value and pair[1] not in value]
    if "productUuid" in value or "uuid" in value or "quantity" in value:
        pairs = [pair for pair in pairs if pair[0] in ("productUuid", "unitPrice")]
    elif "accUuid" in value or "amount" in value:
        pairs = [pair for pair in pairs if pair[0] == "postedDate"]
    return "needs " + " and ".join(
        f"{one} or {other}" for one, other in pairs[:2] or _SPELLINGS[:1]
    )


def _kind(limit: Any) -> str:
    kinds = [limit] if isinstance(limit, str) else [each for each in limit or () if each != "null"]
    word = str(kinds[0]) if kinds else "present"
    return f"an {word}" if word[0] in "aio" else f"a {word}"
