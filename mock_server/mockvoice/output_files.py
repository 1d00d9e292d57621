"""Files that commands write for their users."""

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from stat import S_ISREG


class OutputError(Exception):
    """A file cannot be written; the message names the file and the reason."""

    def __init__(self, path: Path, error: OSError) -> None:
        super().__init__(f"{path} cannot be written: {error.strerror or error}")


def write(path: Path, chunks: Iterable[bytes], mode: int = 0o666) -> None:
    """Write a file, and leave no incomplete file behind. Raises ``OutputError``.

    ``mode`` has the permissions of a new file.
    """
    try:
        # Path.open has no opener.
        file = open(path, "wb", opener=lambda name, flags: os.open(name, flags, mode))  # noqa: SIM115
    except OSError as error:
        raise OutputError(path, error) from error
    is_regular = S_ISREG(os.fstat(file.fileno()).st_mode)  # and not a device such as /dev/stdout
    try:
        with file:
            file.writelines(chunks)
    except OSError as error:
        if is_regular:
            with suppress(OSError):  # the first error is the one to report
                path.unlink()
        raise OutputError(path, error) from error
