"""Operations on products."""

from mockvoice.vendors.count import render
from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.rules import products
from mockvoice.vendors.count.rules.ignored_fields import empty_body_warnings, warnings_for
from mockvoice.vendors.count.rules.lists import Query
from mockvoice.vendors.count.rules.records import Body, find


def search(backend: CountBackend, query: Query) -> render.Json:
    result = products.search(backend, query)
    return render.page(backend, result, render.product, "products", "Products fetched.")


def get(backend: CountBackend, product_id: str) -> render.Json:
    row = find(backend.products, product_id)
    return render.success(render.product(backend, row), "Product fetched.")


def create(backend: CountBackend, body: Body) -> render.Json:
    row = products.create(backend, body)
    warnings = warnings_for(backend, "ProductCreate", body)
    return render.with_warnings(render.product(backend, row), "Product created.", warnings)


def update(backend: CountBackend, product_id: str, body: Body) -> render.Json:
    row = products.update(backend, product_id, body)
    warnings = empty_body_warnings(body) or warnings_for(backend, "ProductUpdate", body)
    return render.with_warnings(render.product(backend, row), "Product updated.", warnings)


def delete(backend: CountBackend, product_id: str) -> render.Json:
    row = products.delete(backend, product_id)
    return render.deleted(row.id, "Product deleted.")


def find_by_name(backend: CountBackend, name: str) -> render.Json:
    row = products.find_by_name(backend, name)
    return render.success(render.product(backend, row), "Product found.")
