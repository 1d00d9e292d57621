"""``mockvoice webhooks``, and the faults and the setting for deliveries, from the shell."""

import json

import pytest
from click.testing import CliRunner

from mockvoice.app import Server
from mockvoice.cli import main
from mockvoice.settings import Settings
from tests.webhook_receiver import Receiver, Workspace


@pytest.fixture(scope="module")
def urls():
    with Server(Settings(port=0, vendors=("count", "growcrm"))) as server:
        yield server.urls


@pytest.fixture
def receiver():
    with Receiver() as server:
        yield server


@pytest.fixture
def workspace(urls, http):
    return Workspace(urls, http)


@pytest.fixture
def mock(urls, workspace):
    """A function that runs a command for the sandbox; returns exit code, stdout and stderr."""

    def run(*arguments):
        env = {"MOCKVOICE_URL": urls["main"]}
        result = CliRunner().invoke(main, [*arguments, "--sandbox", workspace.name], env=env)
        return result.exit_code, result.stdout, result.stderr

    return run


def test_deliveries_are_listed_shown_and_sent_again(mock, workspace, receiver):
    workspace.subscribe(receiver.url, signingSecret="whsec")
    workspace.publish()
    workspace.wait_for_state("delivered")
    code, out, _ = mock("webhooks", "list", "--event", "customer.created", "--state", "delivered")
    assert (code, out.splitlines()[0].split()[0]) == (0, "ID")
    line = out.splitlines()[1].split()
    assert (line[0], line[2:5]) == ("count-1", ["customer.created", "delivered", "1"])
    code, out, _ = mock("webhooks", "show", "count-1")
    headers, body = receiver.received[0]
    assert code == 0
    assert f"POST {receiver.url}\n" in out
    assert all(f"{name}: {value}\n" in out for name, value in headers)
    assert body.decode() in out
    assert "X-Webhook-Signature is the HMAC-SHA256 of the body" in out
    assert "event  status 200 after" in out

    code, out, _ = mock("webhooks", "redeliver", "count-1")
    assert (code, out.partition(" after")[0]) == (0, "count-1: status 200")
    receiver.responses = [410]
    code, out, _ = mock("webhooks", "redeliver", "count-1", "--sign-again", "--json")
    assert (code, json.loads(out)["attempts"][-1]["status"]) == (1, 410)
    assert len(receiver.received) == 3


def test_an_unknown_delivery_and_event_are_errors(mock):
    code, _, err = mock("webhooks", "show", "count-1")
    assert (code, "There is no webhook delivery 'count-1'" in err) == (1, True)
    code, _, err = mock("webhooks", "list", "--event", "customer.create")
    assert (code, "did you mean 'customer.created'?" in err) == (1, True)


def test_deliveries_are_collected_and_disturbed(mock, urls, workspace, receiver):
    code, out, err = mock(
        "faults", "add", "count", "webhook", "--how", "drop", "--event", "customer.created",
        "--times", "1",
    )  # fmt: skip
    assert code == 0, err
    assert "webhook drop customer.created" in out
    workspace.subscribe(receiver.url)
    workspace.publish("A")
    env = {"MOCKVOICE_URL": urls["main"]}
    arguments = ["sandbox", "settings", workspace.name, "--webhooks", "collect"]
    assert "collect" in CliRunner().invoke(main, arguments, env=env).stdout
    workspace.publish("B")
    _, out, _ = mock("webhooks", "list")

    assert [line.split()[3] for line in out.splitlines()[1:]] == ["collected", "dropped"]
    assert "Dropped by a fault." in out
    assert receiver.received == []
    code, _, err = mock("faults", "add", "growcrm", "webhook", "--how", "drop")
    assert (code, "growcrm sends no webhooks" in err) == (1, True)
