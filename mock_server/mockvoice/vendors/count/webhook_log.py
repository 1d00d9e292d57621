"""COUNT's webhook deliveries in the control API and the console."""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from mockvoice.vendors.count.delivering_backend import DeliveringBackend
from mockvoice.vendors.count.delivery_pool import pool_of
from mockvoice.vendors.count.integration_models import UNFINISHED, Attempt, Delivery
from mockvoice.vendors.count.rules.deliveries import CannotRedeliver
from mockvoice.vendors.count.webhook_delivery import SIGNATURE_HEADER, request_headers
from mockvoice.web.webhook_log import (
    RedeliveryRejected,
    WebhookAttempt,
    WebhookDelivery,
    WebhookLog,
    WebhookSignature,
)

EVENTS = (
    "customer.created", "customer.updated", "customer.deleted", "transaction.created",
    "transaction.updated", "invoice.created", "invoice.updated",
)  # fmt: skip
# The mock has no vendors and no bills, and never removes an invoice or a transaction physically.
UNSENT_EVENTS = (
    "vendor.created", "vendor.updated", "vendor.deleted", "bill.created", "bill.updated",
    "bill.deleted", "transaction.deleted", "invoice.deleted",
)  # fmt: skip

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _rows(backend: DeliveringBackend) -> Iterator[Delivery]:
    return reversed(list(backend.deliveries))


def _find(backend: DeliveringBackend, number: int) -> Delivery | None:
    return backend.deliveries.get(number)


def _redeliver(backend: DeliveringBackend, number: int, sign_again: bool) -> None:
    try:
        backend.redeliver(number, sign_again=sign_again)
    except CannotRedeliver as error:
        raise RedeliveryRejected(str(error)) from error


def view(row: Delivery) -> WebhookDelivery:
    """Return a delivery as the control API shows it."""
    next_at = _EPOCH + timedelta(microseconds=row.next_at)
    return WebhookDelivery(
        number=row.id,
        delivery_id=row.uuid,
        event=row.event,
        url=row.url,
        state=row.state,
        reason=row.reason,
        created_at=datetime.fromisoformat(row.created),
        next_attempt_at=next_at if row.state in UNFINISHED else None,
        headers=request_headers(row, row.signature),
        body=row.body,
        signature=_signature(row),
        attempts=[_attempt(row, attempt) for attempt in row.attempts],
    )


def _signature(row: Delivery) -> WebhookSignature | None:
    if row.signature is None:
        return None
    return WebhookSignature(
        header=SIGNATURE_HEADER,
        value=row.signature,
        algorithm="HMAC-SHA256",
        signed_text=row.body,  # documented: the raw body
    )


def _attempt(row: Delivery, attempt: Attempt) -> WebhookAttempt:
    signature = row.signature if attempt.new_signature is None else attempt.new_signature or None
    return WebhookAttempt(
        at=datetime.fromisoformat(attempt.at),
        cause=attempt.cause,
        status=attempt.status,
        error=attempt.error,
        duration_ms=attempt.duration_ms,
        headers=request_headers(row, signature),
        response_body=attempt.response_body,
    )


def _attempts() -> Mapping[str, int]:
    return pool_of(asyncio.get_running_loop()).attempts


WEBHOOK_LOG = WebhookLog(
    events=EVENTS,
    unsent_events=UNSENT_EVENTS,
    rows=_rows,
    find=_find,
    view=view,
    redeliver=_redeliver,
    attempts=_attempts,
)
