"""The files for containers, as far as they can be checked without a container engine."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from mockvoice.app import Server
from mockvoice.settings import Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
DOCKERFILE = (DEPLOY / "Dockerfile").read_text("utf-8")
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text("utf-8"))
TOKEN = "token-of-a-test"


def run(script, **environment):
    return subprocess.run(
        [sys.executable, DEPLOY / script], capture_output=True, text=True, check=False, timeout=60,
        env={**os.environ, **environment},
    )  # fmt: skip


def test_the_image_has_all_ports_a_health_check_and_no_root():
    (exposed,) = re.findall(r"^EXPOSE (.*)$", DOCKERFILE, re.MULTILINE)
    instructions = re.findall(r"^([A-Z]+) ", DOCKERFILE, re.MULTILINE)

    assert exposed.split() == [str(port) for port in range(8080, 8086)]
    assert instructions.index("USER") < instructions.index("ENTRYPOINT")
    assert "HEALTHCHECK" in instructions
    assert "FROM python:3.13-slim\n" in DOCKERFILE


def test_the_build_gets_every_file_that_it_needs():
    """All that the wheel is built from, and what the image copies."""
    allowed = {
        line.removeprefix("!")
        for line in (ROOT / ".dockerignore").read_text("utf-8").splitlines()
        if line.startswith("!")
    }
    project = (ROOT / "pyproject.toml").read_text("utf-8")

    assert [path for path in allowed if not (ROOT / path).exists()] == []
    for name in ("mock_server", "contract_tests", "openapi", "fixtures", "LICENSE", "README.md"):
        assert name in project
        assert name in allowed
    assert "deploy/healthcheck.py" in allowed
    assert "COPY deploy/healthcheck.py" in DOCKERFILE


@pytest.mark.parametrize("settings", [{}, {"control": False}, {"control_token": TOKEN}])
def test_a_server_that_responds_is_healthy(settings):
    with Server(Settings(port=0, vendors=("halo",), **settings)) as server:
        port = server.addresses.main.rpartition(":")[2]

        assert run("healthcheck.py", MOCKVOICE_PORT=port).returncode == 0
    assert run("healthcheck.py", MOCKVOICE_PORT=port).returncode == 1


def test_a_server_with_https_is_healthy():
    with Server(Settings(port=0, vendors=("halo",), tls=True)) as server:
        port = server.addresses.main.rpartition(":")[2]

        assert run("healthcheck.py", MOCKVOICE_PORT=port, MOCKVOICE_TLS="1").returncode == 0


def test_the_program_beside_the_mock_works_with_the_variables_of_the_compose_file():
    app, mock = COMPOSE["services"]["app"], COMPOSE["services"]["mockvoice"]
    with Server(Settings(port=0, control_token=TOKEN)) as server:
        addresses = {
            "http://mockvoice:8080": server.addresses.main,
            "http://mockvoice:8082": server.addresses.vendors["growcrm"].root_url,
        }
        environment = {
            name: TOKEN if "TOKEN" in name else addresses[value]
            for name, value in app["environment"].items()
        }
        result = run("app.py", NO_PROXY="*", **environment)

    assert result.returncode == 0, result.stderr
    assert "62 invoices" in result.stdout
    assert app["depends_on"] == {"mockvoice": {"condition": "service_healthy"}}
    (volume,) = app["volumes"]
    assert (DEPLOY / volume.partition(":")[0]).is_file()
    assert (DEPLOY / mock["build"]["context"] / mock["build"]["dockerfile"]).resolve() == (DEPLOY / "Dockerfile")  # fmt: skip
    token = "MOCKVOICE_CONTROL_TOKEN"
    assert app["environment"][token] == mock["environment"][token]


def test_the_service_may_be_called_by_its_name(http):
    """With a control token any host name is allowed, as that of a service."""
    with Server(Settings(port=0, vendors=("halo",), control_token=TOKEN)) as server:
        headers = {"Host": "mockvoice:8080", "Authorization": f"Bearer {TOKEN}"}
        url = f"{server.addresses.main}/_mock/sandboxes"

        assert http.get(url, headers=headers).status_code == 200
