"""Details of the rules of invoices and payments that the contract suite does not cover."""

from datetime import date

import pytest

from mockvoice.vendors.optiflow.rules import headers, invoices, payments, products
from mockvoice.web.laravel import Invalid


@pytest.mark.parametrize(
    ("term", "due"),
    [
        ("30days", date(2026, 4, 1)),
        ("Net 30", date(2026, 4, 1)),
        ("a 15 o 30 días", date(2026, 3, 17)),
        ("0 días", date(2026, 3, 2)),
        ("3650", date(2036, 2, 28)),
        ("3651", None),
        ("99999999999999999999", None),
        ("manual", None),
        ("", None),
        (None, None),
    ],
)
def test_the_first_whole_number_in_the_payment_terms_is_the_number_of_days(term, due):
    assert headers.due_date_of_terms(date(2026, 3, 2), term) == due


def test_payment_terms_that_end_after_the_year_9999_set_no_due_date():
    assert headers.due_date_of_terms(date(9999, 12, 30), "30days") is None


def update(tenant, invoice, **body):
    return tenant.apply(invoices.update, tenant.actor, invoice.id, body)


def test_an_updated_line_keeps_its_tax_rates_and_the_kind_of_its_discount(tenant):
    line = {
        "product_id": tenant.tracked_product_id,
        "quantity": 2,
        "unit_price": 100,
        "taxes": [1],
    }
    created = tenant.invoice({**line, "discount_rate": 10}, {**line, "discount_amount": 30})
    first, second = (line.id for line in created.lines)
    changed = update(
        tenant, created, items=[{"id": first, "quantity": 4}, {"id": second, "quantity": 4}]
    )

    assert [line.discount_amount for line in changed.lines] == ["40.00", "30.00"]
    assert [line.taxes.shown_rate for line in changed.lines] == ["18.00", "18.00"]
    assert changed.figures.total_amount == "861.40"


def test_changing_lines_adds_stock_movements(tenant):
    other = tenant.product(50)
    created = tenant.invoice(
        {"product_id": tenant.tracked_product_id, "quantity": 10},
        {"product_id": tenant.tracked_product_id, "quantity": 5},
    )
    first, second = (line.id for line in created.lines)
    assert tenant.stock(tenant.tracked_product_id) == "85.00"
    update(
        tenant, created, items=[{"id": first, "quantity": 4}, {"id": second, "product_id": other}]
    )

    assert (tenant.stock(tenant.tracked_product_id), tenant.stock(other)) == ("96.00", "45.00")
    kinds = [
        (m.type, m.quantity) for m in tenant.backend.movements.find_by("invoice_id", created.id)
    ]
    assert kinds == [
        ("sale", "-10.00"), ("sale", "-5.00"), ("return_in", "6.00"), ("return_in", "5.00"), ("sale", "-5.00"),
    ]  # fmt: skip


def test_the_stock_of_a_removed_line_is_available_for_a_new_line(tenant):
    created = tenant.invoice({"product_id": tenant.tracked_product_id, "quantity": 100})
    changed = update(
        tenant,
        created,
        items=[{"product_id": tenant.tracked_product_id, "quantity": 100, "unit_price": 1}],
    )

    assert tenant.stock(tenant.tracked_product_id) == "0.00"
    assert changed.lines[0].id != created.lines[0].id


def test_a_line_returns_its_stock_even_if_the_product_is_no_longer_tracked(tenant):
    created = tenant.invoice({"product_id": tenant.tracked_product_id, "quantity": 10})
    tenant.apply(products.update, tenant.tracked_product_id, {"track_stock": False})
    tenant.apply(invoices.delete, tenant.actor, created.id)

    assert tenant.stock(tenant.tracked_product_id) == "100.00"


def test_a_rejected_update_changes_nothing(tenant):
    created = tenant.invoice(
        {"product_id": tenant.tracked_product_id, "quantity": 10},
        {"product_id": tenant.tracked_product_id},
    )
    first = created.lines[0].id
    with tenant.unchanged(), pytest.raises(Invalid) as error:
        update(tenant, created, ncf="B0100000050", items=[{"id": first, "quantity": 200}])

    assert list(error.value.errors) == ["items.0.quantity"]
    assert tenant.backend.invoices.get(created.id) == created
    assert tenant.stock(tenant.tracked_product_id) == "89.00"


def test_a_total_of_zero_is_never_paid(tenant):
    payment = {"payment_amount": 0, "payment_bank_account_id": 2, "payment_method": "cash"}
    created = tenant.invoice({"unit_price": 0}, register_payment=True, **payment)

    assert created.status == "pending_payment"
    assert tenant.backend.payments.find_by("invoice_id", created.id) == []


def test_other_income_is_lines_plus_taxes_less_withholdings(tenant):
    body = {
        "payment_type": "other_income",
        "bank_account_id": 2,
        "payment_date": "2026-03-10",
        "payment_method": "cash",
        "lines": [{"chart_account_id": 1, "description": "Renta", "quantity": 1.5, "unit_price": 0.33, "tax_id": 1}],
        "withholdings": [{"withholding_type_id": 8, "base_amount": "0.25"}],
    }  # fmt: skip
    created = tenant.apply(payments.create, tenant.actor, body)

    # 1.5 × 0.33 = 0.495. The subtotal is rounded to 0.50; the tax is 18 % of 0.495.
    assert (created.subtotal_amount, created.tax_amount, created.withholding_amount) == (
        "0.50",
        "0.09",
        "0.01",
    )
    assert created.amount == "0.58"
