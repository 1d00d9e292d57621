"""A vendor in a package of its own: installed elsewhere, served, checked, and used like the others."""

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import requests

from tests import processes

ROOT = Path(__file__).parents[2]
PROJECT = ROOT / "tests/vendor_package"
PAGE = (ROOT / "docs/how-to/vendor-packages.md").read_text("utf-8")
PUBLIC = {"mockvoice.vendor_api", "mockvoice.vendor_api.seeding", "mockvoice_contracts.suite_api"}
KEY = {"Authorization": "Bearer toyshop-demo-key"}


@pytest.fixture(scope="module")
def environment(tmp_path_factory) -> dict[str, str]:
    """The environment of processes in which the package is installed."""
    site = tmp_path_factory.mktemp("site")
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-build-isolation",
         "--target", site, PROJECT],
        cwd=site, check=True, timeout=120,
    )  # fmt: skip
    path = os.pathsep.join(filter(None, (str(site), os.environ.get("PYTHONPATH", ""))))
    return {**os.environ, "PYTHONPATH": path, "MOCKVOICE_CONTROL_TOKEN": ""}


def run(
    environment: dict[str, str], *arguments: str, cwd: Path
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mockvoice", *arguments],
        cwd=cwd, env=environment, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip


@contextmanager
def serving(environment: dict[str, str], folder: Path, *options: str) -> Iterator[dict[str, Any]]:
    """Serve; yield the content of the ready file."""
    command = [sys.executable, "-m", "mockvoice", "serve", *options]
    with processes.serving(command, folder, environment) as (_, urls):
        yield urls


@pytest.fixture(scope="module")
def urls(environment, tmp_path_factory) -> Iterator[dict[str, Any]]:
    folder = tmp_path_factory.mktemp("serving")
    with serving(environment, folder, "--port", "0", "--vendor", "toyshop", "--vendor", "growcrm",
                 "--now", "2030-03-01T09:00:00Z") as urls:  # fmt: skip
        yield urls


@pytest.fixture
def session(urls) -> Iterator[requests.Session]:
    with requests.Session() as session:
        session.trust_env = False
        yield session


def imports_of(source: Path) -> set[str]:
    """Return the modules that a file imports."""
    nodes = list(ast.walk(ast.parse(source.read_text("utf-8"))))
    imported = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
    return imported | {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}


def test_the_package_imports_only_public_modules():
    imported = set().union(*map(imports_of, PROJECT.rglob("*.py")))

    assert {name for name in imported if name.startswith("mockvoice")} - PUBLIC == set()


def test_the_examples_of_the_page_are_parts_of_the_package():
    sources = [path.read_text("utf-8") for path in PROJECT.rglob("*") if path.is_file()
               and path.suffix in (".py", ".toml", ".json")]  # fmt: skip
    examples = re.findall(r"^```(?:python|toml|json)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)

    assert len(examples) > 5
    assert [example for example in examples if not any(example in text for text in sources)] == []


def test_the_vendor_is_listed_with_its_port_after_those_of_this_project(environment, tmp_path):
    code = (
        "from mockvoice.vendor_registry import own_vendor_keys, port_offsets\n"
        "print(port_offsets()['toyshop'] - len(own_vendor_keys()))"
    )
    result = subprocess.run(
        [sys.executable, "-c", code], env=environment, cwd=tmp_path, capture_output=True, text=True,
        check=True, timeout=60,
    )  # fmt: skip

    assert result.stdout == "1\n"


def test_the_contract_is_printed(environment, tmp_path):
    result = run(environment, "spec", "toyshop", "--format", "json", cwd=tmp_path)

    assert json.loads(result.stdout)["info"]["title"] == "Toyshop API"


def test_the_demo_data_is_served_on_the_own_port_and_below_the_prefix(urls, session):
    addresses = urls["vendors"]["toyshop"]
    orders = [session.get(f"{addresses[name].rstrip('/')}/orders", headers=KEY).json()
              for name in ("root_url", "prefix_url")]  # fmt: skip

    assert orders[0] == orders[1]
    assert [(order["status"], order["total"], order["open_amount"]) for order in orders[0]] == [
        ("overdue", "11.51", "6.51"),
        ("open", "80.00", "80.00"),
    ]


def test_sandboxes_clock_and_snapshots_work(urls, session):
    shop = urls["vendors"]["toyshop"]["root_url"].rstrip("/")
    sandboxes = f"{urls['main'].rstrip('/')}/_mock/sandboxes"
    keys = []
    for name in ("first", "second"):
        created = session.post(sandboxes, json={"name": name}).json()
        keys.append({"Authorization": f"Bearer {created['credentials']['toyshop']['api_key']}"})
    first, second = keys

    session.post(f"{shop}/orders/2/payments", json={"amount": 20}, headers=first)
    assert session.get(f"{shop}/orders/2", headers=first).json()["open_amount"] == "60.00"
    assert session.get(f"{shop}/orders/2", headers=second).json()["open_amount"] == "80.00"

    session.post(f"{sandboxes}/first/snapshots", json={"name": "paid"}).raise_for_status()
    session.post(f"{sandboxes}/first/clock/advance", json={"days": 30}).raise_for_status()
    assert session.get(f"{shop}/orders/2", headers=first).json()["status"] == "overdue"
    assert session.get(f"{shop}/orders/2", headers=second).json()["status"] == "open"
    (message,) = session.get(f"{sandboxes}/first/outbox", params={"limit": 1}).json()
    assert message["body"] == "Please pay 60.00."

    exported = session.get(f"{sandboxes}/first/snapshots/paid").json()
    session.post(f"{sandboxes}/first/snapshots/paid/restore").raise_for_status()
    assert session.get(f"{shop}/orders/2", headers=first).json()["status"] == "open"
    exported["vendors"]["toyshop"]["tables"]["payments"][0]["order_id"] = 99
    rejected = session.post(f"{sandboxes}/second/reset", json={"data": exported})
    assert rejected.status_code == 400
    assert "$.vendors.toyshop.tables.payments[0].order_id" in rejected.text


def test_faults_journal_and_console_know_the_vendor(urls, session):
    main, shop = urls["main"].rstrip("/"), urls["vendors"]["toyshop"]["root_url"].rstrip("/")
    fault = {"vendor": "toyshop", "operation": "orders.get", "times": 1,
             "effect": {"kind": "status", "status": 503}}  # fmt: skip
    session.post(f"{main}/_mock/sandboxes/default/faults", json=fault).raise_for_status()

    assert session.get(f"{shop}/orders/1", headers=KEY).status_code == 503
    entry = session.get(f"{main}/_mock/sandboxes/default/journal", params={"limit": 1}).json()[0]
    assert (entry["vendor"], entry["operation"], entry["status"]) == ("toyshop", "orders.get", 503)
    assert "11.51" in session.get(f"{main}/sandboxes/default/records/toyshop/orders").text
    assert "Kite" in session.get(f"{main}/sandboxes/default/records/toyshop/orders/1").text
    assert "Order 1" in session.get(f"{main}/sandboxes/default/records/toyshop/customers/1").text


def test_the_seeder_of_the_package_fills_a_sandbox_and_an_account(
    environment, urls, tmp_path, session
):
    sandbox = f"{urls['main'].rstrip('/')}/_mock/sandboxes"
    created = session.post(sandbox, json={"name": "seeded", "data": "empty"}).json()
    options = ("--clients", "4", "--invoices", "12", "--seed", "3")
    result = run(
        environment,
        "seed",
        "toyshop",
        *options,
        "--server",
        urls["main"],
        "--sandbox",
        "seeded",
        cwd=tmp_path,
    )
    assert result.returncode == 0, result.stderr
    counts = session.get(f"{sandbox}/seeded").json()["counts"]["toyshop"]
    assert (counts["customers"], counts["orders"]) == (4, 12)
    assert counts["payments"] > 3

    root = urls["vendors"]["toyshop"]["root_url"].rstrip("/")
    result = run(environment, "seed", "toyshop", *options, "--url", root, cwd=tmp_path)
    assert result.returncode == 0, result.stderr
    key = {"Authorization": f"Bearer {created['credentials']['toyshop']['api_key']}"}
    names = [{row["name"] for row in session.get(f"{root}/customers", headers=headers).json()}
             for headers in (key, KEY)]  # fmt: skip
    assert names[0] <= names[1]


def test_the_vendor_has_another_port_by_an_option(environment, tmp_path):
    with serving(
        environment, tmp_path, "--port", "0", "--vendor", "toyshop", "--vendor-port", "toyshop=0"
    ) as urls:
        assert urls["vendors"]["toyshop"]["root_url"] != urls["main"]


@pytest.mark.parametrize("options", [(), ("--mode", "own-data")], ids=["full", "own-data"])
def test_the_suite_of_the_package_finds_that_the_mock_keeps_the_contract(
    environment, urls, tmp_path, options
):
    target = ("--url", urls["vendors"]["toyshop"]["root_url"]) if options else ()
    result = run(environment, "check", "toyshop", "--max-examples", "5", "--workers", "1", "--report-dir", "reports",
                 *target, *options, cwd=tmp_path)  # fmt: skip

    assert result.returncode == 0, result.stdout + result.stderr
    report = json.loads((tmp_path / "reports/report.json").read_text("utf-8"))
    assert report["exit_code"] == 0


def test_the_suite_of_the_package_runs_under_pytest(environment, urls, tmp_path):
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "mockvoice_contracts.pytest_plugin",
         "-p", "no:cacheprovider", "--pyargs", "toyshop_mock.suite", "--vendor", "toyshop",
         "--url", urls["vendors"]["toyshop"]["prefix_url"], "-k", "total"],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip

    assert result.returncode == 0, result.stdout
    assert "3 passed" in result.stdout


def test_the_suite_finds_a_fault(environment, tmp_path):
    """A server that calculates tax from the wrong base breaks the contract of the toyshop."""
    plant = (
        "from toyshop_mock import rules; from mockvoice.vendor_api import percent, quantize\n"
        "rules.quantize = lambda amount: quantize(amount, 1)\n"
        "from mockvoice.cli import main; main()\n"
    )
    command = [sys.executable, "-c", plant, "serve", "--port", "0", "--vendor", "toyshop"]
    with processes.serving(command, tmp_path, environment) as (_, urls):
        url = urls["vendors"]["toyshop"]["prefix_url"]
        result = run(
            environment, "check", "toyshop", "--url", url, "--select", "total",
            "--report-dir", "reports", cwd=tmp_path,
        )  # fmt: skip

    assert result.returncode == 1, result.stdout + result.stderr
    assert "order['total'] is '9.90', expected '9.75'" in result.stdout
    report = json.loads((tmp_path / "reports/report.json").read_text("utf-8"))
    assert report["findings"][0]["contract"]["file"] == "toyshop_mock/openapi/openapi.yaml"
