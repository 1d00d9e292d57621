"""Standard output that cannot be written: a full disk, or a pipe whose reader has ended."""

import errno
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TextIO

import click

from mockvoice.printable import escape_controls

# The code of ``check`` for a broken contract is 1, so a failure to print must be something else.
OUTPUT_FAILED = 2
_WRITE_ERRORS = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


class OutputFailed(click.ClickException):
    """A file, or standard output, cannot be written."""

    exit_code = OUTPUT_FAILED


@contextmanager
def write_errors_reported() -> Iterator[None]:
    """Turn errors of writing into ``OutputFailed``; a closed pipe ends the program quietly."""
    try:
        yield
    except BrokenPipeError:
        discard(sys.stdout)
        sys.exit(OUTPUT_FAILED)
    except OSError as error:
        if error.filename is not None:
            raise OutputFailed(f"{error.filename}: {error.strerror}") from error
        if error.errno == errno.ENOENT:  # no folder for temporary files
            raise OutputFailed(str(error.strerror)) from error
        if error.errno not in _WRITE_ERRORS:
            raise
        discard(sys.stdout)
        raise OutputFailed(f"standard output cannot be written: {error.strerror}") from error


def print_error(message: str) -> None:
    """Print an error as one line on stderr; a failure to print it must not change the exit code."""
    try:
        click.echo(f"mockvoice: {escape_controls(' '.join(message.split()))}", err=True)
    except OSError:
        discard(sys.stderr)


def discard(stream: TextIO) -> None:
    """Send the rest of a stream's buffer nowhere: Python writes it at its exit, and would fail again."""
    with suppress(OSError):  # a stream without a file descriptor
        descriptor = os.open(os.devnull, os.O_WRONLY)
        os.dup2(descriptor, stream.fileno())
        os.close(descriptor)
