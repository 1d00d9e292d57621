"""Base of the middlewares that have one compiled step for each operation."""

from abc import abstractmethod
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Any, ClassVar

from connexion.middleware.abstract import RoutedAPI, RoutedMiddleware
from connexion.operations import AbstractOperation
from connexion.spec import Specification
from starlette.types import ASGIApp, Receive, Scope, Send

from mockvoice.sandboxes.registry import SandboxRegistry
from mockvoice.web.request_context import RequestContext
from mockvoice.web.vendor import Vendor

METHODS_WITH_BODY = ("post", "put", "patch")

# Processes a request, or the rest of it.
Step = Callable[[RequestContext, Receive, Send], Awaitable[None]]


class OperationStep:
    """The part of a middleware that handles one operation; compiled at start-up."""

    def __init__(
        self,
        operation: AbstractOperation,
        specification: Specification,
        vendor: Vendor,
        sandboxes: SandboxRegistry,
        next_step: Step,
    ) -> None:
        self.vendor = vendor
        self.sandboxes = sandboxes
        self.next_step = next_step
        self.prepare(operation, specification)

    @abstractmethod
    def prepare(self, operation: AbstractOperation, specification: Specification) -> None:
        """Compile the operation."""

    @abstractmethod
    def __call__(self, context: RequestContext, receive: Receive, send: Send) -> Awaitable[None]:
        """Process the request, and call the next step. Errors are raised.

        Synchronous steps return the next step's awaitable, so that a request passes through as few
        coroutines as possible.
        """


async def _no_step(context: RequestContext, receive: Receive, send: Send) -> None:
    """Fail: the last step must send a response."""
    raise RuntimeError(f"{context.summary}: no step of the operation sends a response")


class OperationSteps(RoutedAPI[OperationStep]):
    """The steps of one contract."""

    def __init__(
        self,
        specification: Specification,
        *,
        step: type[OperationStep],
        vendor: Vendor,
        sandboxes: SandboxRegistry,
        next_steps: Mapping[str | None, Step],
        next_app: ASGIApp,
        **kwargs: Any,
    ) -> None:
        self._create_step = partial(
            step, specification=specification, vendor=vendor, sandboxes=sandboxes
        )
        self._next_steps = next_steps
        super().__init__(specification, next_app=next_app, **kwargs)
        self.add_paths()

    def make_operation(self, operation: AbstractOperation) -> OperationStep:
        """Create the step of an operation, which calls that of the next middleware."""
        next_step = self._next_steps.get(operation.operation_id, _no_step)
        return self._create_step(operation, next_step=next_step)


class OperationMiddleware(RoutedMiddleware[OperationSteps]):
    """A Connexion middleware that has one step for each operation.

    The middleware of routing calls the first step of an operation, and each step the next one.
    Requests of pages have no operation, so they pass through the middlewares instead.
    """

    api_cls = OperationSteps
    step: ClassVar[type[OperationStep]]

    def __init__(self, app: ASGIApp, vendor: Vendor, sandboxes: SandboxRegistry) -> None:
        super().__init__(app)
        self._vendor = vendor
        self._sandboxes = sandboxes
        self.steps: dict[str | None, OperationStep] = {}  # by the operation's id

    def add_api(self, specification: Specification, **kwargs: Any) -> OperationSteps:
        """Compile the steps of a contract; Connexion calls the innermost middleware first."""
        steps: OperationSteps = super().add_api(
            specification,
            step=self.step,
            vendor=self._vendor,
            sandboxes=self._sandboxes,
            next_steps=self.app.steps if isinstance(self.app, OperationMiddleware) else {},
            **kwargs,
        )
        self.steps.update(steps.operations)
        return steps

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Pass the request of a page on."""
        forwarded: Awaitable[None] = self.app(scope, receive, send)
        return forwarded
