"""Laravel's behaviour, shared by the two vendors that are built on it.

It normalizes bodies before validation, parses tolerant fields and creates validation messages. Each
vendor wraps the messages in its own envelope.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from mockvoice.kernel.money import decimal
from mockvoice.kernel.store import Table
from mockvoice.web.errors import Violation
from mockvoice.web.framework import Framework
from mockvoice.web.request_context import RequestContext
from mockvoice.web.request_validator import MAX_VIOLATIONS
from mockvoice.web.vendor import RequestCheck

Errors = dict[str, list[str]]

_NUMERIC = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?")
_INTEGER = re.compile(r"[+-]?(0|[1-9][0-9]*)")

# What Laravel strips around a text: whitespace, and characters that are invisible.
_STRIPPED = (
    "\0\t\n\v\f\r \x85\xa0\xad\u034f\u061c\u115f\u1160\u1680\u17b4\u17b5\u180e"
    + "".join(map(chr, (*range(0x2000, 0x2010), *range(0x2028, 0x202A), 0x202F, 0x205F)))
    + "".join(map(chr, (*range(0x2060, 0x2066), *range(0x206A, 0x2070))))
    + "\u2800\u3000\u3164\ufeff\uffa0\U0001d159"
    + "".join(map(chr, (*range(0x1D173, 0x1D17B), 0xE0020)))
)


class Invalid(Exception):
    """Fields violate a rule, for example by a reference to a missing record.

    ``errors`` has the messages by field; the error's text is Laravel's summary of them.
    """

    status = 422

    def __init__(self, errors: Errors) -> None:
        texts = [text for field_texts in errors.values() for text in field_texts]
        more = len(texts) - 1
        tail = f" (and {more} more error{'s' if more > 1 else ''})" if more else ""
        super().__init__(texts[0] + tail)
        self.errors = errors


def raise_if_errors(errors: Errors) -> None:
    """Raise ``Invalid`` if there are errors."""
    if errors:
        raise Invalid(errors)


def is_json(media_type: str) -> bool:
    """Whether Laravel reads bodies of a media type as JSON. Observed."""
    return "/json" in media_type or "+json" in media_type


def decode_text(body: bytes, _: str) -> bytes:
    """Return a JSON body as it is; one of whitespace alone is empty. Observed."""
    return b"" if body.isspace() else body


METHOD_FIELD = "_method"
LARAVEL = Framework(
    decode_text=decode_text, reads_forms=True, method_field=METHOD_FIELD, reads_as_json=is_json
)

MESSAGE = "message"  # the rule of a violation whose limit is the message itself

# A body of this size has some hundred lines.
MAX_JOINTLY_CHECKED_BYTES = 64 * 1024

# Checks a body, which may lack required fields, against the records. Gets the backend, the body and
# the context of the request. Raises ``Invalid``.
BodyCheck = Callable[[Any, Mapping[str, Any], RequestContext], object]


def joint_checks(vendor: str, checks: Mapping[str, BodyCheck]) -> Mapping[str, tuple[RequestCheck]]:
    """Return checks that report unknown and taken values together with a body's other errors.

    Observed: a form request reports all rules of all fields at once. A body without other errors is
    left to the operation, which makes the same checks. Of a large body only the errors by the contract
    are reported, so that a rejected request is fast.
    """
    return {operation: (_joint_check(vendor, check),) for operation, check in checks.items()}


def _joint_check(vendor: str, check: BodyCheck) -> RequestCheck:
    def violations_of(
        context: RequestContext, violations: Sequence[Violation]
    ) -> Sequence[Violation]:
        body = context.arguments.get("body")
        if not violations or context.sandbox is None or not isinstance(body, dict):
            return ()
        if any(violation.location != "body" for violation in violations):
            return ()
        # Of many violations only the first are known, so that others may be left in the body.
        is_large = len(context.body or b"") > MAX_JOINTLY_CHECKED_BYTES
        if is_large or len(violations) >= MAX_VIOLATIONS:
            context.add_note("the body is large, so only the errors by the contract are reported")
            return ()
        backend = context.sandbox.backends[vendor]
        reported = {violation.field for violation in violations}
        try:
            check(backend, _without_invalid(body, reported), context)
        except Invalid as error:
            return [
                Violation("body", field, MESSAGE, limit=text)
                for name, texts in error.errors.items()
                if (field := _path_of(name)) not in reported
                for text in texts
            ]
        return ()

    return violations_of


def _without_invalid(
    body: Mapping[str, Any], invalid: Iterable[tuple[str | int, ...]]
) -> dict[str, Any]:
    """Return a body without its invalid members; of a list with an invalid item, nothing.

    Only the objects and lists around an invalid member are copied, since a rejected body may be
    large.
    """
    valid = dict(body)
    for path in invalid:
        names = list(path)
        while names and isinstance(names[-1], int):
            names.pop()
        holder: Any = valid
        for name in names[:-1]:
            holder = _copied_member(holder, name)
        if names and isinstance(holder, dict):
            holder.pop(names[-1], None)
    return valid


def _copied_member(holder: Any, name: str | int) -> Any:
    """Replace a member of an object or list by a shallow copy, and return it; ``None`` if absent."""
    try:
        member = holder[name]
    except (KeyError, IndexError, TypeError):
        return None
    if not isinstance(member, dict | list):
        return None
    holder[name] = member.copy()
    return holder[name]


def _path_of(field: str) -> tuple[str | int, ...]:
    """Return the path of a field's name, such as ``items.0.tax_rate_id``."""
    return tuple(int(part) if part.isdigit() else part for part in field.split("."))


def check_ids(field: str, values: Iterable[Any], table: Table[Any], errors: Errors) -> None:
    """Add an error for each list item that is not a key of the table."""
    for position, value in enumerate(values):
        if integer(value) not in table:
            item_field = f"{field}.{position}"
            errors[item_field] = [selected_is_invalid(item_field)]


def unique_ids(values: Iterable[Any]) -> tuple[int, ...]:
    """Return the ids without duplicates, in the order of the request."""
    return tuple(dict.fromkeys(integer(value) for value in values))


def without_trailing_slash(path: str) -> str:
    """Return the path without a trailing slash, which Laravel's router ignores."""
    return path.rstrip("/") or "/"


def trim_strings(value: Any) -> Any:
    """Strip whitespace and invisible characters around every text of a body; empty text becomes null.

    Objects and lists are changed in place.
    """
    kind = type(value)
    if kind is str:
        return value.strip(_STRIPPED) or None
    if kind is not dict and kind is not list:
        return value
    for key, item in value.items() if kind is dict else enumerate(value):
        kind = type(item)
        if kind is str:
            text = item.strip(_STRIPPED)
            if text is not item or not text:  # most texts stay as they are
                value[key] = text or None
        elif kind is dict or kind is list:
            trim_strings(item)
    return value


def prepare_input(body: Any) -> Any:
    """Return a body as the input that rules are applied to: an object with stripped texts.

    Observed: a body that is not an object has no fields.
    """
    if not isinstance(body, dict):
        return {}
    body.pop(METHOD_FIELD, None)
    return trim_strings(body)


def integer(value: int | str) -> int:
    """Parse a whole number that may have been sent as text."""
    return int(value)


def number(value: Decimal | float | str) -> Decimal:
    """Parse a number that may have been sent as text, exactly."""
    return decimal(value)


def boolean(value: bool | int | str) -> bool:
    """Parse a boolean that may have been sent as 1 or 0, or as their digits."""
    return value in (True, "1")


def day(value: str) -> date:
    """Parse the date at the beginning of a date or date-time."""
    return date.fromisoformat(value[:10])


def errors_by_field(violations: Iterable[Violation]) -> Errors:
    """Return Laravel's messages for a body's violations, by field; nested fields use dots."""
    errors: Errors = {}
    for violation in violations:
        field = ".".join(map(str, violation.field)) or "body"
        is_text = violation.rule == MESSAGE
        message = str(violation.limit) if is_text else violation_message(field, violation)
        messages = errors.setdefault(field, [])
        if message not in messages:
            messages.append(message)
    return errors


def selected_is_invalid(field: str) -> str:
    """Return the message for a reference to a record that does not exist."""
    return f"The selected {display_name(field)} is invalid."


def required(field: str) -> str:
    """Return the message for a missing required field."""
    return f"The {display_name(field)} field is required."


def display_name(field: str) -> str:
    """Return a field's name for use in a message."""
    return field.replace("_", " ")


def violation_message(field: str, violation: Violation) -> str:
    """Return Laravel's message for one violation."""
    name, value, limit = display_name(field), violation.value, violation.limit
    if violation.rule == "present":
        return f"The {name} field must be present."
    if violation.rule == "required" or (
        value is None and violation.rule not in ("in", "present|array")
    ):
        return "The body must be an object." if field == "body" else required(field)
    for rule in violation.rule.split("|"):
        rule_name, _, argument = rule.partition(":")
        if rule_name in _VIOLATED and _VIOLATED[rule_name](value, argument):
            low, _, high = argument.partition(",")
            return _MESSAGES[rule_name].format(name=name, limit=argument, low=low, high=high)
    match violation.rule:
        case "type":
            return f"The {name} field must be {_TYPE_NAMES.get(_type(limit), 'valid')}."
        case "enum" | "in":
            return selected_is_invalid(field)
        case "maxLength":
            return f"The {name} field must not be greater than {limit} characters."
        case "maxItems":
            return f"The {name} field must not have more than {limit} items."
        case "minLength" | "pattern" if isinstance(value, str) and not value.strip(_STRIPPED):
            return required(field)
        case "format" if limit == "email":
            return f"The {name} field must be a valid email address."
        case "format" if limit == "date":
            return _MESSAGES["date"].format(name=name)
        case "minimum" | "exclusiveMinimum":
            return f"The {name} field must be at least {limit}."
        case "maximum" | "exclusiveMaximum":
            return f"The {name} field must not be greater than {limit}."
        case _:
            return f"The {name} field format is invalid."


def _type(limit: Any) -> str:
    types = [limit] if isinstance(limit, str) else [name for name in limit or () if name != "null"]
    return str(types[0]) if types else ""


def numeric_or_none(value: Any) -> Decimal | None:
    """Return the number that Laravel's rule ``numeric`` accepts; ``None`` for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    return decimal(value) if _NUMERIC.fullmatch(str(value)) else None


def _is_integer(value: Any) -> bool:
    is_number = isinstance(value, int | float | str) and not isinstance(value, bool)
    return is_number and bool(_INTEGER.fullmatch(str(value)))


def _out_of_range(value: Any, low: str, high: str = "") -> bool:
    parsed = numeric_or_none(value)
    return parsed is None or parsed < decimal(low) or (bool(high) and parsed > decimal(high))


# Whether a value violates a part of a compound rule; the parts are checked in their order.
_VIOLATED: Mapping[str, Callable[[Any, str], bool]] = {
    "integer": lambda value, _: not _is_integer(value),
    "numeric": lambda value, _: numeric_or_none(value) is None,
    "gt": lambda value, low: (parsed := numeric_or_none(value)) is None or parsed <= decimal(low),
    "min": lambda value, low: _out_of_range(value, low),
    "between": lambda value, ends: _out_of_range(value, *ends.split(",")),
    "date": lambda value, _: True,
    "array": lambda value, _: not isinstance(value, list),
    "string": lambda value, _: not isinstance(value, str),
    "boolean": lambda value, _: True,
    "email": lambda value, _: True,
}
_MESSAGES: Mapping[str, str] = {
    "integer": "The {name} field must be an integer.",
    "numeric": "The {name} field must be a number.",
    "gt": "The {name} field must be greater than {limit}.",
    "min": "The {name} field must be at least {limit}.",
    "between": "The {name} field must be between {low} and {high}.",
    "date": "The {name} field must be a valid date.",
    "array": "The {name} field must be an array.",
    "string": "The {name} field must be a string.",
    "boolean": "The {name} field must be true or false.",
    "email": "The {name} field must be a valid email address.",
}
_TYPE_NAMES: Mapping[str, str] = {
    "integer": "an integer",
    "number": "a number",
    "string": "a string",
    "array": "an array",
    "object": "an array",  # to Laravel an object is an array with names
    "boolean": "true or false",
}
