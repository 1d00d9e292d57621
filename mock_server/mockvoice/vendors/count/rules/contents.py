"""What documents and templates say: made of a body, or changed by one."""

from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from mockvoice.kernel.money import ZERO
from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.errors import Invalid, ProductMissingCategoryAccount
from mockvoice.vendors.count.models import Content, Customer, Line, LineTax, Product, Tax
from mockvoice.vendors.count.rules.records import (
    Body,
    number,
    resolve,
    resolve_tags,
    resolve_tax_uuid,
    unresolved,
)
from mockvoice.vendors.count.rules.totals import computed, most_discount

_COLUMNS = {
    "invoiceType": "type",
    "currency": "currency",
    "taxSetting": "tax_setting",
    "discountDescription": "discount_description",
    "notes": "notes",
}


def written(backend: CountBackend, body: Body) -> Content:
    """What a new document says. Documented: customer, products and tags have to exist."""
    customer = resolve(backend, backend.customers, "customerUuid", body["customerUuid"])
    return _checked(
        Content(
            customer_id=customer.id,
            type=body.get("invoiceType") or "invoice",
            currency=body.get("currency") or backend.team.currency,
            tax_setting=body.get("taxSetting") or "exclusive",
            lines=_lines(backend, body, customer),
            discount=number(body["discount"]) if "discount" in body else ZERO,
            discount_description=body.get("discountDescription"),
            notes=body.get("notes"),
            tags=resolve_tags(backend, body),
        )
    )


def rewritten(backend: CountBackend, content: Content, body: Body) -> Content:
    """What a document says after a change; what the body leaves out stays.

    Documented: lines and tags are replaced as a whole. Assumed: lines that stay keep their taxes,
    even when the customer changes.
    """
    customer = _customer_after(backend, content, body)
    changes: dict[str, Any] = {
        attribute: body[name] for name, attribute in _COLUMNS.items() if name in body
    }
    if "products" in body:
        changes["lines"] = _lines(backend, body, customer)
    if "tagUuids" in body:
        changes["tags"] = resolve_tags(backend, body)
    if "discount" in body:
        changes["discount"] = number(body["discount"])
    return _checked(replace(content, customer_id=customer.id, **changes))


def _customer_after(backend: CountBackend, content: Content, body: Body) -> Customer:
    if "customerUuid" in body:
        return resolve(backend, backend.customers, "customerUuid", body["customerUuid"])
    kept = backend.customers.get(content.customer_id)
    if kept is None:
        raise KeyError(content.customer_id)
    return kept


def _checked(content: Content) -> Content:
    found = computed(content)
    if found.discount > most_discount(found):
        raise Invalid("discount", "must not be more than subtotal and tax together")
    return found


def _lines(backend: CountBackend, body: Body, customer: Customer) -> tuple[Line, ...]:
    return tuple(
        [
            _line(backend, each, customer, f"products.{place}")
            for place, each in enumerate(body["products"])
        ]
    )


def _line(backend: CountBackend, sent: Mapping[str, Any], customer: Customer, field: str) -> Line:
    name = "productUuid" if "productUuid" in sent else "uuid"
    product = resolve(backend, backend.products, f"{field}.{name}", sent[name])
    if product.category_id is None:
        raise ProductMissingCategoryAccount(product.id)
    taxes = _taxes(backend, sent, product, customer, field)
    return Line(
        product_id=product.id,
        category_id=product.category_id,
        description=sent.get("description") or product.description or product.name,
        quantity=number(sent["quantity"]),
        unit_price=number(_unit_price(sent, field)),
        taxes=tuple([LineTax(tax) for tax in taxes]),
        taxes_given="taxes" in sent,
    )


def _unit_price(sent: Mapping[str, Any], field: str) -> int | float | str:
    """The price per unit. Documented: one source calls it ``price``, one ``unitPrice``."""
    either: int | float | str = sent["unitPrice"] if "unitPrice" in sent else sent["price"]
    if "price" in sent and number(sent["price"]) != number(either):
        raise Invalid(f"{field}.unitPrice", "must equal price when both are sent")
    return either


def _taxes(
    backend: CountBackend,
    sent: Mapping[str, Any],
    product: Product,
    customer: Customer,
    field: str,
) -> list[Tax]:
    """The line's own rates, else the product's, else the customer's. Assumed: the order."""
    if "taxes" in sent:
        named = [
            _tax(backend, each, f"{field}.taxes.{place}")
            for place, each in enumerate(sent["taxes"])
        ]
        return list({tax.id: tax for tax in named}.values())
    if product.taxes:
        return [resolve_tax_uuid(backend, f"{field}.taxes", each) for each in product.taxes]
    if product.tax_exempt or customer.tax_excluded:
        return []
    return [find_tax(backend, each) for each in customer.taxes]


def _tax(backend: CountBackend, sent: Any, field: str) -> Tax:
    """A rate that is named by UUID or by integer id, bare or in an object."""
    reference = sent
    if isinstance(sent, dict):
        reference = sent["uuid"] if isinstance(sent.get("uuid"), str) else sent["id"]
    if isinstance(reference, str):
        return resolve_tax_uuid(backend, field, reference)
    found = backend.taxes.get(int(reference))
    if found is None:
        raise unresolved(backend, field, str(reference))
    return found


def find_tax(backend: CountBackend, tax_id: int) -> Tax:
    """The rate of an integer id that is known to exist."""
    found = backend.taxes.get(tax_id)
    if found is None:
        raise KeyError(tax_id)
    return found
