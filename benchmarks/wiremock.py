"""WireMock with static stubs: the responses of another server to the measured requests."""

import json
import shutil
import urllib.request
from pathlib import Path

from benchmarks.load import HERE, KEY

# By kind: the method and the path of its requests, and a request to the server that is copied.
_STUBS = {
    "get": ("GET", "/api/invoices/[0-9]+", "/api/invoices/1"),
    "list": ("GET", "/api/invoices", "/api/invoices?limit=20"),
    "write": ("PUT", "/api/invoices/[0-9]+/items", "/api/invoices/1"),  # answers with the invoice
}


def jar() -> Path | None:
    """Return the program, from its npm package; ``None`` without the package or without Java."""
    jars = (HERE / "node_modules/wiremock/build").glob("wiremock-standalone-*.jar")
    return next(jars, None) if shutil.which("java") else None


def write_stubs(folder: Path, port: int) -> None:
    """Write stubs with the responses of the server on a port."""
    mappings = folder / "mappings"
    mappings.mkdir(parents=True)
    for kind, (method, path, copied) in _STUBS.items():
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}{copied}", headers={"Authorization": f"Bearer {KEY}"}
        )
        with urllib.request.urlopen(request, timeout=30) as response:
            body = response.read().decode()
        stub = {
            "request": {"method": method, "urlPathPattern": path},
            "response": {
                "status": 200,
                "headers": {"Content-Type": "application/json"},
                "body": body,
            },
        }
        (mappings / f"{kind}.json").write_text(json.dumps(stub), "utf-8")


def command(program: Path, folder: Path, port: int) -> list[str]:
    """Return the command that serves the stubs, without a journal, as the other servers."""
    return [
        "java", "-jar", str(program), "--port", str(port), "--bind-address", "127.0.0.1",
        "--root-dir", str(folder), "--no-request-journal", "--disable-banner",
    ]  # fmt: skip
