"""How COUNT's responses show the rows of each table."""

from collections.abc import Mapping, Sequence

from mockvoice.vendors.count import render, webhook_log
from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.integration_models import Delivery
from mockvoice.vendors.count.models import Invoice, Team
from mockvoice.web.record_views import RecordView


def _team(backend: CountBackend, _: Team) -> render.Json:
    return render.team(backend)


_account = render.account_renderer(balances=True, delete_meta=True)


def _audit_log(_: CountBackend, invoice: Invoice) -> render.Json:
    return render.audit_log(invoice)


def _delivery_id(_: CountBackend, row: Delivery) -> str:
    # Reading the row's times fails if one is not an instant.
    return webhook_log.view(row).delivery_id


# Records that others contain come first: an import names the first table that is wrong.
RECORD_VIEWS: Mapping[str, RecordView | Sequence[RecordView]] = {
    "teams": RecordView(_team, "WebhookTeam"),
    "taxes": RecordView(render.tax, "Tax"),
    "account_sub_types": RecordView(render.sub_type, "AccountSubType"),
    "accounts": RecordView(_account, "Account"),
    "customers": RecordView(render.customer, "Customer"),
    "products": RecordView(render.product, "Product"),
    "tag_groups": RecordView(render.tag_group, "TagGroup"),
    "tags": RecordView(render.tag, "Tag"),
    "transactions": RecordView(render.transaction, "Transaction"),
    "invoices": (RecordView(render.invoice, "Invoice"), RecordView(_audit_log, "AuditLog")),
    "templates": RecordView(render.template, "RecurringInvoiceTemplate"),
    "webhooks": RecordView(render.webhook, "Webhook"),
    "deliveries": RecordView(_delivery_id, "DeliveryId"),
}
