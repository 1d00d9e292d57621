"""Why a request is not served, in HTTP's words. Each vendor says it in its own envelope."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any


class RequestError(Exception):
    """The base of everything that the web floor refuses; ``status`` is HTTP's usual one."""

    status = 400


class RouteNotFound(RequestError):
    """No operation of the contract has this path."""

    status = 404

    def __init__(self, method: str, path: str) -> None:
        super().__init__(f"{method} {path} is not known here")
        self.method = method
        self.path = path


class MethodNotAllowed(RequestError):
    """The path is known, but not with this method; ``allow`` names those that are."""

    status = 405

    def __init__(self, method: str, allow: Sequence[str]) -> None:
        super().__init__(f"{method} is not allowed here")
        self.method = method
        self.allow = tuple(allow)


class Unauthorized(RequestError):
    """The credential is missing, wrong or belongs to no sandbox.

    The text tells the integrator what was wrong; it never repeats a secret.
    """

    status = 401


class TokenExpired(Unauthorized):
    """The credential was good until its time was over."""


class TooManyRequests(RequestError):
    """The caller has used up its share.

    ``retry_after`` is in seconds. ``limit`` is the share, and ``resets_at`` the end of its window
    in seconds since 1970; ``None`` where they are not known.
    """

    status = 429

    def __init__(
        self, retry_after: int, limit: int | None = None, resets_at: int | None = None
    ) -> None:
        super().__init__("Too many requests")
        self.retry_after = retry_after
        self.limit = limit
        self.resets_at = resets_at


class BodyTooLarge(RequestError):
    """The body has more bytes than the server takes."""

    status = 413

    def __init__(self, limit: int) -> None:
        super().__init__(f"The body has more than {limit} bytes")
        self.limit = limit


class MalformedBody(RequestError):
    """The body is not what its content type says: broken JSON, bad UTF-8, too deep."""


class MalformedForm(MalformedBody):
    """The body should have been a URL-encoded form, and is none."""


class UnsupportedMediaType(RequestError):
    """The operation does not take bodies of this content type."""

    status = 415

    def __init__(self, media_type: str) -> None:
        super().__init__(f"Bodies of type {media_type or '(none)'} are not taken here")
        self.media_type = media_type


@dataclass(frozen=True, slots=True)
class Violation:
    """One breach of the contract by a request.

    ``place`` is ``body``, ``query``, ``path`` or ``header``; ``field`` the way to the value,
    as names and zero-based indexes; ``rule`` the contract's ``x-rule`` or else the JSON Schema
    keyword that failed (``required``, ``type``, ``maxLength``, …); ``limit`` that keyword's
    value, and ``value`` what was sent.
    """

    place: str
    field: tuple[str | int, ...]
    rule: str
    limit: Any = None
    value: Any = None

    def __str__(self) -> str:
        where = ".".join(map(str, self.field)) or "(whole)"
        return f"{self.place} {where}: {self.rule}" + (
            "" if self.limit is None else f" {self.limit!r}"
        )


class InvalidRequest(RequestError):
    """The request breaks the contract in the ways listed, all of them."""

    status = 422

    def __init__(self, violations: Sequence[Violation]) -> None:
        super().__init__()
        self.violations = tuple(violations)

    def __str__(self) -> str:
        return "; ".join(map(str, self.violations))


class InjectedError(Exception):
    """A refusal that somebody has asked for, to be worded as if it were the vendor's own.

    The contract may have no such answer for the operation.
    """

    def __init__(self, refusal: Exception) -> None:
        super().__init__(str(refusal))
        self.error = refusal


class ContractViolation(Exception):
    """The mock's own answer does not keep the contract: a defect of the mock, never of the caller."""
