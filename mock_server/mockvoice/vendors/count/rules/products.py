"""Products and services."""

from typing import Any

from msgspec.structs import replace

from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.errors import NotFound, ProductNameExists
from mockvoice.vendors.count.models import Product
from mockvoice.vendors.count.rules.ignored_fields import changes_anything
from mockvoice.vendors.count.rules.lists import PageResult, Query, paginate, search_keys
from mockvoice.vendors.count.rules.records import (
    Body,
    attributes_from,
    find,
    resolve,
    resolve_tax_uuid,
    to_decimal,
    unique_uuids,
)

_COLUMNS = {
    "name": "name",
    "description": "description",
    "currency": "currency",
    "pricingMethod": "pricing_method",
    "taxExempt": "tax_exempt",
}
_ACCOUNTS = {
    "categoryAccountUuid": "category_id",
    "purchaseCategoryAccountUuid": "purchase_category_id",
}
_PRICES = {"price": "price", "purchasePrice": "purchase_price"}


def search(backend: CountBackend, query: Query) -> PageResult[Product]:
    """Return a page of products, sorted by name."""
    keys = search_keys(backend.products, query["search"])
    return paginate(backend.products, query, where={"live": True}, keys=keys, order="name")


def create(backend: CountBackend, body: Body) -> Product:
    """Create a product. Documented for COUNT's user interface: names are unique."""
    now = backend.now()
    attributes = {"currency": backend.team.currency, **_attributes(backend, body, None)}
    return backend.products.put(
        Product(id=backend.new_id("product"), created=now, updated=now, **attributes)
    )


def update(backend: CountBackend, product_id: str, body: Body) -> Product:
    """Update a product; the lines of existing documents do not change."""
    before = find(backend.products, product_id)
    if not changes_anything("ProductUpdate", body):
        return before
    attributes = _attributes(backend, body, before)
    return backend.products.put(replace(before, updated=backend.now(), **attributes))


def delete(backend: CountBackend, product_id: str) -> Product:
    """Mark a product as deleted. Assumed: always allowed."""
    before = find(backend.products, product_id)
    return backend.products.put(replace(before, deleted=True, updated=backend.now()))


def find_by_name(backend: CountBackend, name: str) -> Product:
    """Return the product with exactly this name, ignoring case. Raises ``NotFound``."""
    matches = backend.products.find_by("name", name.lower())
    if not matches:
        raise NotFound
    return matches[0]


def _attributes(backend: CountBackend, body: Body, before: Product | None) -> dict[str, Any]:
    attributes = attributes_from(body, _COLUMNS)
    for field, attribute in _ACCOUNTS.items():
        if field in body:
            account_id = body[field]
            account = account_id and resolve(backend, backend.accounts, field, account_id)
            attributes[attribute] = account.id if account else None
    if "taxUuids" in body:
        for index, uuid in enumerate(body["taxUuids"]):
            resolve_tax_uuid(backend, f"taxUuids.{index}", uuid)
        attributes["taxes"] = unique_uuids(body["taxUuids"])
    for field, attribute in _PRICES.items():
        if field in body:
            attributes[attribute] = None if body[field] is None else to_decimal(body[field])
    existing = backend.products.keys_by("name", attributes.get("name", "").lower())
    if any(before is None or key != before.id for key in existing):
        raise ProductNameExists
    return attributes
