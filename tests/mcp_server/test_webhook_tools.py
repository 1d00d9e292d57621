"""Tools for the deliveries of webhooks, with a receiver."""

import json

import pytest

from tests.mcp_server.agents import ToolFailed
from tests.webhook_receiver import Receiver, Workspace

SECRET = "whsec-first"


@pytest.fixture
def receiver():
    with Receiver() as server:
        yield server


@pytest.fixture
def workspace(mock_server, http):
    workspace = Workspace(mock_server.urls, http)
    yield workspace
    workspace.control("DELETE")


def test_deliveries_are_listed_and_filtered(agent, workspace, receiver):
    workspace.subscribe(receiver.url)
    workspace.publish("Ada")
    delivery = workspace.wait_for_state("delivered")

    arguments = {"sandbox": workspace.name, "vendor": "count"}
    (line,) = agent.call("list_deliveries", **arguments, state="delivered").splitlines()
    assert line == (
        f"{delivery['id']}  {delivery['created_at']}  customer.created  delivered  {receiver.url}, 1 attempt"
    )
    assert agent.call("list_deliveries", **arguments, state="failed") == "no deliveries"
    assert agent.call("list_deliveries", **arguments, event="invoice.updated") == "no deliveries"
    with pytest.raises(ToolFailed, match="state must be"):
        agent.call("list_deliveries", **arguments, state="gone")


def test_a_delivery_is_shown_with_its_signature_and_without_the_secret(agent, workspace, receiver):
    workspace.subscribe(receiver.url, signingSecret=SECRET)
    workspace.publish("Ada")
    delivery = workspace.wait_for_state("delivered")

    text = agent.call("show_delivery", sandbox=workspace.name, delivery_id=delivery["id"])
    assert f"\nrequest: POST {receiver.url}\n" in text
    assert f'"X-Webhook-Signature":"{delivery["signature"]["value"]}"' in text
    assert "\nX-Webhook-Signature is the HMAC-SHA256 of the body\n" in text
    assert text.endswith(', event: status 200: "received"')
    assert "Ada" in next(line for line in text.splitlines() if line.startswith("body: "))
    assert SECRET not in text
    with pytest.raises(ToolFailed, match="count-9999"):
        agent.call("show_delivery", sandbox=workspace.name, delivery_id="count-9999")


def test_a_delivery_is_sent_once_more(agent, workspace, receiver):
    workspace.subscribe(receiver.url, signingSecret=SECRET)
    workspace.publish("Ada")
    delivery = workspace.wait_for_state("delivered")
    arguments = {"sandbox": workspace.name, "delivery_id": delivery["id"]}
    receiver.responses = [503]

    text = agent.call("redeliver", **arguments, sign_again=True)
    assert text.splitlines()[0].endswith(", 2 attempts")
    assert text.splitlines()[1].endswith(', redelivery: status 503: "received"')
    assert len(receiver.wait(2)) == 2
    with pytest.raises(ToolFailed, match='sign_again: "again" is not of type "boolean"'):
        agent.call("redeliver", **arguments, sign_again="again")
    with pytest.raises(ToolFailed, match="count-9999"):
        agent.call("redeliver", sandbox=workspace.name, delivery_id="count-9999")


def test_deliveries_are_collected_by_a_setting_and_disturbed_by_faults(agent, workspace, receiver):
    settings = agent.call("sandbox_settings", sandbox=workspace.name, webhooks="collect")
    assert "webhooks: collect" in settings
    workspace.subscribe(receiver.url)
    workspace.publish("Ada")
    collected = agent.call("list_deliveries", sandbox=workspace.name)
    assert "  collected  " in collected
    agent.call("sandbox_settings", sandbox=workspace.name, webhooks="send")
    effect = {"kind": "webhook", "how": "drop"}
    added = agent.call("add_fault", sandbox=workspace.name, vendor="count", effect=effect, times=1)
    assert json.dumps(effect, separators=(",", ":")) in added
    workspace.publish("Grace")

    assert "  dropped (" in agent.call("list_deliveries", sandbox=workspace.name).splitlines()[0]
    assert "triggered 1 times, 0 left" in agent.call("list_faults", sandbox=workspace.name)
    assert receiver.received == []
