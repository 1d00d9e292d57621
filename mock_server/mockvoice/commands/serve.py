"""The command ``mockvoice serve``."""

import os
import sys
import threading

import click

from mockvoice.commands.serve_options import serve_options
from mockvoice.settings import Settings

THREAD_SECONDS = 0.3  # idle threads end within this time


@click.command()
@serve_options
# Without an environment variable: it would stop all servers that have no input, such as those of a
# container.
@click.option(
    "--stop-with-stdin",
    is_flag=True,
    help="Also stop when standard input is closed, for example because the program that started the "
    "server has ended.",
)
def serve(settings: Settings, stop_with_stdin: bool) -> None:
    """Serve the mock until SIGTERM or Ctrl-C."""
    from mockvoice.commands.end_of_input import stop_at_end_of_input
    from mockvoice.commands.server_start import prepared_server
    from mockvoice.startup import log_addresses, table

    if stop_with_stdin:
        stop_at_end_of_input()
    with prepared_server(settings) as (server, write_ready_file):

        def ready() -> None:
            write_ready_file()
            if settings.log_format == "json":
                log_addresses(settings, server.addresses)
            else:
                click.echo(table(settings, server.vendors, server.addresses))

        threads = set(threading.enumerate())
        server.run(ready)
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
