"""Errors of HTTP requests. Each vendor renders them in its own envelope."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


class RequestError(Exception):
    """Base of the errors that the web layer raises.

    ``status`` is the usual HTTP status, and ``headers`` are those that HTTP requires with it.
    """

    status = 400
    headers: Mapping[str, str] = {}


class RouteNotFound(RequestError):
    """No operation of the contract has this path."""

    status = 404

    def __init__(self, method: str, path: str) -> None:
        super().__init__(f"{method} {path} is not an operation of this API")
        self.method = method
        self.path = path


class MethodNotAllowed(RequestError):
    """The path exists, but not with this method; ``allow`` are its methods."""

    status = 405

    def __init__(self, method: str, allow: Sequence[str]) -> None:
        super().__init__(f"{method} is not allowed here")
        self.method = method
        self.headers = {"Allow": ", ".join(allow)}


class Unauthorized(RequestError):
    """The credential is missing, wrong or belongs to no sandbox.

    The message explains the problem to the integrator; it never contains a secret.
    """

    status = 401


class TokenExpired(Unauthorized):
    """The credential was valid, but has expired."""


class TooManyRequests(RequestError):
    """The client has exceeded a rate limit.

    ``retry_after`` is in seconds. ``limit`` is the number of requests per window, and ``resets_at``
    the end of the window in seconds since 1970; ``None`` if unknown.
    """

    status = 429

    def __init__(
        self, retry_after: int, limit: int | None = None, resets_at: int | None = None
    ) -> None:
        super().__init__("Too many requests")
        self.retry_after = retry_after
        self.headers = {"Retry-After": f"{retry_after}"}
        self.limit = limit
        self.resets_at = resets_at


class BodyTooLarge(RequestError):
    """The body has more bytes than the server accepts."""

    status = 413

    def __init__(self, limit: int) -> None:
        super().__init__(f"The body has more than {limit} bytes")
        self.limit = limit


class MalformedBody(RequestError):
    """The body is not what its content type says: invalid JSON or UTF-8, or nested too deeply."""


class MalformedForm(MalformedBody):
    """The body is not a valid URL-encoded or multipart form."""


class UnsupportedMediaType(RequestError):
    """The operation does not accept bodies of this content type."""

    status = 415

    def __init__(self, media_type: str) -> None:
        super().__init__(f"Bodies of type {media_type or '(none)'} are not accepted here")
        self.media_type = media_type


@dataclass(frozen=True, slots=True)
class Violation:
    """One violation of the contract by a request.

    ``location`` is ``body``, ``query``, ``path`` or ``header``. ``field`` is the path to the value:
    names and zero-based indexes. ``rule`` is the contract's ``x-rule`` or else the JSON Schema
    keyword that failed (``required``, ``type``, ``maxLength``, …), ``limit`` that keyword's value,
    and ``value`` the value that was sent.
    """

    location: str
    field: tuple[str | int, ...]
    rule: str
    limit: Any = None
    value: Any = None

    def __str__(self) -> str:
        where = ".".join(map(str, self.field)) or "(whole)"
        return f"{self.location} {where}: {self.rule}" + (
            "" if self.limit is None else f" {self.limit!r}"
        )


class InvalidRequest(RequestError):
    """The request violates the contract; ``violations`` lists every violation."""

    status = 422

    def __init__(self, violations: Sequence[Violation]) -> None:
        super().__init__()
        self.violations = tuple(violations)

    def __str__(self) -> str:
        return "; ".join(map(str, self.violations))


class InjectedError(Exception):
    """An error of an injected fault, rendered like the vendor's own.

    Its response is sent even if the contract does not document it for the operation.
    """

    def __init__(self, error: Exception) -> None:
        super().__init__(str(error))
        self.error = error


class ContractViolation(Exception):
    """The mock's response violates the contract: a defect of the mock, not of the client."""
