"""Documents: created, changed, approved, sent, deleted, and the references that they make."""

from decimal import Decimal
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.suites.count.factories import NOBODY, Factory, exact


def refused(api: Api, body: dict[str, Any], status: int = 400) -> dict[str, Any]:
    answer: dict[str, Any] = api.call("invoices.create", expect=status, body=body)
    return answer


def test_a_new_invoice_is_a_draft_and_reads_the_same(make: Factory) -> None:
    body = make.invoice_body(notes="Thank you", currency="EUR", discountDescription="None")
    invoice = make.invoice(**body)

    assert invoice["status"] == "draft"
    assert (invoice["isDraft"], invoice["approved"], invoice["approvedAt"]) == (True, False, None)
    assert (invoice["invoiceType"], invoice["currency"]) == ("invoice", "EUR")
    assert (invoice["date"], invoice["dueDate"]) == (body["date"], body["dueDate"])
    assert invoice["customer"]["id"] == body["customerUuid"]
    assert make.read(invoice) == invoice


def test_an_invoice_is_found_by_its_id_in_upper_case(api: Api, draft: dict) -> None:
    read = api.call("invoices.get", expect=200, invoiceId=draft["id"].upper())

    assert read["data"]["id"] == draft["id"]


@pytest.mark.parametrize("missing", ["customerUuid", "date", "products"])
def test_what_is_required_is_named(api: Api, make: Factory, missing: str) -> None:
    body = make.invoice_body()
    del body[missing]
    refusal = refused(api, body)

    assert refusal["code"] == "validation_error"
    assert [(each["field"], each["code"]) for each in refusal["errors"]] == [(missing, "required")]
    assert missing in refusal["message"]


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
def test_a_bad_value_is_refused_by_name(api: Api, make: Factory, fields: dict, field: str) -> None:
    refusal = refused(api, make.invoice_body(**fields))

    assert refusal["code"] == "validation_error"
    assert {each["field"] for each in refusal["errors"]} == {field}


@pytest.mark.parametrize(
    "line",
    [{"quantity": 0}, {"quantity": -1}, {"quantity": "many"}, {"unitPrice": -0.01}, {"price": "x"}],
)
def test_a_bad_line_is_refused(api: Api, make: Factory, line: dict) -> None:
    refusal = refused(api, make.invoice_body(products=[{**make.line(), **line}]))

    assert refusal["code"] == "validation_error"
    assert refusal["errors"][0]["field"].startswith("products.0")


def test_numbers_may_come_as_text(make: Factory) -> None:
    invoice = make.invoice(products=[make.line("19.99", "3")], discount="0.97")

    assert exact(invoice["total"]) == 59


def test_price_and_unit_price_are_one_thing(api: Api, make: Factory) -> None:
    line = make.line(12.5)
    by_price = {**line, "price": line["unitPrice"]}
    del by_price["unitPrice"]
    invoice = make.invoice(products=[by_price])
    both = {**line, "price": 12}

    assert (invoice["products"][0]["price"], invoice["products"][0]["unitPrice"]) == (12.5, 12.5)
    assert refused(api, make.invoice_body(products=[both]))["code"] == "validation_error"


def test_a_product_may_be_named_by_uuid(make: Factory) -> None:
    line = make.line()
    line["uuid"] = line.pop("productUuid")

    assert make.invoice(products=[line])["products"][0]["productUuid"] == line["uuid"]


@pytest.mark.parametrize("field", ["customerId", "appliedToInvoiceId"])
def test_numeric_ids_of_old_are_refused(api: Api, make: Factory, field: str) -> None:
    assert refused(api, make.invoice_body(**{field: 7}))["code"] == "legacy_numeric_field"
    assert refused(api, make.invoice_body(tags=[7]))["code"] == "legacy_numeric_field"


def test_a_due_date_is_not_before_the_date(api: Api, make: Factory) -> None:
    refusal = refused(api, make.invoice_body(dueDate=make.day(-1)))

    assert refusal["errors"][0]["field"] == "dueDate"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"customerUuid": NOBODY}, "customerUuid"),
        ({"tagUuids": [NOBODY]}, "tagUuids.0"),
        ({"appliedToInvoiceUuid": NOBODY, "invoiceType": "memo"}, "appliedToInvoiceUuid"),
    ],
)
def test_a_reference_that_does_not_resolve_is_refused(
    api: Api, make: Factory, fields: dict, field: str
) -> None:
    refusal = refused(api, make.invoice_body(**fields), 404)

    assert refusal["code"] == "reference_not_found"
    assert refusal["details"] == {"field": field, "uuid": NOBODY}


def test_a_product_has_to_exist_and_to_have_an_account(api: Api, make: Factory) -> None:
    gone = make.product()
    api.call("products.delete", expect=200, productId=gone["id"])
    bare = make.product(categoryAccountUuid=None)

    assert (
        refused(api, make.invoice_body(products=[make.line(product=gone)]), 404)["code"]
        == "reference_not_found"
    )
    refusal = refused(api, make.invoice_body(products=[make.line(product=bare)]))
    assert refusal["code"] == "product_missing_category_account"
    assert refusal["details"]["productUuid"] == bare["id"]


def test_a_deleted_customer_is_not_billed_but_its_documents_stay(api: Api, make: Factory) -> None:
    customer = make.customer()
    invoice = make.invoice(customerUuid=customer["id"])
    api.call("customers.delete", expect=200, customerId=customer["id"])

    assert make.read(invoice)["customer"]["customer"] == customer["customer"]
    refusal = refused(api, make.invoice_body(customerUuid=customer["id"]), 404)
    assert refusal["code"] == "reference_not_found"


def test_a_line_takes_its_text_from_the_product(make: Factory) -> None:
    told = make.product(description="Freshly roasted")

    invoice = make.invoice(
        products=[make.line(product=told), make.line(), make.line(description="Own")]
    )
    assert [line["description"] for line in invoice["products"]] == [
        "Freshly roasted",
        make.plain_product["name"],
        "Own",
    ]


@pytest.mark.assumed
def test_numbers_follow_each_other_by_type_and_are_free_again(api: Api, make: Factory) -> None:
    first, memo = make.invoice(), make.memo()
    second = make.invoice()
    assert int(second["invoiceNumber"]) == int(first["invoiceNumber"]) + 1
    assert int(make.memo()["invoiceNumber"]) == int(memo["invoiceNumber"]) + 1

    api.call("invoices.delete", expect=200, invoiceId=second["id"])
    assert make.invoice()["invoiceNumber"] == second["invoiceNumber"]


@pytest.mark.assumed
def test_a_number_is_given_once_for_each_type(api: Api, make: Factory) -> None:
    number = make.name("INV")
    draft = make.invoice(invoiceNumber=number)
    make.invoice(invoiceNumber=number, invoiceType="estimate")

    refusal = refused(api, make.invoice_body(invoiceNumber=number), 409)
    assert refusal["code"] == "invoice_number_exists"
    other = make.invoice()
    api.call("invoices.update", expect=409, body={"invoiceNumber": number}, invoiceId=other["id"])
    api.call("invoices.update", expect=200, body={"invoiceNumber": number}, invoiceId=draft["id"])


@pytest.mark.parametrize("kind", ["invoice", "quote", "estimate", "memo"])
def test_a_type_is_echoed_as_given(make: Factory, kind: str) -> None:
    assert make.invoice(invoiceType=kind)["invoiceType"] == kind


def test_what_is_managed_or_unknown_is_ignored_and_warned_about(make: Factory) -> None:
    invoice = make.invoice(total=1, approved=True, colour="red", status="paid")
    warnings = {each["field"]: each["reason"] for each in invoice["_partnerWarnings"]}

    assert warnings == {
        "total": "internal_only",
        "approved": "internal_only",
        "status": "internal_only",
        "colour": "unknown_field",
    }
    assert (invoice["total"], invoice["status"]) == (100, "draft")


# -- update ----------------------------------------------------------------------------------


def test_a_draft_is_changed_and_keeps_the_rest(api: Api, make: Factory) -> None:
    tag = make.tag()
    draft = make.invoice(notes="Before", tagUuids=[tag["id"]])
    changed = api.call(
        "invoices.update", expect=200, body={"notes": "After"}, invoiceId=draft["id"]
    )["data"]

    assert changed["notes"] == "After"
    kept = {k: v for k, v in draft.items() if k not in ("notes", "updatedAt")}
    assert {k: v for k, v in changed.items() if k not in ("notes", "updatedAt")} == kept


def test_what_is_computed_cannot_be_set(api: Api, draft: dict) -> None:
    computed = {"subtotal": 1, "taxTotal": 2, "total": 3, "paidAmount": 4, "amountDue": 5}
    body = {**computed, "notes": "With totals of the caller's own"}
    changed = api.call("invoices.update", expect=200, body=body, invoiceId=draft["id"])["data"]

    assert {each["field"] for each in changed["_partnerWarnings"]} == computed.keys()
    assert {name: changed[name] for name in computed} == {name: draft[name] for name in computed}


def test_lines_and_tags_are_replaced_as_a_whole(api: Api, make: Factory) -> None:
    draft = make.invoice(tagUuids=[make.tag()["id"], make.tag()["id"]])
    body = {"products": [make.line(10.005, 2)], "tagUuids": []}
    changed = api.call("invoices.update", expect=200, body=body, invoiceId=draft["id"])["data"]

    assert [exact(line["amount"]) for line in changed["products"]] == [Decimal("20.01")]
    assert (changed["tagUuids"], changed["tags"]) == ([], [])


def test_an_empty_change_is_warned_about(api: Api, draft: dict) -> None:
    changed = api.call("invoices.update", expect=200, body={}, invoiceId=draft["id"])["data"]

    assert changed.pop("_partnerWarnings")[0]["field"] == ""
    assert changed == draft


def test_a_change_to_what_is_there_already_changes_nothing(api: Api, draft: dict) -> None:
    body = {"isDraft": True, "notes": draft["notes"], "date": draft["date"]}
    changed = api.call("invoices.update", expect=200, body=body, invoiceId=draft["id"])["data"]

    assert changed == draft


def test_lifecycle_fields_are_ignored_with_a_warning(api: Api, draft: dict) -> None:
    body = {
        "paymentStatus": "paid", "isSent": True, "approved": True, "total": 1, "isDeleted": True,
        "teamId": NOBODY, "nonsense": 1,
    }  # fmt: skip
    changed = api.call("invoices.update", expect=200, body=body, invoiceId=draft["id"])["data"]

    reasons = {each["field"]: each["reason"] for each in changed.pop("_partnerWarnings")}
    assert reasons.pop("nonsense") == "unknown_field"
    assert set(reasons.values()) == {"internal_only"}
    assert reasons.keys() == body.keys() - {"nonsense"}
    assert changed == draft


@pytest.mark.assumed
def test_a_change_may_approve_a_draft(api: Api, make: Factory) -> None:
    for kind in ("invoice", "memo"):
        draft = make.invoice(invoiceType=kind)
        body = {"isDraft": False, "notes": "Done"}
        changed = api.call("invoices.update", expect=200, body=body, invoiceId=draft["id"])["data"]

        assert (changed["status"], changed["notes"]) == ("approved", "Done")
        assert changed["approvedAt"]


def test_whatever_was_approved_is_locked(api: Api, approved: dict, make: Factory) -> None:
    for body in ({"notes": "Late"}, {}):
        refusal = api.call("invoices.update", expect=400, body=body, invoiceId=approved["id"])
        assert refusal["code"] == "invoice_locked"
        assert "cannot update" in refusal["message"]
    assert (
        api.call("invoices.delete", expect=400, invoiceId=approved["id"])["code"]
        == "invoice_locked"
    )
    assert make.read(approved) == approved


def test_a_bad_change_changes_nothing(api: Api, draft: dict, make: Factory) -> None:
    api.call(
        "invoices.update",
        expect=404,
        body={"notes": "Lost", "tagUuids": [NOBODY]},
        invoiceId=draft["id"],
    )
    api.call("invoices.update", expect=400, body={"dueDate": "2000-01-01"}, invoiceId=draft["id"])

    assert make.read(draft) == draft


# -- life ------------------------------------------------------------------------------------


def test_a_deleted_draft_is_gone(api: Api, draft: dict) -> None:
    answer = api.call("invoices.delete", expect=200, invoiceId=draft["id"])

    assert answer["data"] == {"id": draft["id"]}
    for operation in ("get", "delete", "audit_log", "public_link"):
        refusal = api.call(f"invoices.{operation}", expect=404, invoiceId=draft["id"])
        assert refusal["code"] == "not_found"


def test_an_id_that_is_no_uuid_is_refused(api: Api) -> None:
    for wrong in ("7", "{" + NOBODY + "}", NOBODY.replace("-", "")):
        refusal = api.call("invoices.get", expect=400, invoiceId=wrong)
        assert refusal["code"] == "invalid_uuid"


def test_a_draft_is_approved_once(api: Api, draft: dict) -> None:
    approved = api.call("invoices.approve", expect=200, invoiceId=draft["id"])["data"]
    assert (approved["status"], approved["isDraft"], approved["approved"]) == (
        "approved",
        False,
        True,
    )

    refusal = api.call("invoices.approve", expect=400, body={}, invoiceId=draft["id"])
    assert refusal["code"] == "invoice_already_approved"
    assert "already approved" in refusal["message"]


def test_a_memo_is_not_approved_but_finalised(api: Api, make: Factory) -> None:
    memo = make.memo(isDraft=True)
    refusal = api.call("invoices.approve", expect=400, body={}, invoiceId=memo["id"])
    assert refusal["code"] == "memo_not_approvable"

    sent = api.call("invoices.send", expect=200, body={}, invoiceId=memo["id"])["data"]
    assert (sent["status"], sent["approved"]) == ("sent", True)


def test_a_draft_is_not_sent(api: Api, draft: dict) -> None:
    refusal = api.call("invoices.send", expect=400, body={}, invoiceId=draft["id"])

    assert refusal["code"] == "invoice_not_approved"
    assert "must be approved" in refusal["message"]


def test_an_approved_invoice_is_sent_again_and_again(api: Api, approved: dict) -> None:
    first = api.call("invoices.send", expect=200, invoiceId=approved["id"])["data"]
    second = api.call("invoices.send", expect=200, body={}, invoiceId=approved["id"])["data"]

    assert (first["status"], first["isSent"], first["paymentStatus"]) == ("sent", True, "unpaid")
    assert second["sentAt"] >= first["sentAt"]


@pytest.mark.needs("outbox")
def test_mail_goes_to_the_customer_unless_others_are_named(
    api: Api, make: Factory, approved: dict, target: Any
) -> None:
    api.call("invoices.send", expect=200, invoiceId=approved["id"])
    body = {"recipients": ["a@contract.example", "b@contract.example"], "cc": ["c@contract.example"],
            "subject": "Please pay", "message": "Soon"}  # fmt: skip
    api.call("invoices.send", expect=200, body=body, invoiceId=approved["id"])

    about = f"invoices/{approved['id']}"
    first, second = [mail for mail in target.powers.outbox() if mail["about"] == about]
    assert first["to"] == approved["customer"]["email"]
    assert approved["invoiceNumber"] in first["subject"]
    assert second["to"] == "a@contract.example, b@contract.example"
    assert second["subject"] == "Please pay"
    assert "Soon" in second["body"]
    assert "c@contract.example" in second["body"]


@pytest.mark.assumed
def test_without_any_address_nothing_is_sent(api: Api, make: Factory) -> None:
    invoice = make.invoice(customerUuid=make.customer()["id"], isDraft=False)
    refusal = api.call(
        "invoices.send", expect=400, body={"recipients": []}, invoiceId=invoice["id"]
    )
    assert refusal["code"] == "no_recipient"
    memo = make.memo(customerUuid=invoice["customerUuid"], isDraft=True)
    api.call("invoices.send", expect=400, body={}, invoiceId=memo["id"])

    assert make.read(invoice)["isSent"] is False
    assert make.read(memo)["isDraft"] is True


def test_recipients_have_to_be_addresses(api: Api, approved: dict) -> None:
    refusal = api.call(
        "invoices.send", expect=400, body={"recipients": ["nobody"]}, invoiceId=approved["id"]
    )

    assert refusal["errors"][0]["field"] == "recipients.0"


def test_the_history_tells_everything_in_order(api: Api, make: Factory) -> None:
    draft = make.invoice()
    where = {"invoiceId": draft["id"]}
    api.call("invoices.update", expect=200, body={"notes": "Seen"}, **where)
    api.call("invoices.approve", expect=200, **where)
    api.call("invoices.send", expect=200, **where)
    make.pay(make.transaction(40), (draft, 40))
    links = {"attachments": [{"url": "https://files.example.com/a.pdf"}]}
    api.call("invoices.add_attachments", expect=201, body=links, **where)
    records = api.call("invoices.audit_log", expect=200, **where)["data"]["records"]

    assert [each["action"] for each in records] == [
        "created",
        "updated",
        "approved",
        "sent",
        "payment_applied",
        "attachment_added",
    ]
    assert records[1]["changes"] == [{"field": "notes", "from": None, "to": "Seen"}]
    assert len({each["id"] for each in records}) == len(records)
    assert records == sorted(records, key=lambda each: each["at"])
