"""The command ``mockvoice serve``."""

import logging
import os
import sys
import threading

import click

from mockvoice.commands.serve_options import serve_options
from mockvoice.settings import Settings

THREAD_SECONDS = 0.3  # idle threads end within this time


@click.command()
@serve_options
def serve(settings: Settings) -> None:
    """Serve the mock until SIGTERM or Ctrl-C."""
    from mockvoice.app import InvalidDataFile, Server, VendorStartError
    from mockvoice.connections.descriptors import raise_limit
    from mockvoice.listeners import PortUnavailable
    from mockvoice.output_files import OutputError
    from mockvoice.proxy.routes import InvalidRoute
    from mockvoice.startup import ReadyFile, table
    from mockvoice.tls.errors import InvalidCertificateFiles
    from mockvoice.vendor_registry import UnknownVendor, VendorUnavailable

    logging.basicConfig(
        level=settings.log_level.upper(), format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )
    if settings.log_level == "info":
        logging.getLogger("uvicorn").setLevel(logging.WARNING)
    ready_file = None if settings.ready_file is None else ReadyFile(settings.ready_file)
    try:
        if ready_file is not None:
            ready_file.clear()
        raise_limit()
        server = Server(settings)
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
    except OSError as error:
        raise _ready_file_error(settings, error) from error

    def ready() -> None:
        try:
            if ready_file is not None:
                ready_file.write(server.urls)
        except OSError as error:
            raise _ready_file_error(settings, error) from error
        click.echo(table(settings, server.vendors, server.addresses))

    threads = set(threading.enumerate())
    try:
        server.run(ready)
    except VendorStartError as error:
        logging.getLogger("mockvoice").debug("the server did not start", exc_info=error)
        raise click.UsageError(str(error)) from error
    finally:
        if ready_file is not None:
            ready_file.remove()
    _exit_if_threads_work(threads)


def _exit_if_threads_work(existing: set[threading.Thread]) -> None:
    """End the process now if the server's threads still work on what nobody waits for any more.

    Python would wait for them, for example until a seeding run has ended.
    """
    from mockvoice.kernel.clock import monotonic

    end = monotonic() + THREAD_SECONDS
    started = [thread for thread in {*threading.enumerate()} - existing if not thread.daemon]
    for thread in started:
        thread.join(max(0, end - monotonic()))
    if any(thread.is_alive() for thread in started):
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)


def _ready_file_error(settings: Settings, error: OSError) -> click.UsageError:
    return click.UsageError(f"--ready-file {settings.ready_file}: {error.strerror}")
