"""Creating, changing, voiding, deleting, viewing and printing invoices."""

from decimal import Decimal
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import UNKNOWN_ID, Factory, assert_holds, line


@rule(
    "A POST with an array of one element creates or updates one record and returns it as a bare object with status 201.",
    source="Documented: usehalo.com/swagger, POST /Invoice",
)
@pytest.mark.parametrize("resource", ["invoice", "recurring_invoice"])
def test_one_element_returns_one_object(factory: Factory, resource: str) -> None:
    client = factory.client()["id"]

    created = factory.save(resource, {"client_id": client, "reference": "a"})
    updated = factory.save(resource, {"id": created["id"], "reference": "b"})

    assert (created["client_id"], created["reference"]) == (client, "a")
    assert (updated["id"], updated["reference"]) == (created["id"], "b")


@rule(
    "A POST with several elements returns an array of the records in the order of the elements.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_several_elements_return_an_array_in_their_order(factory: Factory) -> None:
    client = factory.client()["id"]

    single = factory.save("invoice", {"client_id": client})
    several = factory.save(
        "invoice", {"client_id": client, "reference": "a"}, {"id": single["id"], "reference": "b"}
    )

    assert [invoice["reference"] for invoice in several] == ["a", "b"]
    assert several[1]["id"] == single["id"]


@rule(
    "A POST with an id changes only the properties that it names, and ignores unknown ones.",
    source="Observed: github.com/homotechsual/HaloAPI, updates of invoices",
)
@pytest.mark.parametrize("resource", ["invoice", "recurring_invoice"])
def test_an_update_changes_only_the_sent_fields(factory: Factory, resource: str) -> None:
    record = factory.header(
        resource, line(), reference="one", internal_note="two", due_date_int=10, unknown_field=1
    )

    changed = factory.save(resource, {"id": record["id"], "reference": "three"})

    assert_holds(changed, {"reference": "three", "internal_note": "two", "due_date_int": 10})
    assert [row["id"] for row in changed["lines"]] == [row["id"] for row in record["lines"]]


@rule(
    "A property that is sent as null gets its default value again.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", ["invoice", "recurring_invoice"])
def test_null_restores_the_default(factory: Factory, resource: str) -> None:
    record = factory.header(resource, line(), reference="one", internal_note="two", due_date_int=10)

    cleared = factory.save(
        resource,
        {"id": record["id"], "reference": None, "internal_note": None, "due_date_int": None},
    )

    assert "reference" not in cleared
    assert (cleared["internal_note"], cleared["due_date_int"]) == ("", 0)
    assert len(cleared["lines"]) == 1


@rule(
    "A POST with an id and lines replaces all lines: a stored line that it does not name is removed.",
    source="Assumed: github.com/jakesiney/HaloPSA-Update-Invoice-Lines always sends every line",
)
@pytest.mark.assumed
def test_lines_omitted_from_an_update_are_removed(factory: Factory) -> None:
    invoice = factory.invoice(line(10), line(20), line(30))
    remaining_id = invoice["lines"][1]["id"]

    after = factory.save("invoice", {"id": invoice["id"], "lines": [{"id": remaining_id}, line(5)]})

    assert [row["unit_price"] for row in after["lines"]] == [20, 5], (
        "the sent lines must replace all existing lines"
    )
    assert after["total"] == 25


@rule(
    "An invoice takes currency_code, currency_conversion_rate and the extra due days from its client.",
    source="Assumed: the constants are database defaults, the client's values have no source",
)
@pytest.mark.assumed
def test_defaults_come_from_the_client(factory: Factory) -> None:
    dollar = factory.save(
        "currency", {"name": factory.unique_name("Dollar"), "symbol": "$", "conversion_rate": 1.25}
    )
    client = factory.client(default_currency_code=dollar["id"], invoiceduedaysextraclient=5)

    invoice = factory.invoice(
        line(100), client_id=client["id"], invoice_date="2026-01-31", due_date_int=30
    )

    assert (invoice["currency"], invoice["currency_code"]) == ("$", dollar["id"])
    assert invoice["currency_conversion_rate"] == Decimal("1.25")
    assert invoice["lines"][0]["net_amount_converted"] == 80
    assert invoice["duedate"][:10] == "2026-03-07"
    assert (invoice["paymentstatus"], invoice["change_seq"], invoice["invoicenumber"]) == (
        -1,
        1,
        str(invoice["id"]),
    )


@rule(
    "An invoice keeps its currency_conversion_rate until update_invoice_conversion_rate is true; a currency in use cannot be deleted.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_an_invoice_keeps_its_rate_until_an_update_is_requested(factory: Factory) -> None:
    currency = factory.save(
        "currency", {"name": factory.unique_name("Money"), "conversion_rate": 2}
    )
    invoice = factory.invoice(line(), currency_code=currency["id"])
    factory.save("currency", {"id": currency["id"], "conversion_rate": 4})

    unchanged = factory.save("invoice", {"id": invoice["id"], "reference": "x"})
    updated = factory.save("invoice", {"id": invoice["id"], "update_invoice_conversion_rate": True})

    assert (unchanged["currency_conversion_rate"], updated["currency_conversion_rate"]) == (2, 4)
    assert isinstance(factory.assert_rejected("currency.delete", currencyId=currency["id"]), str)


@rule(
    "The duedate follows due_date_type and due_date_int: with {terms}, it is {day} for an invoice of 2026-01-31 unless another date is sent.",
    source="Observed: github.com/provisiondata/ProvisionData.HaloPSA.ApiClient",
)
@pytest.mark.parametrize(
    ("terms", "day"),
    [
        ({"due_date_type": 0, "due_date_int": 30}, "2026-03-02"),
        ({"due_date_type": 1, "due_date_int": 15}, "2026-02-15"),
        ({"due_date_type": 1, "due_date_int": 0, "invoice_date": "2026-01-10"}, "2026-01-31"),
        ({"due_date_type": 2, "due_date_int": 10}, "2026-02-10"),
        ({"due_date_type": 3, "due_date_int": 15}, "2026-01-15"),
    ],
    ids=str,
)
def test_due_dates_follow_the_payment_terms(
    factory: Factory, terms: dict[str, Any], day: str
) -> None:
    invoice = factory.invoice(**{"invoice_date": "2026-01-31", **terms})

    assert invoice["duedate"][:10] == day


@rule(
    "With {terms}, an invoice of 2026-01-31 is due on {day}.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("terms", "day"),
    [
        ({"due_date_type": 2, "due_date_int": 31}, "2026-02-28"),
        ({"paymentterms": 14}, "2026-02-14"),
        ({"due_date_int": 30, "duedate": "2026-05-01"}, "2026-05-01"),
    ],
    ids=str,
)
def test_a_due_date_may_come_from_other_properties(
    factory: Factory, terms: dict[str, Any], day: str
) -> None:
    invoice = factory.invoice(**{"invoice_date": "2026-01-31", **terms})

    assert invoice["duedate"][:10] == day


@rule(
    "A POST with a missing or unknown client_id, currency_code or tax_code is 400 with a text, with an unknown id 404, and stores none of its elements.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_an_invalid_reference_is_rejected_and_nothing_is_stored(api: Api, factory: Factory) -> None:
    client = factory.client()["id"]
    valid = {"client_id": client, "reference": "must not be stored"}

    for invalid in ({}, {"client_id": UNKNOWN_ID}, {"client_id": client, "currency_code": UNKNOWN_ID},
                {"client_id": client, "lines": [line(tax_code="no such code")]}):  # fmt: skip
        assert isinstance(factory.assert_rejected("invoice.save", valid, invalid), str)
    factory.assert_rejected("invoice.save", valid, {"id": UNKNOWN_ID}, status=404)
    assert factory.list_ids(client) == []


@rule(
    "A POST with _validateonly returns the calculated invoice and stores nothing.",
    source="Assumed: the property is documented, the rule is not",
)
@pytest.mark.assumed
def test_validateonly_calculates_without_storing(factory: Factory) -> None:
    client = factory.client()["id"]

    validated = factory.save(
        "invoice", {"client_id": client, "_validateonly": True, "lines": [line(5)]}
    )

    assert validated["total"] == 5
    assert factory.list_ids(client) == []


@rule(
    "A POST whose last_change_seq is below the stored change_seq is 400, unless ignore_change_seq is true.",
    source="Assumed: the properties are documented, the rule is not",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", ["invoice", "recurring_invoice"])
def test_an_update_of_a_stale_record_is_rejected(factory: Factory, resource: str) -> None:
    record = factory.header(resource)
    factory.save(resource, {"id": record["id"], "reference": "x"})
    stale = {"id": record["id"], "reference": "y", "last_change_seq": 1}

    assert isinstance(factory.assert_rejected(f"{resource}.save", stale), str)
    assert factory.read(record)["reference"] == "x"
    assert factory.save(resource, stale | {"ignore_change_seq": True})["change_seq"] == 3
    assert factory.save(resource, stale | {"last_change_seq": 3})["change_seq"] == 4


@rule(
    "Voiding an invoice sets voided to true and returns the invoice.",
    source="Documented: usehalo.com/swagger, POST /Invoice/id/void",
)
def test_void_marks_the_invoice_as_voided(api: Api, factory: Factory) -> None:
    invoice = factory.invoice(line(5))

    voided = api.call("invoice.void", expect=200, invoiceId=invoice["id"])

    assert (invoice["voided"], voided["voided"], factory.read(invoice)["voided"]) == (
        False,
        True,
        True,
    )


@rule(
    "A voided invoice stays in lists with amountdue 0, matches no unpaid paymentstatuses, and accepts no lines and no payments; voiding it again changes nothing.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_a_voided_invoice_stays_readable_with_nothing_due(api: Api, factory: Factory) -> None:
    invoice = factory.invoice(line(5))

    voided = api.call("invoice.void", expect=200, invoiceId=invoice["id"])
    again = api.call("invoice.void", expect=200, invoiceId=invoice["id"])

    assert (voided["voided"], voided["amountdue"], voided["total"], voided["status_name"]) == (
        True,
        0,
        5,
        "Voided",
    )
    assert again["change_seq"] == voided["change_seq"]
    assert factory.list_ids(invoice["client_id"]) == [invoice["id"]]
    assert factory.list_ids(invoice["client_id"], paymentstatuses="-1,0") == []
    assert isinstance(factory.assert_rejected("invoice.update_lines", {"ihid": invoice["id"]}), str)
    assert isinstance(
        factory.assert_rejected("invoice.save", {"id": invoice["id"], "lines": []}), str
    )
    assert isinstance(
        factory.assert_rejected("invoice_payment.save", {"invoice_id": invoice["id"], "amount": 1}),
        str,
    )


@rule(
    "An invoice with payments cannot be voided or deleted: 400 with a text.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_an_invoice_with_payments_cannot_be_voided_or_deleted(factory: Factory) -> None:
    invoice = factory.invoice(line(5))
    factory.payment(invoice, 1)

    assert isinstance(factory.assert_rejected("invoice.void", invoiceId=invoice["id"]), str)
    assert isinstance(factory.assert_rejected("invoice.delete", invoiceId=invoice["id"]), str)


@rule(
    "A posted invoice is deleted only with bypass_accounts_sync=true.",
    source="Assumed: the parameter is documented, the rule is not",
)
@pytest.mark.assumed
def test_a_posted_invoice_is_deleted_only_with_bypass(api: Api, factory: Factory) -> None:
    invoice = factory.invoice(posted=True)

    assert "dateposted" in invoice
    assert isinstance(factory.assert_rejected("invoice.delete", invoiceId=invoice["id"]), str)
    api.call(
        "invoice.delete",
        expect=200,
        invoiceId=invoice["id"],
        query={"bypass_accounts_sync": "true"},
    )
    api.call("invoice.get", expect=404, invoiceId=invoice["id"])
    api.call("invoice.delete", expect=404, invoiceId=invoice["id"])


@rule(
    "status_name is Draft, Approved, Sent, Posted or Credit, by approval_status, datesent, posted and the kind of the invoice.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_the_status_is_derived_from_approval_sending_and_posting(factory: Factory) -> None:
    draft, approved = factory.invoice(line()), factory.invoice(line(), approval_status=2)
    sent, posted = (
        factory.invoice(line(), datesent="2026-01-01"),
        factory.invoice(line(), posted=True),
    )
    credit = factory.invoice(line(-1), typeid=1)

    names = [invoice["status_name"] for invoice in (draft, approved, sent, posted, credit)]
    assert names == ["Draft", "Approved", "Sent", "Posted", "Credit"]


@rule(
    "An expense that a line names by expense_id has the invoice's id in ihid, and 0 after the invoice is deleted.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_a_billed_expense_has_the_id_of_its_invoice(api: Api, factory: Factory) -> None:
    client = factory.client()["id"]
    expense = factory.save(
        "expense", {"amount": 5, "client_id": client, "agent_id": 12, "fault_id": 7}
    )
    invoice = factory.invoice(line(5, expense_id=expense["id"]), client_id=client)

    def billed_invoice_id() -> int:
        rows = api.call(
            "expense.search",
            expect=200,
            query={"client_id": client, "agent_id": 12, "ticket_id": 7, "count": 1},
        )
        return int(rows["data"][0].get("ihid", 0))

    billed = billed_invoice_id()
    api.call("invoice.delete", expect=200, invoiceId=invoice["id"])

    assert (billed, billed_invoice_id()) == (invoice["id"], 0)


@rule(
    "POST /Invoice/View stores the viewers, returns the current ones, and adds a _warning if changeseq is outdated.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_viewers_are_stored_and_a_stale_change_seq_causes_a_warning(
    api: Api, factory: Factory
) -> None:
    invoice = factory.invoice()
    dana, ola = {"id": 12, "name": "Dana Reed"}, {"id": 4, "name": "Ola Berg"}

    first = api.call(
        "invoice.view", expect=200, body=[{"id": invoice["id"], "changeseq": 1, "viewers": [dana]}]
    )
    factory.save("invoice", {"id": invoice["id"], "reference": "x"})
    second = api.call(
        "invoice.view", expect=200, body=[{"id": invoice["id"], "changeseq": 1, "viewers": [ola]}]
    )

    assert "_warning" not in first
    assert_holds(second["viewers"], [ola, dana])
    assert "_warning" in second
    assert_holds(factory.read(invoice, includedetails="true")["viewers"], [ola, dana])
    assert "viewers" not in factory.read(invoice)
    factory.assert_rejected("invoice.view", {"id": UNKNOWN_ID}, status=404)


@rule(
    "POST /Invoice/View rejects a viewer whose id is not an agent's: 400 with a text.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_a_viewer_must_be_an_agent(factory: Factory) -> None:
    invoice = factory.invoice()

    for viewer in ({"id": UNKNOWN_ID, "name": "Nobody"}, {"name": "Dana Reed"}):
        error = factory.assert_rejected("invoice.view", {"id": invoice["id"], "viewers": [viewer]})
        assert isinstance(error, str)
    assert factory.read(invoice, includedetails="true")["viewers"] == []


@rule(
    "updatelines and Lines reject a line whose ihid is missing, unknown or of the other kind: 400 with a text.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_a_line_must_belong_to_a_record_of_the_right_kind(factory: Factory) -> None:
    invoice, template = factory.invoice(line()), factory.template(line())

    for body in ({}, {"ihid": UNKNOWN_ID}, {"ihid": template["id"]}, {"id": template["lines"][0]["id"]},
                 {"id": invoice["lines"][0]["id"], "ihid": invoice["id"] + 1}):  # fmt: skip
        assert isinstance(factory.assert_rejected("invoice.update_lines", body), str)
    assert isinstance(
        factory.assert_rejected("recurring_invoice.update_lines", {"ihid": invoice["id"]}), str
    )
    assert isinstance(
        factory.assert_rejected("recurring_invoice.add_lines", {"ihid": invoice["id"]}), str
    )
    factory.assert_rejected("invoice.update_lines", {"id": UNKNOWN_ID}, status=404)


@rule(
    "A recurring invoice has an id of at most -2 and is_recurring_invoice true; an invoice has a positive id and false.",
    source="Observed: report queries on INVOICEHEADER",
)
def test_templates_have_negative_ids(api: Api, factory: Factory) -> None:
    invoice, template = factory.invoice(), factory.template()

    assert template["id"] <= -2
    assert invoice["id"] > 0
    assert (template["is_recurring_invoice"], invoice["is_recurring_invoice"]) == (True, False)


@rule(
    "A negative id is 404 below /Invoice, a positive one below /RecurringInvoice; the path decides the kind of a new record, not is_recurring_invoice.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_an_id_of_the_other_kind_is_unknown(api: Api, factory: Factory) -> None:
    invoice = factory.invoice(is_recurring_invoice=True)
    template = factory.template(is_recurring_invoice=False)

    assert (template["use"], invoice["use"]) == ("recurringinvoice", "invoice")
    api.call("invoice.get", expect=404, invoiceId=template["id"])
    api.call("recurring_invoice.get", expect=404, recurringInvoiceId=invoice["id"])
    api.call("invoice.void", expect=404, invoiceId=template["id"])
