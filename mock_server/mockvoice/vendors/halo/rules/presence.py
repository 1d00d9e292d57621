"""The viewers of invoices."""

from typing import Any

from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.models import Extra, Invoice, InvoiceViewers
from mockvoice.vendors.halo.rules.fields import value_or_default
from mockvoice.vendors.halo.rules.records import Body, find


def save_viewers(backend: HaloBackend, body: Body) -> tuple[Invoice, InvoiceViewers, bool]:
    """Add viewers to an invoice; return it, its viewers, and whether ``changeseq`` is outdated.

    Assumed: viewers are never removed; an agent is identified by the id.
    """
    invoice = find(backend.invoices, body["id"])
    before = backend.viewings.get(invoice.id) or InvoiceViewers(invoice.id)
    viewers: dict[Any, Extra] = {_viewer_key(viewer): viewer for viewer in before.viewers}
    for sent in value_or_default(body, "viewers", ()):
        viewer = {name: sent[name] for name in _VIEWER_FIELDS if sent.get(name) is not None}
        viewers[_viewer_key(viewer)] = viewer
    action = body.get("current_action_type", before.action)
    ordered = sorted(
        viewers.values(), key=lambda viewer: (viewer.get("id", 0), viewer.get("name", ""))
    )
    viewing = backend.viewings.put(InvoiceViewers(invoice.id, action, tuple(ordered)))
    change_seq = body.get("changeseq")
    return invoice, viewing, change_seq is not None and change_seq < invoice.change_seq


_VIEWER_FIELDS = ("use", "id", "name", "email", "initials")


def _viewer_key(viewer: Extra) -> Any:
    return viewer.get("id", viewer.get("name", ""))
