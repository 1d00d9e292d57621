"""The bytes that sandboxes and invoices take in the file of a store."""

import sqlite3
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import requests

from benchmarks.load import Figures
from benchmarks.measured_server import MeasuredServer
from benchmarks.stored_invoices import Sandbox, create_sandbox

VENDORS = ("count", "growcrm", "halo", "optiflow")

SECONDS_FOR_LOG = 10.0


def stored_bytes(records: int, vendors: Sequence[str] = VENDORS) -> dict[str, Figures]:
    """Return the bytes of an unused sandbox of these vendors, and of an invoice with three lines, by vendor."""
    result: dict[str, Figures] = {}
    with tempfile.TemporaryDirectory() as folder, requests.Session() as http:
        http.trust_env = False
        file = Path(folder) / "state.db"
        server = MeasuredServer(vendors=tuple(vendors), state=f"sqlite:///{file}")
        try:
            main = server.urls["main"]
            credentials = create_sandbox(http, main, "first")
            before = _size(file)
            for number in range(records):
                create_sandbox(http, main, f"unused-{number}")
            result["sandbox"] = {"bytes": (_size(file) - before) / records}
            for vendor in vendors:
                root = server.urls["vendors"][vendor]["root_url"]
                sandbox = Sandbox(vendor, root, credentials[vendor])
                result[vendor] = {"invoice_bytes": _invoice_bytes(sandbox, http, file, records)}
        finally:
            server.stop()
    return result


def _invoice_bytes(sandbox: Sandbox, http: requests.Session, file: Path, records: int) -> float:
    sandbox.create(http, 0)
    before = _size(file)
    for number in range(1, records + 1):
        sandbox.create(http, number)
    return (_size(file) - before) / records


def _size(file: Path) -> int:
    """Return the size of the file after everything in its log was moved to it."""
    end = time.monotonic() + SECONDS_FOR_LOG
    busy = 1
    while busy:  # the server moves its log, too
        connection = sqlite3.connect(file, timeout=30)
        try:
            busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            connection.close()
        if busy and time.monotonic() > end:
            raise RuntimeError(f"another process uses {file}, so its log cannot be emptied")
    return file.stat().st_size
