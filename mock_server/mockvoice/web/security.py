"""Authenticate requests, and find their sandbox by the credential."""

from collections.abc import Awaitable, Iterable
from contextlib import suppress

from connexion.operations import AbstractOperation
from connexion.spec import Specification
from starlette.types import Receive, Send

from mockvoice.sandboxes.durability import Load, NotLoaded
from mockvoice.sandboxes.registry import DEFAULT, Grant
from mockvoice.web.errors import Unauthorized
from mockvoice.web.fault_header import FAULT_HEADER
from mockvoice.web.fault_injection import inject_faults
from mockvoice.web.middleware import METHODS_WITH_BODY, OperationMiddleware, OperationStep
from mockvoice.web.request_context import RequestContext
from mockvoice.web.vendor import Authenticate


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

    def __call__(self, context: RequestContext, receive: Receive, send: Send) -> Awaitable[None]:
        """Authenticate the request, and call the next step with the request's faults."""
        if self._signs_body and context.body is None:
            return self._read_body_first(context, receive, send)
        try:
            self._authenticate(context)
        except NotLoaded as error:
            return self._load_first(error, context, receive, send)
        return self._continue(context, receive, send)

    def _continue(self, context: RequestContext, receive: Receive, send: Send) -> Awaitable[None]:
        if self._instrumented and (
            (context.sandbox is not None and context.sandbox.faults.active)
            or FAULT_HEADER in context.first_headers
        ):
            return inject_faults(
                context, self.vendor, self.sandboxes.threads, self.next_step, receive, send
            )
        return self.next_step(context, receive, send)

    async def _read_body_first(self, context: RequestContext, receive: Receive, send: Send) -> None:
        decompresses = self.vendor.framework.decompresses
        await context.read_body(receive, self.vendor.body_limit, decompresses=decompresses)
        await self(context, receive, send)

    async def _load_first(
        self, error: NotLoaded, context: RequestContext, receive: Receive, send: Send
    ) -> None:
        load: Load | None = error.load
        while load is not None:
            await load()
            try:
                self._authenticate(context)
                load = None
            except NotLoaded as again:
                load = again.load
        await self._continue(context, receive, send)

    def _authenticate(self, context: RequestContext) -> None:
        """Find the sandbox by the first valid credential. Raises ``Unauthorized``."""
        if not self._checks:
            context.sandbox = self.sandboxes.get(DEFAULT)
            if context.sandbox is not None:
                context.sandbox.use()
            return
        first, *others = self._checks
        try:
            grant = first(context, self.sandboxes)
        except Unauthorized:
            other_grant = self._first_grant(others, context)
            if other_grant is None:
                raise
            grant = other_grant
        context.sandbox, context.principal = grant.sandbox, grant.principal
        grant.sandbox.use()

    def _first_grant(self, checks: Iterable[Authenticate], context: RequestContext) -> Grant | None:
        for check in checks:
            with suppress(Unauthorized):
                return check(context, self.sandboxes)
        return None


def _scheme_names(requirement: dict[str, list[str]]) -> str:
    return " ".join(sorted(requirement))


class AuthenticationMiddleware(OperationMiddleware):
    """Checks the credentials of a request."""

    step = AuthenticationStep
