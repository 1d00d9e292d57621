"""What may be deleted and voided when several conditions hold, and what a refusal or a deletion leaves."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.change_trail import trail_ids
from mockvoice_contracts.suites.halo.factories import Factory, assert_same, line

HEADERS = ["invoice", "recurring_invoice"]


@rule(
    "DELETE of an invoice with payments is 400 also with bypass_accounts_sync=true, posted or not; bypass_accounts_sync=false does not delete a posted one. Nothing changes.",
    source="Assumed: the parameter is documented, the rule is not",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("posted", "paid", "bypass"),
    [(False, True, "true"), (True, True, "true"), (True, True, "false"), (True, False, "false"), (True, False, "undefined")],
)  # fmt: skip
def test_a_bypass_does_not_delete_a_paid_invoice(
    api: Api, factory: Factory, posted: bool, paid: bool, bypass: str
) -> None:
    invoice = factory.invoice(line(5), posted=posted)
    if paid:
        factory.payment(invoice, 5)
    before, rows = factory.read(invoice, includedetails="true"), trail_ids(api, invoice)
    query = {"bypass_accounts_sync": bypass}
    error = factory.assert_rejected("invoice.delete", invoiceId=invoice["id"], query=query)

    assert isinstance(error, str)
    assert_same(factory.read(invoice, includedetails="true"), before)
    assert trail_ids(api, invoice) == rows


@rule(
    "An invoice whose payments were deleted or moved to another invoice takes {action}; a refunded one does not.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("action", ["void", "delete"])
def test_only_current_payments_stand_in_the_way(api: Api, factory: Factory, action: str) -> None:
    deleted, moved, refunded, other = (factory.invoice(line(5)) for _ in range(4))
    first, second = factory.payment(deleted, 5), factory.payment(moved, 5)
    factory.payment(refunded, 5), factory.payment(refunded, -5)
    api.call("invoice_payment.delete", expect=200, paymentId=first["id"])
    factory.save("invoice_payment", {"id": second["id"], "invoice_id": other["id"]})

    for invoice in (deleted, moved):
        api.call(f"invoice.{action}", expect=200, invoiceId=invoice["id"])
    for invoice in (refunded, other):
        factory.assert_rejected(f"invoice.{action}", invoiceId=invoice["id"])
    assert factory.read(other)["amountpaid"] == 5
    assert factory.read(refunded)["voided"] is False


@rule(
    "DELETE of a record of {resource} leaves the other records of its client as they are, with their lines and payments.",
    source="Documented: usehalo.com/swagger, DELETE operations",
)
@pytest.mark.parametrize("resource", HEADERS)
def test_other_records_stay(api: Api, factory: Factory, resource: str) -> None:
    client = factory.client()["id"]
    records = [factory.header(resource, line(5), line(7), client_id=client) for _ in range(3)]
    invoice = factory.invoice(line(9), client_id=client)
    factory.payment(invoice, 4)
    others = [factory.read(row, includedetails="true") for row in (records[0], records[2], invoice)]
    (parameter,) = api.contract.find(f"{resource}.delete").path_parameters
    api.call(f"{resource}.delete", expect=200, **{parameter: records[1]["id"]})

    for other in others:
        assert_same(factory.read(other, includedetails="true"), other)


@rule(
    "A currency of {user} cannot be deleted: 400 with a text, and it stays.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("user", ["an invoice", "a recurring invoice", "a voided invoice"])
def test_a_currency_in_use_stays(api: Api, factory: Factory, user: str) -> None:
    currency = factory.currency(3)
    create = factory.template if user == "a recurring invoice" else factory.invoice
    record = create(line(5), currency_code=currency["id"])
    if user == "a voided invoice":
        api.call("invoice.void", expect=200, invoiceId=record["id"])

    error = factory.assert_rejected("currency.delete", currencyId=currency["id"])
    assert isinstance(error, str)
    kept = api.call("currency.get", expect=200, currencyId=currency["id"])
    assert_same(kept, currency)


@rule(
    "After its item and its tax are deleted, a line of a record of {resource} keeps its values, also when another property of the line is saved.",
    source="Assumed: the reference says so of taxes only",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", HEADERS)
def test_a_line_keeps_the_values_of_a_deleted_item(
    api: Api, factory: Factory, resource: str
) -> None:
    tax = factory.tax(20)
    item = factory.item(baseprice=10, costprice=4, taxcode=tax["id"], nominalcode="4000")
    record = factory.header(resource, {"_itemid": item["id"], "qty_order": 2})
    api.call("item.delete", expect=200, itemId=item["id"])
    api.call("tax.delete", expect=200, taxId=tax["id"])
    body = [{"id": record["lines"][0]["id"], "qty_order": 3}]
    api.call(f"{resource}.update_lines", expect=200, body=body)

    names = ("unit_price", "unit_cost", "tax_rate", "item_shortdescription", "nominal_code")
    (row,) = factory.read(record)["lines"]
    assert [row[name] for name in names] == [record["lines"][0][name] for name in names]
    assert (row["net_amount"], row["tax_amount"]) == (30, 6)


@rule(
    "An expense is free again when its line is removed by lines or loses expense_id, and is billed when a line gets it by add_lines or updatelines.",
    source="Assumed: the reference says so of a deleted invoice only",
)
@pytest.mark.assumed
def test_an_expense_follows_the_lines(api: Api, factory: Factory) -> None:
    client = factory.client()["id"]
    expense = factory.save("expense", {"amount": 5, "client_id": client})["id"]
    invoice = factory.invoice(line(1), client_id=client)
    first = invoice["lines"][0]["id"]
    factory.template(line(5, expense_id=expense), client_id=client)
    billed = []

    def step() -> None:
        rows = api.call("expense.search", expect=200, query={"client_id": client})["data"]
        billed.append(rows[0].get("ihid", 0))

    step()
    factory.save("invoice", {"id": invoice["id"], "add_lines": [line(5, expense_id=expense)]})
    step()
    factory.save("invoice", {"id": invoice["id"], "lines": [{"id": first}]})
    step()
    api.call("invoice.update_lines", expect=200, body=[{"id": first, "expense_id": expense}])
    step()
    api.call("invoice.update_lines", expect=200, body=[{"id": first, "expense_id": None}])
    step()

    assert billed == [0, invoice["id"], 0, invoice["id"], 0]
