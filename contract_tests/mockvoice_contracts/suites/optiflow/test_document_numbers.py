"""Document numbers: consecutive and unique."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.clock import ServerClock
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.optiflow.factories import UNKNOWN_ID, Factory, Record, id_parameter

# The messages are assumed, so only a mock must have them. Clients use ``valid`` and not the message.
FREE, EXHAUSTED = "NCF disponible.", "La secuencia venció o se agotó."


def issue_number(factory: Factory, series: Record, **fields: object) -> str:
    number: str = factory.invoice(document_subtype_id=series["id"], **fields)["document_number"]
    return number


def invoice_error_fields(factory: Factory, series: Record, **fields: object) -> list[str]:
    return factory.error_fields(
        "invoices.create", factory.invoice_body(document_subtype_id=series["id"], **fields)
    )


def next_number(factory: Factory, series: Record) -> int:
    number: int = factory.read("document_subtypes", series)["next_number"]
    return number


@contextmanager
def active_series(api: Api, factory: Factory, prefix: str) -> Iterator[int]:
    """Yield the id of the series with this prefix, which is active in the block."""
    result = factory.all_rows("document_subtypes")
    series = next((row for row in result if row["prefix"] == prefix), None)
    if series is None:
        series = factory.series(prefix=prefix)
    path_params = id_parameter("document_subtypes", series)
    if not series["is_active"]:
        api.call("document_subtypes.toggle_active", expect=200, **path_params)
    try:
        yield series["id"]
    finally:
        if not series["is_active"]:
            api.call("document_subtypes.toggle_active", expect=200, **path_params)


@rule(
    "An invoice without ncf gets the series' prefix and next_number with eight digits, and next_number rises by one.",
    source="Observed: github.com/luisscruza/optiflow, app/Models/DocumentSubtype.php",
)
def test_numbers_have_the_prefix_and_eight_digits_and_are_consecutive(factory: Factory) -> None:
    series = factory.series(start_number=7)
    prefix = series["prefix"]

    assert [issue_number(factory, series) for _ in range(3)] == [
        f"{prefix}{n:08d}" for n in (7, 8, 9)
    ]
    assert next_number(factory, series) == 10


@rule(
    "A series issues its end_number last; then POST /invoices gets 422 on document_subtype_id.",
    source="Observed: github.com/luisscruza/optiflow, app/Models/DocumentSubtype.php",
)
def test_a_series_issues_numbers_up_to_its_end_number(factory: Factory) -> None:
    series = factory.series(start_number=4, end_number=5)
    issue_number(factory, series)

    assert issue_number(factory, series).endswith("00000005")
    assert next_number(factory, series) == 6
    assert invoice_error_fields(factory, series) == ["document_subtype_id"]


@rule(
    "A sent ncf above next_number is used, the next invoice follows it, and the numbers in between get 422 on ncf.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/CreateInvoiceAction.php",
)
def test_a_chosen_number_skips_the_numbers_before_it(factory: Factory) -> None:
    series = factory.series()
    chosen = f"{series['prefix']}00000042"

    assert issue_number(factory, series, ncf=chosen) == chosen
    assert issue_number(factory, series) == f"{series['prefix']}00000043"
    assert invoice_error_fields(factory, series, ncf=f"{series['prefix']}00000041") == ["ncf"]


@rule(
    "An ncf that does not begin with the series' prefix gets 422 on ncf, and uses no number of either series.",
    source="Observed: github.com/luisscruza/optiflow, app/Support/NCFValidator.php",
)
def test_a_number_of_another_series_is_rejected(factory: Factory) -> None:
    series, other = factory.series(), factory.series()

    assert invoice_error_fields(factory, series, ncf=f"{other['prefix']}00000001") == ["ncf"]
    assert issue_number(factory, other) == f"{other['prefix']}00000001"


@rule(
    "An empty or null ncf gives the invoice the next number of its series.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/invoices",
)
def test_an_empty_number_means_the_next_number(factory: Factory) -> None:
    series = factory.series()

    assert issue_number(factory, series, ncf="") == f"{series['prefix']}00000001"
    assert issue_number(factory, series, ncf=None) == f"{series['prefix']}00000002"


@rule(
    'An ncf with the digits "{digits}" gets 422 on ncf in a series from 5 to 100 whose next_number is 10.',
    source="Observed: github.com/luisscruza/optiflow, app/Support/NCFValidator.php",
)
@pytest.mark.parametrize("digits", ["00000003", "00000101", "00000009", "0000000x", ""])
def test_a_chosen_number_must_pass_all_checks(factory: Factory, digits: str) -> None:
    series = factory.series(start_number=5, end_number=100)
    issue_number(factory, series, ncf=f"{series['prefix']}00000009")

    assert invoice_error_fields(factory, series, ncf=series["prefix"] + digits) == ["ncf"]
    assert invoice_error_fields(factory, series, ncf=f"X{digits}") == ["ncf"]
    assert next_number(factory, series) == 10


@rule(
    "The ncf {number} gets 422 on ncf, since a number with B has eleven characters, of which the last eight are digits.",
    source="Assumed: the source does not check the length; the rule is the tax office's",
)
@pytest.mark.assumed
@pytest.mark.parametrize("number", ["B0100000", "B010000000100", "B01ABCDEFGH"])
def test_an_ncf_has_eleven_characters(api: Api, factory: Factory, number: str) -> None:
    with active_series(api, factory, "B01") as series_id:
        assert invoice_error_fields(factory, {"id": series_id}, ncf=number) == ["ncf"]


@rule(
    "If stock, a tax or the payment of a new invoice is rejected, the series' next_number does not change.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/CreateInvoiceAction.php (one transaction)",
)
def test_a_rejected_invoice_does_not_use_a_number(factory: Factory) -> None:
    series, product = factory.series(), factory.product(2)
    for item in ({"product_id": product["id"], "quantity": 3}, {"taxes": [UNKNOWN_ID]}):
        factory.error_fields(
            "invoices.create", factory.invoice_body({}, item, document_subtype_id=series["id"])
        )
    overpayment = {
        "register_payment": True, "payment_amount": 1000, "payment_method": "cash",
        "payment_bank_account_id": factory.shared_account["id"],
    }  # fmt: skip
    assert invoice_error_fields(factory, series, **overpayment) == ["payment_amount"]
    assert invoice_error_fields(
        factory, series, **overpayment, ncf=f"{series['prefix']}00000050"
    ) == ["payment_amount"]

    assert issue_number(factory, series) == f"{series['prefix']}00000001"


@rule(
    "An update with a new ncf raises the series' next_number above it.",
    source="Assumed: the source leaves the counter where it was, which is a slip",
)
@pytest.mark.assumed
def test_changing_the_number_raises_the_counter(factory: Factory) -> None:
    series = factory.series()
    invoice = factory.invoice(document_subtype_id=series["id"])
    factory.update("invoices", invoice, ncf=f"{series['prefix']}00000020")

    assert next_number(factory, series) == 21


@rule(
    "An update changes document_number to a sent ncf; the invoice's own number is accepted, another invoice's gets 422 on ncf.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/UpdateInvoiceAction.php",
)
def test_the_number_of_an_invoice_can_be_changed(factory: Factory) -> None:
    series = factory.series()
    first, second = (factory.invoice(document_subtype_id=series["id"]) for _ in range(2))
    renumbered = factory.update("invoices", first, ncf=f"{series['prefix']}00000020")
    unchanged = factory.update("invoices", second, ncf=second["document_number"])

    assert renumbered["document_number"] == f"{series['prefix']}00000020"
    assert unchanged["document_number"] == second["document_number"]
    taken_number = {"ncf": renumbered["document_number"]}
    assert factory.error_fields(
        "invoices.update", taken_number, **id_parameter("invoices", second)
    ) == ["ncf"]


@rule(
    "An invoice on an electronic series is a draft, its number has ten digits after the prefix, and it can be cancelled but not changed, deleted or paid.",
    source="Assumed: in the source an outside provider issues these numbers",
)
@pytest.mark.assumed
def test_an_electronic_draft_has_a_number_of_ten_digits_and_cannot_be_changed(
    api: Api, factory: Factory
) -> None:
    with active_series(api, factory, "E32") as series_id:
        draft = factory.invoice(document_subtype_id=series_id)

        assert (draft["status"], draft["is_electronic"]) == ("draft", True)
        assert len(draft["document_number"]) == 13
        path_params = id_parameter("invoices", draft)
        assert factory.error_fields("invoices.update", {"notes": "x"}, **path_params) == ["error"]
        assert factory.error_fields("invoices.delete", None, **path_params) == ["error"]
        assert factory.error_fields("payments.create", factory.payment_body(draft)) == [
            "invoice_id"
        ]
        assert factory.update("invoices", draft, status="cancelled")["status"] == "cancelled"


@rule(
    "An invoice on series E31 whose contact has no identification_number of 9 or 11 digits gets 422 on contact_id.",
    source="Observed: github.com/luisscruza/optiflow, app/Http/Requests/CreateInvoiceRequest.php",
)
def test_an_electronic_credito_fiscal_needs_a_buyer_with_a_tax_number(
    api: Api, factory: Factory
) -> None:
    without_tax_number = factory.contact()["id"]
    contact_id = factory.contact(identification_type="rnc", identification_number="1-31-24679-6")[
        "id"
    ]

    with active_series(api, factory, "E31") as series_id:
        body = factory.invoice_body(document_subtype_id=series_id, contact_id=without_tax_number)
        assert factory.error_fields("invoices.create", body) == ["contact_id"]
        assert (
            factory.create("invoices.create", {**body, "contact_id": contact_id})["contact_id"]
            == contact_id
        )


@rule(
    "On the day valid_until_date no number is issued any more (422 on document_subtype_id), but an ncf that is sent is accepted for an issue_date up to that day.",
    source="Observed: github.com/luisscruza/optiflow, app/Models/DocumentSubtype.php and app/Support/NCFValidator.php",
)
@pytest.mark.needs("clock")
def test_a_series_ends_with_its_last_day(factory: Factory, clock: ServerClock) -> None:
    last_day = clock.today() + timedelta(days=10)
    series = factory.series(valid_until_date=last_day.isoformat())
    midnight = datetime.combine(last_day, time(), UTC)
    clock.set(midnight - timedelta(seconds=5))
    number = issue_number(factory, series)
    clock.set(midnight + timedelta(hours=1))

    assert number.endswith("00000001")
    assert invoice_error_fields(factory, series) == ["document_subtype_id"]
    chosen = f"{series['prefix']}00000002"
    assert issue_number(factory, series, ncf=chosen, issue_date=last_day.isoformat()) == chosen
    day_after = (last_day + timedelta(days=1)).isoformat()
    assert invoice_error_fields(
        factory, series, ncf=f"{series['prefix']}00000003", issue_date=day_after
    ) == ["ncf"]


def check_validation(
    api: Api, number: str, *, valid: bool, message: str | None = None, **fields: object
) -> None:
    """Validate a number, and check the result and on a mock the message."""
    response = api.call("invoices.validate_ncf", expect=200, body={"ncf": number, **fields})
    assert response["valid"] is valid, f"{number} has valid {response['valid']}, expected {valid}"
    assert response["message"]
    if api.target.is_mock and message is not None:
        assert response["message"] == message


@rule(
    "POST /invoices/validate-ncf returns valid false for a number below next_number, above end_number or with an unknown prefix, true for a free one, and never changes next_number.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/ValidateNFCAction.php",
)
def test_validating_a_number_reserves_nothing(api: Api, factory: Factory) -> None:
    series = factory.series(start_number=7, end_number=9)
    prefix = series["prefix"]
    too_low = f"El número es menor que el próximo disponible ({prefix}00000007)."

    check_validation(api, f"{prefix}00000008", valid=True, message=FREE)
    check_validation(
        api, f"{prefix}00000008", valid=True, message=FREE, document_subtype_id=series["id"]
    )
    check_validation(api, f"{prefix}00000006", valid=False, message=too_low)
    check_validation(api, f"{prefix}no-digits", valid=False, message=too_low)
    check_validation(api, f"{prefix}00000010", valid=False, message=EXHAUSTED)
    check_validation(api, prefix[:2], valid=False, message="Formato de NCF incorrecto.")
    check_validation(
        api, "~~~00000001", valid=False, message="Ningún tipo de comprobante usa ese prefijo."
    )
    other_series_id = factory.series()["id"]
    check_validation(api, f"{prefix}00000008", valid=False, document_subtype_id=other_series_id)
    assert next_number(factory, series) == 7


@rule(
    "validate-ncf returns valid false for a number of a series that is not active, and true again when it is.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/ValidateNFCAction.php",
)
def test_numbers_of_an_inactive_series_are_not_valid(api: Api, factory: Factory) -> None:
    series = factory.series(start_number=7)
    for valid in (True, False, True):
        check_validation(api, f"{series['prefix']}00000008", valid=valid)
        api.call(
            "document_subtypes.toggle_active",
            expect=200,
            **id_parameter("document_subtypes", series),
        )


@rule(
    "A number that validate-ncf calls valid is accepted as ncf; once end_number is used, the series has no valid number.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/ValidateNFCAction.php",
)
def test_a_valid_number_can_be_used(api: Api, factory: Factory) -> None:
    series = factory.series(end_number=50)
    number = f"{series['prefix']}00000050"

    check_validation(api, number, valid=True)
    assert issue_number(factory, series, ncf=number) == number
    check_validation(api, number, valid=False, message=EXHAUSTED)


@rule(
    "validate-ncf without ncf, or with an unknown document_subtype_id or invoice_id, gets 422 on {field}.",
    source="Observed: github.com/luisscruza/optiflow, app/Http/Requests/NfcValidationRequest.php",
)
@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "ncf"),
        ({"ncf": ""}, "ncf"),
        ({"ncf": "B0100000001", "document_subtype_id": UNKNOWN_ID}, "document_subtype_id"),
        ({"ncf": "B0100000001", "invoice_id": UNKNOWN_ID}, "invoice_id"),
    ],
)
def test_an_invalid_validation_request_is_rejected(
    factory: Factory, body: Record, field: str
) -> None:
    assert factory.error_fields("invoices.validate_ncf", body) == [field]


@rule(
    "POST /api/invoices/validate-ncf answers without a token, and invoice_id exempts that invoice's own number.",
    source="Observed: github.com/luisscruza/optiflow, routes/api.php and resources/js/components/invoices/edit-ncf-modal.tsx",
)
def test_the_unversioned_validation_needs_no_token(
    api: Api, anonymous: Api, factory: Factory
) -> None:
    """Send the requests of the only known client, a dialog that changes an invoice's number."""
    if not anonymous.target.is_mock:
        pytest.skip("a request without a token does not identify an account")
    invoice = factory.invoice()
    series = factory.read("document_subtypes", {"id": factory.invoice_series_id})
    following_number = f"{series['prefix']}{series['next_number']:08d}"
    body = {"ncf": following_number, "invoice_id": invoice["id"]}
    with_token = api.call("invoices.validate_ncf_unversioned", expect=200, body=body)
    # Without a token the mock uses its default sandbox, which may not be the sandbox of this run.
    without_token = anonymous.exchange(
        "invoices.validate_ncf_unversioned", expect=200, body={"ncf": "X"}
    )

    assert with_token["valid"] is True
    assert without_token.body["valid"] is False
    used = {"ncf": invoice["document_number"]}
    assert (
        anonymous.call("invoices.validate_ncf_unversioned", expect=200, body=used)["valid"] is False
    )
