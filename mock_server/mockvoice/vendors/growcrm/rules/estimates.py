"""Estimates: bills that expire, and that become invoices."""

from msgspec.structs import replace

from mockvoice.vendors.growcrm.backend import GrowBackend
from mockvoice.vendors.growcrm.errors import AlreadyPublished, StillDraft
from mockvoice.vendors.growcrm.models import EXPIRING_STATUSES, Estimate, Invoice
from mockvoice.vendors.growcrm.rules import bills, invoices, mail
from mockvoice.vendors.growcrm.rules.lists import PageResult, Query, paginate, words
from mockvoice.vendors.growcrm.rules.records import Body, find, normalized_tags
from mockvoice.web.laravel import day, integer

EXPIRY_DATE = "bill_expiry_date"
INVOICE_CATEGORY = 4  # Observed: the category of invoices that come from an estimate.


def search(backend: GrowBackend, query: Query) -> PageResult[Estimate]:
    """A page of estimates. Documented: filters and sorts."""
    return paginate(
        backend.estimates,
        query,
        page_size=backend.settings.page_size,
        filters=("status", "client_id", "project_id", "category_id"),
        keys=bills.search_keys(backend, backend.estimates, query["search"], EXPIRY_DATE),
        sorts=words("bill_date", "bill_expiry_date", "bill_final_amount", "bill_created"),
    )


def create(backend: GrowBackend, body: Body) -> Estimate:
    """A new draft without lines."""
    bills.check_header(backend, body, EXPIRY_DATE)
    bill = bills.new(backend, body)
    expiry = day(body[EXPIRY_DATE]) if body.get(EXPIRY_DATE) else None
    return backend.estimates.put(Estimate(backend.ids.next("estimate"), bill, expiry))


def update(backend: GrowBackend, estimate_id: int, body: Body) -> Estimate:
    """The estimate with another header, computed anew; null takes the expiry date away."""
    bills.check_header(backend, {**body, "bill_clientid": None}, EXPIRY_DATE)
    estimate = find(backend.estimates, estimate_id)
    expiry = estimate.expiry_date
    if EXPIRY_DATE in body:
        expiry = day(body[EXPIRY_DATE]) if body[EXPIRY_DATE] else None
    bill = bills.with_header(estimate.bill, body)
    return save(backend, replace(estimate, bill=bill, expiry_date=expiry))


def set_items(backend: GrowBackend, estimate_id: int, body: Body) -> Estimate:
    """The estimate with new lines and taxes, by the rules of invoices."""
    estimate = find(backend.estimates, estimate_id)
    return save(backend, replace(estimate, bill=bills.with_items(backend, estimate.bill, body)))


def save(backend: GrowBackend, estimate: Estimate) -> Estimate:
    """Keep the estimate, expired or not as the calendar says."""
    return backend.estimates.put(with_current_status(backend, estimate))


def with_current_status(backend: GrowBackend, estimate: Estimate) -> Estimate:
    """The estimate in the status that follows from the calendar.

    Assumed: a new or revised estimate expires the day after its expiry date, and is again what
    it was when that date is moved.
    """
    expiry = estimate.expiry_date
    over = expiry is not None and expiry < backend.clock.today()
    if over and estimate.status in EXPIRING_STATUSES:
        return replace(estimate, status="expired", lapsed_from=estimate.status)
    if not over and estimate.lapsed_from is not None:
        return replace(estimate, status=estimate.lapsed_from, lapsed_from=None)
    return estimate


def set_status(backend: GrowBackend, estimate_id: int, body: Body) -> Estimate:
    """The estimate in another status. Documented: any but expired, which comes with time only."""
    estimate = find(backend.estimates, estimate_id)
    return save(backend, replace(estimate, status=body["status"], lapsed_from=None))


def set_tags(backend: GrowBackend, estimate_id: int, body: Body) -> Estimate:
    """The estimate with these tags in place of all that it had."""
    estimate = find(backend.estimates, estimate_id)
    bill = replace(estimate.bill, tags=normalized_tags(body["tags"]))
    return backend.estimates.put(replace(estimate, bill=bill))


def publish(backend: GrowBackend, estimate_id: int) -> Estimate:
    """The estimate out of draft, and its e-mail queued. Raises ``AlreadyPublished``.

    Observed: a published draft is new.
    """
    estimate = find(backend.estimates, estimate_id)
    if estimate.status != "draft":
        raise AlreadyPublished("estimate")
    published = save(backend, replace(estimate, status="new"))
    mail.send_estimate(backend, published)
    return published


def send_email(backend: GrowBackend, estimate_id: int) -> Estimate:
    """The estimate, its e-mail queued once more. Raises ``StillDraft``."""
    estimate = find(backend.estimates, estimate_id)
    if estimate.status == "draft":
        raise StillDraft("estimate")
    mail.send_estimate(backend, estimate)
    return estimate


def clone(backend: GrowBackend, estimate_id: int, body: Body) -> Estimate:
    """A draft with the lines and figures of this estimate. Raises ``CloneRefused``."""
    bills.check_header(backend, body, EXPIRY_DATE)
    source = find(backend.estimates, estimate_id)
    header = invoices.clone_header(backend, body)
    header["category_id"] = integer(body["bill_categoryid"])
    bill = bills.clone(backend, source.bill, header)
    expiry = day(body[EXPIRY_DATE]) if body.get(EXPIRY_DATE) else None
    return backend.estimates.put(Estimate(backend.ids.next("estimate"), bill, expiry))


def delete(backend: GrowBackend, estimate_id: int) -> Estimate:
    """The estimate, gone with its lines. Assumed: an invoice made of it stays."""
    estimate = find(backend.estimates, estimate_id)
    backend.estimates.delete(estimate_id)
    for invoice in backend.invoices.find_by("estimate_id", estimate_id):
        backend.invoices.put(replace(invoice, estimate_id=None))
    return estimate


def convert_to_invoice(backend: GrowBackend, estimate_id: int) -> Invoice:
    """A draft invoice made of the estimate, linked to it.

    Documented: what carries over. Observed: notes do not, terms are the system's, the category
    is the default of invoices. Assumed: dated today, and a second call makes a second invoice.
    """
    estimate = find(backend.estimates, estimate_id)
    header = {"date": backend.clock.today(), "category_id": INVOICE_CATEGORY,
              "terms": backend.settings.default_terms}  # fmt: skip
    bill = bills.clone(backend, estimate.bill, header)
    due = invoices.default_due_date(backend, bill)
    invoice = Invoice(backend.ids.next("invoice"), bill, due, estimate_id=estimate_id)
    return backend.invoices.put(invoice)


def converted_invoice(backend: GrowBackend, estimate: Estimate) -> Invoice | None:
    """The invoice that was made of the estimate; of several, assumed: the newest."""
    made = backend.invoices.find_by("estimate_id", estimate.id)
    return made[-1] if made else None
