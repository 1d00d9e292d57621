"""The command line: what it takes, what it prints, how it says no."""

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

from mockvoice import __version__
from mockvoice.vendors import vendor_keys

REFUSED = 2


def one_line(err: str) -> str:
    (line,) = err.splitlines()
    return line.removeprefix("mockvoice: ")


def test_help_names_every_command_and_imports_no_server():
    script = (
        "import sys; sys.argv[1:] = ['--help']\n"
        "from mockvoice import cli\n"
        "try: cli.main()\n"
        "finally: print({'connexion', 'flask', 'uvicorn'} & sys.modules.keys())"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert "serve" in done.stdout
    assert "spec" in done.stdout
    assert done.stdout.splitlines()[-1] == "set()"


def test_the_version_is_told(mockvoice):
    status, out, _ = mockvoice("--version").result()

    assert (status, out.strip()) == (0, f"mockvoice {__version__}")


def test_without_a_command_there_is_help_and_a_refusal(mockvoice):
    status, out, err = mockvoice().result()

    assert (status, err) == (REFUSED, "")
    assert "Usage:" in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--vendor", "nope"], "known are bell, gong"),
        (["--now", "2026-03-01T09:00:00"], "offset"),
        (["--now", "yesterday"], "such as 2026-03-01T09:00:00Z"),
        (["--now", "0001-01-01T00:00:00Z"], "years"),
        (["--data", "export.json"], "neither demo nor empty, nor a file"),
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
        (["--host", "0.0.0.0"], "demo credentials are public knowledge"),
        (["--ready-file", "/nonexistent/ready.json"], "--ready-file"),
        (["--colour"], "--colour"),
    ],
)
def test_what_cannot_be_served_is_refused_in_one_line(mockvoice, arguments, said):
    status, out, err = mockvoice("serve", "--port", "0", *arguments).result()

    assert (status, out) == (REFUSED, "")
    assert said in one_line(err)


def test_an_unknown_command_is_refused_in_one_line(mockvoice):
    status, _, err = mockvoice("serf").result()

    assert status == REFUSED
    assert "serf" in one_line(err)


def a_port_of_nobody():
    """A listening port whose neighbour below is free, and not one that systems hand out unasked."""
    for port in random.Random(os.getpid()).sample(range(20_000, 30_000), 100):
        try:
            with socket.create_server(("127.0.0.1", port - 1)):
                return socket.create_server(("127.0.0.1", port))
        except OSError:
            continue
    raise AssertionError("a hundred ports are all taken")


@pytest.mark.parametrize(
    ("offset", "named"), [(0, "--port {port}"), (1, "bell's, which is --port {port} plus 1")]
)
def test_a_taken_port_is_named_with_its_option(mockvoice, offset, named):
    with a_port_of_nobody() as taken:
        number = taken.getsockname()[1]
        port = number - offset
        status, out, err = mockvoice("serve", "--port", str(port)).result()

    assert (status, out) == (REFUSED, "")
    assert one_line(err).startswith(f"port {number} ({named.format(port=port)}) is in use")


def test_a_server_that_could_not_open_all_its_ports_keeps_none(mockvoice):
    with a_port_of_nobody() as taken:
        port = taken.getsockname()[1] - 1
        mockvoice("serve", "--port", str(port)).result()

        with socket.create_server(("127.0.0.1", port)) as free:
            assert free.getsockname()[1] == port


def test_the_table_names_every_address_and_credential(mockvoice, tmp_path):
    process = mockvoice("serve", "--port", "0", "--ready-file", str(tmp_path / "ready"))
    urls = process.ready(tmp_path / "ready")
    status, out, err = process.signal(signal.SIGTERM)

    assert (status, err) == (0, "")
    assert out.startswith(f"Mockvoice {__version__}, data demo, seed 0\n")
    assert f"{urls['main']}/_mock\n" in out
    for key, secret in (("bell", "api_key=bell-demo-key"), ("gong", "client_id=gong-demo-client")):
        places = urls["vendors"][key]
        (line,) = [line for line in out.splitlines() if line.startswith(key)]
        assert line.split() == [key, places["root_url"], places["prefix_url"], secret]
    heading = next(line for line in out.splitlines() if line.startswith("vendor"))
    last = out.rstrip().splitlines()[-1]
    assert last.index("access_token=gong-demo-token") == heading.index("credentials")


def test_options_come_from_the_environment_too(mockvoice, tmp_path, http):
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
    answer = http.get(clock, headers={"Authorization": "Bearer sesame"}).json()
    assert answer["now"].startswith("2031-05-06T07:08:")
    _, out, _ = process.signal(signal.SIGINT)
    assert "data empty, seed 5" in out


@pytest.mark.parametrize("vendor", [*vendor_keys(), "control"])
def test_a_contract_is_printed_as_yaml_and_as_json(mockvoice, vendor):
    written = mockvoice("spec", vendor, toys=False)
    compiled = mockvoice("spec", vendor, "--format", "json", toys=False)
    status, out, err = written.result()

    assert (status, err) == (0, "")
    assert out.startswith("openapi:")
    as_json = json.loads(compiled.result()[1])
    assert yaml.load(out, yaml.BaseLoader)["paths"].keys() == as_json["paths"].keys()


def test_a_contract_of_one_file_is_printed_as_it_stands(mockvoice):
    stands = Path(__file__).parents[1] / "example_vendors/openapi/bell/openapi.yaml"

    assert mockvoice("spec", "bell").result()[1] == stands.read_text("utf-8")


def test_a_contract_of_nobody_is_refused(mockvoice):
    status, out, err = mockvoice("spec", "../control").result()

    assert (status, out) == (REFUSED, "")
    assert "known are bell, gong" in one_line(err)


@pytest.mark.parametrize("vendor", vendor_keys())
def test_a_real_vendor_is_served_alone(mockvoice, tmp_path, vendor):
    ready = tmp_path / "ready"
    process = mockvoice(
        "serve", "--port", "0", "--data", "empty", "--vendor", vendor, "--ready-file", str(ready),
        toys=False,
    )  # fmt: skip
    urls = process.ready(ready)
    main = requests.get(f"{urls['main']}/_mock/vendors", timeout=10).json()

    assert [each["key"] for each in main] == [vendor]
    assert (
        requests.get(f"{urls['vendors'][vendor]['root_url']}/no/such/path", timeout=10).status_code
        == 404
    )


def test_a_process_writes_its_own_id_and_whole_addresses(mockvoice, tmp_path):
    ready = tmp_path / "ready"
    ready.write_text('{"left": "by a server that was killed"}')
    process = mockvoice("serve", "--port", "0", "--ready-file", str(ready))
    deadline = time.monotonic() + 30
    while not ready.exists() or "left" in ready.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.01)
    urls = process.ready(ready)

    assert urls["pid"] == process.pid
    for url in (urls["main"], *(each["root_url"] for each in urls["vendors"].values())):
        assert requests.get(f"{url}/hello/you", timeout=10).status_code in (200, 404)
    process.signal(signal.SIGTERM)
    assert not ready.exists()
    assert list(tmp_path.iterdir()) == []


def test_a_server_begins_with_an_exported_sandbox(mockvoice, tmp_path):
    ready, file = tmp_path / "ready.json", tmp_path / "world.json"
    now = "2026-03-01T09:00:00Z"
    begun = mockvoice("serve", "--port", "0", "--seed", "5", "--ready-file", str(ready))
    sandbox = f"{begun.ready(ready)['main']}/_mock/sandboxes/default"
    requests.put(f"{sandbox}/clock", json={"now": now, "frozen": True}, timeout=10)
    exported = requests.get(f"{sandbox}/snapshots/current", timeout=10).content
    file.write_bytes(exported)
    begun.signal(signal.SIGTERM)
    again = mockvoice("serve", "--port", "0", "--data", str(file), "--ready-file", str(ready))
    sandbox = f"{again.ready(ready)['main']}/_mock/sandboxes/default"

    assert requests.get(f"{sandbox}/snapshots/current", timeout=10).content == exported
    shown = requests.post(f"{sandbox}/reset", timeout=10).json()
    assert (shown["now"], shown["frozen"], shown["seed"]) == (now, True, 5)
