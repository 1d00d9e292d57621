"""Whose sandbox a request enters: its credential says so."""

from collections.abc import Awaitable

from connexion.operations import AbstractOperation
from connexion.spec import Specification
from starlette.types import Receive, Scope, Send

from mockvoice.web.call import SCOPE_KEY, Call
from mockvoice.web.compiled import Step, Walk
from mockvoice.web.faults import asked_in_header, disturbed
from mockvoice.web.refusals import Unauthorized
from mockvoice.web.sandboxes import DEFAULT

WITH_BODY = ("post", "put", "patch")


class Authentication(Step):
    """Checks the credentials that the contract asks of one operation."""

    def prepare(self, operation: AbstractOperation, specification: Specification) -> None:
        ways = [self.vendor.security[_schemes(each)] for each in operation.security or ()]
        if not ways and self.vendor.open_door is not None:
            ways = [self.vendor.open_door]
        self._checks = [way.check for way in ways]
        self._signs_body = operation.method in WITH_BODY and any(way.signs_body for way in ways)
        self._can_fail = self.vendor.observed

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if self._signs_body:
            return self._read_first(scope, receive, send)
        return self._go_on(scope[SCOPE_KEY], scope, receive, send)

    async def _read_first(self, scope: Scope, receive: Receive, send: Send) -> None:
        call: Call = scope[SCOPE_KEY]
        await call.read_body(receive, self.vendor.body_limit)
        await self._go_on(call, scope, receive, send)

    def _go_on(self, call: Call, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        self._enter(call)
        if self._can_fail and (
            (call.sandbox is not None and call.sandbox.faults.armed) or asked_in_header(scope)
        ):
            return disturbed(call, self.vendor.key, self.next_app, scope, receive, send)
        return self.next_app(scope, receive, send)

    def _enter(self, call: Call) -> None:
        """Find the sandbox, by the first credential that opens one. Raises ``Unauthorized``."""
        if not self._checks:
            call.sandbox = self.sandboxes.get(DEFAULT)
            return
        refused: Unauthorized | None = None
        for check in self._checks:
            try:
                grant = check(call, self.sandboxes)
            except Unauthorized as error:
                refused = refused or error
            else:
                call.sandbox, call.caller = grant.sandbox, grant.role
                return
        if refused is not None:
            raise refused


def _schemes(requirement: dict[str, list[str]]) -> str:
    return " ".join(sorted(requirement))


class Security(Walk):
    step = Authentication
