"""The content of documents and templates, created or updated from a request body."""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from mockvoice.kernel.money import ZERO
from mockvoice.kernel.shared_values import shared_text
from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.errors import Invalid, ProductMissingCategoryAccount
from mockvoice.vendors.count.models import Customer, DocumentContent, Line, LineTax, Product, Tax
from mockvoice.vendors.count.rules.records import (
    Body,
    attributes_from,
    resolve,
    resolve_tags,
    resolve_tax,
    resolve_tax_uuid,
    to_amount,
    to_decimal,
)
from mockvoice.vendors.count.rules.totals import max_discount, with_totals

_COLUMNS = {
    "invoiceType": "type",
    "currency": "currency",
    "taxSetting": "tax_setting",
    "discountDescription": "discount_description",
    "notes": "notes",
}


def from_body(backend: CountBackend, body: Body) -> DocumentContent:
    """Return the content of a new document. Documented: customer, products and tags must exist."""
    customer = resolve(backend, backend.customers, "customerUuid", body["customerUuid"])
    return _validated(
        DocumentContent(
            customer_id=customer.id,
            type=body.get("invoiceType") or "invoice",
            currency=body.get("currency") or backend.team.currency,
            tax_setting=body.get("taxSetting") or "exclusive",
            lines=_lines(backend, body, customer),
            discount=to_amount(body["discount"]) if "discount" in body else ZERO,
            discount_description=body.get("discountDescription"),
            notes=body.get("notes"),
            tags=resolve_tags(backend, body),
        )
    )


def updated(backend: CountBackend, content: DocumentContent, body: Body) -> DocumentContent:
    """Return the content after an update; omitted fields are unchanged.

    Documented: lines and tags are replaced as a whole. Assumed: unchanged lines keep their taxes,
    even if the customer changes.
    """
    customer = _customer_after(backend, content, body)
    changes = attributes_from(body, _COLUMNS)
    if "products" in body:
        changes["lines"] = _lines(backend, body, customer)
    if "tagUuids" in body:
        changes["tags"] = resolve_tags(backend, body)
    if "discount" in body:
        changes["discount"] = to_amount(body["discount"])
    return _validated(replace(content, customer_id=customer.id, **changes))


def _customer_after(backend: CountBackend, content: DocumentContent, body: Body) -> Customer:
    if "customerUuid" in body:
        return resolve(backend, backend.customers, "customerUuid", body["customerUuid"])
    customer = backend.customers.get(content.customer_id)
    if customer is None:
        raise KeyError(content.customer_id)
    return customer


def _validated(content: DocumentContent) -> DocumentContent:
    result = with_totals(content)
    if result.discount > max_discount(result):
        raise Invalid("discount", "must not exceed subtotal plus tax")
    return result


def _lines(backend: CountBackend, body: Body, customer: Customer) -> tuple[Line, ...]:
    backend.budget.spend_nested(len(body["products"]))
    return tuple(
        [
            _line(backend, line, customer, f"products.{index}")
            for index, line in enumerate(body["products"])
        ]
    )


def _line(backend: CountBackend, line: Mapping[str, Any], customer: Customer, field: str) -> Line:
    name = "productUuid" if "productUuid" in line else "uuid"
    product = resolve(backend, backend.products, f"{field}.{name}", line[name])
    if product.category_id is None:
        raise ProductMissingCategoryAccount(product.id)
    taxes = _taxes(backend, line, product, customer, field)
    return Line(
        product_id=product.id,
        category_id=product.category_id,
        description=shared_text(line.get("description") or product.description or product.name),
        quantity=to_decimal(line["quantity"]),
        unit_price=to_decimal(_unit_price(line, field)),
        taxes=tuple([LineTax(tax) for tax in taxes]),
        taxes_given="taxes" in line,
    )


def _unit_price(line: Mapping[str, Any], field: str) -> int | float | str:
    """Return the price per unit. Documented: ``price`` in one source, ``unitPrice`` in another."""
    price: int | float | str = line["unitPrice"] if "unitPrice" in line else line["price"]
    if "price" in line and to_decimal(line["price"]) != to_decimal(price):
        raise Invalid(f"{field}.unitPrice", "must equal price when both are sent")
    return price


def _taxes(
    backend: CountBackend,
    line: Mapping[str, Any],
    product: Product,
    customer: Customer,
    field: str,
) -> list[Tax]:
    """Return the taxes of the line, else the product, else the customer. Assumed: the order."""
    if "taxes" in line:
        taxes = [
            _tax(backend, value, f"{field}.taxes.{index}")
            for index, value in enumerate(line["taxes"])
        ]
        return list({tax.id: tax for tax in taxes}.values())
    if product.taxes:
        return [resolve_tax_uuid(backend, f"{field}.taxes", uuid) for uuid in product.taxes]
    if product.tax_exempt or customer.tax_excluded:
        return []
    return [find_tax(backend, tax_id) for tax_id in customer.taxes]


def _tax(backend: CountBackend, value: Any, field: str) -> Tax:
    """Return the tax rate of a reference: a UUID or an integer id, plain or in an object."""
    reference = value
    if isinstance(value, dict):
        reference = value["uuid"] if isinstance(value.get("uuid"), str) else value["id"]
    return resolve_tax(backend, field, reference)


def find_tax(backend: CountBackend, tax_id: int) -> Tax:
    """Return the tax rate with this integer id. Raises ``KeyError`` if there is none."""
    tax = backend.taxes.get(tax_id)
    if tax is None:
        raise KeyError(tax_id)
    return tax
