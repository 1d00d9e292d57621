"""Document numbers: automatic ones, and numbers that the client chooses."""

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from mockvoice.vendors.optiflow.rules import document_subtypes, invoices, ncf
from mockvoice.web.laravel import Invalid


def find_series(tenant, prefix):
    return tenant.backend.document_subtypes.find_by("prefix", prefix)[0]


def change_series(tenant, prefix, **values):
    tenant.apply(
        lambda backend: backend.document_subtypes.put(
            replace(find_series(tenant, prefix), **values)
        )
    )


def validate(tenant, number, **body):
    return ncf.validate(tenant.backend, {"ncf": number, **body}, tenant.actor)


def test_numbers_are_consecutive_and_have_eight_digits(tenant):
    assert [tenant.invoice().document_number for _ in range(3)] == [
        "B0100000001", "B0100000002", "B0100000003",
    ]  # fmt: skip
    assert find_series(tenant, "B01").next_number == 4


def test_a_series_issues_no_number_after_its_end_number(tenant):
    for _ in range(2):
        tenant.invoice(document_subtype_id=14)

    with tenant.unchanged(), pytest.raises(Invalid) as error:
        tenant.invoice(document_subtype_id=14)
    assert error.value.errors == {"document_subtype_id": [ncf.SERIES_ENDED]}


def test_an_expired_series_issues_no_number(tenant):
    with tenant.unchanged(), pytest.raises(Invalid) as error:
        tenant.invoice(document_subtype_id=13)
    assert list(error.value.errors) == ["document_subtype_id"]


def test_a_series_ends_at_the_start_of_its_last_day(tenant):
    last_day = find_series(tenant, "B01").valid_until_date
    tenant.clock.set(datetime(last_day.year, last_day.month, last_day.day, tzinfo=UTC))
    tenant.invoice()
    tenant.clock.set(datetime(last_day.year, last_day.month, last_day.day, 0, 0, 1, tzinfo=UTC))

    with pytest.raises(Invalid):
        tenant.invoice()
    assert tenant.invoice(ncf="B0100000009").document_number == "B0100000009"


def test_a_chosen_number_permanently_skips_the_numbers_before_it(tenant):
    tenant.invoice(ncf="B0100000007")

    assert tenant.invoice().document_number == "B0100000008"
    with pytest.raises(Invalid):
        tenant.invoice(ncf="B0100000005")


@pytest.mark.parametrize(
    ("number", "message"),
    [
        ("B0100000001", ncf.USED),
        ("B0200000009", "El NCF no corresponde al tipo de comprobante."),
        ("B010000009", ncf.MALFORMED),
        ("B01000000009", ncf.MALFORMED),
        ("B010000000A", ncf.MALFORMED),
        ("B0150000001", "El número es mayor que el último autorizado."),
        ("B0100000008", "El número es menor que el próximo disponible (B0100000009)."),
    ],
)
def test_a_chosen_number_is_checked(tenant, number, message):
    tenant.invoice()
    change_series(tenant, "B01", next_number=9)

    with tenant.unchanged(), pytest.raises(Invalid) as error:
        tenant.invoice(ncf=number)
    assert error.value.errors == {"ncf": [message]}


def test_the_number_of_a_deleted_invoice_stays_used(tenant):
    tenant.invoice()
    tenant.apply(invoices.delete, tenant.actor, 1)

    with pytest.raises(Invalid) as error:
        tenant.invoice(ncf="B0100000001")
    assert error.value.errors == {"ncf": [ncf.USED]}


def test_a_number_below_the_start_number_is_rejected(tenant):
    change_series(tenant, "B01", start_number=10)

    with pytest.raises(Invalid) as error:
        tenant.invoice(ncf="B0100000009")
    assert error.value.errors == {"ncf": ["El número es menor que el primero autorizado."]}


def test_a_chosen_number_can_be_used_up_to_the_last_day_of_the_series(tenant):
    last_day = find_series(tenant, "B01").valid_until_date
    issued = tenant.invoice(ncf="B0100000004", issue_date=last_day.isoformat())
    with pytest.raises(Invalid) as error:
        tenant.invoice(ncf="B0100000005", issue_date=f"{last_day.year + 1}-01-01")

    assert issued.document_number == "B0100000004"
    assert list(error.value.errors) == ["ncf"]


def test_an_error_in_a_later_step_leaves_the_number_unused(tenant):
    with tenant.unchanged(), pytest.raises(Invalid) as error:
        tenant.invoice({"product_id": tenant.tracked_product_id, "quantity": 101})

    assert list(error.value.errors) == ["items.0.quantity"]
    assert tenant.invoice().document_number == "B0100000001"


def test_an_automatic_number_skips_used_numbers(tenant):
    short = {"name": "Corta", "type": "invoice", "prefix": "A", "start_number": 1}
    long = {"name": "Larga", "type": "invoice", "prefix": "A01", "start_number": 1}
    first, second = (tenant.apply(document_subtypes.create, body).id for body in (short, long))
    tenant.invoice(document_subtype_id=first, ncf="A0100000001")

    assert tenant.invoice(document_subtype_id=second).document_number == "A0100000002"


def test_invoices_of_an_electronic_series_are_drafts_and_their_numbers_have_ten_digits(tenant):
    tenant.apply(document_subtypes.toggle_active, 12)
    created = tenant.invoice(document_subtype_id=12)

    assert (created.document_number, created.status, created.is_electronic) == (
        "E320000000001",
        "draft",
        True,
    )


def test_the_buyer_on_e31_needs_a_tax_number(tenant):
    tenant.apply(document_subtypes.toggle_active, 11)

    with pytest.raises(Invalid) as error:
        tenant.invoice(document_subtype_id=11)
    assert list(error.value.errors) == ["contact_id"]


def test_the_validation_stops_at_the_first_error(tenant):
    tenant.invoice()
    change_series(tenant, "B02", next_number=7)
    change_series(tenant, "B04", next_number=3)

    assert validate(tenant, "B0") == (False, ncf.MALFORMED)
    assert validate(tenant, "X9900000001") == (False, ncf.UNKNOWN_PREFIX)
    assert validate(tenant, "B0100000009", document_subtype_id=2) == (False, ncf.UNKNOWN_PREFIX)
    assert validate(tenant, "E310000000001") == (False, ncf.UNKNOWN_PREFIX)
    assert validate(tenant, "B0300000001") == (False, ncf.SERIES_ENDED)
    assert validate(tenant, "B0400000003") == (False, ncf.SERIES_ENDED)
    assert validate(tenant, "B0200000006") == (
        False, "El número es menor que el próximo disponible (B0200000007).",
    )  # fmt: skip
    assert validate(tenant, "B02zzzzzzzz")[0] is False
    assert validate(tenant, "B0150000001") == (False, ncf.SERIES_ENDED)
    assert validate(tenant, "B0100000002") == (True, ncf.AVAILABLE)


def test_the_validation_ignores_the_number_of_the_invoice_itself(tenant):
    tenant.invoice(ncf="B0100000005")
    change_series(tenant, "B01", next_number=5)

    assert validate(tenant, "B0100000005") == (False, ncf.USED)
    assert validate(tenant, "B0100000005", invoice_id=1) == (True, ncf.AVAILABLE)


def test_a_conversion_prefers_the_workspaces_series_then_the_default_then_the_first_by_name(tenant):
    backend = tenant.backend
    assert ncf.default_series(backend, 1).prefix == "B01"
    tenant.apply(document_subtypes.set_preferred, tenant.actor, 2, 1)
    assert ncf.default_series(backend, 1).prefix == "B02"
    assert ncf.default_series(backend, 2).prefix == "B01"
    change_series(tenant, "B02", end_number=1, next_number=2)
    change_series(tenant, "B01", is_active=False)

    first = min(s.name for s in backend.document_subtypes.find_by("type", "invoice") if s.is_active)
    assert ncf.default_series(backend, 1).name == first


def test_receipts_have_the_prefix_pag_unless_there_is_a_payment_series(tenant):
    assert ncf.format_number(find_series(tenant, "COT"), 1) == "COT00000001"
    assert tenant.apply(ncf.payment_number, 1) == "PAG-000001"
    body = {"name": "Recibos", "type": "payment", "prefix": "RPS", "start_number": 5}
    tenant.apply(document_subtypes.create, body)

    assert tenant.apply(ncf.payment_number, 1) == "RPS0005"
    assert tenant.apply(ncf.payment_number, 1) == "RPS0006"
