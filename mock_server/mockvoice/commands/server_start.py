"""The start of a server by a command: its log, and the errors of its options."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

from mockvoice.app import Server
from mockvoice.assembly import InvalidDataFile, StateStoreUnavailable, VendorStartError
from mockvoice.commands.log_output import configure_log
from mockvoice.connections.descriptors import raise_limit
from mockvoice.listeners import PortUnavailable
from mockvoice.output_files import OutputError
from mockvoice.proxy.routes import InvalidRoute
from mockvoice.settings import Settings
from mockvoice.startup import ReadyFile
from mockvoice.tls.errors import InvalidCertificateFiles
from mockvoice.vendor_registry import UnknownVendor, VendorUnavailable


@contextmanager
def prepared_server(settings: Settings) -> Iterator[tuple[Server, Callable[[], None]]]:
    """Yield a server that listens, and a function that writes its ready file once it responds.

    The ready file is removed at the end. Raises ``UsageError``.
    """
    configure_log(settings)
    ready_file = None if settings.ready_file is None else ReadyFile(settings.ready_file)
    if ready_file is not None:
        with _ready_file_errors(settings):
            ready_file.clear()
    server = _open_server(settings)

    def write_ready_file() -> None:
        if ready_file is not None:
            with _ready_file_errors(settings):
                ready_file.write(server.urls)

    try:
        yield server, write_ready_file
    except (VendorStartError, StateStoreUnavailable) as error:
        logging.getLogger("mockvoice").debug("the server did not start", exc_info=error)
        raise click.UsageError(str(error)) from error
    finally:
        if ready_file is not None:
            ready_file.remove()


@contextmanager
def _ready_file_errors(settings: Settings) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise click.UsageError(f"--ready-file {settings.ready_file}: {error.strerror}") from error


def _open_server(settings: Settings) -> Server:
    raise_limit()
    try:
        return Server(settings)
    except (
        UnknownVendor,
        VendorUnavailable,
        PortUnavailable,
        InvalidDataFile,
        StateStoreUnavailable,
        InvalidRoute,
        InvalidCertificateFiles,
        OutputError,
    ) as error:
        raise click.UsageError(str(error)) from error
