"""The webhook deliveries of a vendor, as the control API and the console show them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any


class RedeliveryRejected(Exception):
    """A delivery cannot be sent again; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookSignature:
    """The signature of a delivery, and the text that was signed."""

    header: str  # the name of the header that has it
    value: str
    algorithm: str  # such as "HMAC-SHA256"
    signed_text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookAttempt:
    """One attempt to send a delivery."""

    at: datetime  # by the sandbox's clock
    cause: str  # "event", "retry", "duplicate" or "redelivery"
    status: int | None  # of the response; None without a response
    error: str | None
    duration_ms: float | None  # milliseconds of real time until the response
    headers: Sequence[tuple[str, str]]  # of the request
    response_body: str | None  # its beginning, as text


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookDelivery:
    """A delivery of an event to a subscriber, with all its attempts.

    ``state`` is ``waiting``, ``sending``, ``delivered``, ``failed``, ``not_attempted``, ``collected``
    (by the setting ``webhooks``) or ``dropped`` (by a fault).
    """

    number: int  # in the order of the deliveries of this vendor
    delivery_id: str  # by which the receiver knows it
    event: str
    url: str
    state: str
    reason: str | None  # why it was not sent, or not at once
    created_at: datetime
    next_attempt_at: datetime | None
    headers: Sequence[tuple[str, str]]
    body: str  # encoded as UTF-8, these are the exact bytes
    signature: WebhookSignature | None
    attempts: Sequence[WebhookAttempt]


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookLog:
    """Access to the webhook deliveries in a vendor's backend."""

    events: Sequence[str]  # the events that can be subscribed to, and are sent
    unsent_events: Sequence[str] = ()  # the events that can be subscribed to, but are never sent
    # The rows of all deliveries of a backend, the newest first; each has ``id``, ``event`` and ``state``.
    rows: Callable[[Any], Iterable[Any]]
    find: Callable[[Any, int], Any | None]  # returns the row with this number
    view: Callable[[Any], WebhookDelivery]  # describes a row; may run in a thread
    # Sends a delivery once more: backend, number, and whether to sign it with the subscription's
    # present secret. Raises ``RedeliveryRejected``.
    redeliver: Callable[[Any, int, bool], None]
    # Returns the number of attempts that this server has made, by result: ``success``,
    # ``error_status`` or ``no_response``. Called on its event loop.
    attempts: Callable[[], Mapping[str, int]] = dict
