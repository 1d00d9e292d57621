"""Requests that a vendor has received, as the console explains and repeats them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from mockvoice.sandboxes.sandbox import Sandbox


@dataclass(frozen=True, slots=True, kw_only=True)
class SentRequest:
    """A request of the journal, or one that the console prepares."""

    method: str
    path: str  # below the vendor's prefix, as it was sent
    query: str = ""  # as it was sent
    headers: Mapping[str, str] = field(default_factory=dict)  # by names in lower case
    body: bytes = b""
    at: datetime | None = None  # when the response was sent, by the sandbox's clock


@dataclass(frozen=True, slots=True)
class ExplanationStep:
    """One step of a calculation: what it is, its result, and what to know about it."""

    label: str
    value: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Explanation:
    """How a vendor checks something that a request has, such as its signature, step by step."""

    title: str
    steps: Sequence[ExplanationStep]
    conclusion: str  # what is wrong, and what to do


@dataclass(frozen=True, slots=True)
class RequestCredentials:
    """The headers with which a request is accepted, and until when they are."""

    headers: Mapping[str, str]
    valid_until: datetime | None = None  # in real time


# Return ``None`` if there is nothing to explain.
Explain = Callable[[SentRequest, Sandbox], Explanation | None]
# Return the credentials of the sandbox for a request whose other parts are final.
SignRequest = Callable[[SentRequest, Sandbox], RequestCredentials]


def explain_nothing(request: SentRequest, sandbox: Sandbox) -> None:
    """Explain nothing, for vendors whose errors say enough."""
