"""Subscriptions to events, and what there is to deliver to them."""

import hmac
from typing import Any
from urllib.parse import urlsplit

from msgspec.structs import replace

from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.models import Attempt, Delivery, Webhook
from mockvoice.vendors.count.rules.lists import Listed, Query, listed
from mockvoice.vendors.count.rules.records import Body, changes, find

_COLUMNS = {"event": "event", "callbackUrl": "url", "signingSecret": "secret", "status": "status"}

# Seconds after which a delivery that failed is tried again. Assumed.
RETRIES = (1, 5, 25)
# Records of deliveries that are kept; the oldest goes first.
KEPT = 1000

_SECOND = 1_000_000


def search(backend: CountBackend, query: Query) -> Listed[Webhook]:
    """A page of subscriptions, the oldest first."""
    return listed(backend.webhooks, query, order="created")


def create(backend: CountBackend, body: Body) -> Webhook:
    """A new subscription. Documented: one event each; several for the same event are allowed."""
    now = backend.now()
    return backend.webhooks.put(
        Webhook(
            id=backend.new_id("webhook"),
            serial=backend.ids.next("webhook.serial"),
            created=now,
            updated=now,
            **changes(body, _COLUMNS),
        )
    )


def update(backend: CountBackend, webhook_id: str, body: Body) -> Webhook:
    """A subscription, changed; what the body leaves out stays."""
    before = find(backend.webhooks, webhook_id)
    written = changes(body, _COLUMNS)
    return backend.webhooks.put(replace(before, updated=backend.now(), **written))


def delete(backend: CountBackend, webhook_id: str) -> Webhook:
    """End a subscription."""
    webhook = find(backend.webhooks, webhook_id)
    backend.webhooks.delete(webhook.id)
    return webhook


def listening(backend: CountBackend, event: str) -> list[Webhook]:
    """Who is to be told of an event. Documented: active subscriptions to exactly it."""
    return backend.webhooks.find_by("listens", event)


def queue(backend: CountBackend, webhook: Webhook, body: str, uuid: str) -> Delivery:
    """A delivery that waits for being sent, or that never will be.

    Documented: body, headers and signature. The mock calls loopback addresses only, so that no
    example address in a fixture is ever called.
    """
    secret = webhook.secret
    signature = None
    if secret is not None:
        signature = "sha256=" + hmac.digest(secret.encode(), body.encode(), "sha256").hex()
    reachable = is_loopback(webhook.url)
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
            state="waiting" if reachable else "not_attempted",
            next_at=backend.clock.microseconds(),
            reason=None if reachable else "Only loopback addresses are called.",
        )
    )
    if len(backend.deliveries) > KEPT:
        backend.deliveries.delete(next(iter(backend.deliveries)).id)
    return delivery


def take_due(backend: CountBackend) -> list[Delivery]:
    """The deliveries whose time has come; they count as being sent from now on."""
    now = backend.clock.microseconds()
    due = list(
        backend.deliveries.select({"state": "waiting"}, between={"next": (None, now)}, order="next")
    )
    return [backend.deliveries.put(replace(each, state="sending")) for each in due]


def call_back(backend: CountBackend) -> None:
    """Let deliveries that count as being sent wait again."""
    for each in backend.deliveries.find_by("state", "sending"):
        backend.deliveries.put(replace(each, state="waiting"))


def note_attempt(
    backend: CountBackend, delivery_id: int, status: int | None, error: str | None
) -> Delivery | None:
    """Note how an attempt went; one that failed is made again later, three times at most."""
    delivery = backend.deliveries.get(delivery_id)
    if delivery is None:
        return None
    attempts = (*delivery.attempts, Attempt(backend.now(), status, error))
    if status is not None and 200 <= status < 300:
        after = replace(delivery, state="delivered", attempts=attempts)
    elif len(attempts) <= len(RETRIES):
        wait = RETRIES[len(attempts) - 1] * _SECOND
        next_at = backend.clock.microseconds() + wait
        after = replace(delivery, state="waiting", attempts=attempts, next_at=next_at)
    else:
        after = replace(delivery, state="failed", attempts=attempts)
    return backend.deliveries.put(after)


def next_attempt(backend: CountBackend) -> int | None:
    """When the next delivery is to be made, in microseconds since 1970."""
    first = backend.deliveries.select({"state": "waiting"}, order="next").first()
    return first.next_at if first else None


def is_loopback(url: str) -> bool:
    """Whether an address is on this machine."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        return False
    parts = host.split(".")
    is_in_127 = len(parts) == 4 and parts[0] == "127" and all(part.isdigit() for part in parts)
    return host in ("localhost", "::1") or is_in_127


def payload(event: str, uuid: str, at: str, team: dict[str, str], data: Any) -> dict[str, Any]:
    """What is delivered. Documented: every key."""
    return {
        "id": uuid,
        "event": event,
        "apiVersion": "1",
        "occurredAt": at,
        "team": team,
        "data": data,
    }
