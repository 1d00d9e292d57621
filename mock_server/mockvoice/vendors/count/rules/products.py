"""Products: what is sold."""

from typing import Any

from msgspec.structs import replace

from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.errors import NotFound, ProductNameExists
from mockvoice.vendors.count.models import Product
from mockvoice.vendors.count.rules.ignored import takes_anything
from mockvoice.vendors.count.rules.lists import Listed, Query, found_by, listed
from mockvoice.vendors.count.rules.records import (
    Body,
    changes,
    find,
    number,
    resolve,
    resolve_tax_uuid,
    unique,
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


def search(backend: CountBackend, query: Query) -> Listed[Product]:
    """A page of products by name."""
    among = found_by(backend.products, query["search"])
    return listed(backend.products, query, where={"live": True}, among=among, order="name")


def create(backend: CountBackend, body: Body) -> Product:
    """A new product. Documented: names are unique in the product's own pages."""
    now = backend.now()
    written = {"currency": backend.team.currency, **_written(backend, body, None)}
    return backend.products.put(
        Product(id=backend.new_id("product"), created=now, updated=now, **written)
    )


def update(backend: CountBackend, product_id: str, body: Body) -> Product:
    """A product, changed; documents that exist keep their lines as they are."""
    before = find(backend.products, product_id)
    if not takes_anything("ProductUpdate", body):
        return before
    written = _written(backend, body, before)
    return backend.products.put(replace(before, updated=backend.now(), **written))


def delete(backend: CountBackend, product_id: str) -> Product:
    """Let a product be found and used no more. Assumed: always allowed."""
    before = find(backend.products, product_id)
    return backend.products.put(replace(before, deleted=True, updated=backend.now()))


def find_by_name(backend: CountBackend, name: str) -> Product:
    """The product with exactly this name, whatever its case. Raises ``NotFound``."""
    found = backend.products.find_by("name", name.lower())
    if not found:
        raise NotFound
    return found[0]


def _written(backend: CountBackend, body: Body, before: Product | None) -> dict[str, Any]:
    written = changes(body, _COLUMNS)
    for field, attribute in _ACCOUNTS.items():
        if field in body:
            sent = body[field]
            account = sent and resolve(backend, backend.accounts, field, sent)
            written[attribute] = account.id if account else None
    if "taxUuids" in body:
        for place, each in enumerate(body["taxUuids"]):
            resolve_tax_uuid(backend, f"taxUuids.{place}", each)
        written["taxes"] = unique(body["taxUuids"])
    for field, attribute in _PRICES.items():
        if field in body:
            written[attribute] = None if body[field] is None else number(body[field])
    taken = backend.products.keys_by("name", written.get("name", "").lower())
    if any(before is None or key != before.id for key in taken):
        raise ProductNameExists
    return written
