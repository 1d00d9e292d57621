"""Who looks at invoices."""

from typing import Any

from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.models import Extra, Invoice, Viewing
from mockvoice.vendors.halo.rules.fields import value_or_default
from mockvoice.vendors.halo.rules.records import Body, find


def save_viewers(backend: HaloBackend, body: Body) -> tuple[Invoice, Viewing, bool]:
    """Who looks at an invoice now, and whether what they see is out of date.

    Assumed: who has begun to look goes on looking; an agent is known by its id.
    """
    invoice = find(backend.invoices, body["id"])
    before = backend.viewings.get(invoice.id) or Viewing(invoice.id)
    viewers: dict[Any, Extra] = {_viewer_key(each): each for each in before.viewers}
    for each in value_or_default(body, "viewers", ()):
        known = {name: each[name] for name in _VIEWER_FIELDS if each.get(name) is not None}
        viewers[_viewer_key(known)] = known
    action = body.get("current_action_type", before.action)
    ordered = sorted(viewers.values(), key=lambda each: (each.get("id", 0), each.get("name", "")))
    viewing = backend.viewings.put(Viewing(invoice.id, action, tuple(ordered)))
    seen = body.get("changeseq")
    return invoice, viewing, seen is not None and seen < invoice.change_seq


_VIEWER_FIELDS = ("use", "id", "name", "email", "initials")


def _viewer_key(viewer: Extra) -> Any:
    return viewer.get("id", viewer.get("name", ""))
