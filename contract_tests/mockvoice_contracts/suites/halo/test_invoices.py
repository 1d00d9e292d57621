"""Creating, changing, voiding, deleting, viewing and printing invoices."""

from decimal import Decimal
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.suites.halo.factories import UNKNOWN_ID, Factory, line


def test_one_element_returns_an_object_and_several_an_array(make: Factory) -> None:
    client = make.client()["id"]

    one = make.save("invoice", {"client_id": client})
    two = make.save(
        "invoice", {"client_id": client, "reference": "a"}, {"id": one["id"], "reference": "b"}
    )

    assert [invoice["reference"] for invoice in two] == ["a", "b"]
    assert two[1]["id"] == one["id"]


def test_an_update_changes_only_named_fields_and_null_resets_to_the_default(make: Factory) -> None:
    invoice = make.invoice(
        line(), reference="one", internal_note="two", due_date_int=10, nothing_known=1
    )

    changed = make.save("invoice", {"id": invoice["id"], "reference": "three"})
    cleared = make.save("invoice", {"id": invoice["id"], "reference": None, "internal_note": None})

    assert (changed["reference"], changed["internal_note"], changed["due_date_int"]) == (
        "three",
        "two",
        10,
    )
    assert "reference" not in cleared
    assert (cleared["internal_note"], len(cleared["lines"])) == ("", 1)


def test_lines_that_a_header_omits_are_removed(make: Factory) -> None:
    invoice = make.invoice(line(10), line(20), line(30))
    kept_id = invoice["lines"][1]["id"]

    after = make.save("invoice", {"id": invoice["id"], "lines": [{"id": kept_id}, line(5)]})

    assert [row["unit_price"] for row in after["lines"]] == [20, 5], "lines replace all lines"
    assert after["total"] == 25


def test_defaults_come_from_the_client(make: Factory) -> None:
    dollar = make.save(
        "currency", {"name": make.name("Dollar"), "symbol": "$", "conversion_rate": 1.25}
    )
    client = make.client(default_currency_code=dollar["id"], invoiceduedaysextraclient=5)

    invoice = make.invoice(
        line(100), client_id=client["id"], invoice_date="2026-01-31", due_date_int=30
    )

    assert (invoice["currency"], invoice["currency_code"]) == ("$", dollar["id"])
    assert invoice["currency_conversion_rate"] == Decimal("1.25")
    assert invoice["lines"][0]["net_amount_converted"] == 80
    assert invoice["duedate"] == "2026-03-07T00:00:00"
    assert (invoice["paymentstatus"], invoice["change_seq"], invoice["invoicenumber"]) == (
        -1,
        1,
        str(invoice["id"]),
    )


def test_an_invoice_keeps_its_rate_until_an_update_is_requested(make: Factory) -> None:
    currency = make.save("currency", {"name": make.name("Money"), "conversion_rate": 2})
    invoice = make.invoice(line(), currency_code=currency["id"])
    make.save("currency", {"id": currency["id"], "conversion_rate": 4})

    kept = make.save("invoice", {"id": invoice["id"], "reference": "x"})
    updated = make.save("invoice", {"id": invoice["id"], "update_invoice_conversion_rate": True})

    assert (kept["currency_conversion_rate"], updated["currency_conversion_rate"]) == (2, 4)
    assert isinstance(make.rejected("currency.delete", currencyId=currency["id"]), str)


@pytest.mark.parametrize(
    ("terms", "day"),
    [
        ({"due_date_type": 0, "due_date_int": 30}, "2026-03-02"),
        ({"due_date_type": 1, "due_date_int": 15}, "2026-02-15"),
        ({"due_date_type": 1, "due_date_int": 0, "invoice_date": "2026-01-10"}, "2026-01-31"),
        ({"due_date_type": 2, "due_date_int": 31}, "2026-02-28"),
        ({"due_date_type": 3, "due_date_int": 15}, "2026-01-15"),
        ({"paymentterms": 14}, "2026-02-14"),
        ({"due_date_int": 30, "duedate": "2026-05-01"}, "2026-05-01"),
    ],
    ids=str,
)
def test_due_dates_follow_the_payment_terms(make: Factory, terms: dict[str, Any], day: str) -> None:
    invoice = make.invoice(**{"invoice_date": "2026-01-31", **terms})

    assert invoice["duedate"] == f"{day}T00:00:00"


def test_an_invalid_reference_is_rejected_and_nothing_is_stored(api: Api, make: Factory) -> None:
    client = make.client()["id"]
    valid = {"client_id": client, "reference": "kept?"}

    for invalid in ({}, {"client_id": UNKNOWN_ID}, {"client_id": client, "currency_code": UNKNOWN_ID},
                {"client_id": client, "lines": [line(tax_code="no such code")]}):  # fmt: skip
        assert isinstance(make.rejected("invoice.save", valid, invalid), str)
    make.rejected("invoice.save", valid, {"id": UNKNOWN_ID}, status=404)
    assert make.list_ids(client) == []


def test_a_validation_computes_but_stores_nothing(make: Factory) -> None:
    client = make.client()["id"]

    validated = make.save(
        "invoice", {"client_id": client, "_validateonly": True, "lines": [line(5)]}
    )

    assert validated["total"] == 5
    assert make.list_ids(client) == []


def test_an_update_of_a_stale_record_is_rejected(make: Factory) -> None:
    invoice = make.invoice()
    make.save("invoice", {"id": invoice["id"], "reference": "x"})
    stale = {"id": invoice["id"], "reference": "y", "last_change_seq": 1}

    assert isinstance(make.rejected("invoice.save", stale), str)
    assert make.save("invoice", stale | {"ignore_change_seq": True})["change_seq"] == 3
    assert make.save("invoice", stale | {"last_change_seq": 3})["change_seq"] == 4


def test_a_voided_invoice_stays_readable_with_nothing_due(api: Api, make: Factory) -> None:
    invoice = make.invoice(line(5))

    voided = api.call("invoice.void", expect=200, invoiceId=invoice["id"])
    again = api.call("invoice.void", expect=200, invoiceId=invoice["id"])

    assert (voided["voided"], voided["amountdue"], voided["total"], voided["status_name"]) == (
        True,
        0,
        5,
        "Voided",
    )
    assert again["change_seq"] == voided["change_seq"]
    assert make.list_ids(invoice["client_id"]) == [invoice["id"]]
    assert make.list_ids(invoice["client_id"], paymentstatuses="-1,0") == []
    assert isinstance(make.rejected("invoice.update_lines", {"ihid": invoice["id"]}), str)
    assert isinstance(make.rejected("invoice.save", {"id": invoice["id"], "lines": []}), str)
    assert isinstance(
        make.rejected("invoice_payment.save", {"invoice_id": invoice["id"], "amount": 1}), str
    )


def test_an_invoice_with_payments_cannot_be_voided_or_deleted(make: Factory) -> None:
    invoice = make.invoice(line(5))
    make.payment(invoice, 1)

    assert isinstance(make.rejected("invoice.void", invoiceId=invoice["id"]), str)
    assert isinstance(make.rejected("invoice.delete", invoiceId=invoice["id"]), str)


def test_a_posted_invoice_is_deleted_only_with_bypass(api: Api, make: Factory) -> None:
    invoice = make.invoice(posted=True)

    assert "dateposted" in invoice
    assert isinstance(make.rejected("invoice.delete", invoiceId=invoice["id"]), str)
    api.call(
        "invoice.delete",
        expect=200,
        invoiceId=invoice["id"],
        query={"bypass_accounts_sync": "true"},
    )
    api.call("invoice.get", expect=404, invoiceId=invoice["id"])
    api.call("invoice.delete", expect=404, invoiceId=invoice["id"])


def test_the_status_follows_from_the_state(make: Factory) -> None:
    draft, approved = make.invoice(line()), make.invoice(line(), approval_status=2)
    sent, posted = make.invoice(line(), datesent="2026-01-01"), make.invoice(line(), posted=True)
    credit = make.invoice(line(-1), typeid=1)

    names = [invoice["status_name"] for invoice in (draft, approved, sent, posted, credit)]
    assert names == ["Draft", "Approved", "Sent", "Posted", "Credit"]


def test_an_expense_names_the_invoice_that_bills_it(api: Api, make: Factory) -> None:
    client = make.client()["id"]
    expense = make.save(
        "expense", {"amount": 5, "client_id": client, "agent_id": 12, "fault_id": 7}
    )
    invoice = make.invoice(line(5, expense_id=expense["id"]), client_id=client)

    def ihid() -> int:
        rows = api.call(
            "expense.search",
            expect=200,
            query={"client_id": client, "agent_id": 12, "ticket_id": 7, "count": 1},
        )
        return int(rows["data"][0]["ihid"])

    billed = ihid()
    api.call("invoice.delete", expect=200, invoiceId=invoice["id"])

    assert (billed, ihid()) == (invoice["id"], 0)


def test_viewers_are_stored_and_warned_of_changes(api: Api, make: Factory) -> None:
    invoice = make.invoice()
    dana, ola = {"id": 12, "name": "Dana Reed"}, {"id": 4, "name": "Ola Berg"}

    first = api.call(
        "invoice.view", expect=200, body=[{"id": invoice["id"], "changeseq": 1, "viewers": [dana]}]
    )
    make.save("invoice", {"id": invoice["id"], "reference": "x"})
    second = api.call(
        "invoice.view", expect=200, body=[{"id": invoice["id"], "changeseq": 1, "viewers": [ola]}]
    )

    assert "_warning" not in first
    assert second["viewers"] == [ola, dana]
    assert "_warning" in second
    make.rejected("invoice.view", {"id": UNKNOWN_ID}, status=404)


def test_a_line_must_belong_to_a_record_of_the_right_kind(make: Factory) -> None:
    invoice, template = make.invoice(line()), make.template(line())

    for body in ({}, {"ihid": UNKNOWN_ID}, {"ihid": template["id"]}, {"id": template["lines"][0]["id"]},
                 {"id": invoice["lines"][0]["id"], "ihid": invoice["id"] + 1}):  # fmt: skip
        assert isinstance(make.rejected("invoice.update_lines", body), str)
    assert isinstance(make.rejected("recurring_invoice.update_lines", {"ihid": invoice["id"]}), str)
    assert isinstance(make.rejected("recurring_invoice.add_lines", {"ihid": invoice["id"]}), str)
    make.rejected("invoice.update_lines", {"id": UNKNOWN_ID}, status=404)


def test_templates_have_negative_ids(api: Api, make: Factory) -> None:
    invoice, template = make.invoice(), make.template(is_recurring_invoice=False)

    assert template["id"] <= -2
    assert (template["is_recurring_invoice"], template["use"]) == (True, "recurringinvoice")
    api.call("invoice.get", expect=404, invoiceId=template["id"])
    api.call("recurring_invoice.get", expect=404, recurringInvoiceId=invoice["id"])
    api.call("invoice.void", expect=404, invoiceId=template["id"])
