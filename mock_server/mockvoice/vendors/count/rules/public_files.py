"""Public links and attachments, which can be opened without a login."""

import re
from collections.abc import Mapping
from urllib.parse import unquote

from msgspec.structs import replace

from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.errors import Invalid, InvoiceNotApproved
from mockvoice.vendors.count.integration_models import Link, StoredFile
from mockvoice.vendors.count.models import Attachment, Change, Invoice
from mockvoice.vendors.count.rules.documents import record_change
from mockvoice.vendors.count.rules.records import Body, find
from mockvoice.vendors.count.rules.tokens import Credentials, url_token
from mockvoice.web.multipart import Upload

INVOICES_PATH = "/public/invoices/"
FILES_PATH = "/public/attachments/"


def public_link(backend: CountBackend, invoice_id: str, credentials: Credentials) -> str:
    """Return the permanent path of a document's page. Documented: drafts are not public."""
    invoice = find(backend.invoices, invoice_id)
    if invoice.is_draft:
        raise InvoiceNotApproved
    link = Link(url_token(credentials, f"invoice {invoice.id}"), invoice.id)
    if link.id not in backend.links:
        backend.links.put(link)
    return INVOICES_PATH + link.id


def attach(backend: CountBackend, invoice_id: str, body: Body, actor: str) -> Invoice:
    """Attach files by URL. Assumed: they are not fetched."""
    invoice = find(backend.invoices, invoice_id)
    links = [
        (link["url"], link.get("title") or _title(link["url"])) for link in body["attachments"]
    ]
    return _add_attachments(backend, invoice, links, actor)


def upload(
    backend: CountBackend,
    invoice_id: str,
    parts: Mapping[str, str | Upload],
    actor: str,
    base_url: str,
    credentials: Credentials,
) -> Invoice:
    """Attach uploaded files. Assumed: any part is accepted; without files, texts become files."""
    invoice = find(backend.invoices, invoice_id)
    files = {name: part for name, part in parts.items() if isinstance(part, Upload)}
    if not files:
        files = {
            name: Upload(name, "text/plain; charset=utf-8", part.encode())
            for name, part in parts.items()
            if isinstance(part, str)
        }
    if not files:
        raise Invalid("file", "is required")
    links = []
    for name, file in files.items():
        file_id = backend.ids.uuid("file")
        title = file.name or name
        stored = StoredFile(
            url_token(credentials, f"file {file_id}"), title, file.media_type, file.content
        )
        backend.files.put(stored)
        links.append((f"{base_url}{FILES_PATH}{stored.id}", title))
    return _add_attachments(backend, invoice, links, actor)


def _add_attachments(
    backend: CountBackend, invoice: Invoice, links: list[tuple[str, str]], actor: str
) -> Invoice:
    now = backend.now()
    new = [Attachment(backend.ids.uuid("attachment"), url, title, now) for url, title in links]
    after = replace(invoice, attachments=(*invoice.attachments, *new))
    changes = [Change("attachments", None, attachment.title) for attachment in new]
    return record_change(backend, invoice, after, "attachment_added", actor, changes)


def _title(url: str) -> str:
    """Return the last path segment of a URL, or its host if the path is empty.

    Does not validate the URL.
    """
    location = re.split("[?#]", url.partition("://")[2])[0]
    host, _, path = location.partition("/")
    return unquote(path.rstrip("/").rpartition("/")[2]) or host
