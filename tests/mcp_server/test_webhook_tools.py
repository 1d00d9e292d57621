"""Tools for the deliveries of webhooks, against responses of the control API."""

import json
from contextlib import closing

import httpx
import pytest

from mockvoice.mcp_server.server import create_server
from mockvoice.mcp_server.session import Session
from mockvoice.outbound.control_client import ControlClient
from tests.mcp_server.agents import ToolFailed, connected

SIGNATURE = "5f0c6e2b8d417a935f0c6e2b8d417a93"
DELIVERY = {
    "id": "count-12", "vendor": "count", "delivery_id": 12, "event": "invoice.created",
    "url": "http://127.0.0.1:9000/hook", "state": "failed", "reason": "the receiver responded with 500",
    "created_at": "2026-03-01T09:00:00Z", "next_attempt_at": None,
    "request": {
        "method": "POST", "url": "http://127.0.0.1:9000/hook",
        "headers": {"Content-Type": "application/json", "X-Signature": SIGNATURE, "X-Api-Key": "k" * 20},
        "body": '{"id": 7}',
    },
    "signature": {
        "header": "x-signature", "value": SIGNATURE, "algorithm": "HMAC-SHA256", "signed_text": '{"id": 7}',
    },
    "attempts": [
        {
            "at": "2026-03-01T09:00:00Z", "cause": "schedule", "status": 500, "error": None,
            "duration_ms": 12.5, "headers": {}, "response_body": "broken",
        },
    ],
}  # fmt: skip
PATH = "/_mock/sandboxes/default/webhooks/deliveries"


class ControlApi:
    """The deliveries of a server; it keeps the requests for them."""

    def __init__(self):
        self.requests = []

    def respond(self, request: httpx.Request) -> httpx.Response:
        path = request.url.raw_path.decode()
        if path.startswith(PATH):
            self.requests.append((request.method, path, request.content))
        match request.method, request.url.path:
            case "GET", path if path == PATH:
                return httpx.Response(200, json=[DELIVERY])
            case "GET", path if path == f"{PATH}/count-12":
                return httpx.Response(200, json=DELIVERY)
            case "POST", path if path == f"{PATH}/count-12/redeliver":
                return httpx.Response(200, json={**DELIVERY, "state": "delivered", "reason": None})
        message = "There is no delivery; list them"
        return httpx.Response(404, json={"error": {"code": "not_found", "message": message}})


@pytest.fixture(scope="module")
def api():
    return ControlApi()


@pytest.fixture(scope="module")
def agent(api):
    http = httpx.Client(transport=httpx.MockTransport(api.respond))
    with (
        closing(ControlClient("http://mock.test", http=http)) as client,
        connected(create_server(Session(client))) as agent,
    ):
        yield agent


def test_deliveries_are_listed_with_filters(agent, api):
    text = agent.call("list_deliveries", vendor="count", state="failed")

    assert text == (
        "count-12  2026-03-01T09:00:00Z  count invoice.created  failed (the receiver responded with 500)  "
        "http://127.0.0.1:9000/hook, 1 attempt"
    )
    assert api.requests[-1][1] == f"{PATH}?vendor=count&state=failed&limit=20"


def test_a_delivery_is_shown_without_its_secrets_unless_the_agent_asks(agent):
    masked = agent.call("show_delivery", delivery_id="count-12")
    shown = agent.call("show_delivery", delivery_id="count-12", show_secrets=True)

    assert SIGNATURE not in masked
    assert "kkkkk" not in masked
    assert "signature: x-signature: ***7a93, HMAC-SHA256" in masked
    assert 'signed text: "{\\"id\\": 7}"' in masked
    assert 'attempt 2026-03-01T09:00:00Z, schedule: status 500, 12.5 ms: "broken"' in masked
    assert f"signature: x-signature: {SIGNATURE}, HMAC-SHA256" in shown


def test_a_delivery_is_delivered_again(agent, api):
    text = agent.call("redeliver", delivery_id="count-12", sign_again=True)

    assert "  delivered  http://127.0.0.1:9000/hook, 1 attempt\nattempt " in text
    method, path, content = api.requests[-1]
    assert (method, path) == ("POST", f"{PATH}/count-12/redeliver")
    assert json.loads(content) == {"sign_again": True}
    with pytest.raises(ToolFailed, match="There is no delivery; list them"):
        agent.call("redeliver", delivery_id="a/b")
    assert api.requests[-1][1] == f"{PATH}/a%2Fb/redeliver"
