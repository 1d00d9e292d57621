"""Error messages for requests that violate the contract, per property."""

from collections.abc import Iterable
from typing import Any

from mockvoice.web.errors import Violation

FieldError = tuple[str, str, str]  # field, message, code


def field_errors(violations: Iterable[Violation]) -> list[FieldError]:
    """Return each violation as field, message and code, without duplicates."""
    return list(dict.fromkeys(_field_error(violation) for violation in violations))


def joined_message(fields: Iterable[FieldError]) -> str:
    """Return all violations in one text. Documented."""
    return " ".join(f"{name} {message}." for name, message, _ in fields)


def _field_error(violation: Violation) -> FieldError:
    name = ".".join(map(str, violation.field)) or "body"
    message, code = _message(violation)
    return name, message, code


def _message(violation: Violation) -> tuple[str, str]:
    limit: Any = violation.limit
    if violation.rule == "either":
        if isinstance(violation.value, dict) and limit:
            return f"needs {' or '.join(limit)}", "required"
        is_object = isinstance(violation.value, dict)
        problem = "has an invalid format" if is_object else "must be an object"
        return problem, "invalid_format" if is_object else "invalid_type"
    if violation.rule in _MESSAGES:
        message, code = _MESSAGES[violation.rule]
        return message.format(limit=limit), code
    if violation.rule == "type":
        return f"must be {_type_with_article(limit)}", "invalid_type"
    if violation.rule in ("integer", "boolean", "array"):
        return f"must be {_type_with_article(violation.rule)}", "invalid_type"
    if violation.rule == "format":
        return _FORMAT_MESSAGES.get(limit, "has an invalid format"), "invalid_format"
    if isinstance(limit, list):
        values = ", ".join(str(value) for value in limit if value is not None)
        return f"must be one of {values}", "invalid_value"
    return "has an invalid format", "invalid_format"


_FORMAT_MESSAGES = {
    "date": "must be YYYY-MM-DD",
    "uuid": "must be a UUID",
    "email": "must be an email address",
}
_MESSAGES = {
    "reference": ("does not resolve in this workspace", "reference_not_found"),
    "required": ("is required", "required"),
    "numeric": ("must be a number of at least zero", "invalid_number"),
    "positive_numeric": ("must be a number greater than zero", "invalid_number"),
    "tax_reference": ("must name a tax by UUID or by integer id", "invalid_format"),
    "minLength": ("must not be empty", "too_short"),
    "maxLength": ("must have at most {limit} characters", "too_long"),
    "minItems": ("must have at least {limit} entries", "too_short"),
    "minProperties": ("must have at least {limit} properties", "too_short"),
    "maxItems": ("must have at most {limit} entries", "too_long"),
    "minimum": ("must be at least {limit}", "too_small"),
    "maximum": ("must be at most {limit}", "too_large"),
}


def _type_with_article(limit: Any) -> str:
    types = [limit] if isinstance(limit, str) else [name for name in limit or () if name != "null"]
    word = str(types[0]) if types else "present"
    return f"an {word}" if word[0] in "aio" else f"a {word}"
