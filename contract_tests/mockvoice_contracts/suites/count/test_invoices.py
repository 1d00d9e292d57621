"""Documents: creation, references, updates, approval, sending and deletion."""

from collections.abc import Callable, Collection
from decimal import Decimal
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.count.comparison import shared_members, to_instant
from mockvoice_contracts.suites.count.factories import UNKNOWN_ID, Factory, to_decimal


def create_error(
    api: Api, body: dict[str, Any], status: int | Collection[int] = 400
) -> dict[str, Any]:
    response: dict[str, Any] = api.call("invoices.create", expect=status, body=body)
    return response


@rule(
    "POST with isDraft true creates a draft with the sent values, and GET returns the same invoice.",
    source="Documented: developers.getcount.com/api-reference/invoices, Create Invoice page",
)
def test_a_new_invoice_is_a_draft_and_is_read_back_unchanged(factory: Factory) -> None:
    body = factory.invoice_body(notes="Thank you", currency="EUR", discountDescription="None")
    invoice = factory.invoice(**body)

    assert invoice["status"] == "draft"
    assert (invoice["isDraft"], invoice["approved"], invoice["approvedAt"]) == (True, False, None)
    assert (invoice["invoiceType"], invoice["currency"]) == ("invoice", "EUR")
    assert (invoice["date"], invoice["dueDate"]) == (body["date"], body["dueDate"])
    assert invoice["customer"]["id"] == body["customerUuid"]
    read = factory.get_invoice(invoice)
    assert shared_members(read, invoice) == shared_members(invoice, read)


@rule(
    "An id in upper case finds the invoice.",
    source="Assumed: the vendor states only that ids are UUIDs",
)
@pytest.mark.assumed
def test_an_invoice_is_found_by_its_id_in_upper_case(api: Api, draft: dict) -> None:
    read = api.call("invoices.get", expect=200, invoiceId=draft["id"].upper())

    assert read["data"]["id"] == draft["id"]


@rule(
    "POST /partners/invoices without {missing} returns 400 with an error that names the field.",
    source="Documented: developers.getcount.com/api-reference/invoices, Create Invoice page",
)
@pytest.mark.parametrize("missing", ["customerUuid", "date", "products"])
def test_missing_fields_are_reported(api: Api, factory: Factory, missing: str) -> None:
    body = factory.invoice_body()
    del body[missing]
    error = create_error(api, body)

    assert error["code"] == "validation_error"
    assert [(row["field"], row["code"]) for row in error["errors"]] == [(missing, "required")]


@rule(
    "An invalid {field} in a new invoice returns 400 with an error that names the field.",
    source="Documented: developers.getcount.com/api-reference/invoices, Create Invoice page",
)
@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"date": "01.02.2026"}, "date"),
        ({"date": "2026-02-30"}, "date"),
        ({"invoiceType": "bill"}, "invoiceType"),
        ({"products": []}, "products"),
        ({"isDraft": "yes"}, "isDraft"),
        ({"discount": -1}, "discount"),
        ({"currency": "euro"}, "currency"),
        ({"taxSetting": "gross"}, "taxSetting"),
        ({"customerUuid": "x"}, "customerUuid"),
    ],
)
def test_an_invalid_value_is_rejected_with_its_field(
    api: Api, factory: Factory, fields: dict, field: str
) -> None:
    error = create_error(api, factory.invoice_body(**fields))

    assert error["code"] == "validation_error"
    assert {row["field"] for row in error["errors"]} == {field}


@rule(
    "A line with quantity 0 or less, a negative price or text instead of a number returns 400.",
    source="Assumed: the vendor requires numbers and states no bounds",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    "line",
    [{"quantity": 0}, {"quantity": -1}, {"quantity": "many"}, {"unitPrice": -0.01}, {"price": "x"}],
)
def test_an_invalid_line_is_rejected(api: Api, factory: Factory, line: dict) -> None:
    error = create_error(api, factory.invoice_body(products=[{**factory.line(), **line}]))

    assert error["code"] == "validation_error"
    assert error["errors"][0]["field"].startswith("products.0")


@rule(
    "Amounts and quantities can be numbers or numeric strings.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_numbers_can_be_sent_as_strings(factory: Factory) -> None:
    invoice = factory.invoice(products=[factory.line("19.99", "3")], discount="0.97")

    assert to_decimal(invoice["total"]) == 59


@rule(
    "price and unitPrice are the same value: either is accepted, both are returned, and two different values return 400.",
    source="Assumed: the vendor's page says price, its client unitPrice",
)
@pytest.mark.assumed
def test_a_line_has_either_a_price_or_a_unit_price(api: Api, factory: Factory) -> None:
    line = factory.line(12.5)
    by_price = {**line, "price": line["unitPrice"]}
    del by_price["unitPrice"]
    invoice = factory.invoice(products=[by_price])
    body = factory.invoice_body(products=[{**line, "price": 12}])

    assert (invoice["products"][0]["price"], invoice["products"][0]["unitPrice"]) == (12.5, 12.5)
    assert create_error(api, body)["code"] == "validation_error"


@rule(
    "A line can name its product by uuid instead of productUuid.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_a_line_can_name_its_product_by_uuid(factory: Factory) -> None:
    line = factory.line()
    line["uuid"] = line.pop("productUuid")

    assert factory.invoice(products=[line])["products"][0]["productUuid"] == line["uuid"]


@rule(
    "A numeric {field} or a numeric tag in a new invoice returns 400.",
    source="Assumed: the vendor states that numeric ids must not be sent, not the error",
)
@pytest.mark.assumed
@pytest.mark.parametrize("field", ["customerId", "appliedToInvoiceId"])
def test_legacy_numeric_ids_are_rejected(api: Api, factory: Factory, field: str) -> None:
    assert create_error(api, factory.invoice_body(**{field: 7}))["code"] == "legacy_numeric_field"
    assert create_error(api, factory.invoice_body(tags=[7]))["code"] == "legacy_numeric_field"


@rule(
    "A dueDate before date returns 400.",
    source="Assumed: the vendor states no rule",
)
@pytest.mark.assumed
def test_a_due_date_before_the_invoice_date_is_rejected(api: Api, factory: Factory) -> None:
    error = create_error(api, factory.invoice_body(dueDate=factory.day(-1)))

    assert error["errors"][0]["field"] == "dueDate"


@rule(
    "A new invoice whose {field} is an unknown UUID is rejected with the field in details.",
    source="Documented: developers.getcount.com/api-reference/invoices, Create Invoice page",
)
@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"customerUuid": UNKNOWN_ID}, "customerUuid"),
        ({"tagUuids": [UNKNOWN_ID]}, "tagUuids.0"),
        ({"appliedToInvoiceUuid": UNKNOWN_ID, "invoiceType": "memo"}, "appliedToInvoiceUuid"),
    ],
)
def test_an_unknown_reference_is_rejected(
    api: Api, target: Target, factory: Factory, fields: dict, field: str
) -> None:
    status = target.expected_status(strict=400, observed=404)
    error = create_error(api, factory.invoice_body(**fields), status)

    assert error["code"] == "reference_not_found"
    details = error["details"]
    assert (details["field"], details["uuid"]) == (field, UNKNOWN_ID)


@rule(
    "A line with a deleted product, or with one that has no category account, is rejected.",
    source="Documented: developers.getcount.com/api-reference/invoices, Create Invoice page",
)
def test_a_product_must_exist_and_have_an_account(
    api: Api, target: Target, factory: Factory
) -> None:
    deleted = factory.product()
    api.call("products.delete", expect=200, productId=deleted["id"])
    without_account = factory.product(categoryAccountUuid=None)

    body = factory.invoice_body(products=[factory.line(product=deleted)])
    status = target.expected_status(strict=400, observed=404)
    assert create_error(api, body, status)["code"] == "reference_not_found"
    body = factory.invoice_body(products=[factory.line(product=without_account)])
    error = create_error(api, body)
    assert error["code"] == "product_missing_category_account"
    assert error["details"]["productUuid"] == without_account["id"]


@rule(
    "A deleted customer stays on its invoices and cannot get new ones.",
    source="Assumed: the vendor states no rule",
)
@pytest.mark.assumed
def test_a_deleted_customer_keeps_its_documents_but_gets_no_new_ones(
    api: Api, target: Target, factory: Factory
) -> None:
    customer = factory.customer()
    invoice = factory.invoice(customerUuid=customer["id"])
    api.call("customers.delete", expect=200, customerId=customer["id"])

    assert factory.get_invoice(invoice)["customer"]["customer"] == customer["customer"]
    body = factory.invoice_body(customerUuid=customer["id"])
    error = create_error(api, body, target.expected_status(strict=400, observed=404))
    assert error["code"] == "reference_not_found"


@rule(
    "A line without description has that of its product, or else the product's name.",
    source="Assumed: the vendor states only that description is optional",
)
@pytest.mark.assumed
def test_the_default_description_of_a_line_comes_from_its_product(factory: Factory) -> None:
    described = factory.product(description="Freshly roasted")

    invoice = factory.invoice(
        products=[factory.line(product=described), factory.line(), factory.line(description="Own")]
    )
    assert [line["description"] for line in invoice["products"]] == [
        "Freshly roasted",
        factory.untaxed_product["name"],
        "Own",
    ]


@rule(
    "A new document without invoiceNumber gets the highest number of its type plus one.",
    source="Assumed: the vendor states no rule",
)
@pytest.mark.assumed
@pytest.mark.needs("settings")
def test_numbers_are_consecutive_per_type_and_reused_after_deletion(
    api: Api, factory: Factory, settings: Callable[..., None]
) -> None:
    settings(quirks="observed")

    def number(kind: str) -> str:
        body = factory.invoice_body(invoiceType=kind)
        del body["invoiceNumber"]
        created = api.call("invoices.create", expect=200, body=body)["data"]
        ids.append(created["id"])
        return str(created["invoiceNumber"])

    ids: list[str] = []
    first, memo, second = number("invoice"), number("memo"), number("invoice")
    assert int(second) == int(first) + 1
    assert int(number("memo")) == int(memo) + 1

    api.call("invoices.delete", expect=200, invoiceId=ids[2])
    assert number("invoice") == second


@rule(
    "An invoiceNumber that another document of the same invoiceType has returns 409.",
    source="Assumed: the vendor states no rule",
)
@pytest.mark.assumed
def test_a_number_is_unique_per_type(api: Api, factory: Factory) -> None:
    number = factory.unique_name("INV")
    draft = factory.invoice(invoiceNumber=number)
    factory.invoice(invoiceNumber=number, invoiceType="estimate")

    error = create_error(api, factory.invoice_body(invoiceNumber=number), 409)
    assert error["code"] == "invoice_number_exists"
    other = factory.invoice()
    api.call("invoices.update", expect=409, body={"invoiceNumber": number}, invoiceId=other["id"])
    api.call("invoices.update", expect=200, body={"invoiceNumber": number}, invoiceId=draft["id"])


@rule(
    'invoiceType "{kind}" is accepted and returned as sent.',
    source="Documented: developers.getcount.com/api-reference/invoices, Create Invoice page",
)
@pytest.mark.parametrize("kind", ["invoice", "quote", "estimate", "memo"])
def test_the_type_is_returned_as_sent(factory: Factory, kind: str) -> None:
    assert factory.invoice(invoiceType=kind)["invoiceType"] == kind


@rule(
    "Fields that COUNT manages and unknown fields are ignored on create; _partnerWarnings lists them as internal_only and unknown_field.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_internal_and_unknown_fields_are_ignored_with_warnings(factory: Factory) -> None:
    invoice = factory.invoice(total=1, approved=True, colour="red", status="paid")
    warnings = {row["field"]: row["reason"] for row in invoice["_partnerWarnings"]}

    assert warnings == {
        "total": "internal_only",
        "approved": "internal_only",
        "status": "internal_only",
        "colour": "unknown_field",
    }
    assert (invoice["total"], invoice["status"]) == (100, "draft")


# -- update ----------------------------------------------------------------------------------


@rule(
    "PATCH of a draft changes the sent fields and keeps all others.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_an_update_of_a_draft_keeps_the_other_fields(api: Api, factory: Factory) -> None:
    tag = factory.tag()
    draft = factory.invoice(notes="Before", tagUuids=[tag["id"]])
    changed = api.call(
        "invoices.update", expect=200, body={"notes": "After"}, invoiceId=draft["id"]
    )["data"]

    assert changed["notes"] == "After"
    unchanged = {name: draft[name] for name in draft if name not in ("notes", "updatedAt")}
    assert shared_members(changed, unchanged) == shared_members(unchanged, changed)


@rule(
    "PATCH ignores subtotal, taxTotal, total, paidAmount and amountDue and lists them in _partnerWarnings.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_computed_fields_cannot_be_set(api: Api, draft: dict) -> None:
    computed = {"subtotal": 1, "taxTotal": 2, "total": 3, "paidAmount": 4, "amountDue": 5}
    body = {**computed, "notes": "With totals"}
    changed = api.call("invoices.update", expect=200, body=body, invoiceId=draft["id"])["data"]

    assert {row["field"] for row in changed["_partnerWarnings"]} == computed.keys()
    assert {name: changed[name] for name in computed} == {name: draft[name] for name in computed}


@rule(
    "PATCH with products replaces all lines, and tagUuids replaces all tags; an empty tagUuids removes them.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_lines_and_tags_are_replaced_as_a_whole(api: Api, factory: Factory) -> None:
    draft = factory.invoice(tagUuids=[factory.tag()["id"], factory.tag()["id"]])
    body = {"products": [factory.line(10.005, 2)], "tagUuids": []}
    changed = api.call("invoices.update", expect=200, body=body, invoiceId=draft["id"])["data"]

    assert [to_decimal(line["amount"]) for line in changed["products"]] == [Decimal("20.01")]
    assert (changed["tagUuids"], changed["tags"]) == ([], [])


@rule(
    "PATCH with an empty object returns 200, changes nothing, and has a _partnerWarnings entry.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_an_empty_update_returns_a_warning(api: Api, draft: dict) -> None:
    changed = api.call("invoices.update", expect=200, body={}, invoiceId=draft["id"])["data"]

    assert changed.pop("_partnerWarnings")
    assert shared_members(changed, draft) == shared_members(draft, changed)


@rule(
    "PATCH with the current values changes nothing, updatedAt included.",
    source="Assumed: the vendor states no rule",
)
@pytest.mark.assumed
def test_an_update_with_the_same_values_changes_nothing(api: Api, draft: dict) -> None:
    body = {"isDraft": True, "notes": draft["notes"], "date": draft["date"]}
    changed = api.call("invoices.update", expect=200, body=body, invoiceId=draft["id"])["data"]

    assert shared_members(changed, draft) == shared_members(draft, changed)


@rule(
    "PATCH ignores paymentStatus, isSent, approved, total, isDeleted, teamId and unknown fields and lists them in _partnerWarnings.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_lifecycle_fields_are_ignored_with_a_warning(api: Api, draft: dict) -> None:
    body = {
        "paymentStatus": "paid", "isSent": True, "approved": True, "total": 1, "isDeleted": True,
        "teamId": UNKNOWN_ID, "nonsense": 1,
    }  # fmt: skip
    changed = api.call("invoices.update", expect=200, body=body, invoiceId=draft["id"])["data"]

    reasons = {row["field"]: row["reason"] for row in changed.pop("_partnerWarnings")}
    assert reasons.pop("nonsense") == "unknown_field"
    assert set(reasons.values()) == {"internal_only"}
    assert reasons.keys() == body.keys() - {"nonsense"}
    assert shared_members(changed, draft) == shared_members(draft, changed)


@rule(
    "PATCH with isDraft false approves a draft.",
    source="Assumed: the vendor's client states it for memos only",
)
@pytest.mark.assumed
def test_an_update_can_approve_a_draft(api: Api, factory: Factory) -> None:
    for kind in ("invoice", "memo"):
        draft = factory.invoice(invoiceType=kind)
        body = {"isDraft": False, "notes": "Done"}
        changed = api.call("invoices.update", expect=200, body=body, invoiceId=draft["id"])["data"]

        assert (changed["status"], changed["notes"]) == ("approved", "Done")
        assert changed["approvedAt"]


@rule(
    'PATCH and DELETE of an approved invoice return 400 with a message that contains "cannot update", and change nothing.',
    source="Documented: developers.getcount.com/api-reference/invoices",
)
def test_an_approved_invoice_is_locked(api: Api, approved: dict, factory: Factory) -> None:
    for body in ({"notes": "Late"}, {}):
        error = api.call("invoices.update", expect=400, body=body, invoiceId=approved["id"])
        assert error["code"] == "invoice_locked"
        assert "cannot update" in error["message"]
    assert (
        api.call("invoices.delete", expect=400, invoiceId=approved["id"])["code"]
        == "invoice_locked"
    )
    read = factory.get_invoice(approved)
    assert shared_members(read, approved) == shared_members(approved, read)


@rule(
    "A rejected PATCH changes no field of the draft.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_an_invalid_update_changes_nothing(api: Api, draft: dict, factory: Factory) -> None:
    api.call(
        "invoices.update",
        expect=404,
        body={"notes": "Lost", "tagUuids": [UNKNOWN_ID]},
        invoiceId=draft["id"],
    )
    api.call("invoices.update", expect=400, body={"dueDate": "2000-01-01"}, invoiceId=draft["id"])

    read = factory.get_invoice(draft)
    assert shared_members(read, draft) == shared_members(draft, read)


# -- lifecycle ------------------------------------------------------------------------------------


@rule(
    "DELETE removes a draft; get, delete, audit-log and public-link then return 404.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_a_deleted_draft_is_not_found(api: Api, draft: dict) -> None:
    response = api.call("invoices.delete", expect=200, invoiceId=draft["id"])

    assert response["data"]["id"] == draft["id"]
    for operation in ("get", "delete", "audit_log", "public_link"):
        error = api.call(f"invoices.{operation}", expect=404, invoiceId=draft["id"])
        assert error["code"] == "not_found"


@rule(
    "An invoice id that is not a UUID with hyphens returns 400.",
    source="Documented: developers.getcount.com/api-reference/customers/get-customer",
)
def test_an_id_that_is_not_a_uuid_is_rejected(api: Api) -> None:
    for invalid_id in ("7", "{" + UNKNOWN_ID + "}", UNKNOWN_ID.replace("-", "")):
        error = api.call("invoices.get", expect=400, invoiceId=invalid_id)
        assert error["code"] == "invalid_uuid"


@rule(
    'approve takes a draft to "approved"; a second approve returns 400 with "already approved" in its message.',
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_a_draft_can_be_approved_only_once(api: Api, draft: dict) -> None:
    approved = api.call("invoices.approve", expect=200, invoiceId=draft["id"])["data"]
    assert (approved["status"], approved["isDraft"], approved["approved"]) == (
        "approved",
        False,
        True,
    )

    error = api.call("invoices.approve", expect=400, body={}, invoiceId=draft["id"])
    assert error["code"] == "invoice_already_approved"
    assert "already approved" in error["message"]


@rule(
    "approve of a draft memo returns 400; send finalises and sends it.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_a_memo_is_finalised_by_sending_not_by_approval(api: Api, factory: Factory) -> None:
    memo = factory.memo(isDraft=True)
    error = api.call("invoices.approve", expect=400, body={}, invoiceId=memo["id"])
    assert error["code"] == "memo_not_approvable"

    sent = api.call("invoices.send", expect=200, body={}, invoiceId=memo["id"])["data"]
    assert (sent["status"], sent["approved"]) == ("sent", True)


@rule(
    'send of a draft invoice returns 400 with "must be approved" in its message.',
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_a_draft_cannot_be_sent(api: Api, draft: dict) -> None:
    error = api.call("invoices.send", expect=400, body={}, invoiceId=draft["id"])

    assert error["code"] == "invoice_not_approved"
    assert "must be approved" in error["message"]


@rule(
    'send of an approved invoice sets isSent and status "sent", and can be repeated.',
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_an_approved_invoice_can_be_sent_repeatedly(api: Api, approved: dict) -> None:
    first = api.call("invoices.send", expect=200, invoiceId=approved["id"])["data"]
    second = api.call("invoices.send", expect=200, body={}, invoiceId=approved["id"])["data"]

    assert (first["status"], first["isSent"], first["paymentStatus"]) == ("sent", True, "unpaid")
    assert to_instant(second["sentAt"]) >= to_instant(first["sentAt"])


@rule(
    "send writes to the customer's email, or to recipients with cc, subject and message if they are sent.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
@pytest.mark.needs("outbox")
def test_an_email_is_sent_to_the_customer_by_default(
    api: Api, factory: Factory, approved: dict, target: Any
) -> None:
    api.call("invoices.send", expect=200, invoiceId=approved["id"])
    body = {"recipients": ["a@contract.example", "b@contract.example"], "cc": ["c@contract.example"],
            "subject": "Please pay", "message": "Soon"}  # fmt: skip
    api.call("invoices.send", expect=200, body=body, invoiceId=approved["id"])

    about = f"invoices/{approved['id']}"
    first, second = [message for message in target.control.outbox() if message["about"] == about]
    assert first["to"] == approved["customer"]["email"]
    assert approved["invoiceNumber"] in first["subject"]
    assert second["to"] == "a@contract.example, b@contract.example"
    assert second["subject"] == "Please pay"
    assert "Soon" in second["body"]
    assert "c@contract.example" in second["body"]


@rule(
    "send returns 400 and changes nothing if neither recipients nor an email of the customer exist.",
    source="Assumed: the vendor states no rule",
)
@pytest.mark.assumed
def test_an_invoice_without_recipients_is_not_sent(api: Api, factory: Factory) -> None:
    invoice = factory.invoice(customerUuid=factory.customer()["id"], isDraft=False)
    error = api.call("invoices.send", expect=400, body={"recipients": []}, invoiceId=invoice["id"])
    assert error["code"] == "no_recipient"
    memo = factory.memo(customerUuid=invoice["customerUuid"], isDraft=True)
    api.call("invoices.send", expect=400, body={}, invoiceId=memo["id"])

    assert factory.get_invoice(invoice)["isSent"] is False
    assert factory.get_invoice(memo)["isDraft"] is True


@rule(
    "send with a recipient that is not an email address returns 400.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_recipients_must_be_email_addresses(api: Api, approved: dict) -> None:
    error = api.call(
        "invoices.send", expect=400, body={"recipients": ["nobody"]}, invoiceId=approved["id"]
    )

    assert error["errors"][0]["field"] == "recipients.0"


@rule(
    "audit-log lists created, updated, approved, sent, payment_applied and attachment_added in order, with the changed fields.",
    source="Assumed: the vendor's client has the route, not its records",
)
@pytest.mark.assumed
def test_the_audit_log_lists_every_change_in_order(api: Api, factory: Factory) -> None:
    draft = factory.invoice()
    path = {"invoiceId": draft["id"]}
    api.call("invoices.update", expect=200, body={"notes": "Seen"}, **path)
    api.call("invoices.approve", expect=200, **path)
    api.call("invoices.send", expect=200, **path)
    factory.pay(factory.transaction(40), (draft, 40))
    links = {"attachments": [{"url": "https://files.example.com/a.pdf"}]}
    api.call("invoices.add_attachments", expect=201, body=links, **path)
    records = api.call("invoices.audit_log", expect=200, **path)["data"]["records"]

    assert [row["action"] for row in records] == [
        "created",
        "updated",
        "approved",
        "sent",
        "payment_applied",
        "attachment_added",
    ]
    changes = [(row["field"], row["from"], row["to"]) for row in records[1]["changes"]]
    assert changes == [("notes", None, "Seen")]
    assert len({row["id"] for row in records}) == len(records)
    times = [to_instant(row["at"]) for row in records]
    assert times == sorted(times)
