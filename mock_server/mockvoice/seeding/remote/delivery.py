"""Deliver requests over HTTP: retry each until it is executed, and execute none twice."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from itertools import islice
from typing import Any

from mockvoice.outbound.auth import ApiRequest
from mockvoice.outbound.client import (
    ApiResponse,
    ConnectionFailed,
    RateLimitedClient,
    RequestLimitReached,
    ResponseLost,
)
from mockvoice.outbound.connection_errors import UnusableConnection
from mockvoice.outbound.retry_policy import ATTEMPTS, WaitTooLong
from mockvoice.seeding.remote.checkpoint import Checkpoint
from mockvoice.seeding.remote.request_builder import RequestBuilder
from mockvoice.seeding.requests import (
    ExistingRecordQuery,
    Request,
    UnresolvedReference,
    extract,
    part,
    resolve_refs,
)

COMPARED_RECORDS = 3  # those whose presence means that an account was already seeded

_RAISE = object()  # default of ``if_missing``: a missing record is an error


NOT_FOUND = 404
WRONG_URL = "the URL must be the part before this path, at a server of this vendor"


class SeedingFailed(Exception):
    """The account rejected a request or did not respond. Executed requests are not undone.

    Without ``can_resume``, the same command would fail again.
    """

    def __init__(self, message: str, *, can_resume: bool = True) -> None:
        super().__init__(message)
        self.can_resume = can_resume


class StaleCheckpoint(Exception):
    """A record that the checkpoint lists as created no longer exists."""


class AlreadySeeded(Exception):
    """The account already holds the first records of a run that has not sent anything yet."""


class PrefetchReader:
    """Reads from an account, with retries."""

    def __init__(self, client: RateLimitedClient, builder: RequestBuilder) -> None:
        self._client = client
        self._builder = builder
        self._extracted: dict[str, Mapping[str, Any]] = {}

    def read(self, prefetch: Mapping[str, Request]) -> dict[str, Any]:
        """Return the responses to requests that only read, by name.

        Raises ``SeedingFailed``, ``UnusableConnection`` and ``RequestLimitReached``.
        """
        return {name: self._read(request) for name, request in prefetch.items()}

    def _read(self, request: Request, if_missing: Any = _RAISE) -> Any:
        """Return the response to a request that only reads, so it can be repeated."""
        api_request, refreshed, problem = self._build(request), False, ""
        for attempt in range(ATTEMPTS):
            try:
                response = self._client.exchange(api_request)
            except (ConnectionFailed, ResponseLost) as error:
                problem = str(error)
                self._wait(attempt)
                continue
            if response.status < 300:
                return response.body
            if response.status == 404 and if_missing is not _RAISE:
                return if_missing
            if response.status == 401 and not refreshed:
                refreshed = self._refresh_token(request, response)
            elif response.status == 429 or response.status >= 500:
                problem = f"the response is {response.status}: {response.text}"
                self._wait(attempt, response)
            else:
                raise SeedingFailed(
                    _rejection(request.name, api_request, response)
                    + (f"; {WRONG_URL}" if response.status == NOT_FOUND else ""),
                    can_resume=False,
                )
        raise SeedingFailed(
            f"{api_request.method} {api_request.path} failed {ATTEMPTS} times: {problem}"
        )

    def _refresh_token(self, request: Request, response: ApiResponse) -> bool:
        try:
            refreshed = self._client.refresh_token()
        except (ConnectionFailed, ResponseLost):
            refreshed = False
        if not refreshed:
            raise SeedingFailed(_rejection(request.name, self._build(request), response))
        return True

    def _build(self, request: Request) -> ApiRequest:
        path = resolve_refs(dict(request.path), self._extracted)
        query = resolve_refs(dict(request.query), self._extracted)
        body = resolve_refs(request.body, self._extracted)
        return self._builder.build(request.operation, path, query, body)

    def _wait(self, attempt: int, response: ApiResponse | None = None) -> None:
        """Wait before the next attempt. Raises ``SeedingFailed`` if the server asks for too long a wait."""
        if attempt + 1 == ATTEMPTS:
            return
        status, seconds = (response.status, response.retry_after) if response else (None, None)
        try:
            self._client.waits.wait(attempt, status, seconds)
        except WaitTooLong as error:
            raise SeedingFailed(str(error)) from error


class RequestDelivery(PrefetchReader):
    """Sends requests that change an account.

    A request is recorded before it is sent and after its response. If the response was lost or the
    run was interrupted, the account is queried before the request is sent again.
    """

    def __init__(
        self, client: RateLimitedClient, builder: RequestBuilder, checkpoint: Checkpoint
    ) -> None:
        super().__init__(client, builder)
        self._checkpoint = checkpoint
        self._extracted = checkpoint.extracted
        self._in_doubt = False  # whether the current request may have been executed

    def deliver(self, requests: Sequence[Request], step: Callable[[], None]) -> int:
        """Send the requests that are not done yet, and return their number.

        ``step`` is called after each request. Raises ``SeedingFailed``, ``UnusableConnection``,
        ``RequestLimitReached``, and before anything is sent ``AlreadySeeded`` and ``StaleCheckpoint``.
        """
        if not self._checkpoint.attempted and self._holds_first_records(requests):
            raise AlreadySeeded
        sent, checked = 0, not self._extracted
        for request in requests:
            if request.name not in self._extracted:
                self._checkpoint.record_done(request.name, self._execute(request))
                sent += 1
            elif not checked and request.lookup is not None:
                checked = True
                if self._look_up(request) is None:
                    raise StaleCheckpoint(
                        f"the record of {request.name!r} is no longer in the account"
                    )
            step()
        return sent

    def _holds_first_records(self, requests: Iterable[Request]) -> bool:
        """Return whether the account already holds the first records that the requests create.

        An account may have one of them, such as a tax rate, for another reason.
        """
        first = list(islice(filter(_is_independent, requests), COMPARED_RECORDS))
        return bool(first) and all(self._look_up(request) is not None for request in first)

    def _execute(self, request: Request) -> Mapping[str, Any]:
        """Send a request until it is executed, and return the extracted values.

        A failed request that was certainly not executed is recorded as such: otherwise the next run
        would take a record that caused the rejection for its own.
        """
        self._in_doubt = request.name in self._checkpoint.attempted
        api_request = self._build(request)
        self._checkpoint.record_attempt(request.name)
        try:
            return self._send(request, api_request)
        except (SeedingFailed, UnusableConnection, RequestLimitReached):
            if not self._in_doubt:
                self._checkpoint.record_not_executed(request.name)
            raise

    def _send(self, request: Request, api_request: ApiRequest) -> Mapping[str, Any]:
        """Repeat a request until it is executed; keep in ``_in_doubt`` whether it may have been."""
        refreshed, problem = False, ""
        for attempt in range(ATTEMPTS):
            if self._in_doubt and (extracted := self._look_up(request)) is not None:
                return extracted
            try:
                response = self._client.exchange(api_request)
            except ConnectionFailed as error:
                problem = f"the server cannot be reached: {error}"
            except ResponseLost as error:
                self._in_doubt, problem = True, f"the response was lost: {error}"
            else:
                if response.status < 300:
                    self._in_doubt = True
                    return _extract(request, response)
                if self._in_doubt and response.status in request.done_statuses:
                    return {}
                if response.status == 401 and not refreshed:
                    refreshed = self._refresh_token(request, response)
                    continue
                if response.status != 429 and response.status < 500:
                    # A lookup has just shown that no earlier attempt was executed.
                    self._in_doubt = self._in_doubt and request.lookup is None
                    raise SeedingFailed(_rejection(request.name, api_request, response))
                self._in_doubt = self._in_doubt or response.status >= 500
                problem = f"the response is {response.status}: {response.text}"
                self._wait(attempt, response)
                continue
            self._wait(attempt)
        raise SeedingFailed(
            f"{api_request.method} {api_request.path} ({request.name}) failed {ATTEMPTS} times: "
            f"{problem}"
        )

    def _look_up(self, request: Request) -> Mapping[str, Any] | None:
        """Return the extracted values of a request that was already executed.

        ``None`` means that it was not, or that the account cannot be queried for it.
        """
        lookup = request.lookup
        if lookup is None:
            return None
        where = resolve_refs(dict(lookup.where), self._extracted)
        query = Request(
            name=f"{request.name}, looked up", operation=lookup.operation, day=0, path=lookup.path,
            query=lookup.query,
        )  # fmt: skip
        response = self._read(query, if_missing=None)
        for row in _rows(response, lookup):
            if all(_equal(part(row, at), value) for at, value in where.items()):
                return extract(row, lookup.extracts)
        return None


def _is_independent(request: Request) -> bool:
    """Return whether the record of a request can be looked up before any request was sent."""
    lookup = request.lookup
    if lookup is None:
        return False
    try:
        for values in (lookup.where, lookup.path, lookup.query):
            resolve_refs(dict(values), {})
    except UnresolvedReference:
        return False
    return True


def _extract(request: Request, response: ApiResponse) -> Mapping[str, Any]:
    try:
        return extract(response.body, request.extracts)
    except (LookupError, TypeError, ValueError) as error:
        expected = ", ".join(request.extracts.values())
        raise SeedingFailed(
            f"the response to {request.name!r} has no {expected}: {response.text}"
        ) from error


def _rows(response: Any, lookup: ExistingRecordQuery) -> list[Any]:
    if response is None:
        return []
    try:
        records = [response] if lookup.rows is None else part(response, lookup.rows)
    except (LookupError, TypeError, ValueError):
        return []
    rows = records if isinstance(records, list) else [records]
    return [row for row in rows if _has_fields(row, lookup)]


def _has_fields(row: Any, lookup: ExistingRecordQuery) -> bool:
    try:
        for at in (*lookup.where, *lookup.extracts.values()):
            part(row, at)
    except (LookupError, TypeError, ValueError):
        return False
    return True


def _equal(value: Any, expected: Any) -> bool:
    """Compare two values; numbers may be JSON numbers or strings."""
    if value == expected:
        return True
    try:
        return Decimal(str(value)) == Decimal(str(expected))
    except InvalidOperation:
        return False


def _rejection(name: str, request: ApiRequest, response: ApiResponse) -> str:
    return f"{request.method} {request.path} ({name}) was rejected with {response.status}: {response.text}"
