"""Commands of the documentation that need more than a page's own test: servers that do not end, and accounts.

A server is asked for its health, and stopped. Another mock takes the place of a real account. Each other
command of a block of ``sh`` without ``run`` has a reason why no test runs it as it stands.
"""

import os
import shlex
import ssl
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from mockvoice.app import Server
from mockvoice.settings import Settings
from tests.processes import serving
from tests.project.test_docs_commands import COMMANDS, ROOT, without_variables

PROGRAMS = Path(sys.executable).parent
ENVIRONMENT = {
    **os.environ,
    "NO_PROXY": "127.0.0.1",
    "PATH": os.pathsep.join([str(PROGRAMS), os.environ["PATH"]]),
}
LINES = {shlex.join(without_variables(list(command[1:]))) for command in COMMANDS}

SERVERS = [
    "mockvoice serve",
    "mockvoice serve --port 0 --ready-file ready.json",
    "mockvoice serve --vendor growcrm --data empty",
    "mockvoice serve --cors http://localhost:5173",
    "mockvoice serve --tls",
    "mockvoice serve --log-format json",
    "mockvoice serve --trusted-proxy 127.0.0.1 --trusted-proxy 10.0.0.0/8",
    "mockvoice serve --proxy-port 8085 --route crm.example.com=growcrm",
]
ACCOUNTS = [
    "mockvoice seed growcrm --target mine.toml --dry-run",
    "mockvoice seed growcrm --target mine.toml --yes",
]
ENDING = [
    ".venv/bin/python -m pytest tests/kernel/test_store.py -k transaction",
    "npm init --yes",
    "npm pkg set type=module",
]
# Why no test runs the other commands as they stand, by how they begin. The first that fits counts.
REASONS = {
    "make collections": "test_collections runs the collections after it",
    "make clients": "test_generated_clients runs one generator; all of them take minutes",
    "make typescript": "test_typescript_client builds and tests the package",
    "make contract-diff": "it compares with the last release; test_contract_diff runs it in a project of its own",
    "make cluster": "tests/cluster runs the program behind it",
    "make": "it runs for minutes, or is the test run itself",
    ".venv/bin/python -m pytest contract_tests": "contract_tests runs the suites",
    "pytest -p mockvoice_contracts.pytest_plugin": "contract_tests runs the suites",
    "python -m mockvoice_contracts.mutants.server": "it serves until it is ended; make mutants starts the same servers",
    "mockvoice check": "a check takes most of a minute; other blocks of the same pages run shorter ones",
    "mockvoice serve --host 0.0.0.0 --state postgresql": "it needs a database; tests/state starts servers with one",
    "haproxy": "tests/cluster checks such a file, and starts HAProxy with it",
    "mockvoice serve --tls-cert": "it needs a certificate of the reader",
    "mockvoice serve --vendor toyshop": "test_vendor_package serves this vendor from an installed package",
    "mockvoice run": "it needs the reader's own tests",
    "docker": "it needs a container engine; test_containers checks what the image is made of",
    "curl 'https://crm.example.com": "it needs the shell of the line before; another block of the page sends the same request",
    "eval": "it changes the reader's shell",
    "pip": "it installs into the reader's environment; test_wheel installs the wheel",
    "pipx": "it installs into the reader's home folder; test_wheel installs the wheel",
    "npm install": "test_typescript_client and test_tutorials install the packages",
    "npx": "test_typescript_client, test_tutorials, test_collections and test_generated_clients run it",
    "datamodel-codegen": "test_generated_clients runs the generators",
    "openapi-": "test_generated_clients runs the generators",
    "python3 -m venv": "test_tutorials runs the rest in this environment",
    ". .venv/bin/activate": "test_tutorials runs the rest in this environment",
    "cd": "it only changes the folder",
}


def on_a_free_port(line):
    """Return the words of a command that serves on a free port, and without its own ready file."""
    words = line.replace("8085", "0").replace(" --port 0 --ready-file ready.json", "")
    return [*shlex.split(words), "--port", "0"]


@pytest.mark.parametrize("line", SERVERS)
def test_a_documented_server_starts_and_responds(tmp_path, line):
    with serving(on_a_free_port(line), tmp_path, ENVIRONMENT) as (_, urls):
        main = urls["main"].rstrip("/")
        context = ssl.create_default_context(cafile=urls.get("ca_file"))
        with httpx.Client(verify=context, trust_env=False) as client:
            response = client.get(f"{main}/_mock/health")

    assert response.json()["status"] == "ok"
    assert main.startswith("https:" if "--tls" in line else "http:")


@pytest.fixture(scope="module")
def account(tmp_path_factory):
    """A folder with the target file ``mine.toml`` of an account, which is another mock."""
    folder = tmp_path_factory.mktemp("account")
    with Server(Settings(port=0, vendors=("growcrm",))) as server:
        url = server.urls["vendors"]["growcrm"]["root_url"]
        target = (
            f'[growcrm]\nurl = "{url}"\nmode = "own-data"\nknown = {{ tax_rate_id = 1 }}\n'
            'credentials = { api_key = "growcrm-demo-key" }\n'
        )
        (folder / "mine.toml").write_text(target, "utf-8")
        yield folder


@pytest.mark.parametrize("line", ACCOUNTS)
def test_a_documented_command_works_for_an_account(account, line):
    more = ["--clients", "2", "--invoices", "3"]
    result = run([*shlex.split(line), *more], account)

    assert result.returncode == 0, result.stderr
    assert "POST /api/clients" in result.stdout if "--dry-run" in line else "sent" in result.stdout


@pytest.mark.parametrize("line", ENDING)
def test_a_documented_command_ends_well(tmp_path, line):
    words = shlex.split(line)
    if words[0] == "npm":
        (tmp_path / "package.json").write_text('{"name": "documented"}', "utf-8")
    else:
        words[:1] = [sys.executable]
    result = run(words, tmp_path if words[0] == "npm" else ROOT)

    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout or (tmp_path / "package.json").read_text("utf-8").count("module") == 1


def run(words, folder):
    return subprocess.run(
        words, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, timeout=60, check=False
    )


def test_each_command_is_run_or_has_a_reason():
    run_here = {*SERVERS, *ACCOUNTS, *ENDING}
    others = sorted(LINES - run_here)
    unexplained = [line for line in others if not any(map(line.startswith, REASONS))]
    for line in others:
        reason = next((REASONS[start] for start in REASONS if line.startswith(start)), "")
        print(f"not run: {line}: {reason}")  # noqa: T201 - "pytest -rP" shows the list

    assert run_here <= LINES, "a page no longer has this command"
    assert unexplained == [], "run this command, or say why no test runs it"
    unused = [start for start in REASONS if not any(line.startswith(start) for line in others)]
    assert unused == []
