"""The wheel is complete: installed in another environment, it serves."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest
import schemathesis

ROOT = Path(__file__).parents[2]


def run(*command: str | Path, cwd: Path) -> None:
    done = subprocess.run(
        command, cwd=cwd, capture_output=True, text=True, timeout=600, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def installed(tmp_path_factory) -> Path:
    """A new environment, outside the checkout, with the wheel and its dependencies."""
    folder = tmp_path_factory.mktemp("installed")
    run(sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation",
        "-w", folder, ROOT, cwd=folder)  # fmt: skip
    (wheel,) = folder.glob("mockvoice-*.whl")
    run(sys.executable, "-m", "venv", folder / "venv", cwd=folder)
    run(folder / "venv/bin/python", "-m", "pip", "install", "-q",
        "-c", ROOT / "constraints.txt", wheel, cwd=folder)  # fmt: skip
    return folder


def test_an_installed_wheel_serves_the_demo_data_of_every_vendor(installed):
    ready = installed / "ready.json"
    server = subprocess.Popen(
        [installed / "venv/bin/mockvoice", "serve", "--port", "0", "--ready-file", ready],
        cwd=installed, env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"},
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 60
        while not ready.exists() and server.poll() is None and time.monotonic() < deadline:
            time.sleep(0.05)
        assert ready.exists(), server.stderr and server.stderr.read()
        addresses = json.loads(ready.read_text())

        for vendor in addresses["vendors"].values():
            with urllib.request.urlopen(vendor["spec_url"], timeout=30) as response:
                assert json.load(response)["openapi"] == "3.0.3"
        invoices = urllib.request.Request(
            addresses["vendors"]["growcrm"]["root_url"].rstrip("/") + "/api/invoices",
            headers={"Authorization": "Bearer growcrm-demo-key"},
        )
        with urllib.request.urlopen(invoices, timeout=30) as response:
            assert json.load(response)["meta"]["total"] > 20
    finally:
        server.terminate()
        server.communicate(timeout=10)
    assert server.returncode == 0


def test_the_wheel_contains_type_markers(installed):
    for package in ("mockvoice", "mockvoice_contracts"):
        (marker,) = installed.glob(f"venv/lib/python3*/site-packages/{package}/py.typed")
        assert marker.is_file()


def test_the_installed_command_prints_contracts(installed):
    printed = subprocess.run(
        [installed / "venv/bin/mockvoice", "spec", "growcrm"],
        cwd=installed, capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip

    assert printed.stdout.startswith("openapi:")


def check(installed: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [installed / "venv/bin/mockvoice", "check", *arguments],
        cwd=installed, capture_output=True, text=True, timeout=300, check=False,
        env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"},
    )  # fmt: skip


def test_without_the_extra_check_names_the_missing_packages(installed):
    done = check(installed, "growcrm")

    (line,) = done.stderr.splitlines()
    assert done.returncode == 2
    assert "pip install 'mockvoice[contract]'" in line
    assert "schemathesis" in line


def test_the_wheel_contains_the_suites(installed):
    """The packages of the extra come from the environment of these tests."""
    packages = Path(schemathesis.__file__).parent.parent
    (site_packages,) = (installed / "venv/lib").glob("python3*/site-packages")
    path_file = site_packages / "extra.pth"
    path_file.write_text(f"{packages}\n")
    before = set(installed.iterdir())
    try:
        done = check(installed, "halo", "--select", "test_totals", "--report-dir", "reports")
    finally:
        path_file.unlink()

    assert done.returncode == 0, done.stdout + done.stderr
    assert set(installed.iterdir()) - before == {installed / "reports"}
    report = json.loads((installed / "reports/report.json").read_text())
    assert report["vendors"][0]["tests"]["passed"] > 3
