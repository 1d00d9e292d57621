"""Pictures of the console for the documentation: ``python -m tools.pictures FOLDER``.

They show the demo data on a fixed day, so they change only if the console does. Needs Chromium.
"""

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import requests

from mockvoice.app import Server
from mockvoice.settings import Settings

BROWSER = "chromium"
FOLDER = Path(__file__).parents[1] / "docs" / "images"
DAY = datetime(2026, 9, 15, 9, tzinfo=UTC)
WIDTH, HEIGHT = 1400, 1000
PAGES = {
    "console.png": "/sandboxes/default",
    "invoices.png": "/sandboxes/default/records/growcrm/invoices",
    "invoice.png": "/sandboxes/default/records/halo/invoices/1016",
    "request.png": "/sandboxes/default/journal/1",
}


def main(arguments: Sequence[str]) -> int:
    """Take all pictures, and print their files."""
    folder = Path(arguments[0]) if arguments else FOLDER
    status = take_pictures(folder)
    print(*sorted(folder.glob("*.png")), sep="\n")
    return status


def take_pictures(folder: Path) -> int:
    """Write all pictures to a folder; return the exit status."""
    browser = shutil.which(BROWSER)
    if browser is None:
        print("pictures: chromium is not installed (Debian package chromium)", file=sys.stderr)
        return 2
    folder.mkdir(parents=True, exist_ok=True)
    with Server(Settings(port=0, now=DAY)) as server:
        main_url = server.urls["main"]
        control = f"{main_url}/_mock/sandboxes/default"
        requests.put(f"{control}/clock", json={"frozen": True}, timeout=30)
        _send_rejected_request(server.urls["vendors"]["growcrm"]["root_url"])
        for name, path in PAGES.items():
            _take(browser, main_url + path, folder / name)
    return 0


def _send_rejected_request(root: str) -> None:
    """Send an invoice without its client, whose page in the journal explains the rejection."""
    requests.post(
        f"{root}/api/invoices",
        json={"bill_date": DAY.date().isoformat()},
        headers={"Authorization": "Bearer growcrm-demo-key"},
        timeout=30,
    )


def _take(browser: str, url: str, file: Path) -> None:
    with tempfile.TemporaryDirectory() as profile:
        subprocess.run(
            [browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
             "--disable-background-networking", f"--user-data-dir={profile}",
             f"--window-size={WIDTH},{HEIGHT}", f"--screenshot={file}", url],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
