"""Lists after payments change, and lists of payments after their invoice changes."""

from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.clock import ServerClock
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import Factory, line


@rule(
    "order=amountdue and order=amountpaid sort by the current values after payments are added, changed and deleted.",
    source="Documented: usehalo.com/swagger, GET /Invoice",
)
def test_sorting_follows_the_payments(api: Api, factory: Factory) -> None:
    client = factory.client()["id"]
    first, second, third = (factory.invoice(line(100), client_id=client) for _ in range(3))
    payment = factory.payment(first, 10)
    factory.payment(second, 20)
    removed = factory.payment(third, 30)

    def order(name: str) -> list[int]:
        return factory.list_ids(client, order=name)

    assert order("amountpaid") == [first["id"], second["id"], third["id"]]
    assert order("amountdue") == [third["id"], second["id"], first["id"]]
    factory.save("invoice_payment", {"id": payment["id"], "amount": 40})
    api.call("invoice_payment.delete", expect=200, paymentId=removed["id"])
    assert order("amountpaid") == [third["id"], second["id"], first["id"]]
    assert order("amountdue") == [first["id"], second["id"], third["id"]]


@rule(
    "GET /InvoicePayment with order={name} sorts by the current value after the invoice or its client is updated.",
    source="Documented: usehalo.com/swagger, GET /InvoicePayment",
)
@pytest.mark.parametrize("name", ["client_id", "client_name", "invoice_invoicenumber"])
def test_payments_sort_by_the_current_values_of_their_invoice(
    api: Api, factory: Factory, name: str
) -> None:
    # The names sort last, so that the payments are on the first page of a descending list.
    prefix = factory.unique_name("zz")
    first, second, third = (factory.client(name=f"{prefix} {letter}") for letter in "ABC")
    invoices = [
        factory.invoice(line(10), client_id=client["id"], invoicenumber=client["name"])
        for client in (first, second)
    ]
    ids = [factory.payment(invoice, 4)["id"] for invoice in invoices]

    def order() -> list[int]:
        query = {"order": name, "orderdesc": "true", "pageinate": "true", "page_size": 100}
        rows = api.call("invoice_payment.search", expect=200, query=query)["payments"]
        return [row["id"] for row in rows if row["id"] in ids]

    assert order() == ids[::-1]
    moved = {"client_id": third["id"], "invoicenumber": third["name"]}
    factory.save("invoice", {"id": invoices[0]["id"], **moved})
    assert order() == ids


@rule(
    "paymentstatuses and stripeautopaymentrequired follow each payment, its update, its deletion and void.",
    source="Assumed: the parameters are documented, the codes are not",
)
@pytest.mark.assumed
def test_filters_by_payment_follow_the_payments(api: Api, factory: Factory) -> None:
    invoice = factory.invoice(line(100), include_in_autopay=True)

    def matching() -> list[str]:
        queries = {"unpaid": {"paymentstatuses": "0,-1"}, "paid": {"paymentstatuses": "1"}, "part": {"paymentstatuses": "2"},
                   "auto": {"stripeautopaymentrequired": "true"}}  # fmt: skip
        return [
            name
            for name, query in queries.items()
            if factory.list_ids(invoice["client_id"], **query)
        ]

    assert matching() == ["unpaid", "auto"]
    payment = factory.payment(invoice, 40)
    assert matching() == ["part", "auto"]
    factory.save("invoice_payment", {"id": payment["id"], "amount": 100})
    assert matching() == ["paid"]
    factory.save("invoice_payment", {"id": payment["id"], "status": 0})
    assert matching() == ["unpaid", "auto"]
    api.call("invoice_payment.delete", expect=200, paymentId=payment["id"])
    assert matching() == ["unpaid", "auto"]
    api.call("invoice.void", expect=200, invoiceId=invoice["id"])
    assert matching() == []


@rule(
    "A payment that is moved to another invoice_id is listed with this invoice and its client only.",
    source="Documented: usehalo.com/swagger, GET /InvoicePayment",
)
def test_a_moved_payment_is_listed_with_its_new_invoice(api: Api, factory: Factory) -> None:
    old, new = factory.invoice(line(10)), factory.invoice(line(10))
    payment = factory.payment(old, 4, intent_id="before")

    def ids(**query: Any) -> list[int]:
        rows = api.call("invoice_payment.search", expect=200, query=query)["payments"]
        return [row["id"] for row in rows]

    assert ids(invoice_id=old["id"]) == ids(client_id=old["client_id"]) == [payment["id"]]
    changes = {"invoice_id": new["id"], "intent_id": "after"}
    factory.save("invoice_payment", {"id": payment["id"], **changes})
    assert ids(invoice_id=old["id"]) == ids(client_id=old["client_id"]) == []
    assert ids(invoice_id=new["id"]) == ids(client_id=new["client_id"]) == [payment["id"]]
    assert ids(invoice_id=new["id"], intent_id="after") == [payment["id"]]
    assert ids(invoice_id=new["id"], intent_id="before") == []


@rule(
    "GET /InvoicePayment with search finds a payment by the current number of its invoice and the current name of its client.",
    source="Assumed: the parameter is documented, the searched properties are not",
)
@pytest.mark.assumed
def test_payments_are_searched_by_the_current_number_and_client(api: Api, factory: Factory) -> None:
    invoice = factory.invoice(line(10), invoicenumber=factory.unique_name("Old"))
    payment = factory.payment(invoice, 4)
    number, name = factory.unique_name("New"), factory.unique_name("Renamed")

    def ids(text: str) -> list[int]:
        rows = api.call("invoice_payment.search", expect=200, query={"search": text})["payments"]
        return [row["id"] for row in rows]

    assert ids(invoice["invoicenumber"]) == ids(invoice["client_name"]) == [payment["id"]]
    factory.save("invoice", {"id": invoice["id"], "invoicenumber": number})
    factory.save("client", {"id": invoice["client_id"], "name": name})
    assert ids(number) == ids(name) == [payment["id"]]
    assert ids(invoice["invoicenumber"]) == ids(invoice["client_name"]) == []
    current = api.call("invoice_payment.get", expect=200, paymentId=payment["id"])
    assert (current["invoice_invoicenumber"], current["client_name"]) == (number, name)


@rule(
    "last_modified of an invoice is the time of the last payment that was added, changed or deleted.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.needs("clock")
def test_each_change_of_a_payment_modifies_the_invoice(
    api: Api, factory: Factory, clock: ServerClock
) -> None:
    invoice = factory.invoice(line(100))
    times = [invoice["last_modified"]]

    def step() -> None:
        times.append(factory.read(invoice)["last_modified"])
        clock.advance(days=1)

    clock.advance(days=1)
    payment = factory.payment(invoice, 40)
    step()
    factory.save("invoice_payment", {"id": payment["id"], "amount": 50})
    step()
    api.call("invoice_payment.delete", expect=200, paymentId=payment["id"])
    step()

    days = [time[:10] for time in times]
    assert days == sorted(set(days))
