"""Operations on invoices, quotes, estimates and credit memos."""

from collections.abc import Mapping

from mockvoice.sandboxes.sandbox import Sandbox
from mockvoice.vendors.count import render
from mockvoice.vendors.count.auth import KEY
from mockvoice.vendors.count.backend import CLIENT, CountBackend
from mockvoice.vendors.count.rules import credit, invoices, payments, public_files
from mockvoice.vendors.count.rules.ignored_fields import empty_body_warnings, warnings_for
from mockvoice.vendors.count.rules.lists import Query
from mockvoice.vendors.count.rules.records import Body, find
from mockvoice.web.multipart import Upload


def search(backend: CountBackend, query: Query) -> render.Json:
    result = invoices.search(backend, query)
    return render.page(backend, result, render.invoice, "invoices", "Invoices fetched.")


def get(backend: CountBackend, invoice_id: str) -> render.Json:
    row = find(backend.invoices, invoice_id)
    return render.success(render.invoice(backend, row), "Invoice fetched.")


def create(backend: CountBackend, body: Body) -> render.Json:
    row = invoices.create(backend, body, CLIENT)
    warnings = warnings_for(backend, "InvoiceCreate", body)
    return render.with_warnings(render.invoice(backend, row), "Invoice created.", warnings)


def update(backend: CountBackend, invoice_id: str, body: Body) -> render.Json:
    row = invoices.update(backend, invoice_id, body, CLIENT)
    warnings = empty_body_warnings(body) or warnings_for(backend, "InvoiceUpdate", body)
    return render.with_warnings(render.invoice(backend, row), "Invoice updated.", warnings)


def delete(backend: CountBackend, invoice_id: str) -> render.Json:
    row = invoices.delete(backend, invoice_id)
    return render.deleted(row.id, "Invoice deleted.")


def approve(
    backend: CountBackend,
    invoice_id: str,
    body: Body | None = None,
) -> render.Json:
    row = invoices.approve(backend, invoice_id, CLIENT)
    return render.success(render.invoice(backend, row), "Invoice approved.")


def send(backend: CountBackend, invoice_id: str, body: Body | None = None) -> render.Json:
    row = invoices.send(backend, invoice_id, body, CLIENT)
    return render.success(render.invoice(backend, row), "Invoice sent.")


def public_link(
    backend: CountBackend, invoice_id: str, sandbox: Sandbox, base_url: str
) -> render.Json:
    path = public_files.public_link(backend, invoice_id, sandbox.credentials[KEY])
    return render.success({"publicLink": f"{base_url}{path}"}, "Public link fetched.")


def audit_log(backend: CountBackend, invoice_id: str, sandbox: Sandbox) -> render.Json:
    row = find(backend.invoices, invoice_id)
    actors = {CLIENT: sandbox.credentials[KEY]["client_id"]}
    return render.success(render.audit_log(row, actors), "Audit log fetched.")


def add_attachments(backend: CountBackend, invoice_id: str, body: Body) -> render.Json:
    row = public_files.attach(backend, invoice_id, body, CLIENT)
    return render.success(render.invoice(backend, row), "Attachments added.")


def upload_attachments(
    backend: CountBackend,
    invoice_id: str,
    body: Mapping[str, str | Upload],
    sandbox: Sandbox,
    base_url: str,
) -> render.Json:
    credentials = sandbox.credentials[KEY]
    row = public_files.upload(backend, invoice_id, body, CLIENT, base_url, credentials)
    return render.success(render.invoice(backend, row), "Attachments added.")


def apply_multiple_credit_to_invoice(
    backend: CountBackend, invoice_id: str, body: Body
) -> render.Json:
    row = credit.apply_memos(backend, invoice_id, body, CLIENT)
    return render.success(render.invoice(backend, row), "Credit applied.")


def apply_credit_to_multiple_invoices(
    backend: CountBackend, invoice_id: str, body: Body
) -> render.Json:
    row = credit.apply_to_invoices(backend, invoice_id, body, CLIENT)
    return render.success(render.invoice(backend, row), "Credit applied.")


def remove_credit(backend: CountBackend, invoice_id: str, body: Body) -> render.Json:
    row = credit.remove(backend, invoice_id, body, CLIENT)
    return render.success(render.invoice(backend, row), "Credit removed.")


def remove_transaction(backend: CountBackend, invoice_id: str, body: Body) -> render.Json:
    row = payments.remove(backend, invoice_id, body, CLIENT)
    return render.success(render.invoice(backend, row), "Payment removed.")
