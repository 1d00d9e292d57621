"""``python -m tools.contract_files FOLDER``: write every contract to files, for checks and releases.

Each is written as ``mockvoice spec`` prints it: whole, for clients, and as OpenAPI 3.1.
"""

import sys
from pathlib import Path

import orjson

from mockvoice.projections import project
from mockvoice.vendor_registry import load_vendor, own_vendor_keys
from mockvoice.web import contract


def main() -> None:
    """Write the files, such as ``halo.clients.json``, to the folder that the command line names."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    contracts = [contract.load("control", "mockvoice.control")]
    contracts += [load_vendor(key).contract for key in own_vendor_keys()]
    for published in contracts:
        documents = {
            "json": published.data,
            "clients.json": project(published.data, "clients", "3.0"),
            "openapi-3.1.json": project(published.data, None, "3.1"),
        }
        for suffix, document in documents.items():
            text = orjson.dumps(document, option=orjson.OPT_INDENT_2)
            (folder / f"{published.name}.{suffix}").write_bytes(text + b"\n")


if __name__ == "__main__":
    main()
