"""The options of ``mockvoice serve``, each with an environment variable."""

from collections.abc import Callable
from dataclasses import fields
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click

from mockvoice.commands.option_values import (
    parse_data_option,
    parse_host_option,
    parse_host_options,
    parse_instant_option,
    parse_network_options,
    parse_origin_options,
    parse_port_options,
    parse_route_options,
    parse_size_option,
    parse_state_option,
    parse_token_option,
)
from mockvoice.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])

LOG_LEVELS = ["debug", "info", "warning", "error"]


def option(name: str, *names: str, **details: Any) -> Callable[[F], F]:
    """Declare an option with an environment variable: ``MOCKVOICE_PORT`` for ``--port``."""
    bare_name = name.partition("/")[0].removeprefix("--")
    variable = "MOCKVOICE_" + bare_name.replace("-", "_").upper()
    return click.option(name, *names, envvar=variable, show_envvar=True, **details)


OPTIONS: tuple[Callable[[Callable[..., Any]], Callable[..., Any]], ...] = (
    option(
        "--host",
        default="127.0.0.1",
        show_default=True,
        callback=parse_host_option,
        help="Address to listen on.",
    ),
    option(
        "--port",
        type=click.IntRange(0, 65535),
        default=8080,
        show_default=True,
        help="Main port; the vendors' own ports follow it. 0 uses free ports.",
    ),
    option(
        "--vendor-ports/--no-vendor-ports",
        default=True,
        help="Also open a separate port for each vendor.",
    ),
    option(
        "--vendor-port",
        "own_ports",
        callback=parse_port_options,
        metavar="KEY=PORT",
        multiple=True,
        help="Port of this vendor instead of the usual one; 0 uses a free port; repeatable.",
    ),
    option(
        "--proxy-port",
        type=click.IntRange(0, 65535),
        help="Also open a forward proxy on this port, which serves requests to the vendors' real hosts; "
        "0 uses a free port.",
    ),
    option(
        "--route",
        "routes",
        callback=parse_route_options,
        metavar="HOST=KEY",
        multiple=True,
        help="Host that the proxy serves as this vendor, such as crm.example.com or *.example.com; repeatable.",
    ),
    option(
        "--tls",
        is_flag=True,
        help="Serve HTTPS on all ports, with certificates of the server's own authority.",
    ),
    option(
        "--tls-cert",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Serve HTTPS with this certificate (PEM).",
    ),
    option(
        "--tls-key",
        type=click.Path(path_type=Path),
        metavar="FILE",
        help="Key of --tls-cert (PEM), if it is not in the same file.",
    ),
    option(
        "--ca-dir",
        type=click.Path(path_type=Path),
        metavar="DIR",
        help="Keep the server's certificate authority in this folder, so that clients trust the next start too.",
    ),
    option(
        "--vendor",
        "vendors",
        metavar="KEY",
        multiple=True,
        help="Serve only this vendor; repeatable.",
    ),
    option(
        "--data",
        callback=parse_data_option,
        metavar="demo|empty|FILE",
        default="demo",
        show_default=True,
        help="Initial data; FILE is an export of a sandbox.",
    ),
    option(
        "--seed",
        type=click.IntRange(-(2**63), 2**63 - 1),
        show_default="0, or the seed of the export",
        help="The same seed gives the same ids and tokens.",
    ),
    option(
        "--now",
        callback=parse_instant_option,
        metavar="ISO",
        help="Start time of the clock, such as 2026-03-01T09:00:00Z.",
    ),
    option(
        "--control/--no-control",
        default=True,
        help="Serve the control API and the console, or only the vendors.",
    ),
    option(
        "--control-token",
        callback=parse_token_option,
        metavar="TOKEN",
        help="Require this bearer token for the control API and the console.",
    ),
    option(
        "--allow-host",
        "allowed_hosts",
        callback=parse_host_options,
        metavar="NAME",
        multiple=True,
        help="Host name besides those of this machine by which the control API may be called; repeatable. "
        "With a control token any name may.",
    ),
    option(
        "--cors",
        "cors_origins",
        callback=parse_origin_options,
        metavar="ORIGIN|*",
        multiple=True,
        help="Pages of this origin may call all vendors; repeatable. Without it, each vendor allows what its "
        "real service allows.",
    ),
    option(
        "--trusted-proxy",
        "trusted_proxies",
        callback=parse_network_options,
        metavar="ADDRESS|NETWORK",
        multiple=True,
        help="Proxy in front of the server, whose X-Forwarded-Proto, -Host and -Prefix count; repeatable.",
    ),
    option(
        "--strict-hosts",
        is_flag=True,
        help="Answer the vendors' requests only for names of this machine, the address of --host and "
        "the names of --allow-host.",
    ),
    option(
        "--quirks",
        type=click.Choice(["strict", "observed"]),
        default="strict",
        show_default=True,
        help="Behaviour of new sandboxes if sources differ: follow the vendors' documents to the letter "
        "(strict) or newer public sources such as clients (observed).",
    ),
    option(
        "--state",
        callback=parse_state_option,
        metavar="URL",
        show_default="none; all data ends with the server",
        help="Store that keeps all sandboxes beyond the server, such as sqlite:///mockvoice.db or postgresql://user@host/database.",
    ),
    option(
        "--max-sandboxes",
        type=click.IntRange(1, 100_000),
        default=1000,
        show_default=True,
        help="Maximum number of sandboxes; above it, the oldest is deleted, but never `default`. With "
        "--state: of those in memory; the others stay in the store until they are used again.",
    ),
    option(
        "--max-rows",
        type=click.IntRange(0),
        default=1_000_000,
        show_default=True,
        help="Maximum number of rows in a sandbox; above it, writes get 507; 0 allows any number.",
    ),
    option(
        "--max-memory",
        callback=parse_size_option,
        metavar="SIZE",
        show_default="75 % of the machine's or container's",
        help="Maximum memory of the server, such as 2GiB; above it, writes get 507; 0 allows any amount.",
    ),
    option(
        "--journal-size",
        type=click.IntRange(0, 100_000),
        default=1000,
        show_default=True,
        help="Number of requests that each sandbox's journal keeps; 0 keeps none.",
    ),
    option(
        "--log-level",
        type=click.Choice(LOG_LEVELS),
        default="info",
        show_default=True,
        help="Minimum level of log messages.",
    ),
    option(
        "--log-format",
        type=click.Choice(["text", "json"]),
        default="text",
        show_default=True,
        help="Format of log messages. With json, each is an object on a line of standard error, and "
        "`serve` logs its addresses instead of printing the table.",
    ),
    option(
        "--ready-file",
        type=click.Path(dir_okay=False, path_type=Path),
        help="Write the URLs to this file, as JSON, once all ports accept connections.",
    ),
)


def serve_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of a server to a command, which gets them as ``Settings``."""

    @wraps(command)
    def run(**arguments: Any) -> Any:
        names = [field.name for field in fields(Settings) if field.name in arguments]
        options = {name: arguments.pop(name) for name in names}
        return command(settings=_settings(**options), **arguments)

    decorated: Callable[..., Any] = run
    for decorate in reversed(OPTIONS):
        decorated = decorate(decorated)
    return decorated


def _settings(*, vendors: tuple[str, ...], control_token: str | None, **options: Any) -> Settings:
    """Return the settings of the options. Raises ``UsageError`` for options that exclude each other."""
    settings = Settings(vendors=vendors, control_token=control_token or None, **options)
    if settings.own_ports and not settings.vendor_ports:
        raise click.UsageError("--vendor-port cannot be combined with --no-vendor-ports")
    if settings.routes and settings.proxy_port is None:
        raise click.UsageError(
            "--route needs the proxy: add --proxy-port PORT, or 0 for a free port"
        )
    if settings.tls_key and not settings.tls_cert:
        raise click.UsageError("--tls-key needs the certificate: add --tls-cert FILE")
    if settings.ca_dir and settings.proxy_port is None and not settings.tls:
        raise click.UsageError(
            "--ca-dir needs --tls or --proxy-port: no certificate is used without"
        )
    if settings.ca_dir and settings.tls_cert and settings.proxy_port is None:
        raise click.UsageError("--ca-dir has no effect with --tls-cert: use one of them")
    if not settings.is_loopback_only and settings.control and settings.control_token is None:
        raise click.UsageError(
            f"--host {settings.host} is reachable from other machines, and the demo credentials are public: "
            "add --control-token TOKEN, or --no-control to serve only the vendors"
        )
    return settings
