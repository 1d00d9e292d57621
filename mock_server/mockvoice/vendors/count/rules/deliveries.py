"""Deliveries of webhook events: when they are sent, retried and sent again."""

import hmac
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.integration_models import (
    LAST_MICROSECOND,
    UNFINISHED,
    Attempt,
    AttemptResult,
    Cause,
    Delivery,
    PlannedAttempt,
    Webhook,
)
from mockvoice.vendors.count.rules.urls import is_loopback

# Seconds to wait before each retry of a failed delivery. Assumed.
RETRY_DELAYS = (1, 5, 25)
# The most deliveries that wait or are being sent; others are stored as not attempted.
MAX_UNFINISHED = 1000
# The most finished deliveries that are stored; the oldest is deleted first.
MAX_FINISHED = 1000
# The most attempts of a delivery that are stored; redeliveries have no limit of their own.
MAX_ATTEMPTS = 50
# How long the fault ``reorder`` waits for another delivery, unless it says so itself.
REORDER_SECONDS = 60.0

REMOTE = "Only loopback addresses are called."

_SECOND = 1_000_000


class CannotRedeliver(Exception):
    """A delivery cannot be sent again; the message says why."""


def room_for_deliveries(backend: CountBackend) -> int:
    """Return how many more deliveries may wait."""
    unfinished = sum(backend.deliveries.count("state", state) for state in UNFINISHED)
    return max(0, MAX_UNFINISHED - unfinished)


def signature_of(body: str, secret: str | None) -> str | None:
    """Return the signature of a body, or ``None`` without a secret. Documented."""
    if secret is None:
        return None
    return "sha256=" + hmac.digest(secret.encode(), body.encode(), "sha256").hex()


def queue(backend: CountBackend, webhook: Webhook, body: str, uuid: str) -> Delivery:
    """Queue a delivery, or store it as collected or not attempted.

    Documented: body, headers and signature. The mock calls only loopback addresses, since fixtures
    contain example addresses. A receiver that does not respond must not make the queue endless.
    """
    state, reason = "waiting", None
    if _collects(backend):
        state = "collected"
    elif not is_loopback(webhook.url):
        state, reason = "not_attempted", REMOTE
    elif not room_for_deliveries(backend):
        state = "not_attempted"
        reason = f"The workspace already had {MAX_UNFINISHED} unfinished deliveries."
    delivery = backend.deliveries.put(
        Delivery(
            id=backend.ids.next("delivery"),
            uuid=uuid,
            webhook_id=webhook.id,
            event=webhook.event,
            url=webhook.url,
            body=body,
            signature=signature_of(body, webhook.secret),
            created=backend.now(),
            state=state,
            next_at=backend.clock.microseconds(),
            reason=reason,
        )
    )
    _delete_oldest(backend)
    return delivery


def _collects(backend: CountBackend) -> bool:
    return backend.sandbox_settings.webhooks == "collect"


def _delete_oldest(backend: CountBackend) -> None:
    """Delete the oldest finished deliveries above their limit, and never one that is unfinished."""
    while backend.deliveries.count("finished", True) > MAX_FINISHED:
        oldest = backend.deliveries.select({"finished": True}).first()
        if oldest is not None:
            backend.deliveries.delete(oldest.id)


def claim_due(backend: CountBackend) -> list[PlannedAttempt]:
    """Set the due deliveries to state ``sending``, and return the attempts to make.

    A delivery's first attempt may trigger a fault, which delays, repeats or drops it.
    """
    now = backend.clock.microseconds()
    due = list(
        backend.deliveries.select({"state": "waiting"}, between={"next": (None, now)}, order="next")
    )
    return [attempt for delivery in due for attempt in _claim(backend, delivery)]


def _claim(backend: CountBackend, delivery: Delivery) -> list[PlannedAttempt]:
    if _collects(backend):
        backend.deliveries.put(replace(delivery, state="collected"))
        return []
    effect = None
    was_attempted = _number_of_tries(delivery) > 0
    if not was_attempted and delivery.fault is None:
        effect = backend.delivery_effect(delivery.event)
    if effect is not None:
        delivery = _with_fault(backend, delivery, effect)
    if delivery.next_at > backend.clock.microseconds() or delivery.state == "dropped":
        backend.deliveries.put(delivery)
        return []
    causes: list[Cause] = ["retry" if was_attempted else "event"]
    if effect is not None and effect["how"] == "duplicate":
        causes.append("duplicate")
    backend.deliveries.put(replace(delivery, state="sending"))
    return [PlannedAttempt(delivery.id, cause, delivery.signature) for cause in causes]


def _with_fault(backend: CountBackend, delivery: Delivery, effect: Mapping[str, Any]) -> Delivery:
    """Return a delivery as the effect of a fault changes it."""
    how = effect["how"]
    if how == "duplicate":
        return replace(delivery, fault=how, reason="Sent twice by a fault.")
    if how == "drop":
        return replace(delivery, fault=how, state="dropped", reason="Dropped by a fault.")
    seconds = effect.get("seconds", REORDER_SECONDS)
    reason = f"Delayed by {seconds:g} s by a fault."
    if how == "reorder":
        reason = (
            f"Held by a fault until the next delivery to {delivery.receiver} was attempted, "
            f"for at most {seconds:g} s."
        )
    return replace(delivery, fault=how, reason=reason, next_at=_after_seconds(backend, seconds))


def _after_seconds(backend: CountBackend, seconds: float) -> int:
    """Return a later time, at most the last one that a clock can show."""
    return min(backend.clock.microseconds() + round(seconds * _SECOND), LAST_MICROSECOND)


def release_claimed(backend: CountBackend) -> None:
    """Set deliveries in state ``sending`` back to ``waiting``."""
    for delivery in backend.deliveries.find_by("state", "sending"):
        backend.deliveries.put(replace(delivery, state="waiting"))


def plan_redelivery(backend: CountBackend, delivery_id: int, *, sign_again: bool) -> PlannedAttempt:
    """Return the attempt that sends a delivery once more, byte for byte or with a new signature.

    Raises ``KeyError`` and ``CannotRedeliver``.
    """
    delivery = backend.deliveries.get(delivery_id)
    if delivery is None:
        raise KeyError(delivery_id)
    if not is_loopback(delivery.url):
        raise CannotRedeliver(f"{delivery.url} is not called. {REMOTE}")
    signature = delivery.signature
    if sign_again:
        webhook = backend.webhooks.get(delivery.webhook_id)
        if webhook is None:
            raise CannotRedeliver(
                "its subscription was deleted, so there is no secret to sign it again"
            )
        signature = signature_of(delivery.body, webhook.secret)
    return PlannedAttempt(delivery.id, "redelivery", signature)


def record_attempt(
    backend: CountBackend, planned: PlannedAttempt, result: AttemptResult
) -> Delivery | None:
    """Record the result of an attempt; a failed delivery is retried up to three times."""
    delivery = backend.deliveries.get(planned.delivery_id)
    if delivery is None:
        return None
    attempt = Attempt(
        at=backend.now(),
        status=result.status,
        error=result.error,
        cause=planned.cause,
        duration_ms=result.duration_ms,
        response_body=result.response_body,
        new_signature=None if planned.signature == delivery.signature else planned.signature or "",
    )
    attempts = _kept((*delivery.attempts, attempt))
    after = _after(backend, replace(delivery, attempts=attempts), attempt)
    backend.deliveries.put(after)
    _release_held(backend, after)
    _delete_oldest(backend)
    return after


def _kept(attempts: tuple[Attempt, ...]) -> tuple[Attempt, ...]:
    """Return the attempts to store: of too many, the oldest redelivery is left out."""
    if len(attempts) <= MAX_ATTEMPTS:
        return attempts
    oldest = next((a for a in attempts if a.cause == "redelivery"), attempts[0])
    return tuple(a for a in attempts if a is not oldest)


def _number_of_tries(delivery: Delivery) -> int:
    """Return the number of attempts that were made for the event, first one and retries."""
    return sum(each.cause in ("event", "retry") for each in delivery.attempts)


def _after(backend: CountBackend, delivery: Delivery, attempt: Attempt) -> Delivery:
    """Return the delivery in its state after an attempt."""
    if attempt.status is not None and 200 <= attempt.status < 300:
        return replace(delivery, state="delivered")
    if delivery.state == "delivered" or attempt.cause == "duplicate":
        return delivery
    if attempt.cause == "redelivery":
        is_unfinished = delivery.state in UNFINISHED
        return delivery if is_unfinished else replace(delivery, state="failed")
    number = _number_of_tries(delivery)
    if number > len(RETRY_DELAYS):
        return replace(delivery, state="failed")
    next_at = _after_seconds(backend, RETRY_DELAYS[number - 1])
    return replace(delivery, state="waiting", next_at=next_at)


def _release_held(backend: CountBackend, attempted: Delivery) -> None:
    """Let the deliveries that a fault holds until another one was attempted be sent now."""
    now = backend.clock.microseconds()
    for held in backend.deliveries.find_by("held_for", attempted.receiver):
        if held.id != attempted.id and held.next_at > now:
            backend.deliveries.put(replace(held, next_at=now))


def next_attempt_at(backend: CountBackend) -> int | None:
    """Return the time of the next delivery, if any, in microseconds since 1970."""
    first = backend.deliveries.select({"state": "waiting"}, order="next").first()
    return first.next_at if first else None
