"""Base of the middlewares that have one compiled step for each operation."""

from abc import abstractmethod
from collections.abc import Awaitable
from functools import partial
from typing import Any, ClassVar

from connexion.middleware.abstract import RoutedAPI, RoutedMiddleware
from connexion.operations import AbstractOperation
from connexion.spec import Specification
from starlette.types import ASGIApp, Receive, Scope, Send

from mockvoice.sandboxes.registry import SandboxRegistry
from mockvoice.web.request_context import SCOPE_KEY, RequestContext
from mockvoice.web.vendor import Vendor

METHODS_WITH_BODY = ("post", "put", "patch")


class OperationStep:
    """The part of a middleware that handles one operation; compiled at start-up."""

    def __init__(
        self,
        operation: AbstractOperation,
        specification: Specification,
        vendor: Vendor,
        sandboxes: SandboxRegistry,
        next_app: ASGIApp,
    ) -> None:
        self.vendor = vendor
        self.sandboxes = sandboxes
        self.next_app = next_app
        self.prepare(operation, specification)

    @abstractmethod
    def prepare(self, operation: AbstractOperation, specification: Specification) -> None:
        """Compile the operation."""

    @abstractmethod
    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Process the request, and call the next app. Errors are raised.

        Synchronous steps return the next app's awaitable, so that a request passes through as few
        coroutines as possible.
        """


class OperationSteps(RoutedAPI[OperationStep]):
    """The steps of one contract."""

    def __init__(
        self,
        specification: Specification,
        *,
        step: type[OperationStep],
        vendor: Vendor,
        sandboxes: SandboxRegistry,
        next_app: ASGIApp,
        **kwargs: Any,
    ) -> None:
        self._create_step = partial(
            step,
            specification=specification,
            vendor=vendor,
            sandboxes=sandboxes,
            next_app=next_app,
        )
        super().__init__(specification, next_app=next_app, **kwargs)
        self.add_paths()

    def make_operation(self, operation: AbstractOperation) -> OperationStep:
        """Create the step of an operation."""
        return self._create_step(operation)


class OperationMiddleware(RoutedMiddleware[OperationSteps]):
    """A Connexion middleware that runs the step of the request's operation."""

    api_cls = OperationSteps
    step: ClassVar[type[OperationStep]]

    def __init__(self, app: ASGIApp, vendor: Vendor, sandboxes: SandboxRegistry) -> None:
        super().__init__(app)
        self._vendor = vendor
        self._sandboxes = sandboxes
        self._steps: dict[str | None, OperationStep] = {}

    def add_api(self, specification: Specification, **kwargs: Any) -> OperationSteps:
        """Compile the steps of a contract."""
        steps: OperationSteps = super().add_api(
            specification,
            step=self.step,
            vendor=self._vendor,
            sandboxes=self._sandboxes,
            **kwargs,
        )
        self._steps.update(steps.operations)
        return steps

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Run the operation's step, or the next app for requests of pages."""
        # An application has one contract, so the operation's id is unique.
        context: RequestContext | None = scope.get(SCOPE_KEY)
        if context is None or context.operation is None:
            forwarded: Awaitable[None] = self.app(scope, receive, send)
            return forwarded
        handled: Awaitable[None] = self._steps[context.operation.id](scope, receive, send)
        return handled
