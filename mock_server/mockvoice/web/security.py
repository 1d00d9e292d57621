"""Authenticate requests, and find their sandbox by the credential."""

from collections.abc import Awaitable

from connexion.operations import AbstractOperation
from connexion.spec import Specification
from starlette.types import Receive, Scope, Send

from mockvoice.sandboxes.registry import DEFAULT
from mockvoice.web.errors import Unauthorized
from mockvoice.web.fault_injection import has_fault_header, inject_faults
from mockvoice.web.middleware import METHODS_WITH_BODY, OperationMiddleware, OperationStep
from mockvoice.web.request_context import SCOPE_KEY, RequestContext


class AuthenticationStep(OperationStep):
    """Checks the credentials that the contract requires for one operation."""

    def prepare(self, operation: AbstractOperation, specification: Specification) -> None:
        """Find the vendor's checks for the operation's security requirements."""
        checks = [
            self.vendor.security[_scheme_names(requirement)]
            for requirement in operation.security or ()
        ]
        if not checks and self.vendor.anonymous_access is not None:
            checks = [self.vendor.anonymous_access]
        self._checks = [security_check.check for security_check in checks]
        self._signs_body = operation.method in METHODS_WITH_BODY and any(
            security_check.needs_body for security_check in checks
        )
        self._instrumented = self.vendor.instrumented

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Authenticate the request, and call the next app with the request's faults."""
        if self._signs_body:
            return self._read_body_first(scope, receive, send)
        return self._continue(scope[SCOPE_KEY], scope, receive, send)

    async def _read_body_first(self, scope: Scope, receive: Receive, send: Send) -> None:
        context: RequestContext = scope[SCOPE_KEY]
        decompresses = self.vendor.framework.decompresses
        await context.read_body(receive, self.vendor.body_limit, decompresses=decompresses)
        await self._continue(context, scope, receive, send)

    def _continue(
        self, context: RequestContext, scope: Scope, receive: Receive, send: Send
    ) -> Awaitable[None]:
        self._authenticate(context)
        if self._instrumented and (
            (context.sandbox is not None and context.sandbox.faults.active)
            or has_fault_header(scope)
        ):
            return inject_faults(context, self.vendor, self.next_app, scope, receive, send)
        return self.next_app(scope, receive, send)

    def _authenticate(self, context: RequestContext) -> None:
        """Find the sandbox by the first valid credential. Raises ``Unauthorized``."""
        if not self._checks:
            context.sandbox = self.sandboxes.get(DEFAULT)
            return
        first_error: Unauthorized | None = None
        for check in self._checks:
            try:
                grant = check(context, self.sandboxes)
            except Unauthorized as error:
                first_error = first_error or error
            else:
                context.sandbox, context.principal = grant.sandbox, grant.principal
                return
        if first_error is not None:
            raise first_error


def _scheme_names(requirement: dict[str, list[str]]) -> str:
    return " ".join(sorted(requirement))


class AuthenticationMiddleware(OperationMiddleware):
    """Checks the credentials of a request."""

    step = AuthenticationStep
