"""How invoices are made, changed, voided, deleted, looked at and printed."""

from decimal import Decimal
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.suites.halo.factories import NO_RECORD, Factory, line


def test_one_element_is_answered_with_the_object_and_more_with_an_array(make: Factory) -> None:
    client = make.client()["id"]

    one = make.save("invoice", {"client_id": client})
    two = make.save(
        "invoice", {"client_id": client, "reference": "a"}, {"id": one["id"], "reference": "b"}
    )

    assert [each["reference"] for each in two] == ["a", "b"]
    assert two[1]["id"] == one["id"]


def test_an_update_changes_what_it_names_and_null_goes_back_to_the_default(make: Factory) -> None:
    made = make.invoice(
        line(), reference="one", internal_note="two", due_date_int=10, nothing_known=1
    )

    changed = make.save("invoice", {"id": made["id"], "reference": "three"})
    cleared = make.save("invoice", {"id": made["id"], "reference": None, "internal_note": None})

    assert (changed["reference"], changed["internal_note"], changed["due_date_int"]) == (
        "three",
        "two",
        10,
    )
    assert "reference" not in cleared
    assert (cleared["internal_note"], len(cleared["lines"])) == ("", 1)


def test_lines_that_a_header_leaves_out_are_removed(make: Factory) -> None:
    made = make.invoice(line(10), line(20), line(30))
    kept = made["lines"][1]["id"]

    after = make.save("invoice", {"id": made["id"], "lines": [{"id": kept}, line(5)]})

    assert [each["unit_price"] for each in after["lines"]] == [20, 5], "lines are the whole set"
    assert after["total"] == 25


def test_defaults_come_from_the_client(make: Factory) -> None:
    dollar = make.save(
        "currency", {"name": make.name("Dollar"), "symbol": "$", "conversion_rate": 1.25}
    )
    client = make.client(default_currency_code=dollar["id"], invoiceduedaysextraclient=5)

    made = make.invoice(
        line(100), client_id=client["id"], invoice_date="2026-01-31", due_date_int=30
    )

    assert (made["currency"], made["currency_code"]) == ("$", dollar["id"])
    assert made["currency_conversion_rate"] == Decimal("1.25")
    assert made["lines"][0]["net_amount_converted"] == 80
    assert made["duedate"] == "2026-03-07T00:00:00"
    assert (made["paymentstatus"], made["change_seq"], made["invoicenumber"]) == (
        -1,
        1,
        str(made["id"]),
    )


def test_a_stored_invoice_keeps_its_rate_until_it_takes_the_new_one(make: Factory) -> None:
    money = make.save("currency", {"name": make.name("Money"), "conversion_rate": 2})
    made = make.invoice(line(), currency_code=money["id"])
    make.save("currency", {"id": money["id"], "conversion_rate": 4})

    kept = make.save("invoice", {"id": made["id"], "reference": "x"})
    taken = make.save("invoice", {"id": made["id"], "update_invoice_conversion_rate": True})

    assert (kept["currency_conversion_rate"], taken["currency_conversion_rate"]) == (2, 4)
    assert isinstance(make.refused("currency.delete", currencyId=money["id"]), str)


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
def test_due_dates_follow_the_terms(make: Factory, terms: dict[str, Any], day: str) -> None:
    made = make.invoice(**{"invoice_date": "2026-01-31", **terms})

    assert made["duedate"] == f"{day}T00:00:00"


def test_references_must_exist_and_nothing_is_stored_otherwise(api: Api, make: Factory) -> None:
    client = make.client()["id"]
    good = {"client_id": client, "reference": "kept?"}

    for bad in ({}, {"client_id": NO_RECORD}, {"client_id": client, "currency_code": NO_RECORD},
                {"client_id": client, "lines": [line(tax_code="no such code")]}):  # fmt: skip
        assert isinstance(make.refused("invoice.save", good, bad), str)
    make.refused("invoice.save", good, {"id": NO_RECORD}, status=404)
    assert make.listed(client) == []


def test_a_rehearsal_computes_and_stores_nothing(make: Factory) -> None:
    client = make.client()["id"]

    shown = make.save("invoice", {"client_id": client, "_validateonly": True, "lines": [line(5)]})

    assert shown["total"] == 5
    assert make.listed(client) == []


def test_who_has_not_seen_the_last_change_is_refused(make: Factory) -> None:
    made = make.invoice()
    make.save("invoice", {"id": made["id"], "reference": "x"})
    stale = {"id": made["id"], "reference": "y", "last_change_seq": 1}

    assert isinstance(make.refused("invoice.save", stale), str)
    assert make.save("invoice", stale | {"ignore_change_seq": True})["change_seq"] == 3
    assert make.save("invoice", stale | {"last_change_seq": 3})["change_seq"] == 4


def test_a_voided_invoice_stays_readable_with_nothing_due(api: Api, make: Factory) -> None:
    made = make.invoice(line(5))

    voided = api.call("invoice.void", expect=200, invoiceId=made["id"])
    again = api.call("invoice.void", expect=200, invoiceId=made["id"])

    assert (voided["voided"], voided["amountdue"], voided["total"], voided["status_name"]) == (
        True,
        0,
        5,
        "Voided",
    )
    assert again["change_seq"] == voided["change_seq"]
    assert make.listed(made["client_id"]) == [made["id"]]
    assert make.listed(made["client_id"], paymentstatuses="-1,0") == []
    assert isinstance(make.refused("invoice.update_lines", {"ihid": made["id"]}), str)
    assert isinstance(make.refused("invoice.save", {"id": made["id"], "lines": []}), str)
    assert isinstance(
        make.refused("invoice_payment.save", {"invoice_id": made["id"], "amount": 1}), str
    )


def test_payments_keep_an_invoice_from_being_voided_or_deleted(make: Factory) -> None:
    made = make.invoice(line(5))
    make.payment(made, 1)

    assert isinstance(make.refused("invoice.void", invoiceId=made["id"]), str)
    assert isinstance(make.refused("invoice.delete", invoiceId=made["id"]), str)


def test_a_posted_invoice_is_deleted_past_the_accounts_package_alone(
    api: Api, make: Factory
) -> None:
    made = make.invoice(posted=True)

    assert "dateposted" in made
    assert isinstance(make.refused("invoice.delete", invoiceId=made["id"]), str)
    api.call(
        "invoice.delete", expect=200, invoiceId=made["id"], query={"bypass_accounts_sync": "true"}
    )
    api.call("invoice.get", expect=404, invoiceId=made["id"])
    api.call("invoice.delete", expect=404, invoiceId=made["id"])


def test_statuses_come_from_the_state(make: Factory) -> None:
    draft, approved = make.invoice(line()), make.invoice(line(), approval_status=2)
    sent, posted = make.invoice(line(), datesent="2026-01-01"), make.invoice(line(), posted=True)
    credit = make.invoice(line(-1), typeid=1)

    names = [each["status_name"] for each in (draft, approved, sent, posted, credit)]
    assert names == ["Draft", "Approved", "Sent", "Posted", "Credit"]


def test_an_expense_knows_the_invoice_that_bills_it(api: Api, make: Factory) -> None:
    client = make.client()["id"]
    expense = make.save(
        "expense", {"amount": 5, "client_id": client, "agent_id": 12, "fault_id": 7}
    )
    made = make.invoice(line(5, expense_id=expense["id"]), client_id=client)

    def ihid() -> int:
        rows = api.call(
            "expense.search",
            expect=200,
            query={"client_id": client, "agent_id": 12, "ticket_id": 7, "count": 1},
        )
        return int(rows["data"][0]["ihid"])

    billed = ihid()
    api.call("invoice.delete", expect=200, invoiceId=made["id"])

    assert (billed, ihid()) == (made["id"], 0)


def test_viewers_are_kept_and_told_what_they_missed(api: Api, make: Factory) -> None:
    made = make.invoice()
    dana, ola = {"id": 12, "name": "Dana Reed"}, {"id": 4, "name": "Ola Berg"}

    first = api.call(
        "invoice.view", expect=200, body=[{"id": made["id"], "changeseq": 1, "viewers": [dana]}]
    )
    make.save("invoice", {"id": made["id"], "reference": "x"})
    second = api.call(
        "invoice.view", expect=200, body=[{"id": made["id"], "changeseq": 1, "viewers": [ola]}]
    )

    assert "_warning" not in first
    assert second["viewers"] == [ola, dana]
    assert "_warning" in second
    make.refused("invoice.view", {"id": NO_RECORD}, status=404)


def test_owners_of_lines_must_be_of_the_right_kind(make: Factory) -> None:
    bill, template = make.invoice(line()), make.template(line())

    for body in ({}, {"ihid": NO_RECORD}, {"ihid": template["id"]}, {"id": template["lines"][0]["id"]},
                 {"id": bill["lines"][0]["id"], "ihid": bill["id"] + 1}):  # fmt: skip
        assert isinstance(make.refused("invoice.update_lines", body), str)
    assert isinstance(make.refused("recurring_invoice.update_lines", {"ihid": bill["id"]}), str)
    assert isinstance(make.refused("recurring_invoice.add_lines", {"ihid": bill["id"]}), str)
    make.refused("invoice.update_lines", {"id": NO_RECORD}, status=404)


def test_the_sign_of_an_id_tells_invoices_from_templates(api: Api, make: Factory) -> None:
    bill, template = make.invoice(), make.template(is_recurring_invoice=False)

    assert template["id"] <= -2
    assert (template["is_recurring_invoice"], template["use"]) == (True, "recurringinvoice")
    api.call("invoice.get", expect=404, invoiceId=template["id"])
    api.call("recurring_invoice.get", expect=404, recurringInvoiceId=bill["id"])
    api.call("invoice.void", expect=404, invoiceId=template["id"])
