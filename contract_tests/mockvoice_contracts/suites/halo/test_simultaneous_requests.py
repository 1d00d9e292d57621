"""Requests that arrive at the same time: the result must be that of one after the other."""

from collections.abc import Callable
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.concurrent_requests import send_concurrently
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import Factory, Record, line

ROUNDS = range(3)
ONE_OF_BOTH = [200, 400]


def save(resource: str, body: Record) -> Callable[[Api], Any]:
    """Return a sender that saves one record and returns the status and the body."""

    def send(api: Api) -> tuple[int, Any]:
        response = api.exchange(f"{resource}.save", expect=(200, 201, 400), body=[body])
        return 400 if response.status == 400 else 200, response.body

    return send


def statuses(results: list[Any]) -> list[int]:
    return sorted(status for status, _ in results)


@rule(
    "Invoices and recurring invoices that are created at the same time have different ids and numbers.",
    source="Documented: usehalo.com/swagger, InvoiceHeader",
)
@pytest.mark.parametrize("resource", ["invoice", "recurring_invoice"])
def test_records_created_at_once_have_different_ids(
    api: Api, factory: Factory, resource: str
) -> None:
    client = factory.client()["id"]
    body = {"client_id": client, "lines": [line(5)]}

    results = send_concurrently(api, *[save(resource, body)] * 4)

    records = [record for _, record in results]
    assert len({record["id"] for record in records}) == 4
    assert len({record["invoicenumber"] for record in records}) == 4
    assert len({record["lines"][0]["id"] for record in records}) == 4
    assert set(factory.list_ids(client, f"{resource}.search")) == {row["id"] for row in records}


@rule(
    "Payments of one invoice that arrive at the same time all count in amountpaid.",
    source="Observed: report queries on INVOICEPAYMENT",
)
def test_payments_sent_at_once_all_count(api: Api, factory: Factory) -> None:
    for _ in ROUNDS:
        invoice = factory.invoice(line(100))
        payment = {"invoice_id": invoice["id"], "amount": 10}

        send_concurrently(api, *[save("invoice_payment", payment)] * 3)

        after = factory.read(invoice)
        assert (after["amountpaid"], after["amountdue"]) == (30, 70)


@rule(
    "Of two updates with the same last_change_seq at the same time, one is stored and the other is 400.",
    source="Assumed: the properties are documented, the rule is not",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", ["invoice", "recurring_invoice"])
def test_no_update_is_lost(api: Api, factory: Factory, resource: str) -> None:
    for _ in ROUNDS:
        record = factory.header(resource)
        update = {"id": record["id"], "last_change_seq": record["change_seq"]}

        results = send_concurrently(
            api,
            save(resource, update | {"reference": "first"}),
            save(resource, update | {"internal_note": "second"}),
        )

        after = factory.read(record)
        stored = [after.get("reference") == "first", after["internal_note"] == "second"]
        assert statuses(results) == ONE_OF_BOTH
        assert stored == [status == 200 for status, _ in results]
        assert after["change_seq"] == record["change_seq"] + 1


@rule(
    "Of two requests at the same time that apply the whole of one credit, one is stored and the other is 400.",
    source="Assumed: the properties are documented, the rule is not",
)
@pytest.mark.assumed
@pytest.mark.parametrize("invoices", [1, 2], ids=["one invoice", "two invoices"])
def test_a_credit_is_used_once(api: Api, factory: Factory, invoices: int) -> None:
    for _ in ROUNDS:
        client = factory.client()["id"]
        credit = factory.invoice(line(-50), client_id=client, invoicetype=1)
        targets = [factory.invoice(line(50), client_id=client)["id"] for _ in range(invoices)]
        use = {"apply_credit": True, "apply_credit_id": credit["id"], "apply_credit_amount": 50}

        results = send_concurrently(
            api, *(save("invoice", {"id": target, **use}) for target in (targets * 2)[:2])
        )

        assert statuses(results) == ONE_OF_BOTH
        after = factory.read(credit)
        assert (after["credit_used"], after["credit_outstanding"]) == (50, 0)
        assert sum(factory.read({"id": target})["amountpaid"] for target in targets) == 50


@rule(
    "Two requests with markaspaid at the same time pay the invoice once.",
    source="Assumed: the properties are documented, the rule is not",
)
@pytest.mark.assumed
def test_an_invoice_is_marked_as_paid_once(api: Api, factory: Factory) -> None:
    for _ in ROUNDS:
        invoice = factory.invoice(line(80))

        send_concurrently(api, *[save("invoice", {"id": invoice["id"], "markaspaid": True})] * 2)

        after = factory.read(invoice, includedetails="true")
        assert (after["amountpaid"], after["amountdue"]) == (80, 0)
        assert [payment["amount"] for payment in after["payments"]] == [80]


@rule(
    "Of a payment and a void of one invoice at the same time, one succeeds and the other is 400.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_a_voided_invoice_is_not_paid(api: Api, factory: Factory) -> None:
    for _ in ROUNDS:
        invoice = factory.invoice(line(80))
        payment = {"invoice_id": invoice["id"], "amount": 80}

        def void(client: Api, invoice_id: int = invoice["id"]) -> tuple[int, Any]:
            response = client.exchange("invoice.void", expect=(200, 400), invoiceId=invoice_id)
            return response.status, response.body

        results = send_concurrently(api, save("invoice_payment", payment), void)

        after = factory.read(invoice)
        assert statuses(results) == ONE_OF_BOTH
        assert (after["voided"], after["amountpaid"]) == (
            (True, 0) if results[1][0] == 200 else (False, 80)
        )


@rule(
    "Voiding an invoice twice at the same time changes it once.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_an_invoice_is_voided_once(api: Api, factory: Factory) -> None:
    for _ in ROUNDS:
        invoice = factory.invoice(line(5))

        def void(client: Api, invoice_id: int = invoice["id"]) -> Any:
            return client.call("invoice.void", expect=200, invoiceId=invoice_id)

        assert [row["voided"] for row in send_concurrently(api, void, void)] == [True, True]
        assert factory.read(invoice)["change_seq"] == invoice["change_seq"] + 1


@rule(
    "Of two DELETE requests for one record at the same time, one is 200 and the other is 404.",
    source="Assumed: the status of the second one has no source",
)
@pytest.mark.assumed
def test_a_payment_is_deleted_once(api: Api, factory: Factory) -> None:
    for _ in ROUNDS:
        invoice = factory.invoice(line(100))
        factory.payment(invoice, 30)
        payment = factory.payment(invoice, 20)

        def delete(client: Api, payment_id: int = payment["id"]) -> int:
            path = {"paymentId": payment_id}
            return client.exchange("invoice_payment.delete", expect=(200, 404), **path).status

        assert sorted(send_concurrently(api, delete, delete)) == [200, 404]
        assert factory.read(invoice)["amountpaid"] == 30


@rule(
    "Two process requests for one recurring invoice at the same time bill two different runs, "
    "and a onetimecharge line once.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_each_run_is_billed_once(api: Api, factory: Factory) -> None:
    for _ in ROUNDS:
        template = factory.template(line(5), line(7, onetimecharge=True), period=2,
                                    startdate="2026-01-31", nextcreationdate="2026-01-31")  # fmt: skip

        def process(client: Api, template_id: int = template["id"]) -> Record:
            invoices: list[Record] = client.call(
                "recurring_invoice.process", expect=200, body=[template_id]
            )
            return invoices[0]

        invoices = send_concurrently(api, process, process)

        billed = sorted((row["invoice_date"][:10], row["total"]) for row in invoices)
        assert billed == [("2026-01-31", 12), ("2026-02-28", 5)]
        assert factory.read(template)["nextcreationdate"][:10] == "2026-03-31"
