"""The command line: arguments, output and errors."""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests
import yaml
from click import Context

from mockvoice import __version__
from mockvoice.cli import main
from mockvoice.vendor_registry import own_vendor_keys

USAGE_ERROR = 2


def one_line(err: str) -> str:
    """Return the only line of an error output, without the name of the program."""
    (line,) = err.splitlines()
    return line.removeprefix("mockvoice: ")


def test_help_names_every_command_and_imports_no_server():
    script = (
        "import sys; sys.argv[1:] = ['--help']\n"
        "from mockvoice import cli\n"
        "try: cli.main()\n"
        "finally: print({'connexion', 'flask', 'mcp', 'uvicorn'} & sys.modules.keys())"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    for name in main.list_commands(Context(main)):
        assert f"\n  {name} " in result.stdout
    assert result.stdout.splitlines()[-1] == "set()"


def test_the_version_is_printed(mockvoice):
    status, out, _ = mockvoice("--version").result()

    assert (status, out.strip()) == (0, f"mockvoice {__version__}")


def test_without_a_command_help_is_printed_and_the_exit_code_is_2(mockvoice):
    status, out, err = mockvoice().result()

    assert (status, err) == (USAGE_ERROR, "")
    assert "Usage:" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--vendor", "nope"], "expected one of bell, gong"),
        (["--vendor", "gon"], "expected one of bell, gong; did you mean 'gong'?"),
        (["--now", "2026-03-01T09:00:00"], "offset"),
        (["--now", "yesterday"], "such as 2026-03-01T09:00:00Z"),
        (["--now", "0001-01-01T00:00:00Z"], "years"),
        (["--data", "export.json"], "must be demo, empty or the path of an existing file"),
        (["--data", "pyproject.toml"], "is not JSON"),
        (["--data", "benchmarks/package.json"], "$.format: must be 'mockvoice-sandbox/1'"),
        (["--seed", str(2**63)], "not in the range"),
        (["--port", "65535"], "port 65536 (bell's, which is --port 65535 plus 1) is above 65535"),
        (["--port", "70000"], "--port"),
        (["--port", "http"], "--port"),
        (["--seed", "x"], "--seed"),
        (["--quirks", "odd"], "--quirks"),
        (["--log-level", "loud"], "--log-level"),
        (["--host", "no.such.host.invalid", "--no-control"], "--host no.such.host.invalid"),
        (["--host", "203.0.113.7", "--no-control"], "not an address of this machine"),
        (["--host", "0.0.0.0"], "demo credentials are public:"),
        (["--ready-file", "/nonexistent/ready.json"], "--ready-file"),
        (["--colour"], "--colour"),
    ],
)
def test_invalid_options_of_serve_are_reported_in_one_line(mockvoice, arguments, message):
    status, out, err = mockvoice("serve", "--port", "0", *arguments).result()

    assert (status, out) == (USAGE_ERROR, "")
    assert message in one_line(err)


def test_an_unknown_command_is_reported_in_one_line(mockvoice):
    status, _, err = mockvoice("serf").result()

    assert status == USAGE_ERROR
    assert "serf" in one_line(err)


def taken_port():
    """Return a socket that listens outside the ephemeral range, above a free port."""
    for port in random.Random(os.getpid()).sample(range(20_000, 30_000), 100):
        try:
            with socket.create_server(("127.0.0.1", port - 1)):
                return socket.create_server(("127.0.0.1", port))
        except OSError:
            continue
    raise AssertionError("no free port in a hundred attempts")


@pytest.mark.parametrize(
    ("offset", "option"), [(0, "--port {port}"), (1, "bell's, which is --port {port} plus 1")]
)
def test_a_taken_port_is_reported_with_its_option(mockvoice, offset, option):
    with taken_port() as taken:
        number = taken.getsockname()[1]
        port = number - offset
        status, out, err = mockvoice("serve", "--port", str(port)).result()

    assert (status, out) == (USAGE_ERROR, "")
    assert one_line(err).startswith(f"port {number} ({option.format(port=port)}) is in use")


def test_a_server_that_cannot_open_all_its_ports_closes_the_others(mockvoice):
    with taken_port() as taken:
        port = taken.getsockname()[1] - 1
        mockvoice("serve", "--port", str(port)).result()

        with socket.create_server(("127.0.0.1", port)) as free:
            assert free.getsockname()[1] == port


def test_serve_prints_every_address_and_credential(mockvoice, tmp_path):
    process = mockvoice("serve", "--port", "0", "--ready-file", str(tmp_path / "ready"))
    urls = process.ready(tmp_path / "ready")
    status, out, err = process.signal(signal.SIGTERM)

    assert (status, err) == (0, "")
    assert out.startswith(f"Mockvoice {__version__}, data demo, seed 0, in memory only\n")
    assert f"{urls['main']}/_mock\n" in out
    for key, secret in (("bell", "api_key=bell-demo-key"), ("gong", "client_id=gong-demo-client")):
        vendor_urls = urls["vendors"][key]
        (line,) = [line for line in out.splitlines() if line.startswith(key)]
        assert line.split() == [key, vendor_urls["root_url"], vendor_urls["prefix_url"], secret]
    heading = next(line for line in out.splitlines() if line.startswith("vendor"))
    last = out.rstrip().splitlines()[-1]
    assert last.index("access_token=gong-demo-token") == heading.index("credentials")


def test_options_can_be_set_by_environment_variables(mockvoice, tmp_path, http):
    ready = tmp_path / "ready"
    process = mockvoice(
        "serve",
        env={
            "MOCKVOICE_PORT": "0",
            "MOCKVOICE_VENDOR": "gong",
            "MOCKVOICE_DATA": "empty",
            "MOCKVOICE_SEED": "5",
            "MOCKVOICE_NOW": "2031-05-06T07:08:09Z",
            "MOCKVOICE_VENDOR_PORTS": "no",
            "MOCKVOICE_CONTROL_TOKEN": "sesame",
            "MOCKVOICE_READY_FILE": str(ready),
        },
    )
    urls = process.ready(ready)
    clock = f"{urls['main']}/_mock/sandboxes/default/clock"

    assert list(urls["vendors"]) == ["gong"]
    assert urls["vendors"]["gong"]["root_url"] is None
    assert http.get(clock).status_code == 401
    state = http.get(clock, headers={"Authorization": "Bearer sesame"}).json()
    assert state["now"].startswith("2031-05-06T07:08:")
    _, out, _ = process.signal(signal.SIGINT)
    assert "data empty, seed 5" in out


@pytest.mark.parametrize("vendor", [*own_vendor_keys(), "control"])
def test_a_contract_is_printed_as_yaml_and_as_json(mockvoice, vendor):
    as_yaml = mockvoice("spec", vendor, example_vendors=False)
    as_json = mockvoice("spec", vendor, "--format", "json", example_vendors=False)
    status, out, err = as_yaml.result()

    assert (status, err) == (0, "")
    assert out.startswith("openapi:")
    document = json.loads(as_json.result()[1])
    assert (
        yaml.load(out, getattr(yaml, "CBaseLoader", yaml.BaseLoader))["paths"].keys()
        == document["paths"].keys()
    )


def test_a_contract_of_one_file_is_printed_unchanged(mockvoice):
    file = Path(__file__).parents[1] / "example_vendors/bell/openapi/openapi.yaml"

    assert mockvoice("spec", "bell").result()[1] == file.read_text("utf-8")


@pytest.mark.parametrize("form", ["yaml", "json"])
def test_a_contract_is_printed_for_clients_and_as_openapi_3_1(mockvoice, form):
    arguments = ("spec", "growcrm", "--for", "clients", "--openapi", "3.1", "--format", form)
    status, out, _ = mockvoice(*arguments, example_vendors=False).result()
    document = yaml.safe_load(out)

    assert (status, document["openapi"]) == (0, "3.1.0")
    assert "links" not in document["components"]
    (media_type,) = document["paths"]["/api/invoices"]["post"]["requestBody"]["content"]
    assert media_type == "application/json"


def test_a_contract_of_an_unknown_vendor_is_rejected(mockvoice):
    status, out, err = mockvoice("spec", "../control").result()

    assert (status, out) == (USAGE_ERROR, "")
    assert "expected one of bell, gong" in one_line(err)


@pytest.mark.parametrize("vendor", own_vendor_keys())
def test_a_real_vendor_can_be_served_alone(mockvoice, tmp_path, vendor):
    ready = tmp_path / "ready"
    process = mockvoice(
        "serve", "--port", "0", "--data", "empty", "--vendor", vendor, "--ready-file", str(ready),
        example_vendors=False,
    )  # fmt: skip
    urls = process.ready(ready)
    vendors = requests.get(f"{urls['main']}/_mock/vendors", timeout=10).json()

    unknown_path = f"{urls['vendors'][vendor]['root_url']}/no/such/path"

    assert [row["key"] for row in vendors] == [vendor]
    assert requests.get(unknown_path, timeout=10).status_code == 404


def test_the_ready_file_has_the_process_id_and_complete_urls(mockvoice, tmp_path):
    ready = tmp_path / "ready"
    ready.write_text('{"stale": "of a killed server"}')
    process = mockvoice("serve", "--port", "0", "--ready-file", str(ready))
    deadline = time.monotonic() + 30
    while not ready.exists() or "stale" in ready.read_text():
        assert time.monotonic() < deadline, "the stale ready file was not replaced"
        time.sleep(0.01)
    urls = process.ready(ready)

    assert urls["pid"] == process.pid
    for url in (urls["main"], *(vendor["root_url"] for vendor in urls["vendors"].values())):
        assert requests.get(f"{url}/hello/you", timeout=10).status_code in (200, 404)
    process.signal(signal.SIGTERM)
    assert not ready.exists()
    assert list(tmp_path.iterdir()) == []


def test_a_server_starts_from_an_exported_sandbox(mockvoice, tmp_path):
    ready, file = tmp_path / "ready.json", tmp_path / "export.json"
    now = "2026-03-01T09:00:00Z"
    first = mockvoice("serve", "--port", "0", "--seed", "5", "--ready-file", str(ready))
    sandbox = f"{first.ready(ready)['main']}/_mock/sandboxes/default"
    requests.put(f"{sandbox}/clock", json={"now": now, "frozen": True}, timeout=10)
    exported = requests.get(f"{sandbox}/snapshots/current", timeout=10).content
    file.write_bytes(exported)
    first.signal(signal.SIGTERM)
    second = mockvoice("serve", "--port", "0", "--data", str(file), "--ready-file", str(ready))
    sandbox = f"{second.ready(ready)['main']}/_mock/sandboxes/default"

    assert requests.get(f"{sandbox}/snapshots/current", timeout=10).content == exported
    reset = requests.post(f"{sandbox}/reset", timeout=10).json()
    assert (reset["now"], reset["frozen"], reset["seed"]) == (now, True, 5)
