"""Values of options, parsed from the command line or an environment variable."""

import re
from datetime import datetime
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Literal

import click
from click.core import ParameterSource

from mockvoice.tls.hosts import InvalidHost, normalize_host

MIN_MEMORY = 64 * 1024**2  # bytes; a server with the demo data of one vendor needs more
# A number of bytes, with a unit of 1,024 or a power of it.
_ORIGIN = re.compile(
    r"https?://(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?", re.IGNORECASE
)
_SIZE = re.compile(r"([0-9]{1,15}(?:\.[0-9]{1,3})?) ?([KMGT]?)(?:i?B)?", re.IGNORECASE)


def parse_instant_option(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> datetime | None:
    """Return the instant of an option. Raises ``BadParameter``."""
    from mockvoice.kernel.clock import parse_instant

    try:
        return None if value is None else parse_instant(value)
    except ValueError as error:
        raise click.BadParameter(
            f"{value!r} is not an instant such as 2026-03-01T09:00:00Z: {error}"
        ) from error


def parse_size_option(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> int | None:
    """Return the bytes of an option such as ``512MiB``. Raises ``BadParameter``."""
    if value is None:
        return None
    match = _SIZE.fullmatch(value.strip())
    if match is None:
        raise click.BadParameter(f"{value!r} is not a size such as 512MiB or 2GiB")
    number, unit = match.groups()
    size = int(float(number) * 1024 ** " KMGT".index((unit or " ").upper()))
    if 0 < size < MIN_MEMORY:
        raise click.BadParameter(
            f"{value!r} is less than any server needs; at least 64MiB, or 0 for any amount"
        )
    return size


def parse_state_option(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> str | None:
    """Return the address of a store. Raises ``BadParameter``."""
    from mockvoice.state_store.urls import InvalidStoreUrl, parse_store_url

    if not value:
        return None
    try:
        parse_store_url(value)
    except InvalidStoreUrl as error:
        raise click.BadParameter(str(error)) from error
    return value


def parse_host_options(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...]:
    """Return host names. Raises ``BadParameter``."""
    for value in values:
        try:
            normalize_host(value.removeprefix("*."))
        except InvalidHost as error:
            raise click.BadParameter(
                f"must be a host name such as mockvoice or *.example.com, without scheme and port, not {value!r}"
            ) from error
    return values


def parse_host_option(context: click.Context, parameter: click.Parameter, value: str) -> str:
    """Return the address to listen on. Raises ``BadParameter``."""
    try:
        normalize_host(value)
    except InvalidHost as error:
        raise click.BadParameter(
            f"must be an address or a host name such as 127.0.0.1, without scheme and port, not {value!r}"
        ) from error
    return value


def parse_token_option(
    context: click.Context, parameter: click.Parameter, value: str | None
) -> str | None:
    """Return a token; an empty variable is none. Raises ``BadParameter`` for an empty option."""
    if value == "" and parameter.name is not None:
        if context.get_parameter_source(parameter.name) is ParameterSource.COMMANDLINE:
            raise click.BadParameter("is empty: give a token, or leave the option out")
        return None
    return value


def parse_data_option(
    context: click.Context, parameter: click.Parameter, value: str
) -> Literal["demo", "empty"] | Path:
    """Return the initial data of an option. Raises ``BadParameter``."""
    if value == "demo":
        return "demo"
    if value == "empty":
        return "empty"
    if not Path(value).is_file():
        raise click.BadParameter(
            f"must be demo, empty or the path of an existing file, not {value!r}"
        )
    return Path(value)


def parse_origin_options(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[str, ...]:
    """Return origins in lower case. Raises ``BadParameter``."""
    for value in values:
        if value != "*" and not _ORIGIN.fullmatch(value):
            raise click.BadParameter(
                f"must be * or an origin such as https://app.example.com:8443, without a path and a slash "
                f"at its end, not {value!r}"
            )
    return tuple(value.lower() for value in values)


def parse_network_options(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[IPv4Network | IPv6Network, ...]:
    """Return networks; an address is a network by itself. Raises ``BadParameter``."""
    try:
        return tuple(ip_network(value) for value in values)
    except ValueError as error:
        raise click.BadParameter(
            f"must be an address or a network such as 10.0.0.0/8: {error}"
        ) from error


def parse_route_options(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> tuple[tuple[str, str], ...]:
    """Return hosts with their vendors' keys. Raises ``BadParameter``."""
    routes = []
    for value in values:
        host, _, key = value.rpartition("=")
        if not host or not key:
            raise click.BadParameter(
                f"must be a host and a vendor such as crm.example.com=growcrm, not {value!r}"
            )
        routes.append((host, key))
    return tuple(routes)


def parse_port_options(
    context: click.Context, parameter: click.Parameter, values: tuple[str, ...]
) -> dict[str, int]:
    """Return the ports by vendor key. Raises ``BadParameter``."""
    ports: dict[str, int] = {}
    for value in values:
        key, _, port = value.partition("=")
        if not port.isdecimal() or int(port) > 65535:
            raise click.BadParameter(
                f"must be a vendor and a port such as halo=9001, not {value!r}"
            )
        if key in ports:
            raise click.BadParameter(f"{key!r} has two ports: {ports[key]} and {port}")
        ports[key] = int(port)
    return ports
