"""Filters of the templates, which show instants, amounts and JSON as people read them."""

import json
import re
from collections.abc import Mapping
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import jinja2
import orjson
from markupsafe import Markup, escape

_CENT = Decimal("0.01")
# The parts of indented JSON: a text, which is a name before a colon, or another literal.
_JSON_PART = re.compile(r'("(?:[^"\\]|\\.)*")(\s*:)?|-?\d[\d.eE+-]*|true|false|null')

_INSTANT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d|)")


def instant(text: str | datetime) -> str:
    """Return an instant such as ``2026-03-01T09:00:00Z`` as ``2026-03-01 09:00:00 UTC``."""
    content = text if isinstance(text, str) else text.isoformat()
    return f"{content[:10]} {content[11:19]} UTC"


def money(amount: Decimal | None, currency: str = "") -> Markup | str:
    """Return an amount with two decimals, separated thousands and its currency; empty for ``None``."""
    if amount is None:
        return ""
    # Amounts of any size must be shown, also beyond the precision of calculations.
    rounded = amount.quantize(_CENT, ROUND_HALF_UP) if abs(amount) < 10**24 else amount
    text = f"{rounded:,f}"
    if not currency:
        return text
    return Markup('<span class="currency">{}</span> {}').format(currency, text)


def amount(value: float | str | Decimal | None) -> str:
    """Return a number, or the text of one, with separated thousands and at least two decimals."""
    if value in (None, ""):
        return ""
    number = Decimal(str(value))
    exponent = number.as_tuple().exponent
    places = max(2, -exponent) if isinstance(exponent, int) else 2
    return f"{number:,.{places}f}"


def compact_json(data: Any) -> str:
    """Return data as JSON in one line, which the template escapes for HTML alone."""
    return json.dumps(data, ensure_ascii=False)


def readable(text: str) -> str:
    """Return an instant of JSON, such as ``2026-03-01T09:00:00.000Z``, as lists show instants.

    Midnight without an offset is a date. Other texts stay as they are.
    """
    match = _INSTANT.fullmatch(text)
    if match is None:
        return text
    day, time, zone = match.groups()
    if not zone and time == "00:00:00":
        return str(day)
    return f"{day} {time} UTC" if zone == "Z" else f"{day} {time}{zone and ' ' + zone}"


def role_name(role: str) -> str:
    """Return the name of a credential for people, such as ``API key`` for ``api_key``."""
    words = role.replace("_", " ").capitalize()
    return words.replace("Api ", "API ")


def short(value: Decimal) -> str:
    """Return an amount for a chart, such as ``950``, ``1.2k`` or ``3.4M``."""
    for limit, unit in ((10**9, "G"), (10**6, "M"), (10**3, "k")):
        if abs(value) >= limit:
            return f"{value / limit:.1f}{unit}"
    return f"{value:.0f}"


def rows_of(counts: Mapping[str, int]) -> int:
    """Return the number of rows of all tables of a vendor."""
    return sum(counts.values())


def plain(number: float | Decimal) -> str:
    """Return a number without an exponent and without zeros at its end."""
    text = format(Decimal(str(number)), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def highlight(data: Any) -> Markup:
    """Return data as indented JSON with classes for the names, texts and literals."""
    text = orjson.dumps(data, option=orjson.OPT_INDENT_2).decode()
    parts: list[str] = []
    end = 0
    for match in _JSON_PART.finditer(text):
        quoted, colon = match.groups()
        kind = "literal" if quoted is None else "name" if colon else "text"
        content = match.group() if quoted is None else quoted
        parts += [
            str(escape(text[end : match.start()])),
            f'<span class="{kind}">{escape(content)}</span>',
            colon or "",
        ]
        end = match.end()
    parts.append(str(escape(text[end:])))
    return Markup("".join(parts))  # noqa: S704 - every part of the text is escaped above


def load_template(name: str) -> jinja2.Template:
    """Return a template of the console that is rendered outside of Flask's requests."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("mockvoice.control"), autoescape=True,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["instant"] = instant
    return environment.get_template(name)
