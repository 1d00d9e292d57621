"""COUNT's records for integrations: webhooks, deliveries, OAuth tokens, public links and files."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from mockvoice.kernel.codec import one_of

# An import rejects other values of fields with these types.
Serial = Annotated[int, Meta(ge=1)]
UNFINISHED = ("waiting", "sending")
DeliveryState = Annotated[
    str,
    one_of("waiting", "sending", "delivered", "failed", "not_attempted", "collected", "dropped"),
]
# Why an attempt was made.
Cause = Literal["event", "retry", "duplicate", "redelivery"]
# The fault that a delivery triggered.
DeliveryFault = Annotated[str, one_of("duplicate", "reorder", "delay", "drop")]
# Since 1970, up to the year 9998.
LAST_MICROSECOND = 253_370_764_799_999_999
Microseconds = Annotated[int, Meta(ge=0, le=LAST_MICROSECOND)]


class Webhook(Struct, frozen=True, gc=False):
    """A webhook subscription to one event."""

    id: str
    serial: Serial
    event: str
    url: str
    created: str
    updated: str
    status: str = "active"
    secret: str | None = None


class Attempt(Struct, frozen=True, gc=False):
    """A delivery attempt; ``status`` is the response's status, ``None`` without a response."""

    at: str
    status: int | None
    error: str | None = None
    cause: Annotated[str, one_of("event", "retry", "duplicate", "redelivery")] = "event"
    duration_ms: float | None = None  # real time until the response
    response_body: str | None = None  # the beginning of the response's body, as text
    # The signature if it is not the delivery's; empty if the attempt was not signed.
    new_signature: str | None = None


class Delivery(Struct, frozen=True, gc=False):
    """A delivery of an event to a subscriber.

    ``state`` is ``waiting``, ``sending``, ``delivered``, ``failed``, ``not_attempted``, ``collected`` or
    ``dropped``; ``next_at`` is in microseconds since 1970.
    """

    id: int
    uuid: str
    webhook_id: str
    event: str
    url: str
    body: str
    signature: str | None
    created: str
    state: DeliveryState = "waiting"
    next_at: Microseconds = 0
    attempts: tuple[Attempt, ...] = ()
    reason: str | None = None  # why it was not attempted, or what a fault did with it
    fault: DeliveryFault | None = None

    @property
    def receiver(self) -> str:
        """Host and port of the URL: deliveries to the same receiver take turns."""
        return self.url.partition("://")[2].partition("?")[0].partition("/")[0]


class PlannedAttempt(Struct, frozen=True, gc=False):
    """An attempt to make, with its signature."""

    delivery_id: int
    cause: Cause
    signature: str | None


class AttemptResult(Struct, frozen=True, gc=False):
    """The status of the response, or the error."""

    status: int | None = None
    error: str | None = None
    duration_ms: float | None = None
    response_body: str | None = None


class AuthorizationCode(Struct, frozen=True, gc=False):
    """An authorization code; its id is the digest of the code."""

    id: str
    expires: int  # microseconds since 1970
    redirect_uri: str = ""  # to which the code was sent; older exports do not have it


class TokenPair(Struct, frozen=True, gc=False):
    """An access token and its refresh token; only their digests are stored."""

    id: str  # the digest of the access token
    refresh: str
    access_expires: int  # microseconds since 1970
    refresh_expires: int  # microseconds since 1970


class SpentToken(Struct, frozen=True, gc=False):
    """The digest of a fixed refresh token that was used and is not accepted again."""

    id: str


class Link(Struct, frozen=True, gc=False):
    """A public link to an invoice's page, which needs no login."""

    id: str  # the secret part of its URL
    invoice_id: str


class StoredFile(Struct, frozen=True, gc=False):
    """An uploaded file."""

    id: str  # the secret part of its URL
    name: str
    media_type: str
    content: bytes
