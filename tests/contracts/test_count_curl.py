"""The curl commands of COUNT sign anew each time they run."""

import os
import shutil
import subprocess
from datetime import timedelta

import pytest

from mockvoice.app import Server
from mockvoice.settings import Settings
from mockvoice_contracts.harness import suites, targets
from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.contract import Contract
from mockvoice_contracts.harness.control import Control
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.count.request_signer import SignedAuth

if missing := [name for name in ("bash", "curl", "openssl") if shutil.which(name) is None]:
    pytest.skip(f"{', '.join(missing)} is not installed", allow_module_level=True)


@pytest.fixture
def target():
    with Server(Settings(port=0, vendors=("count",))) as server:
        yield Target(
            "count", server.urls["vendors"]["count"]["root_url"], mode="full", is_mock=True,
            credentials=targets.vendor_of("count").credentials,
            control=Control(server.urls["main"], "count"),
        )  # fmt: skip


def run_in_shell(command, target):
    """Run a command with the secrets in variables; return the status of the response."""
    variables = {variable: secret for secret, variable in target.secrets.items()}
    result = subprocess.run(
        ["bash", "-c", command], env={**os.environ, **variables}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return int(result.stdout.split()[1])


def api_of(target, auth=None):
    contract = Contract(targets.document("count"), closed=True)
    return Api(contract, target, auth or suites.create_auth(target))


@pytest.mark.parametrize("body", [None, {"customer": "Ada's & Söhne"}])
def test_a_command_succeeds(target, body):
    api = api_of(target)
    if body is None:
        response = api.exchange("customers.search", expect=200)
    else:
        response = api.exchange("customers.create", expect=(200, 201), body=body)

    assert target.credentials["client_secret"] not in response.curl
    assert run_in_shell(response.curl, target) == response.status


def test_a_command_succeeds_later(target):
    target.control.change_settings(signature_clock="sandbox")
    response = api_of(target).exchange("customers.search", expect=200)
    target.control.advance(timedelta(minutes=10))
    later = f"date() {{ echo {int(target.now().timestamp())}; }}; "

    assert run_in_shell(response.curl, target) == 401
    assert run_in_shell(later + response.curl, target) == 200


@pytest.mark.parametrize(
    "auth",
    [
        lambda target: SignedAuth({**target.credentials, "client_secret": "other"}, target.now),
        lambda target: SignedAuth(target.credentials, lambda: target.now() - timedelta(hours=2)),
    ],
    ids=["wrong secret", "old timestamp"],
)
def test_a_signature_that_must_be_rejected_stays_as_it_was_sent(target, auth):
    response = api_of(target, auth(target)).send("GET", "/partners/customers")

    assert response.status == 401
    assert "openssl" not in response.curl
