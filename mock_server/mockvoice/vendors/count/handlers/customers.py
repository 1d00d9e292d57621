"""Operations on customers."""

from mockvoice.vendors.count import render
from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.rules import customers
from mockvoice.vendors.count.rules.bulk import process_rows
from mockvoice.vendors.count.rules.ignored_fields import empty_body_warnings, warnings_for
from mockvoice.vendors.count.rules.lists import Query
from mockvoice.vendors.count.rules.records import Body, find


def search(backend: CountBackend, query: Query) -> render.Json:
    result = customers.search(backend, query)
    return render.page(backend, result, render.customer, "customers", "Customers fetched.")


def get(backend: CountBackend, customer_id: str) -> render.Json:
    row = find(backend.customers, customer_id)
    return render.success(render.customer(backend, row), "Customer fetched.")


def create(backend: CountBackend, body: Body) -> render.Json:
    row = customers.create(backend, body)
    warnings = warnings_for(backend, "CustomerCreate", body)
    return render.with_warnings(render.customer(backend, row), "Customer created.", warnings)


def update(backend: CountBackend, customer_id: str, body: Body) -> render.Json:
    row = customers.update(backend, customer_id, body)
    warnings = empty_body_warnings(body) or warnings_for(backend, "CustomerUpdate", body)
    return render.with_warnings(render.customer(backend, row), "Customer updated.", warnings)


def delete(backend: CountBackend, customer_id: str) -> render.Json:
    row = customers.delete(backend, customer_id)
    return render.deleted(row.id, "Customer deleted.")


def find_by_email(backend: CountBackend, email: str) -> render.Json:
    row = customers.find_by_email(backend, email)
    return render.success(render.customer(backend, row), "Customer found.")


def bulk_create(backend: CountBackend, body: Body) -> render.Json:
    rows = process_rows(
        backend, body["customers"], "CustomerCreate", lambda row: customers.create(backend, row)
    )
    return render.bulk(backend, rows, render.customer, "customer")


def bulk_update(backend: CountBackend, body: Body) -> render.Json:
    schema = "CustomerUpdateRow"
    rows = process_rows(
        backend,
        body["customers"],
        schema,
        lambda row: customers.update(backend, row["uuid"], row, schema),
    )
    return render.bulk(backend, rows, render.customer, "customer")
