"""Two dates of which one may not precede the other: the same day, and the days beside it."""

from typing import Any

import pytest

from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.optiflow.factories import Factory, Record, id_parameter
from mockvoice_contracts.suites.optiflow.same_records import check_same


@rule(
    "due_date of {kind} may be the issue_date, at the creation and after an update of either or both; a day earlier gets 422 on due_date.",
    source="Observed: github.com/luisscruza/optiflow, app/Http/Requests/CreateInvoiceRequest.php and UpdateInvoiceRequest.php",
)
@pytest.mark.parametrize("kind", ["invoices", "quotations"])
def test_the_due_date_may_be_the_issue_date(factory: Factory, kind: str) -> None:
    document = factory.document(kind, issue_date="2026-02-28", due_date="2026-02-28")
    path_params = id_parameter(kind, document)
    accepted: list[Record] = [
        {"due_date": "2026-03-01"},
        {"issue_date": "2026-03-01"},
        {"issue_date": "2026-03-02", "due_date": "2026-03-02"},
        {"issue_date": "2026-03-01"},
        {"due_date": "2026-03-01"},
    ]
    seen = [document, *(factory.update(kind, document, **change) for change in accepted)]

    assert [(row["issue_date"], row["due_date"]) for row in seen] == [
        ("2026-02-28", "2026-02-28"), ("2026-02-28", "2026-03-01"), ("2026-03-01", "2026-03-01"),
        ("2026-03-02", "2026-03-02"), ("2026-03-01", "2026-03-02"), ("2026-03-01", "2026-03-01"),
    ]  # fmt: skip
    for dates in (
        {"issue_date": "2026-03-02"},
        {"due_date": "2026-02-28"},
        {"issue_date": "2026-03-04", "due_date": "2026-03-03"},
    ):
        errors = factory.error_fields(f"{kind}.update", dates, **path_params)
        assert errors == ["due_date"], f"{dates}: {errors}"
    body = factory.document_body(kind, issue_date="2026-03-01", due_date="2026-02-28")
    assert factory.error_fields(f"{kind}.create", body) == ["due_date"]
    check_same(factory.read(kind, document), seen[-1])


@rule(
    "An invoice of a quotation is due when the quotation is, unless this is before its issue_date: the same day stays, and so does a due_date in the body.",
    source="Assumed: the documentation gives the operation no body",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("quoted", "issued", "due", "expected"),
    [
        (0, None, None, 0),
        (1, None, None, 1),
        (-1, None, None, None),
        (None, None, None, None),
        (-5, -5, None, -5),
        (-5, -6, None, -5),
        (-5, -4, None, None),
        (5, 5, None, 5),
        (5, 6, None, None),
        (5, 5, 5, 5),
        (9, 5, 7, 7),
        (3, 5, 5, 5),
        (9, None, 0, 0),
        (-1, None, 0, 0),
    ],
)
def test_the_due_date_of_a_conversion_has_the_same_bounds(
    factory: Factory, quoted: int | None, issued: int | None, due: int | None, expected: int | None
) -> None:
    def day(days: int | None) -> str | None:
        return None if days is None else factory.day(days)

    quotation = factory.quotation(issue_date=factory.day(-9), due_date=day(quoted))
    body: dict[str, Any] = {"document_subtype_id": factory.invoice_series_id}
    body |= {"issue_date": day(issued)} if issued is not None else {}
    body |= {"due_date": day(due)} if due is not None else {}
    path_params = id_parameter("quotations", quotation)
    invoice = factory.create("quotations.convert", body, **path_params)

    assert (invoice["issue_date"], invoice["due_date"]) == (day(issued or 0), day(expected))
    check_same(factory.read("invoices", invoice), invoice)
    assert factory.read("quotations", quotation)["due_date"] == day(quoted)


@rule(
    "A due_date of convert-to-invoice a day before its issue_date, or before today without one, gets 422 on due_date, and the quotation does not change.",
    source="Assumed: the documentation gives the operation no body",
)
@pytest.mark.assumed
def test_a_conversion_is_not_due_before_its_issue(factory: Factory) -> None:
    quotation = factory.quotation(issue_date=factory.day(-9), due_date=factory.day(9))
    path_params = id_parameter("quotations", quotation)
    for dates in (
        {"due_date": factory.day(-1)},
        {"issue_date": factory.day(3), "due_date": factory.day(2)},
        {"issue_date": factory.day(-3), "due_date": factory.day(-4)},
    ):
        body = {"document_subtype_id": factory.invoice_series_id, **dates}
        errors = factory.error_fields("quotations.convert", body, **path_params)
        assert errors == ["due_date"], f"{dates}: {errors}"
        check_same(factory.read("quotations", quotation), quotation)


@rule(
    'A new invoice with quotation_id has its own dates: without due_date none, and with the payment_term "Net 0" the issue_date.',
    source="Assumed: in the source only the app's own screen derives the date",
)
@pytest.mark.assumed
def test_an_invoice_with_a_quotation_id_has_its_own_dates(factory: Factory) -> None:
    quotations = [factory.quotation(due_date=factory.day(20)) for _ in range(2)]
    plain = factory.invoice(quotation_id=quotations[0]["id"], issue_date=factory.day(2))
    terms = factory.invoice(quotation_id=quotations[1]["id"], payment_term="Net 0")

    assert (plain["issue_date"], plain["due_date"]) == (factory.day(2), None)
    assert (terms["issue_date"], terms["due_date"]) == (factory.day(), factory.day())


@rule(
    "An update with a new ncf may set issue_date to the series' valid_until_date; a day later gets 422 on ncf.",
    source="Observed: github.com/luisscruza/optiflow, app/Support/NCFValidator.php",
)
def test_a_new_number_is_valid_on_the_last_day_of_its_series(factory: Factory) -> None:
    series = factory.series(valid_until_date=factory.day(9))
    invoice = factory.invoice(document_subtype_id=series["id"])
    path_params = id_parameter("invoices", invoice)
    number = f"{series['prefix']}00000005"
    late = {"ncf": number, "issue_date": factory.day(10)}
    assert factory.error_fields("invoices.update", late, **path_params) == ["ncf"]
    renumbered = factory.update("invoices", invoice, ncf=number, issue_date=factory.day(9))

    assert (renumbered["document_number"], renumbered["issue_date"]) == (number, factory.day(9))


@rule(
    "Payments of every kind count for an account's balance on its initial_balance_date, and not a day before.",
    source="Assumed: the operations and fields are inferred from the source",
)
@pytest.mark.assumed
def test_a_balance_begins_with_its_first_day(factory: Factory) -> None:
    account = factory.bank_account(initial_balance=1000, initial_balance_date="2026-01-10")
    line = {"chart_account_id": 1, "description": "Renta", "quantity": 1}
    invoice = factory.invoice()
    path_params = id_parameter("invoices", invoice)
    balances = []
    for day, amount in (("2026-01-09", 1), ("2026-01-10", 2), ("2026-01-11", 3)):
        income = {
            "payment_type": "other_income", "bank_account_id": account["id"], "payment_date": day,
            "payment_method": "cash", "lines": [{**line, "unit_price": amount}],
        }  # fmt: skip
        factory.create("payments.create", income)
        at_once = {
            "register_payment": True, "payment_amount": 10 * amount, "payment_method": "cash",
            "payment_bank_account_id": account["id"], "payment_date": day,
        }  # fmt: skip
        factory.invoice(**at_once)
        body = factory.payment_body(
            invoice, amount / 10, payment_date=day, bank_account_id=account["id"]
        )
        del body["invoice_id"]
        factory.create("payments.create_for_invoice", body, **path_params)
        balances.append(factory.read("bank_accounts", account)["balance"])

    assert balances == ["1000.00", "1022.20", "1055.50"]
