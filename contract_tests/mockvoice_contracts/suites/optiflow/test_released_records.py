"""Records that an update has removed from a document, and documents of which an update changed one part."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.optiflow.factories import Factory, Record, id_parameter
from mockvoice_contracts.suites.optiflow.new_records import new_record
from mockvoice_contracts.suites.optiflow.same_records import check_same


def check_release(api: Api, factory: Factory, kind: str) -> None:
    """Check that a record can be deleted once an update has removed it from its only invoice."""
    used = factory.service() if kind == "products" else new_record(factory, kind)
    default_currency = factory.default_currency["id"]
    values: dict[str, tuple[Record, Record]] = {
        "taxes": ({"items": [factory.line(taxes=[used["id"]])]}, {"items": [factory.line()]}),
        "salesmen": ({"salesmen_ids": [used["id"]]}, {"salesmen_ids": []}),
        "products": ({"items": [factory.line(product_id=used["id"])]}, {"items": [factory.line()]}),
        "contacts": ({"contact_id": used["id"]}, {"contact_id": factory.customer["id"]}),
        "currencies": ({"currency_id": used["id"]}, {"currency_id": default_currency}),
    }
    before, after = values[kind]
    invoice = factory.create("invoices.create", {**factory.invoice_body(), **before})
    path = id_parameter(kind, used)
    assert factory.error_fields(f"{kind}.delete", None, **path) == ["error"]
    changed = factory.update("invoices", invoice, **after)
    api.call(f"{kind}.delete", expect=204, **path)

    api.call(f"{kind}.get", expect=404, **path)
    check_same(factory.read("invoices", invoice), changed)


@rule(
    "Once an update has removed a record of {kind} from an invoice, nothing uses it: it is deleted with 204, and the invoice stays as it is.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions (DeleteTaxAction, DeleteSalesmanAction, DeleteProductAction)",
)
@pytest.mark.parametrize("kind", ["taxes", "salesmen", "products"])
def test_a_record_that_is_no_longer_used_can_be_deleted(
    api: Api, factory: Factory, kind: str
) -> None:
    check_release(api, factory, kind)


@rule(
    "Once an update has removed a record of {kind} from an invoice, it is deleted with 204, and the invoice stays as it is.",
    source="Assumed: the source deletes a contact together with its invoices",
)
@pytest.mark.assumed
@pytest.mark.parametrize("kind", ["contacts", "currencies"])
def test_a_former_contact_or_currency_can_be_deleted(api: Api, factory: Factory, kind: str) -> None:
    check_release(api, factory, kind)


@rule(
    "A tax that is no product's default_tax_id any more is deleted with 204, and its type and rate can change before.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions (UpdateTaxAction, DeleteTaxAction)",
)
def test_a_former_default_tax_is_free(api: Api, factory: Factory) -> None:
    tax = new_record(factory, "taxes")
    products = [factory.service(default_tax_id=tax["id"]) for _ in range(2)]
    path = id_parameter("taxes", tax)
    factory.update("products", products[0], default_tax_id=None)
    kept = factory.update("taxes", tax, rate=9)
    refused = factory.error_fields("taxes.delete", None, **path)
    api.call("products.delete", expect=204, **id_parameter("products", products[1]))
    changed = factory.update("taxes", tax, rate="9.50", type="isc")
    api.call("taxes.delete", expect=204, **path)

    assert (kept["rate"], refused) == ("1.50", ["error"])
    assert (changed["rate"], changed["type"], changed["rate_percentage"]) == ("9.50", "isc", "9.50%")  # fmt: skip


@rule(
    "A salesman of two invoices stays linked to one when the other loses him, and cannot be deleted until both have.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/DeleteSalesmanAction.php",
)
def test_salesmen_of_one_invoice_change_alone(api: Api, factory: Factory) -> None:
    salesmen = [factory.salesman() for _ in range(3)]
    ids = [salesman["id"] for salesman in salesmen]
    invoices = [factory.invoice(salesmen_ids=ids[:2]) for _ in range(2)]
    path = id_parameter("salesmen", salesmen[0])
    changed = factory.update("invoices", invoices[0], salesmen_ids=[ids[2], ids[1]])
    refused = factory.error_fields("salesmen.delete", None, **path)
    other = factory.read("invoices", invoices[1])
    factory.update("salesmen", salesmen[1], surname="Nueva")
    shown = factory.read("invoices", invoices[1])["salesmen"]
    factory.update("invoices", invoices[1], salesmen_ids=[ids[1]])
    api.call("salesmen.delete", expect=204, **path)

    assert {row["id"] for row in changed["salesmen"]} == set(ids[1:])
    assert refused == ["error"]
    check_same(other, invoices[1])
    names = {row["id"]: row["full_name"] for row in shown}
    assert names[ids[1]] == f"{salesmen[1]['name']} Nueva"
    assert names[ids[0]] == salesmen[0]["full_name"]


@rule(
    "An update of issue_date alone keeps the due_date that payment_term gave; one after the due_date gets 422 on due_date and changes nothing.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/invoices (absent fields keep their value)",
)
def test_the_due_date_stays_with_a_new_issue_date(factory: Factory) -> None:
    invoice = factory.invoice(issue_date="2024-01-31", payment_term="30days")
    path = id_parameter("invoices", invoice)
    earlier = factory.update("invoices", invoice, issue_date="2024-01-01")
    equal = factory.update("invoices", invoice, issue_date="2024-03-01")
    refused = factory.error_fields("invoices.update", {"issue_date": "2024-03-02"}, **path)

    due_dates = [record["due_date"] for record in (invoice, earlier, equal)]
    assert due_dates == ["2024-03-01"] * 3
    assert refused == ["due_date"]
    check_same(factory.read("invoices", invoice), equal)


@rule(
    "The lines of {kind} are returned in the order of the request, with every field that was sent, also after an update that adds and removes lines.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/invoices and api/quotations",
)
@pytest.mark.parametrize("kind", ["invoices", "quotations"])
def test_lines_keep_what_was_sent(factory: Factory, kind: str) -> None:
    products = [factory.service() for _ in range(3)]
    sent = [
        {"product_id": product["id"], "description": text, "quantity": quantity, "unit_price": price}
        for product, text, quantity, price in zip(
            products, "CAB", ("0.01", "1.50", "3.00"), ("99.99", "0.00", "7.25"), strict=True
        )
    ]  # fmt: skip
    created = factory.document(kind, *sent)
    first, _, third = created["items"]
    added = {**sent[1], "description": "D"}
    items = [{"id": first["id"], "description": "E"}, {"id": third["id"]}, factory.line(**added)]
    updated = factory.update(kind, created, items=items)

    check_same(created["items"], sent)
    check_same(updated["items"], [{**sent[0], "description": "E"}, sent[2], added])
    check_same(updated["items"][1], third)
    check_same(factory.read(kind, created)["items"], updated["items"])
    for item, product in zip(created["items"], products, strict=True):
        assert (item["product"]["name"], item["product"]["sku"]) == (product["name"], product["sku"])  # fmt: skip


@rule(
    "quantity from 0.01 and unit_price from 0 are accepted on a line of {kind} by a creation and an update; less gets 422 on the line's field.",
    source="Observed: github.com/luisscruza/optiflow, app/Http/Requests/CreateInvoiceRequest.php",
)
@pytest.mark.parametrize("kind", ["invoices", "quotations"])
def test_numbers_of_a_line_may_be_at_their_bounds(factory: Factory, kind: str) -> None:
    document = factory.document(kind, {"quantity": "0.01", "unit_price": 0})
    line, path = document["items"][0], id_parameter(kind, document)
    invalid = [("quantity", 0), ("quantity", -1), ("unit_price", "-0.01"), ("discount_rate", "100.01"), ("discount_rate", -1), ("discount_amount", "-0.01")]  # fmt: skip
    for field, value in invalid:
        body = factory.document_body(kind, {field: value})
        assert factory.error_fields(f"{kind}.create", body) == [f"items.0.{field}"]
        items = [factory.line(), {"id": line["id"], field: value}]
        errors = factory.error_fields(f"{kind}.update", {"items": items}, **path)
        assert errors == [f"items.1.{field}"]

    check_same(factory.read(kind, document), document)
    assert (line["quantity"], line["unit_price"], line["total"]) == ("0.01", "0.00", "0.00")
    free = factory.document(kind, {"discount_rate": 100}, {"discount_amount": "100.00"})
    assert (free["discount_amount"], free["total_amount"]) == ("200.00", "0.00")


@rule(
    "The number of a new {kind} has eight digits, padded with zeros: 9, 10 and 99999999.",
    source="Observed: github.com/luisscruza/optiflow, app/Models/DocumentSubtype.php and app/Actions/CreatePaymentAction.php",
)
@pytest.mark.parametrize("kind", ["invoice", "quotation"])
def test_numbers_grow_without_gaps(factory: Factory, kind: str) -> None:
    seen = []
    for start in (9, 99_999_998):
        series = factory.series(type=kind, start_number=start)
        for _ in range(2):
            document = factory.document(f"{kind}s", document_subtype_id=series["id"])
            seen.append(document["document_number"].removeprefix(series["prefix"]))

    assert seen == ["00000009", "00000010", "99999998", "99999999"]
