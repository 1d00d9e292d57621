"""Values that follow from others, after an update of these; and values that stay."""

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.optiflow.factories import Factory, workspace_header


@rule(
    "profit and profit_margin follow an update of price or cost, in the record and in its row, and are null after cost is.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/products",
)
def test_the_profit_follows_price_and_cost(api: Api, factory: Factory) -> None:
    product = factory.service(price=100, cost=80)
    seen = []
    for change in ({"price": 120}, {"cost": 60}, {"cost": 120}, {"cost": None}):
        factory.update("products", product, **change)
        record = factory.read("products", product)
        query = {"search": product["sku"]}
        (row,) = api.call("products.search", expect=200, query=query)["data"]
        assert (row["profit"], row["profit_margin"]) == (record["profit"], record["profit_margin"])
        seen.append((record["profit"], record["profit_margin"]))

    assert seen == [("40.00", "50.00"), ("60.00", "100.00"), ("0.00", "0.00"), (None, None)]


@rule(
    "phone follows an update: the first present of mobile, phone_primary and phone_secondary, in the record and in its row.",
    source="Observed: github.com/luisscruza/optiflow, app/Models/Contact.php",
)
def test_the_phone_follows_the_numbers(api: Api, factory: Factory) -> None:
    contact = factory.contact(mobile="809-1", phone_primary="809-2", phone_secondary="809-3")
    seen = [contact["phone"]]
    for change in ({"mobile": None}, {"phone_primary": None}, {"mobile": "809-4"}):
        changed = factory.update("contacts", contact, **change)
        query = {"search": contact["name"]}
        (row,) = api.call("contacts.search", expect=200, query=query)["data"]
        assert row["phone"] == changed["phone"] == factory.read("contacts", contact)["phone"]
        seen.append(changed["phone"])

    assert seen == ["809-1", "809-2", "809-3", "809-4"]


@rule(
    "An update of an invoice by notes, contact or salesmen alone keeps due_date, amounts, lines, status and payments.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/invoices",
)
def test_an_update_of_one_field_keeps_the_rest(factory: Factory) -> None:
    tax = factory.tax_id("itbis 18.00")
    invoice = factory.invoice(
        {"quantity": "1.50", "unit_price": "9.99", "discount_rate": 10, "taxes": [tax]},
        payment_term="30days",
        notes="A",
    )
    changes = (
        {"notes": "B"},
        {"contact_id": factory.contact()["id"]},
        {"salesmen_ids": [factory.salesman()["id"]]},
    )
    for change in changes:
        changed = factory.update("invoices", invoice, **change)
        names = ("due_date", "payment_term", "total_amount", "amount_due", "status", "currency_id", "issue_date",
                 "document_number", "items")  # fmt: skip
        assert [changed[name] for name in names] == [invoice[name] for name in names]
    assert changed["notes"] == "B"


@rule(
    "A series that is preferred in one workspace issues the numbers of conversions there only.",
    source="Observed: github.com/luisscruza/optiflow, app/Models/Workspace.php",
)
def test_a_preferred_series_belongs_to_its_workspace(api: Api, factory: Factory) -> None:
    workspaces, series = [factory.workspace() for _ in range(2)], factory.series()
    path = {"documentSubtypeId": series["id"], "workspaceId": workspaces[0]["id"]}
    api.call("document_subtypes.set_preferred", expect=200, **path)
    used = []
    for workspace in workspaces:
        headers = workspace_header(workspace)
        body = factory.document_body("quotations")
        quotation = factory.create("quotations.create", body, headers=headers)
        response = api.call(
            "quotations.convert", expect=(201, 422), headers=headers, quotationId=quotation["id"]
        )
        used.append(response.get("data", {}).get("document_subtype_id"))

    assert used[0] == series["id"]
    assert used[1] != series["id"]
