"""Options that describe expected requests, for the commands about faults and the journal."""

import json
import re
from typing import Any

import click

from mockvoice.commands.base import CommandFunction

# Names of headers have neither a colon nor an equals sign.
_HEADER = re.compile(r"\s*(?P<name>[^\s:=]+)\s*[:=](?P<value>.*)", re.DOTALL)

MISSING = object()  # the default of an option whose value may be null


class JsonValue(click.ParamType[Any]):
    """A JSON value; text that is not JSON is an error."""

    name = "JSON"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Parse the text of an option."""
        if not isinstance(value, str):
            return value
        try:
            parsed = json.loads(value)
            # NaN, numbers beyond a double and lone surrogates cannot be sent.
            json.dumps(parsed, ensure_ascii=False, allow_nan=False).encode()
            return parsed
        except ValueError as error:
            self.fail(f"{value[:100]!r} is not JSON: {error}", param, ctx)


def request_options(command: CommandFunction) -> CommandFunction:
    """Add the options of ``criteria``."""
    for option in (
        click.option("--method", help="Method of the request."),
        click.option("--path", help="Decoded path below the vendor's prefix; * is any text without a slash."),
        click.option("--query", multiple=True, metavar="NAME=VALUE", help="Query parameter; may be repeated."),
        click.option("--header", multiple=True, metavar="'NAME: VALUE'", help="Header; may be repeated."),
        click.option(
            "--body", type=JsonValue(), default=MISSING, metavar="JSON",
            help="Part of the body, as JSON.",
        ),
    ):  # fmt: skip
        command = option(command)
    return command


def criteria(
    method: str | None,
    path: str | None,
    query: tuple[str, ...],
    header: tuple[str, ...],
    body: Any,
) -> dict[str, Any]:
    """Return the criteria of the options as a part of a call."""
    values = {
        "method": method,
        "path": path,
        "query": _pairs("--query", query),
        "headers": header_pairs("--header", header),
    }
    present = {name: value for name, value in values.items() if value not in (None, {})}
    return present if body is MISSING else {**present, "body": body}


def header_pairs(option: str, texts: tuple[str, ...]) -> dict[str, Any]:
    """Return the headers of ``NAME: VALUE`` or ``NAME=VALUE``; the values of a repeated one are joined."""
    headers: dict[str, str] = {}
    for text in texts:
        match = _HEADER.fullmatch(text)
        if match is None:
            raise click.BadParameter(f"{text!r} must be 'NAME: VALUE'", param_hint=option)
        name, value = match["name"], match["value"].strip()
        headers[name] = f"{headers[name]}, {value}" if name in headers else value
    return headers


def _pairs(option: str, texts: tuple[str, ...]) -> dict[str, Any]:
    """Return names and values; the values of a repeated name are a list."""
    pairs: dict[str, Any] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not equals or not name:
            raise click.BadParameter(f"{text!r} must be NAME=VALUE", param_hint=option)
        if name in pairs:
            earlier = pairs[name] if isinstance(pairs[name], list) else [pairs[name]]
            pairs[name] = [*earlier, value]
        else:
            pairs[name] = value
    return pairs
