"""Concurrent requests: numbers without gaps or duplicates, and no stock sold twice."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.optiflow.factories import UNKNOWN_ID, Factory, Record

INVOICE_COUNT = 1000
CLIENT_COUNT = 16


def create_concurrently(api: Api, bodies: list[Record]) -> list[Record]:
    """Create invoices over many concurrent connections, and return the responses."""

    def create(part: list[Record]) -> list[Record]:
        client = api.with_auth(api.auth)
        return [client.call("invoices.create", expect=(201, 422), body=body) for body in part]

    with ThreadPoolExecutor(CLIENT_COUNT) as executor:
        parts = executor.map(create, [bodies[start::CLIENT_COUNT] for start in range(CLIENT_COUNT)])
        return [response for part in parts for response in part]


@pytest.fixture(autouse=True)
def _skip_real_accounts(api: Api) -> None:
    if not api.target.is_mock:
        pytest.skip("the test creates hundreds of invoices, which is too many for a real account")


@rule(
    "Invoices that are created at the same time get consecutive numbers without gap or duplicate.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/CreateInvoiceAction.php (one transaction)",
)
def test_a_thousand_invoices_have_consecutive_numbers(api: Api, factory: Factory) -> None:
    series = factory.series()
    responses = create_concurrently(
        api, [factory.invoice_body(document_subtype_id=series["id"])] * INVOICE_COUNT
    )
    numbers = sorted(response["data"]["document_number"] for response in responses)

    assert numbers == [f"{series['prefix']}{n:08d}" for n in range(1, INVOICE_COUNT + 1)]
    assert factory.read("document_subtypes", series)["next_number"] == INVOICE_COUNT + 1


@rule(
    "A rejected POST /invoices uses no number and no stock, also while others are created at the same time.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/CreateInvoiceAction.php (one transaction)",
)
def test_concurrent_rejected_requests_leave_no_gap(api: Api, factory: Factory) -> None:
    series, exhausted = factory.series(), factory.series(end_number=2)
    for _ in range(2):
        factory.invoice(document_subtype_id=exhausted["id"])
    product = factory.product(100)
    sale_line = {"product_id": product["id"]}
    rng = random.Random(7)
    candidates: list[Record] = [
        factory.invoice_body(document_subtype_id=series["id"]),
        factory.invoice_body({}, sale_line, document_subtype_id=series["id"]),
        factory.invoice_body({**sale_line, "quantity": 101}, document_subtype_id=series["id"]),
        factory.invoice_body({}, {"taxes": [UNKNOWN_ID]}, document_subtype_id=series["id"]),
        factory.invoice_body(document_subtype_id=exhausted["id"]),
        factory.invoice_body(document_subtype_id=series["id"], ncf=f"{series['prefix']}00000000"),
    ]
    responses = create_concurrently(api, rng.choices(candidates, k=600))
    created = sorted(
        response["data"]["document_number"] for response in responses if "data" in response
    )
    sold = sum(
        line["product_id"] == product["id"]
        for response in responses
        if "data" in response
        for line in response["data"]["items"]
    )

    assert len(created) in range(201, 600), "some requests must be accepted and some rejected"
    assert created == [f"{series['prefix']}{n:08d}" for n in range(1, len(created) + 1)]
    assert factory.read("document_subtypes", series)["next_number"] == len(created) + 1
    assert sold <= 100
    assert factory.stock(product) == 100 - sold
