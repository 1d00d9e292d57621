"""Errors of HTTP requests. Each vendor renders them in its own envelope."""

import dataclasses
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

    def __init__(self, method: str, path: str, hint: str = "") -> None:
        super().__init__(f"{method} {path} is not an operation of this API{hint}")
        self.method = method
        self.path = path


class PageError(RequestError):
    """An HTML page cannot be shown; the status says why."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


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


class TooManyValues(RequestError):
    """The body has more values, objects, fields or escapes than the server reads."""

    status = 413

    def __init__(self, limit: int, name: str) -> None:
        super().__init__(f"The body has more than {limit:,} {name}")


class InsufficientStorage(RequestError):
    """The mock server stores no more data. The message says what to do; no vendor sends it."""

    status = 507


class TooMuchWork(RequestError):
    """The request would change or read too many records."""

    status = 413

    def __init__(self) -> None:
        super().__init__("The request needs too much work; send it in several parts")


class UrlTooLong(RequestError):
    """The request's URL is longer than the server accepts."""

    status = 414

    def __init__(self, limit: int) -> None:
        super().__init__(f"The URL has more than {limit} bytes")


class HeadersTooLarge(RequestError):
    """The request's URL and headers are larger than the server accepts."""

    status = 431

    def __init__(self, limit: int) -> None:
        super().__init__(f"The URL and the headers have more than {limit} bytes")


class HostRejected(RequestError):
    """The request is for another host, and the server only answers to its own names."""

    status = 421

    def __init__(self, host: str) -> None:
        super().__init__(
            f"Requests to the host {host[:100]!r} are rejected; this mock server was started with "
            "--strict-hosts, and --allow-host adds a name"
        )


class ServerStopping(RequestError):
    """The server ends before the response is ready."""

    status = 503

    def __init__(self) -> None:
        super().__init__("The mock server is stopping")


class StateUnavailable(RequestError):
    """The store of the server's state cannot be read or written now. The message says why."""

    status = 503
    headers: Mapping[str, str] = {"Retry-After": "1"}


class ChangedMeanwhile(RequestError):
    """The data was replaced again and again while a request that takes long was handled."""

    status = 503

    def __init__(self) -> None:
        super().__init__("The data was reset several times meanwhile; send the request again")


class MalformedBody(RequestError):
    """The body is not what its content type says: invalid JSON or UTF-8, or nested too deeply.

    ``text`` is the body as UTF-8, and ``position`` the index of the character that ended the parsing;
    ``None`` if unknown.
    """

    def __init__(self, message: str, text: bytes = b"", position: int | None = None) -> None:
        super().__init__(message)
        self.text = text
        self.position = position


class MalformedForm(MalformedBody):
    """The body is not a valid URL-encoded or multipart form."""


class UnsupportedContentEncoding(RequestError):
    """The body is compressed in a way that the server does not support."""

    status = 415

    def __init__(self, coding: str) -> None:
        super().__init__(f"The content encoding {coding[:100]} is not supported")


class UnsupportedCharset(RequestError):
    """The body's content type names a character set that the server does not support."""

    status = 415

    def __init__(self, charset: str) -> None:
        super().__init__(f"The charset {charset[:100]} is not supported")


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
    and ``value`` the value that was sent. ``known`` has the names that would not be unknown.
    """

    location: str
    field: tuple[str | int, ...]
    rule: str
    limit: Any = None
    value: Any = None
    known: tuple[str, ...] = dataclasses.field(default=(), compare=False)

    def __str__(self) -> str:
        where = ".".join(map(str, self.field)) or "(whole)"
        return f"{self.location} {where} {self._describe_problem()}"

    def _describe_problem(self) -> str:
        limit = self.limit
        match self.rule:
            case "required" | "present":
                return "is missing"
            case "type":
                return f"must be {_join_names(limit)}, not {json_type(self.value)}"
            case "enum" | "in" if isinstance(limit, list):
                return f"must be {_join_names(limit)}"
            case "message":
                return f"is rejected: {limit}"
            case "either" | "anyOf" | "oneOfNotValid" if limit and isinstance(self.value, dict):
                return f"needs {_join_names(limit)}"
            case "either":
                is_object = isinstance(self.value, dict)
                return "has none of the documented forms" if is_object else "must be an object"
            case "pattern":
                return "does not have the documented form"
            case rule if rule in _LIMIT_DESCRIPTIONS:
                return _LIMIT_DESCRIPTIONS[rule].format(limit=limit)
            case rule:
                return f"breaks the rule {rule.replace('_', ' ')}"


_LIMIT_DESCRIPTIONS = {
    "in": "must be one of the documented values",
    "date": "must be a date",
    "integer": "must be a whole number",
    "numeric": "must be a number",
    "format": "must have the format {limit}",
    "minLength": "must have at least {limit} characters",
    "maxLength": "must have at most {limit} characters",
    "minItems": "must have at least {limit} items",
    "maxItems": "must have at most {limit} items",
    "minProperties": "must have at least {limit} members",
    "maxProperties": "must have at most {limit} members",
    "minimum": "must be at least {limit}",
    "maximum": "must be at most {limit}",
    "exclusiveMinimum": "must be greater than {limit}",
    "exclusiveMaximum": "must be less than {limit}",
    "anyOf": "has none of the documented forms",
    "oneOfNotValid": "has none of the documented forms",
}
_JSON_TYPES = {bool: "boolean", int: "number", float: "number", str: "string", list: "array"}


def json_type(value: Any) -> str:
    """Return the name of a value's type in JSON."""
    return "null" if value is None else _JSON_TYPES.get(type(value), "object")


def _join_names(limit: Any) -> str:
    names = limit if isinstance(limit, list) else [limit]
    shown = ["null" if name is None else str(name) for name in names[:10]]
    return " or ".join(shown) + (" or others" if len(names) > 10 else "")


class InvalidRequest(RequestError):
    """The request violates the contract; ``violations`` lists every violation.

    ``text`` is a JSON body as UTF-8.
    """

    status = 422

    def __init__(self, violations: Sequence[Violation], text: bytes = b"") -> None:
        super().__init__()
        self.violations = tuple(violations)
        self.text = text

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
