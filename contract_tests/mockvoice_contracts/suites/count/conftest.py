"""Fixtures of COUNT's suite: records, a receiver of webhooks, and the steps of OAuth."""

import threading
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from mockvoice_contracts.harness.client import Anonymous, Api
from mockvoice_contracts.harness.contract import Contract
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.count.factories import Factory, Record
from mockvoice_contracts.suites.count.oauth_flow import CALLBACK
from mockvoice_contracts.suites.count.request_signer import signed_auth
from mockvoice_contracts.suites.count.webhook_receiver import SECRET, Receiver


@pytest.fixture(scope="module")
def factory(api: Api, target: Target, unique: Callable[[str], str]) -> Factory:
    """Return a factory of records with unique names."""
    return Factory(api, target, unique)


@pytest.fixture(scope="module")
def fuzz_settings() -> dict[str, str]:
    """Generate requests for the settings that reject fewer of them."""
    return {"quirks": "observed"}


@pytest.fixture
def draft(factory: Factory) -> dict:
    """Return a draft invoice of 100.00 without tax."""
    return factory.invoice()


@pytest.fixture
def approved(factory: Factory) -> dict:
    """Return an approved invoice of 100.00 without tax that is due in thirty days."""
    return factory.invoice(isDraft=False)


@pytest.fixture
def receiver(target: Target, contract: Contract) -> Iterator[Receiver]:
    if not target.is_mock:
        pytest.skip("only a mock calls a receiver on this machine")
    with Receiver(contract) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join(5)


@pytest.fixture
def subscribe(api: Api, receiver: Receiver) -> Iterator[Callable[..., Record]]:
    created: list[Record] = []

    def create_subscription(event: str, **fields: Any) -> Record:
        body = {"event": event, "callbackUrl": receiver.url, "signingSecret": SECRET, **fields}
        created.append(api.call("webhooks.create", expect=201, body=body)["data"]["webhook"])
        return created[-1]

    yield create_subscription
    for row in created:
        api.call("webhooks.delete", expect=[200, 404], webhookId=row["uuid"])


@pytest.fixture
def consent(api: Api, target: Target) -> Callable[..., dict[str, list[str]]]:
    """Return a function that runs the flow up to the callback and returns the callback's query."""

    def run(decision: str = "allow", state: str = "st/a te&1") -> dict[str, list[str]]:
        started = api.with_auth(Anonymous()).call(
            "authorization.start",
            expect=200,
            query={
                "clientId": target.credentials["client_id"],
                "redirectUri": CALLBACK,
                "state": state,
            },
        )
        page = started["data"]["redirectUri"]
        page_response = requests.get(page, timeout=10)
        assert page_response.status_code == 200
        assert "text/html" in page_response.headers["content-type"]
        response = requests.post(
            page, data={"decision": decision}, timeout=10, allow_redirects=False
        )
        assert response.status_code == 302
        location = response.headers["location"]
        assert location.startswith(CALLBACK + "?")
        return parse_qs(urlsplit(location).query)

    return run


@pytest.fixture
def signer(api: Api, target: Target) -> Api:
    """Return the API with signed requests but without a bearer token."""
    return api.with_auth(signed_auth(target))
