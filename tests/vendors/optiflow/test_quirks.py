"""What the setting ``quirks`` changes, in both of its values."""

import pytest
from msgspec.structs import replace

from mockvoice.kernel.sandbox_settings import SandboxSettings
from mockvoice.vendors.optiflow.rules import invoices
from mockvoice.web.laravel import Invalid

B02, E31 = 2, 11


def update(tenant, invoice, **body):
    return tenant.apply(invoices.update, tenant.actor, invoice.id, body)


def test_strict_an_update_moves_an_invoice_to_another_series(tenant):
    created = tenant.invoice()
    changed = update(tenant, created, document_subtype_id=B02)

    assert created.document_number == "B0100000001"
    assert (changed.document_subtype_id, changed.document_number) == (B02, "B0200000001")
    assert update(tenant, changed, document_subtype_id=1).document_number == "B0100000002"
    assert tenant.invoice().document_number == "B0100000003"


def test_observed_an_update_with_another_series_is_rejected(tenant):
    created = tenant.invoice()
    tenant.backend.sandbox_settings = SandboxSettings(quirks="observed")
    with tenant.unchanged(), pytest.raises(Invalid) as error:
        update(tenant, created, document_subtype_id=B02)

    assert list(error.value.errors) == ["document_subtype_id"]
    assert update(tenant, created, document_subtype_id=1).document_number == "B0100000001"


def test_a_chosen_number_must_belong_to_the_new_series(tenant):
    created = tenant.invoice()
    with tenant.unchanged(), pytest.raises(Invalid) as error:
        update(tenant, created, document_subtype_id=B02, ncf="B0100000050")

    assert list(error.value.errors) == ["ncf"]
    changed = update(tenant, created, document_subtype_id=B02, ncf="B0200000050")
    assert changed.document_number == "B0200000050"


def test_an_invoice_in_an_electronic_series_needs_a_tax_number_and_becomes_a_draft(tenant):
    created = tenant.invoice()
    series = tenant.backend.document_subtypes
    with tenant.backend.transaction():
        series.put(replace(series.get(E31), is_active=True))
    with tenant.unchanged(), pytest.raises(Invalid) as error:
        update(tenant, created, document_subtype_id=E31)

    assert list(error.value.errors) == ["contact_id"]
    customer = tenant.backend.contacts.get(tenant.customer_id)
    with tenant.backend.transaction():
        tenant.backend.contacts.put(replace(customer, identification_number="130000026"))
    changed = update(tenant, created, document_subtype_id=E31)
    assert (changed.document_number, changed.status) == ("E310000000001", "draft")
