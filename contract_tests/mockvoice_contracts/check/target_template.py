"""``mockvoice check --init``: a commented target file for some vendors."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from mockvoice_contracts.check.options import CheckError
from mockvoice_contracts.harness import targets

DEFAULT_FILE = Path("mockvoice-target.toml")
HEAD = """\
# The servers that `mockvoice check --target` and `mockvoice seed --target` call.
# Text that begins with env: names an environment variable; keep secrets there.
"""
MODE = """\
# read-only: send only GET and HEAD. own-data: change only records that the run has created, and delete
# them at the end. full: change any record. Use a test account for the last two.
mode = "read-only"
"""
LIMITS = """\
# requests_per_minute = 60
# max_requests = 5000
"""
CONNECTION = """\
# ca_file = "authority.pem"     # trust only the certificate authorities in this file
# proxy = "env:PROXY_URL"
"""
OPERATIONS = """\
# operations = ["invoices.*"]   # check only these operations
"""


def write(vendors: Sequence[str], file: Path) -> None:
    """Write the file. Raises ``CheckError`` instead of replacing one."""
    text = "\n".join([HEAD, *map(_table, vendors)])
    try:
        with file.open("x", encoding="utf-8") as output:
            output.write(text)
    except FileExistsError as error:
        raise CheckError(
            f"{file} already exists; name another file with --target, or delete it"
        ) from error
    except OSError as error:
        raise CheckError(f"{file} cannot be written: {error.strerror}") from error


def credential_variables(vendor: str) -> dict[str, str]:
    """Return the environment variable for each credential of a vendor."""
    return {name: f"{vendor}_{name}".upper() for name in targets.vendor_of(vendor).credentials}


def _table(vendor: str) -> str:
    return "\n".join(
        [
            f"[{vendor}]",
            "# The base URL, without the paths of the contract.",
            f'url = "{_example_url(vendor)}"',
            MODE.rstrip(),
            *_credentials(vendor),
            *_known(vendor),
            LIMITS.rstrip(),
            CONNECTION.rstrip(),
            *([OPERATIONS.rstrip()] if "operations" in targets.SETTINGS else []),
            "",
        ]
    )


def _example_url(vendor: str) -> str:
    """Return the URL of the contract's first server that is not on this machine, else of the first."""
    urls = [_without_variables(server) for server in targets.document(vendor).get("servers", [])]
    remote = [url for url in urls if "//127.0.0.1" not in url and "//localhost" not in url]
    return next(iter(remote or urls), "https://example.com")


def _without_variables(server: dict[str, Any]) -> str:
    url: str = server["url"]
    for name, variable in server.get("variables", {}).items():
        url = url.replace(f"{{{name}}}", variable["default"])
    return url


def _credentials(vendor: str) -> Iterator[str]:
    pairs = [f'{name} = "env:{value}"' for name, value in credential_variables(vendor).items()]
    if pairs:
        yield f"credentials = {{ {', '.join(pairs)} }}"


def _known(vendor: str) -> Iterator[str]:
    for name, records in targets.vendor_of(vendor).known_records.items():
        commands = " and ".join(f"mockvoice {reader}" for reader in sorted(records.readers))
        yield f"# For {commands}: {records.description}."
        yield f"# known.{name} = {records.example}"
