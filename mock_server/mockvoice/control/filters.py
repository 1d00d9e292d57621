"""Filters of lists by vendor, operation and event. One that could match nothing is an error."""

from mockvoice.control.context import ServerContext
from mockvoice.control.errors import InvalidFilter
from mockvoice.control.suggestions import suggestion
from mockvoice.web.webhook_log import WebhookLog


def check_vendor(server: ServerContext, key: str | None) -> None:
    """Raise ``InvalidFilter`` if the vendor is not served."""
    if key is not None and key not in server.vendors:
        raise InvalidFilter(f"unknown vendor {key[:100]!r}{suggestion(key, server.vendors)}")


def check_operation(server: ServerContext, operation: str | None, vendor: str | None) -> None:
    """Raise ``InvalidFilter`` if neither the vendor nor, without one, any vendor has the operation."""
    if operation is None:
        return
    keys = list(server.vendors) if vendor is None else [vendor]
    known = [name for key in keys for name in server.operations(key)]
    if operation not in known:
        # All operations of all vendors would be a page of text.
        otherwise = "filter by vendor too, to see its operations" if vendor is None else ""
        owner = "no vendor has the" if vendor is None else f"{vendor} has no"
        hint = suggestion(operation, known, otherwise)
        raise InvalidFilter(f"{owner} operation {operation[:100]!r}{hint}")


def webhook_logs(server: ServerContext, vendor: str | None = None) -> dict[str, WebhookLog]:
    """Return the webhook logs by vendor, or that of one vendor, of the vendors that send webhooks."""
    return {
        key: served.webhook_log
        for key, served in server.vendors.items()
        if served.webhook_log is not None and vendor in (None, key)
    }


def check_event(server: ServerContext, event: str | None, vendor: str | None) -> None:
    """Raise ``InvalidFilter`` if the vendor, or without one any vendor, has no such event."""
    if event is not None:
        problem = event_problem(server, event, vendor)
        if problem is not None:
            raise InvalidFilter(problem)


def event_problem(server: ServerContext, event: str, vendor: str | None) -> str | None:
    """Return what is wrong with an event, or ``None``."""
    logs = webhook_logs(server, vendor)
    if not logs:
        return "no vendor sends webhooks" if vendor is None else f"{vendor} sends no webhooks"
    known = [name for log in logs.values() for name in log.events]
    if event in known:
        return None
    if any(event in log.unsent_events for log in logs.values()):
        return f"the mock never sends the event {event!r}; it sends {', '.join(known)}"
    owner = "no vendor has the" if vendor is None else f"{vendor} has no"
    return f"{owner} event {event[:100]!r}{suggestion(event, known)}"
