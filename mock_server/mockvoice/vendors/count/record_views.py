"""How COUNT's responses show the rows of each table."""

from collections.abc import Mapping, Sequence

from mockvoice.vendors.count import render
from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.models import Invoice, Team
from mockvoice.web.record_views import RecordView


def _team(backend: CountBackend, _: Team) -> render.Json:
    return render.team(backend)


def _audit_log(_: CountBackend, invoice: Invoice) -> render.Json:
    return render.audit_log(invoice)


RECORD_VIEWS: Mapping[str, RecordView | Sequence[RecordView]] = {
    "teams": RecordView(_team, "WebhookTeam"),
    "taxes": RecordView(render.tax, "Tax"),
    "account_sub_types": RecordView(render.sub_type, "AccountSubType"),
    "accounts": RecordView(render.account_renderer(True, True), "Account"),
    "customers": RecordView(render.customer, "Customer"),
    "products": RecordView(render.product, "Product"),
    "tags": RecordView(render.tag, "Tag"),
    "tag_groups": RecordView(render.tag_group, "TagGroup"),
    "invoices": (RecordView(render.invoice, "Invoice"), RecordView(_audit_log, "AuditLog")),
    "templates": RecordView(render.template, "RecurringInvoiceTemplate"),
    "transactions": RecordView(render.transaction, "Transaction"),
    "webhooks": RecordView(render.webhook, "Webhook"),
}
