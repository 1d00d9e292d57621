"""Form bodies with PHP brackets have the same effect as JSON bodies."""

from urllib.parse import urlencode

import pytest

from mockvoice_contracts.harness.client import FORM, Api, Response
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.growcrm.factories import (
    ESTIMATE_CATEGORY,
    INVOICE_CATEGORY,
    Factory,
    Record,
    line,
    required_header,
)


def send_form(api: Api, method: str, path: str, fields: list[tuple[str, str]]) -> Response:
    data = urlencode(fields).encode()
    return api.send(method, path, data=data, headers={"Content-Type": FORM})


def without_ids(bill: Record) -> Record:
    """Return the bill without its ids and creation time."""
    positions = {item["id"]: position for position, item in enumerate(bill["line_items"])}
    return {
        **bill,
        "id": None,
        "dates": {**bill["dates"], "created": None},
        "line_items": [{**item, "id": None} for item in bill["line_items"]],
        "taxes": [
            {**tax, "lineitem_id": positions.get(tax["lineitem_id"])} for tax in bill["taxes"]
        ],
    }


@rule(
    "Form bodies with PHP brackets have the effect of the same JSON bodies, here for {kind} in {mode} mode.",
    source="Documented: docs-api.growcrm.io/invoices",
)
@pytest.mark.parametrize("mode", ["summary", "inline"])
@pytest.mark.parametrize("kind", ["invoices", "estimates"])
def test_a_bill_created_with_forms_equals_one_created_with_json(
    api: Api, factory: Factory, kind: str, mode: str
) -> None:
    client = factory.client()
    project = factory.project(client)
    category = INVOICE_CATEGORY if kind == "invoices" else ESTIMATE_CATEGORY
    header = {
        "bill_clientid": client["id"],
        "bill_categoryid": category,
        "bill_date": factory.day(),
        "bill_projectid": project["id"],
        "bill_tax_type": mode,
        "bill_notes": "Größe & Maß = 100 %",
        "bill_terms": None,
    }
    lines = {
        "items": [
            line(quantity=2.5, rate="19.99", unit="hours"),
            line(
                tax_rate_id=factory.tax_rate_id("20"),
                discount_type="percentage",
                discount_value=12.5,
            ),
        ],
        "tax_rate_ids": [factory.tax_rate_id("10"), factory.tax_rate_id("5")],
    }
    changes = {
        "bill_discount_type": "fixed",
        "bill_discount_amount": 3.33,
        "bill_adjustment_amount": -1.5,
    }
    bills = []
    for form in (False, True):
        bill = api.call(f"{kind}.create", expect=201, body=header, form=form)["data"]
        path = {f"{kind[:-1]}Id": bill["id"]}
        api.call(f"{kind}.set_items", expect=200, body=lines, form=form, **path)
        api.call(
            f"{kind}.update",
            expect=200,
            body={**required_header(bill), **changes},
            form=form,
            **path,
        )
        api.call(
            f"{kind}.set_tags", expect=200, body={"tags": ["One", "Two words"]}, form=form, **path
        )
        bills.append(factory.read(kind, bill))

    assert without_ids(bills[0]) == without_ids(bills[1])
    assert len(bills[1]["line_items"]) == 2
    assert bills[1]["tags"] == ["one", "two-words"]


@rule(
    "Clients, contacts, projects, payments and refunds accept form bodies and JSON bodies alike.",
    source="Documented: docs-api.growcrm.io/getting-started",
)
@pytest.mark.parametrize("form", [False, True], ids=["json", "form"])
def test_other_resources_accept_forms_too(api: Api, factory: Factory, form: bool) -> None:
    body = {"first_name": "Ada", "last_name": "Form", "email": factory.email(), "tags": ["a", "b"]}
    client = api.call("clients.create", expect=201, form=form, body=body)["data"]
    contact_body = {
        "first_name": "C",
        "last_name": "D",
        "email": factory.email(),
        "clientid": client["id"],
    }
    project_body = {
        "project_clientid": client["id"],
        "project_title": "By form",
        "project_date_start": factory.day(),
        "project_categoryid": 1,
        "clientperm_tasks_view": "on",
    }
    api.call("contacts.create", expect=201, form=form, body=contact_body)
    created = api.call("projects.create", expect=201, form=form, body=project_body)["data"]
    path = {"projectId": created["id"]}
    api.call("projects.assign", expect=200, form=form, body={"assigned": [1]}, **path)
    api.call("projects.set_progress", expect=200, form=form, body={"progress": 40}, **path)
    managed = api.call("projects.set_manager", expect=200, form=form, body={"manager": 1}, **path)[
        "data"
    ]
    unmanaged = api.call(
        "projects.set_manager", expect=200, form=form, body={"manager": None}, **path
    )["data"]
    invoice = factory.published_invoice(client, amount=10)
    payment_body = {
        "payment_invoiceid": invoice["id"],
        "payment_amount": "10",
        "payment_date": factory.day(),
    }
    payment = api.call("payments.create", expect=201, form=form, body=payment_body)["data"]
    refund_body = {"refund_paymentid": payment["id"], "refund_date": factory.day()}
    api.call("refunds.create", expect=201, form=form, body=refund_body)

    assert client["tags"] == ["a", "b"]
    assert created["permissions"]["clientperm_tasks_view"] == "yes"
    assert ([user["id"] for user in managed["assigned"]], managed["progress"]) == ([1], 40)
    assert ([user["id"] for user in managed["managers"]], unmanaged["managers"]) == ([1], [])


@rule(
    "`items[0][rate]`, `items%5B1%5D%5Brate%5D` and `tags[]` are read as in PHP.",
    source="Documented: docs-api.growcrm.io/invoices",
)
def test_brackets_can_be_numbered_or_empty_and_escaped_or_not(api: Api, factory: Factory) -> None:
    invoice = factory.invoice()
    path = f"/api/invoices/{invoice['id']}"
    ten, five = factory.tax_rate_id("10"), factory.tax_rate_id("5")
    raw = (
        "items[0][description]=Design&items[0][quantity]=2&items[0][rate]=50"
        f"&items%5B1%5D%5Bdescription%5D=Hosting+fee&items%5B1%5D%5Bquantity%5D=1&items%5B1%5D%5Brate%5D=20"
        f"&tax_rate_ids[]={ten}&tax_rate_ids[]={five}"
    )
    response = api.send("PUT", f"{path}/items", data=raw.encode(), headers={"Content-Type": FORM})
    tagged = send_form(api, "PUT", f"{path}/tags", [("tags[]", "b"), ("tags[]", "a")])

    assert response.status == 200
    assert [item["description"] for item in response.body["data"]["line_items"]] == [
        "Design",
        "Hosting fee",
    ]
    assert response.body["data"]["totals"]["final_amount"] == "138.00"
    assert tagged.body["data"]["tags"] == ["b", "a"]


@rule(
    "`tags[2]`, `tags[0]` and `tags[1]` give a list in the order of the numbers.",
    source="Assumed: the reference gives no source; Laravel keeps PHP's keys",
)
@pytest.mark.assumed
def test_a_list_has_the_order_of_its_numbered_brackets(api: Api, factory: Factory) -> None:
    invoice = factory.invoice()
    fields = [("tags[2]", "c"), ("tags[0]", "a"), ("tags[10]", "d"), ("tags[1]", "b")]
    response = send_form(api, "PUT", f"/api/invoices/{invoice['id']}/tags", fields)

    assert response.body["data"]["tags"] == ["a", "b", "c", "d"]


@rule(
    "If a form has a field twice, its last value counts.",
    source="Assumed: the reference gives no source; PHP does so",
)
@pytest.mark.assumed
def test_the_last_value_of_a_repeated_field_is_used(api: Api, factory: Factory) -> None:
    invoice = factory.invoice()
    fields = [("status", "2"), ("status", "20")]
    response = send_form(api, "PUT", f"/api/invoices/{invoice['id']}/status", fields)

    assert response.body["data"]["status"]["id"] == 20


@rule(
    "`tags=` in a form counts as null: it gets 422, and the tags stay.",
    source="Assumed: follows from blank text becoming null",
)
@pytest.mark.assumed
def test_a_blank_field_is_null_so_a_form_cannot_clear_tags(api: Api, factory: Factory) -> None:
    invoice = factory.invoice()
    api.call("invoices.set_tags", expect=200, invoiceId=invoice["id"], body={"tags": ["kept"]})
    response = send_form(api, "PUT", f"/api/invoices/{invoice['id']}/tags", [("tags", "")])

    assert response.status == 422
    assert list(response.body["errors"]) == ["tags"]
    assert factory.read("invoices", invoice)["tags"] == ["kept"]


@rule(
    "An invalid form gets 422 with the error keys of JSON, such as `items.0.quantity`.",
    source="Documented: docs-api.growcrm.io/getting-started",
)
def test_a_form_gets_the_same_field_errors_as_json(api: Api, factory: Factory) -> None:
    invoice = factory.invoice()
    fields = [("items[0][description]", ""), ("items[0][quantity]", "x"), ("items[1][rate]", "1")]
    response = send_form(api, "PUT", f"/api/invoices/{invoice['id']}/items", fields)

    assert response.status == 422
    assert sorted(response.body["errors"]) == [
        "items.0.description", "items.0.quantity", "items.0.rate", "items.1.description", "items.1.quantity",
    ]  # fmt: skip


@rule(
    "A multipart body of a PATCH counts as empty and gets 422.",
    source="Assumed: the reference gives no source; PHP parses multipart bodies of POST only",
)
@pytest.mark.assumed
def test_a_multipart_body_is_not_parsed_on_patch_and_put(api: Api, factory: Factory) -> None:
    invoice = factory.invoice()
    files = {"bill_categoryid": (None, "4"), "bill_date": (None, factory.day())}
    response = api.call("invoices.update", expect=422, invoiceId=invoice["id"], files=files)

    assert sorted(response["errors"]) == ["bill_categoryid", "bill_date"]
