"""No payment leaves a rest below a cent."""

from decimal import Decimal
from typing import Any

import pytest
import requests
from hypothesis import given, settings
from hypothesis import strategies as st

from mockvoice.app import Server
from mockvoice.settings import Settings

SUB_CENTS = st.integers(5, 200_000).map(lambda number: number / 1000)


@pytest.fixture(scope="module")
def send() -> Any:
    with Server(Settings(port=0)) as server, requests.Session() as session:
        session.headers["Authorization"] = "Bearer halo-demo-token"

        def send(method: str, path: str, body: Any = None) -> requests.Response:
            url = f"{server.urls['main']}/halo/api/{path}"
            return session.request(method, url, json=body and [body], timeout=10)

        yield send


def _invoice(send: Any, price: float, **properties: Any) -> Any:
    line = {"item_shortdescription": "Cable", "qty_order": 1, "unit_price": price}
    response = send("POST", "Invoice", {"client_id": 8, "lines": [line], **properties})
    assert response.status_code == 201, response.text
    return response.json()


def _pay(send: Any, invoice_id: int, amount: float, **properties: Any) -> requests.Response:
    body = {"invoice_id": invoice_id, "amount": amount, **properties}
    return send("POST", "InvoicePayment", body)  # type: ignore[no-any-return]


def _assert_in_cents(invoice: Any) -> None:
    for name in ("total", "amountpaid", "amountdue"):
        assert Decimal(str(invoice[name])) % Decimal("0.01") == 0, (name, invoice[name])


@settings(max_examples=25, deadline=None)
@given(price=SUB_CENTS, part=SUB_CENTS, corrected=SUB_CENTS)
def test_a_payment_of_the_shown_amount_due_pays_an_invoice(
    send: Any, price: float, part: float, corrected: float
) -> None:
    invoice = _invoice(send, price)
    payment = _pay(send, invoice["id"], part).json()
    _assert_in_cents(send("GET", f"Invoice/{invoice['id']}").json())
    _pay(send, invoice["id"], corrected, id=payment["id"])
    partly_paid = send("GET", f"Invoice/{invoice['id']}").json()
    _assert_in_cents(partly_paid)

    if partly_paid["amountdue"]:
        assert _pay(send, invoice["id"], partly_paid["amountdue"]).status_code == 200
    after = send("GET", f"Invoice/{invoice['id']}")

    assert (after.json()["amountdue"], after.json()["paymentstatus"]) == (0, 1)
    assert '"amountdue":-0' not in after.text.replace(" ", "")


@pytest.mark.parametrize(("sent", "due"), [(99.995, 0), (99.994, 0.01), (-0.005, 100.01)])
def test_an_amount_is_rounded_half_away_from_zero(send: Any, sent: float, due: float) -> None:
    invoice = _invoice(send, 100)

    _pay(send, invoice["id"], sent)

    assert send("GET", f"Invoice/{invoice['id']}").json()["amountdue"] == due


@pytest.mark.parametrize("amount", [0, 0.004, -0.004, 1e-9])
def test_an_amount_that_rounds_to_nothing_is_rejected(send: Any, amount: float) -> None:
    invoice = _invoice(send, 100)
    payment = _pay(send, invoice["id"], 5).json()

    assert _pay(send, invoice["id"], amount).status_code == 400
    assert _pay(send, invoice["id"], amount, id=payment["id"]).status_code == 400
    assert send("GET", f"Invoice/{invoice['id']}").json()["amountdue"] == 95
