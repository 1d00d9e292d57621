"""What can be opened without a login: public links, and files that were uploaded."""

import re
from collections.abc import Mapping
from urllib.parse import unquote

from msgspec.structs import replace

from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.errors import Invalid, InvoiceNotApproved
from mockvoice.vendors.count.models import Attachment, Change, Invoice, Link, StoredFile
from mockvoice.vendors.count.rules.documents import changed
from mockvoice.vendors.count.rules.records import Body, find
from mockvoice.vendors.count.rules.tokens import Credentials, secret_part
from mockvoice.web.bodies import Upload

INVOICES = "/public/invoices/"
FILES = "/public/attachments/"


def public_link(backend: CountBackend, invoice_id: str, credentials: Credentials) -> str:
    """The path of a document's page, always the same. Documented: customers see no drafts."""
    invoice = find(backend.invoices, invoice_id)
    if invoice.is_draft:
        raise InvoiceNotApproved
    link = Link(secret_part(credentials, f"invoice {invoice.id}"), invoice.id)
    if link.id not in backend.links:
        backend.links.put(link)
    return INVOICES + link.id


def attach(backend: CountBackend, invoice_id: str, body: Body, actor: str) -> Invoice:
    """Attach files that lie elsewhere. Assumed: they are not fetched."""
    invoice = find(backend.invoices, invoice_id)
    found = [
        (each["url"], each.get("title") or _title(each["url"])) for each in body["attachments"]
    ]
    return _attached(backend, invoice, found, actor)


def upload(
    backend: CountBackend,
    invoice_id: str,
    parts: Mapping[str, str | Upload],
    actor: str,
    base_url: str,
    credentials: Credentials,
) -> Invoice:
    """Attach files that are sent along. Assumed: any part is taken, text as a file of its name."""
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
    found = []
    for name, file in files.items():
        drawn = backend.ids.uuid("file")
        title = file.name or name
        stored = StoredFile(
            secret_part(credentials, f"file {drawn}"), title, file.media_type, file.content
        )
        backend.files.put(stored)
        found.append((f"{base_url}{FILES}{stored.id}", title))
    return _attached(backend, invoice, found, actor)


def _attached(
    backend: CountBackend, invoice: Invoice, found: list[tuple[str, str]], actor: str
) -> Invoice:
    now = backend.now()
    new = [Attachment(backend.ids.uuid("attachment"), url, title, now) for url, title in found]
    after = replace(invoice, attachments=(*invoice.attachments, *new))
    noted = [Change("attachments", None, each.title) for each in new]
    return changed(backend, invoice, after, "attachment_added", actor, noted)


def _title(url: str) -> str:
    """The last part of an address's path, or its host, be that one or not."""
    place = re.split("[?#]", url.partition("://")[2])[0]
    host, _, path = place.partition("/")
    return unquote(path.rstrip("/").rpartition("/")[2]) or host
