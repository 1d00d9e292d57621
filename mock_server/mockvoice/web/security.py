"""Whose sandbox a request enters: its credential says so."""

from collections.abc import Awaitable

from connexion.operations import AbstractOperation
from connexion.spec import Specification
from starlette.types import Receive, Scope, Send

from mockvoice.web.errors import Unauthorized
from mockvoice.web.faults import has_fault_header, inject_faults
from mockvoice.web.middleware import OperationMiddleware, OperationStep
from mockvoice.web.request_context import SCOPE_KEY, RequestContext
from mockvoice.web.sandboxes import DEFAULT

WITH_BODY = ("post", "put", "patch")


class AuthenticationStep(OperationStep):
    """Checks the credentials that the contract asks of one operation."""

    def prepare(self, operation: AbstractOperation, specification: Specification) -> None:
        ways = [self.vendor.security[_schemes(each)] for each in operation.security or ()]
        if not ways and self.vendor.anonymous_access is not None:
            ways = [self.vendor.anonymous_access]
        self._checks = [way.check for way in ways]
        self._signs_body = operation.method in WITH_BODY and any(way.signs_body for way in ways)
        self._can_fail = self.vendor.instrumented

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        if self._signs_body:
            return self._read_first(scope, receive, send)
        return self._go_on(scope[SCOPE_KEY], scope, receive, send)

    async def _read_first(self, scope: Scope, receive: Receive, send: Send) -> None:
        context: RequestContext = scope[SCOPE_KEY]
        await context.read_body(receive, self.vendor.body_limit)
        await self._go_on(context, scope, receive, send)

    def _go_on(
        self, context: RequestContext, scope: Scope, receive: Receive, send: Send
    ) -> Awaitable[None]:
        self._enter(context)
        if self._can_fail and (
            (context.sandbox is not None and context.sandbox.faults.active)
            or has_fault_header(scope)
        ):
            return inject_faults(context, self.vendor.key, self.next_app, scope, receive, send)
        return self.next_app(scope, receive, send)

    def _enter(self, context: RequestContext) -> None:
        """Find the sandbox, by the first credential that opens one. Raises ``Unauthorized``."""
        if not self._checks:
            context.sandbox = self.sandboxes.get(DEFAULT)
            return
        refused: Unauthorized | None = None
        for check in self._checks:
            try:
                grant = check(context, self.sandboxes)
            except Unauthorized as error:
                refused = refused or error
            else:
                context.sandbox, context.principal = grant.sandbox, grant.principal
                return
        if refused is not None:
            raise refused


def _schemes(requirement: dict[str, list[str]]) -> str:
    return " ".join(sorted(requirement))


class AuthenticationMiddleware(OperationMiddleware):
    step = AuthenticationStep
