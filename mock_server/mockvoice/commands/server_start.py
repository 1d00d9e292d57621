"""The start of a server by a command: its log, and the errors of its options."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import click

from mockvoice.app import InvalidDataFile, Server
from mockvoice.connections.descriptors import raise_limit
from mockvoice.listeners import PortUnavailable
from mockvoice.output_files import OutputError
from mockvoice.proxy.routes import InvalidRoute
from mockvoice.settings import Settings
from mockvoice.startup import ReadyFile
from mockvoice.tls.errors import InvalidCertificateFiles
from mockvoice.vendor_registry import UnknownVendor, VendorUnavailable


def configure_log(level: str) -> None:
    """Write log messages to stderr; uvicorn's only from ``warning`` on, unless all are requested."""
    logging.basicConfig(
        level=level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    if level == "info":
        logging.getLogger("uvicorn").setLevel(logging.WARNING)


def open_ready_file(settings: Settings) -> ReadyFile | None:
    """Return the ready file of the settings, and remove that of an earlier server. Raises ``UsageError``."""
    if settings.ready_file is None:
        return None
    file = ReadyFile(settings.ready_file)
    with _ready_file_errors(settings):
        file.clear()
    return file


def write_ready_file(file: ReadyFile | None, server: Server) -> None:
    """Write the URLs of a server that accepts connections. Raises ``UsageError``."""
    if file is not None:
        with _ready_file_errors(server.settings):
            file.write(server.urls)


@contextmanager
def _ready_file_errors(settings: Settings) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise click.UsageError(f"--ready-file {settings.ready_file}: {error.strerror}") from error


def open_server(settings: Settings) -> Server:
    """Return a server that listens, but does not respond yet. Raises ``UsageError``."""
    raise_limit()
    try:
        return Server(settings)
    except (
        UnknownVendor,
        VendorUnavailable,
        PortUnavailable,
        InvalidDataFile,
        InvalidRoute,
        InvalidCertificateFiles,
        OutputError,
    ) as error:
        raise click.UsageError(str(error)) from error
