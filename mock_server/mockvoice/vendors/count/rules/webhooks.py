"""Webhook subscriptions and their deliveries."""

import hmac
from typing import Any

from msgspec.structs import replace

from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.integration_models import UNFINISHED, Attempt, Delivery, Webhook
from mockvoice.vendors.count.rules.lists import PageResult, Query, paginate
from mockvoice.vendors.count.rules.records import Body, attributes_from, find
from mockvoice.vendors.count.rules.urls import is_loopback

_COLUMNS = {"event": "event", "callbackUrl": "url", "signingSecret": "secret", "status": "status"}

# Seconds to wait before each retry of a failed delivery. Assumed.
RETRY_DELAYS = (1, 5, 25)
# The most deliveries that wait or are being sent; others are stored as not attempted.
MAX_UNFINISHED = 1000
# The most finished deliveries that are stored; the oldest is deleted first.
MAX_FINISHED = 1000

_REMOTE = "Only loopback addresses are called."

_SECOND = 1_000_000


def search(backend: CountBackend, query: Query) -> PageResult[Webhook]:
    """Return a page of subscriptions, oldest first."""
    return paginate(backend.webhooks, query, order="created")


def create(backend: CountBackend, body: Body) -> Webhook:
    """Create a subscription to one event. Documented. Assumed: duplicates are allowed."""
    now = backend.now()
    return backend.webhooks.put(
        Webhook(
            id=backend.new_id("webhook"),
            serial=backend.ids.next("webhook.serial"),
            created=now,
            updated=now,
            **attributes_from(body, _COLUMNS),
        )
    )


def update(backend: CountBackend, webhook_id: str, body: Body) -> Webhook:
    """Update a subscription; omitted fields are unchanged."""
    before = find(backend.webhooks, webhook_id)
    attributes = attributes_from(body, _COLUMNS)
    return backend.webhooks.put(replace(before, updated=backend.now(), **attributes))


def delete(backend: CountBackend, webhook_id: str) -> Webhook:
    """Delete a subscription."""
    webhook = find(backend.webhooks, webhook_id)
    backend.webhooks.delete(webhook.id)
    return webhook


def active_subscriptions(backend: CountBackend, event: str) -> list[Webhook]:
    """Return the active subscriptions to exactly this event. Documented."""
    return backend.webhooks.find_by("subscribed_event", event)


def room_for_deliveries(backend: CountBackend) -> int:
    """Return how many more deliveries may wait."""
    unfinished = sum(backend.deliveries.count("state", state) for state in UNFINISHED)
    return max(0, MAX_UNFINISHED - unfinished)


def queue_delivery(backend: CountBackend, webhook: Webhook, body: str, uuid: str) -> Delivery:
    """Queue a delivery, or store it as not attempted.

    Documented: body, headers and signature. The mock calls only loopback addresses, since fixtures
    contain example addresses. A receiver that does not respond must not make the queue endless.
    """
    secret = webhook.secret
    signature = None
    if secret is not None:
        signature = "sha256=" + hmac.digest(secret.encode(), body.encode(), "sha256").hex()
    reason = None
    if not is_loopback(webhook.url):
        reason = _REMOTE
    elif not room_for_deliveries(backend):
        reason = f"The workspace already had {MAX_UNFINISHED} unfinished deliveries."
    delivery = backend.deliveries.put(
        Delivery(
            id=backend.ids.next("delivery"),
            uuid=uuid,
            webhook_id=webhook.id,
            event=webhook.event,
            url=webhook.url,
            body=body,
            signature=signature,
            created=backend.now(),
            state="waiting" if reason is None else "not_attempted",
            next_at=backend.clock.microseconds(),
            reason=reason,
        )
    )
    _delete_oldest(backend)
    return delivery


def _delete_oldest(backend: CountBackend) -> None:
    """Delete the oldest finished deliveries above their limit, and never one that is unfinished."""
    while backend.deliveries.count("finished", True) > MAX_FINISHED:
        oldest = backend.deliveries.select({"finished": True}).first()
        if oldest is not None:
            backend.deliveries.delete(oldest.id)


def claim_due(backend: CountBackend) -> list[Delivery]:
    """Set the due deliveries to state ``sending``, and return them."""
    now = backend.clock.microseconds()
    due = list(
        backend.deliveries.select({"state": "waiting"}, between={"next": (None, now)}, order="next")
    )
    return [backend.deliveries.put(replace(delivery, state="sending")) for delivery in due]


def release_claimed(backend: CountBackend) -> None:
    """Set deliveries in state ``sending`` back to ``waiting``."""
    for delivery in backend.deliveries.find_by("state", "sending"):
        backend.deliveries.put(replace(delivery, state="waiting"))


def record_attempt(
    backend: CountBackend, delivery_id: int, status: int | None, error: str | None
) -> Delivery | None:
    """Record the result of an attempt; a failed delivery is retried up to three times."""
    delivery = backend.deliveries.get(delivery_id)
    if delivery is None:
        return None
    attempts = (*delivery.attempts, Attempt(backend.now(), status, error))
    if status is not None and 200 <= status < 300:
        after = replace(delivery, state="delivered", attempts=attempts)
    elif len(attempts) <= len(RETRY_DELAYS):
        wait = RETRY_DELAYS[len(attempts) - 1] * _SECOND
        next_at = backend.clock.microseconds() + wait
        after = replace(delivery, state="waiting", attempts=attempts, next_at=next_at)
    else:
        after = replace(delivery, state="failed", attempts=attempts)
    backend.deliveries.put(after)
    _delete_oldest(backend)
    return after


def next_attempt_at(backend: CountBackend) -> int | None:
    """Return the time of the next delivery, if any, in microseconds since 1970."""
    first = backend.deliveries.select({"state": "waiting"}, order="next").first()
    return first.next_at if first else None


def payload(event: str, uuid: str, at: str, team: dict[str, str], data: Any) -> dict[str, Any]:
    """Return the body of a delivery. Documented: every key."""
    return {
        "id": uuid,
        "event": event,
        "apiVersion": "1",
        "occurredAt": at,
        "team": team,
        "data": data,
    }
