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
        ({"due_date_type": 2, "due_date_int": 10, "invoice_date": "2025-12-20"}, "2026-01-10"),
        ({"due_date_type": 1, "due_date_int": 15, "invoice_date": "2025-12-20"}, "2026-01-15"),
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
