"""One record named twice in one request: the second element sees what the first has done."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import Factory, line, money


@rule(
    "Two payments of one invoice in one POST /InvoicePayment both count in amountpaid.",
    source="Observed: report queries on INVOICEPAYMENT",
)
def test_two_payments_of_one_invoice_both_count(factory: Factory) -> None:
    invoice = factory.invoice(line(100))
    payment = {"invoice_id": invoice["id"], "amount": 30}

    factory.save("invoice_payment", payment, payment)

    after = factory.read(invoice, includedetails="true")
    assert money(after, "amountpaid", "amountdue") == [60, 40]
    assert len({row["id"] for row in after["payments"]}) == 2


@rule(
    "apply_credit twice in one POST /Invoice is 400 if both together exceed credit_outstanding, and stores nothing.",
    source="Assumed: the properties are documented, the rule is not",
)
@pytest.mark.assumed
@pytest.mark.parametrize("targets", [1, 2], ids=["one invoice", "two invoices"])
def test_a_credit_is_not_applied_twice_in_one_request(factory: Factory, targets: int) -> None:
    client = factory.client()["id"]
    credit = factory.invoice(line(-100), client_id=client, invoicetype=1)
    invoices = [factory.invoice(line(200), client_id=client) for _ in range(targets)]
    use = {"apply_credit": True, "apply_credit_id": credit["id"], "apply_credit_amount": 80}
    elements = [{"id": invoice["id"], **use} for invoice in (invoices * 2)[:2]]

    assert isinstance(factory.assert_rejected("invoice.save", *elements), str)

    after = factory.read(credit)
    assert (after["credit_used"], after["credit_outstanding"]) == (0, 100)
    assert [factory.read(invoice)["amountpaid"] for invoice in invoices] == [0] * targets
    factory.save("invoice", elements[0])
    assert factory.read(credit)["credit_outstanding"] == 20


@rule(
    "apply_credit of two credits in one POST /Invoice is 400 if both together exceed amountdue.",
    source="Assumed: the properties are documented, the rule is not",
)
@pytest.mark.assumed
def test_two_credits_in_one_request_pay_at_most_what_is_due(factory: Factory) -> None:
    client = factory.client()["id"]
    notes = [factory.invoice(line(-80), client_id=client, invoicetype=1) for _ in range(2)]
    invoice = factory.invoice(line(100), client_id=client)
    use = {"id": invoice["id"], "apply_credit": True, "apply_credit_amount": 80}
    elements = [use | {"apply_credit_id": credit["id"]} for credit in notes]

    assert isinstance(factory.assert_rejected("invoice.save", *elements), str)

    assert factory.read(invoice)["amountpaid"] == 0
    assert [factory.read(credit)["credit_used"] for credit in notes] == [0, 0]


@rule(
    "markaspaid twice for one invoice in one POST /Invoice adds one payment.",
    source="Assumed: the properties are documented, the rule is not",
)
@pytest.mark.assumed
def test_an_invoice_marked_twice_in_one_request_is_paid_once(factory: Factory) -> None:
    invoice = factory.invoice(line(80))

    factory.save("invoice", *[{"id": invoice["id"], "markaspaid": True}] * 2)

    after = factory.read(invoice, includedetails="true")
    assert [row["amount"] for row in after["payments"]] == [80]


@rule(
    "Two elements with one id and the same last_change_seq are 400, since the first one raises change_seq.",
    source="Assumed: the properties are documented, the rule is not",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", ["invoice", "recurring_invoice"])
def test_the_second_element_of_one_record_is_checked_against_the_first(
    factory: Factory, resource: str
) -> None:
    record = factory.header(resource)
    element = {"id": record["id"], "last_change_seq": record["change_seq"]}

    stale = [element | {"reference": "one"}, element | {"internal_note": "two"}]
    factory.assert_rejected(f"{resource}.save", *stale)
    assert "reference" not in factory.read(record)

    several = factory.save(resource, {"id": record["id"], "reference": "one"},
                           {"id": record["id"], "internal_note": "two"})  # fmt: skip
    assert [row["change_seq"] - record["change_seq"] for row in several] == [1, 2]
    after = factory.read(record)
    assert (after["reference"], after["internal_note"]) == ("one", "two")


@rule(
    "A header of {resource} that names a stored line twice in lines is 404 and changes nothing.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", ["invoice", "recurring_invoice"])
def test_a_line_is_named_once_in_a_header(factory: Factory, resource: str) -> None:
    record = factory.header(resource, line(10), line(20))
    line_id = record["lines"][0]["id"]
    lines = [{"id": line_id, "unit_price": 1}, {"id": line_id, "unit_price": 2}]

    factory.assert_rejected(f"{resource}.save", {"id": record["id"], "lines": lines}, status=404)

    assert [row["unit_price"] for row in factory.read(record)["lines"]] == [10, 20]


@rule(
    "updatelines with two elements for one line applies both in order, and the total follows.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", ["invoice", "recurring_invoice"])
def test_two_updates_of_one_line_apply_in_order(api: Api, factory: Factory, resource: str) -> None:
    record = factory.header(resource, line(10), line(1))
    line_id = record["lines"][0]["id"]
    body = [{"id": line_id, "qty_order": 2}, {"id": line_id, "unit_price": 7}]

    rows = api.call(f"{resource}.update_lines", expect=200, body=body)

    assert [row["net_amount"] for row in rows] == [20, 14]
    after = factory.read(record)
    assert (len(after["lines"]), after["total"]) == (2, 15)


@rule(
    "process with one id twice creates the invoices of two runs; a onetimecharge line and a "
    "pro rata entry are billed once.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_a_template_named_twice_is_billed_for_two_runs(api: Api, factory: Factory) -> None:
    entry = {"date": "2026-01-16", "quantity": 1, "unitprice": 3}
    template = factory.template(line(5, prorata_data=[entry]), line(7, onetimecharge=True), period=2,
                                startdate="2026-02-01", nextcreationdate="2026-02-01")  # fmt: skip

    invoices = api.call("recurring_invoice.process", expect=200, body=[template["id"]] * 2)

    assert [row["invoice_date"][:10] for row in invoices] == ["2026-02-01", "2026-03-01"]
    assert [row["total"] for row in invoices] == [15, 10]
    assert factory.read(template)["nextcreationdate"][:10] == "2026-04-01"


@rule(
    "A filter that names one value twice lists each invoice once: {query}.",
    source="Documented: usehalo.com/swagger, GET /Invoice",
)
@pytest.mark.parametrize(
    "query", [{"billingcategory_ids": "3,3"}, {"client_ids": "ID,ID"}], ids=str
)
def test_a_value_named_twice_lists_a_record_once(
    api: Api, factory: Factory, query: dict[str, str]
) -> None:
    invoice = factory.invoice(billingcategory=3)
    client = str(invoice["client_id"])
    sent = {name: value.replace("ID", client) for name, value in query.items()}

    page = api.call("invoice.search", expect=200, query={"client_id": client, **sent})

    assert [row["id"] for row in page["invoices"]] == [invoice["id"]]
    assert page["record_count"] == 1


@rule(
    "An expense that two lines name by expense_id stays with the invoice that billed it first.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_an_expense_is_billed_by_one_invoice(api: Api, factory: Factory) -> None:
    client = factory.client()["id"]
    expense = factory.save("expense", {"amount": 5, "client_id": client})["id"]
    first = factory.invoice(
        line(5, expense_id=expense), line(5, expense_id=expense), client_id=client
    )
    second = factory.invoice(line(5, expense_id=expense), client_id=client)

    def billed_by() -> int:
        rows = api.call("expense.search", expect=200, query={"client_id": client})["data"]
        return int(rows[0].get("ihid", 0))

    assert billed_by() == first["id"]
    api.call("invoice.delete", expect=200, invoiceId=second["id"])
    assert billed_by() == first["id"]
    api.call("invoice.delete", expect=200, invoiceId=first["id"])
    assert billed_by() == 0


@rule(
    "POST /Invoice/View with one agent twice lists this agent once.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_a_viewer_named_twice_is_listed_once(api: Api, factory: Factory) -> None:
    invoice = factory.invoice()
    agent = api.call("agent.me", expect=200)
    viewer = {"id": agent.get("id", 1), "name": "Somebody"}

    body = [{"id": invoice["id"], "viewers": [viewer, viewer]}]
    viewed = api.call("invoice.view", expect=200, body=body)

    assert [row["id"] for row in viewed["viewers"]] == [viewer["id"]]
