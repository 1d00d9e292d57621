"""Fixtures of COUNT's suite: a factory of records, a draft and an approved invoice, a receiver of webhooks."""

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.contract import Contract
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.count.factories import Factory, Record
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
