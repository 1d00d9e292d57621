"""Many callers at once: numbers have no gap and none comes twice, and stock is never sold twice."""

import random
from concurrent.futures import ThreadPoolExecutor

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.suites.optiflow.factories import UNKNOWN_ID, Factory, Record

INVOICE_COUNT = 1000
CLIENT_COUNT = 16


def create_concurrently(api: Api, bodies: list[Record]) -> list[Record]:
    """What comes back for invoices that many connections ask for at the same time."""

    def ask(part: list[Record]) -> list[Record]:
        caller = api.acting_as(api.auth)
        return [caller.call("invoices.create", expect=(201, 422), body=body) for body in part]

    with ThreadPoolExecutor(CLIENT_COUNT) as callers:
        parts = callers.map(ask, [bodies[start::CLIENT_COUNT] for start in range(CLIENT_COUNT)])
        return [answer for part in parts for answer in part]


@pytest.fixture(autouse=True)
def _many_requests(api: Api) -> None:
    if not api.target.is_mock:
        pytest.skip("a thousand invoices are too many for a real account")


def test_a_thousand_invoices_have_consecutive_numbers(api: Api, make: Factory) -> None:
    series = make.series()
    answers = create_concurrently(
        api, [make.invoice_body(document_subtype_id=series["id"])] * INVOICE_COUNT
    )
    numbers = sorted(answer["data"]["document_number"] for answer in answers)

    assert numbers == [f"{series['prefix']}{n:08d}" for n in range(1, INVOICE_COUNT + 1)]
    assert make.read("document_subtypes", series)["next_number"] == INVOICE_COUNT + 1


def test_refusals_among_them_lose_no_number(api: Api, make: Factory) -> None:
    series, expired = make.series(), make.series(end_number=2)
    for _ in range(2):
        make.invoice(document_subtype_id=expired["id"])
    product = make.product(100)
    goods = {"product_id": product["id"]}
    chance = random.Random(7)
    kinds: list[Record] = [
        make.invoice_body(document_subtype_id=series["id"]),
        make.invoice_body({}, goods, document_subtype_id=series["id"]),
        make.invoice_body({**goods, "quantity": 101}, document_subtype_id=series["id"]),
        make.invoice_body({}, {"taxes": [UNKNOWN_ID]}, document_subtype_id=series["id"]),
        make.invoice_body(document_subtype_id=expired["id"]),
        make.invoice_body(document_subtype_id=series["id"], ncf=f"{series['prefix']}00000000"),
    ]
    answers = create_concurrently(api, chance.choices(kinds, k=600))
    made = sorted(answer["data"]["document_number"] for answer in answers if "data" in answer)
    sold = sum(
        line["product_id"] == product["id"]
        for answer in answers
        if "data" in answer
        for line in answer["data"]["items"]
    )

    assert 200 < len(made) < 600
    assert made == [f"{series['prefix']}{n:08d}" for n in range(1, len(made) + 1)]
    assert make.read("document_subtypes", series)["next_number"] == len(made) + 1
    assert make.stock(product) == 100 - sold >= 0
