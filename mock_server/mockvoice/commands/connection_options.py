"""Options of the connections to another server, for the commands that call one."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from mockvoice.outbound.connection_settings import ConnectionSettings

CommandFunction = Callable[..., Any]


def connection_options(command: CommandFunction) -> CommandFunction:
    """Add --ca-file, --insecure and --proxy to a command."""
    for option in (
        click.option(
            "--proxy",
            metavar="URL",
            help="Proxy for the server, such as http://proxy.example:3128; by default, that of HTTPS_PROXY, "
            "HTTP_PROXY or ALL_PROXY.",
        ),
        click.option(
            "--insecure",
            is_flag=True,
            help="Accept any TLS certificate of the server. Others on the network can then read and change "
            "everything that is sent.",
        ),
        click.option(
            "--ca-file",
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            help="Trust TLS certificates of the authorities in this PEM file; by default, those of the system "
            "and of SSL_CERT_FILE, REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE.",
        ),
    ):
        command = option(command)
    return command


def connection_settings(
    ca_file: Path | None, proxy: str | None, *, insecure: bool
) -> Mapping[str, Any]:
    """Return the settings of a target file that the options stand for. Raises ``UsageError``."""
    if ca_file is not None and insecure:
        raise click.UsageError("--ca-file and --insecure contradict each other; use one of them")
    settings = {
        "ca_file": None if ca_file is None else str(ca_file.absolute()),
        "verify": False if insecure else None,
        "proxy": proxy,
    }
    return {name: value for name, value in settings.items() if value is not None}


def control_connection(url: str, settings: Mapping[str, Any]) -> "ConnectionSettings":
    """Return how the control API of a mock is called, and print a warning if that is unsafe.

    Raises ``UsageError``.
    """
    from mockvoice.outbound.connection_settings import ConnectionSettings, InvalidConnectionSettings

    file = settings.get("ca_file")
    connection = ConnectionSettings(**{**settings, "ca_file": file and Path(file)})
    try:
        connection.validate(url)
    except InvalidConnectionSettings as error:
        raise click.UsageError(str(error)) from error
    except ValueError:  # an invalid URL, which the request will reject
        return connection
    warn(connection.warning(url))
    return connection


def warn(text: str | None) -> None:
    """Print a warning, if there is one, in red on stderr."""
    if text is not None:
        click.secho(f"WARNING: {text}", err=True, fg="red", bold=True)
