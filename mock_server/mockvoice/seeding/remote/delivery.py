"""Requests sent one after another, each until it is done, and none twice."""

import time
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from mockvoice.seeding.auth import ApiRequest
from mockvoice.seeding.remote.checkpoint import Checkpoint
from mockvoice.seeding.remote.client import (
    ConnectionFailed,
    RateLimitedClient,
    Reply,
    ResponseLost,
    SeedingFailed,
)
from mockvoice.seeding.remote.request_builder import RequestBuilder
from mockvoice.seeding.requests import ExistingRecordQuery, Request, extract, part, resolve_refs

ATTEMPTS = 10
FIRST_WAIT_SECONDS = 0.2
LONGEST_WAIT_SECONDS = 30.0


class StaleCheckpoint(Exception):
    """What the journal says was done is no longer there."""


class PrefetchReader:
    """Reads from an account, as often as it takes."""

    def __init__(self, client: RateLimitedClient, messages: RequestBuilder) -> None:
        self._line = client
        self._messages = messages
        self._kept: dict[str, Mapping[str, Any]] = {}

    def read(self, survey: Mapping[str, Request]) -> dict[str, Any]:
        """The answers to requests that only read. Raises ``CannotSend``."""
        return {name: self._reading(each) for name, each in survey.items()}

    def _reading(self, request: Request, missing: Any = ...) -> Any:
        """The answer to a request that changes nothing, so that it may be sent as often as it takes."""
        message, renewed, trouble = self._message(request), False, ""
        for attempt in range(ATTEMPTS):
            try:
                reply = self._line.exchange(message)
            except (ConnectionFailed, ResponseLost) as error:
                trouble = str(error)
                self._pause(attempt)
                continue
            if reply.status < 300:
                return reply.body
            if reply.status == 404 and missing is not ...:
                return missing
            if reply.status == 401 and not renewed:
                renewed = self._renewed(request, reply)
            elif reply.status == 429 or reply.status >= 500:
                trouble = f"it answers {reply.status}: {reply.text}"
                self._pause(attempt, reply.wait)
            else:
                raise SeedingFailed(_refused(request.name, message, reply))
        raise SeedingFailed(
            f"{message.method} {message.path} was tried {ATTEMPTS} times: {trouble}"
        )

    def _renewed(self, request: Request, reply: Reply) -> bool:
        try:
            renewed = self._line.renew()
        except (ConnectionFailed, ResponseLost):
            renewed = False
        if not renewed:
            raise SeedingFailed(_refused(request.name, self._message(request), reply))
        return True

    def _message(self, request: Request) -> ApiRequest:
        path, query = (
            resolve_refs(dict(request.path), self._kept),
            resolve_refs(dict(request.query), self._kept),
        )
        return self._messages.make(
            request.operation, path, query, resolve_refs(request.body, self._kept)
        )

    def _pause(self, attempt: int, asked: float | None = None) -> None:
        if attempt + 1 < ATTEMPTS:
            time.sleep(
                min(FIRST_WAIT_SECONDS * 2**attempt, LONGEST_WAIT_SECONDS)
                if asked is None
                else asked
            )


class RequestDelivery(PrefetchReader):
    """Carries requests out in an account.

    A request is noted before it is sent and after it is answered. Where that leaves a doubt whether
    it was carried out, because its answer was lost or the run was cut off, the account is asked
    before it is sent again.
    """

    def __init__(
        self, client: RateLimitedClient, messages: RequestBuilder, journal: Checkpoint
    ) -> None:
        super().__init__(client, messages)
        self._journal = journal
        self._kept = journal.kept

    def deliver(self, requests: Iterable[Request], step: Callable[[], None]) -> int:
        """Send what is not done yet; how many that were. ``step`` is told of each request.

        Raises ``CannotSend``, and ``StaleJournal`` before anything is sent.
        """
        sent, checked = 0, not self._kept
        for request in requests:
            if request.name not in self._kept:
                self._journal.done(request.name, self._done(request))
                sent += 1
            elif not checked and request.lookup is not None:
                checked = True
                if self._found(request) is None:
                    raise StaleCheckpoint(f"{request.name!r} is not in the account any more")
            step()
        return sent

    def _done(self, request: Request) -> Mapping[str, Any]:
        """What is kept of a request's answer, once there is one."""
        doubtful = request.name in self._journal.tried
        message = self._message(request)
        self._journal.trying(request.name)
        renewed, trouble = False, ""
        for attempt in range(ATTEMPTS):
            if doubtful and (found := self._found(request)) is not None:
                return found
            try:
                reply = self._line.exchange(message)
            except ConnectionFailed as error:
                trouble = f"it cannot be reached: {error}"
            except ResponseLost as error:
                doubtful, trouble = True, f"its answer was lost: {error}"
            else:
                if reply.status < 300:
                    return _kept(request, reply)
                if doubtful and reply.status in request.done_statuses:
                    return {}
                if reply.status == 401 and not renewed:
                    renewed = self._renewed(request, reply)
                    continue
                if reply.status != 429 and reply.status < 500:
                    raise SeedingFailed(_refused(request.name, message, reply))
                doubtful = doubtful or reply.status >= 500
                trouble = f"it answers {reply.status}: {reply.text}"
                self._pause(attempt, reply.wait)
                continue
            self._pause(attempt)
        raise SeedingFailed(
            f"{message.method} {message.path} ({request.name}) was tried {ATTEMPTS} times: {trouble}"
        )

    def _found(self, request: Request) -> Mapping[str, Any] | None:
        """What is kept of a request that was carried out already; ``None`` if it was not, or cannot be found."""
        lookup = request.lookup
        if lookup is None:
            return None
        where = resolve_refs(dict(lookup.where), self._kept)
        asked = Request(
            name=f"{request.name}, looked up", operation=lookup.operation, day=0, path=lookup.path,
            query=lookup.query,
        )  # fmt: skip
        answer = self._reading(asked, missing=None)
        for row in _rows(answer, lookup):
            if all(_same(part(row, at), value) for at, value in where.items()):
                return extract(row, lookup.extracts)
        return None


def _kept(request: Request, reply: Reply) -> Mapping[str, Any]:
    try:
        return extract(reply.body, request.extracts)
    except (LookupError, TypeError, ValueError) as error:
        wanted = ", ".join(request.extracts.values())
        raise SeedingFailed(
            f"the answer to {request.name!r} has no {wanted}: {reply.text}"
        ) from error


def _rows(answer: Any, lookup: ExistingRecordQuery) -> list[Any]:
    if answer is None:
        return []
    try:
        found = [answer] if lookup.rows is None else part(answer, lookup.rows)
    except (LookupError, TypeError, ValueError):
        return []
    rows = found if isinstance(found, list) else [found]
    return [row for row in rows if _has(row, lookup)]


def _has(row: Any, lookup: ExistingRecordQuery) -> bool:
    try:
        for at in (*lookup.where, *lookup.extracts.values()):
            part(row, at)
    except (LookupError, TypeError, ValueError):
        return False
    return True


def _same(found: Any, wanted: Any) -> bool:
    """Whether two values are one, a number written either way."""
    if found == wanted:
        return True
    try:
        return Decimal(str(found)) == Decimal(str(wanted))
    except InvalidOperation:
        return False


def _refused(name: str, message: ApiRequest, reply: Reply) -> str:
    return f"{message.method} {message.path} ({name}) was refused with {reply.status}: {reply.text}"
