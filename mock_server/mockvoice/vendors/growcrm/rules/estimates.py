"""Estimates: bills that expire and can be converted to invoices."""

from msgspec.structs import replace

from mockvoice.vendors.growcrm.backend import GrowBackend
from mockvoice.vendors.growcrm.errors import AlreadyPublished, StillDraft
from mockvoice.vendors.growcrm.models import EXPIRING_STATUSES, Estimate, Invoice
from mockvoice.vendors.growcrm.rules import bills, invoices, mail
from mockvoice.vendors.growcrm.rules.lists import PageResult, Query, paginate
from mockvoice.vendors.growcrm.rules.records import Body, find, normalized_tags
from mockvoice.web.laravel import day, integer

EXPIRY_DATE = "bill_expiry_date"
INVOICE_CATEGORY = 4  # Observed: the category of an invoice converted from an estimate.


def search(backend: GrowBackend, query: Query) -> PageResult[Estimate]:
    """Return a page of estimates. Documented: filters and sorts."""
    return paginate(
        backend.estimates,
        query,
        default_size=backend.settings.page_size,
        filters=("status", "client_id", "project_id", "category_id"),
        keys=bills.search_keys(
            backend, backend.estimates, query["search"], EXPIRY_DATE, mail.ESTIMATE_PREFIX
        ),
        sorts=("bill_date", "bill_expiry_date", "bill_final_amount", "bill_created"),
    )


def create(backend: GrowBackend, body: Body) -> Estimate:
    """Create a draft without lines."""
    bills.check_header(backend, body, EXPIRY_DATE)
    bill = bills.new(backend, body)
    expiry_date = day(body[EXPIRY_DATE]) if body.get(EXPIRY_DATE) else None
    return backend.estimates.put(Estimate(backend.ids.next("estimate"), bill, expiry_date))


def update(backend: GrowBackend, estimate_id: int, body: Body) -> Estimate:
    """Update the header, except the client, and recalculate; null clears the expiry date."""
    bills.check_header(backend, {**body, "bill_clientid": None}, EXPIRY_DATE)
    estimate = find(backend.estimates, estimate_id)
    expiry_date = estimate.expiry_date
    if EXPIRY_DATE in body:
        expiry_date = day(body[EXPIRY_DATE]) if body[EXPIRY_DATE] else None
    bill = bills.with_header(estimate.bill, body)
    return save(backend, replace(estimate, bill=bill, expiry_date=expiry_date))


def set_items(backend: GrowBackend, estimate_id: int, body: Body) -> Estimate:
    """Replace lines and taxes of an estimate, by the rules of invoices."""
    estimate = find(backend.estimates, estimate_id)
    return save(backend, replace(estimate, bill=bills.with_items(backend, estimate.bill, body)))


def save(backend: GrowBackend, estimate: Estimate) -> Estimate:
    """Update the status of the estimate, and store it."""
    return backend.estimates.put(with_current_status(backend, estimate))


def with_current_status(backend: GrowBackend, estimate: Estimate) -> Estimate:
    """Return the estimate in the status that follows from today's date.

    Assumed: a new or revised estimate expires the day after its expiry date. A later expiry date
    restores its former status.
    """
    expiry_date = estimate.expiry_date
    is_past = expiry_date is not None and expiry_date < backend.clock.today()
    if is_past and estimate.status in EXPIRING_STATUSES:
        return replace(estimate, status="expired", lapsed_from=estimate.status)
    if not is_past and estimate.lapsed_from is not None:
        return replace(estimate, status=estimate.lapsed_from, lapsed_from=None)
    return estimate


def set_status(backend: GrowBackend, estimate_id: int, body: Body) -> Estimate:
    """Set the status of an estimate. Documented: any except ``expired``."""
    estimate = find(backend.estimates, estimate_id)
    return save(backend, replace(estimate, status=body["status"], lapsed_from=None))


def set_tags(backend: GrowBackend, estimate_id: int, body: Body) -> Estimate:
    """Replace all tags of an estimate."""
    estimate = find(backend.estimates, estimate_id)
    bill = replace(estimate.bill, tags=normalized_tags(body["tags"]))
    return backend.estimates.put(replace(estimate, bill=bill))


def publish(backend: GrowBackend, estimate_id: int) -> Estimate:
    """Move an estimate out of draft and queue its e-mail. Raises ``AlreadyPublished``.

    Observed: a published draft gets the status ``new``.
    """
    estimate = find(backend.estimates, estimate_id)
    if estimate.status != "draft":
        raise AlreadyPublished("estimate")
    published = save(backend, replace(estimate, status="new"))
    mail.send_estimate(backend, published)
    return published


def send_email(backend: GrowBackend, estimate_id: int) -> Estimate:
    """Queue the e-mail of an estimate again. Raises ``StillDraft``."""
    estimate = find(backend.estimates, estimate_id)
    if estimate.status == "draft":
        raise StillDraft("estimate")
    mail.send_estimate(backend, estimate)
    return estimate


def clone(backend: GrowBackend, estimate_id: int, body: Body) -> Estimate:
    """Create a draft with an estimate's lines and figures. Raises ``ProjectOfAnotherClient``."""
    bills.check_header(backend, body, EXPIRY_DATE)
    source = find(backend.estimates, estimate_id)
    header = invoices.clone_header(backend, body)
    header["category_id"] = integer(body["bill_categoryid"])
    bill = bills.clone(backend, source.bill, header)
    expiry_date = day(body[EXPIRY_DATE]) if body.get(EXPIRY_DATE) else None
    return backend.estimates.put(Estimate(backend.ids.next("estimate"), bill, expiry_date))


def delete(backend: GrowBackend, estimate_id: int) -> Estimate:
    """Delete an estimate with its lines. Assumed: an invoice converted from it stays."""
    estimate = find(backend.estimates, estimate_id)
    backend.estimates.delete(estimate_id)
    for invoice in backend.invoices.find_by("estimate_id", estimate_id):
        backend.invoices.put(replace(invoice, estimate_id=None))
    return estimate


def convert_to_invoice(backend: GrowBackend, estimate_id: int) -> Invoice:
    """Create a draft invoice from an estimate, linked to it.

    Documented: which fields are copied. Observed: notes are not copied, terms are the system's,
    the category is the default of invoices. Assumed: the invoice is dated today, and a second call
    creates a second invoice.
    """
    estimate = find(backend.estimates, estimate_id)
    header = {
        "date": backend.clock.today(),
        "category_id": INVOICE_CATEGORY,
        "terms": backend.settings.default_terms,
    }
    bill = bills.clone(backend, estimate.bill, header)
    due_date = invoices.default_due_date(backend, bill)
    invoice = Invoice(backend.ids.next("invoice"), bill, due_date, estimate_id=estimate_id)
    return backend.invoices.put(invoice)


def converted_invoice(backend: GrowBackend, estimate: Estimate) -> Invoice | None:
    """Return the invoice converted from an estimate. Assumed: of several, the newest."""
    converted = backend.invoices.find_by("estimate_id", estimate.id)
    return converted[-1] if converted else None
