"""What the members of the walk share: one compiled step for each operation, found by its id."""

from abc import abstractmethod
from collections.abc import Awaitable
from functools import partial
from typing import Any, ClassVar

from connexion.middleware.abstract import RoutedAPI, RoutedMiddleware
from connexion.operations import AbstractOperation
from connexion.spec import Specification
from starlette.types import ASGIApp, Receive, Scope, Send

from mockvoice.web.request_context import SCOPE_KEY, RequestContext
from mockvoice.web.sandboxes import SandboxRegistry
from mockvoice.web.vendor import Vendor


class OperationStep:
    """What one member of the walk does for one operation. Everything about it is known at start-up."""

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
        """Compile what the operation needs."""

    @abstractmethod
    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Do this member's part and go on to the next. A refusal is raised.

        What need not wait is done at once, and the next member's awaitable given: so a
        request passes through as few coroutines as possible.
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
        self._make = partial(
            step,
            specification=specification,
            vendor=vendor,
            sandboxes=sandboxes,
            next_app=next_app,
        )
        super().__init__(specification, next_app=next_app, **kwargs)
        self.add_paths()

    def make_operation(self, operation: AbstractOperation) -> OperationStep:
        return self._make(operation)


class OperationMiddleware(RoutedMiddleware[OperationSteps]):
    """A member of Connexion's middleware list that takes a step for the operation in hand."""

    api_cls = OperationSteps
    step: ClassVar[type[OperationStep]]

    def __init__(self, app: ASGIApp, vendor: Vendor, sandboxes: SandboxRegistry) -> None:
        super().__init__(app)
        self._vendor = vendor
        self._sandboxes = sandboxes
        self._steps: dict[str | None, OperationStep] = {}

    def add_api(self, specification: Specification, **kwargs: Any) -> OperationSteps:
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
        # There is one contract in each application, so the operation's step is one look-up away.
        context: RequestContext | None = scope.get(SCOPE_KEY)
        if context is None or context.operation is None:
            passed_on: Awaitable[None] = self.app(scope, receive, send)
            return passed_on
        step: Awaitable[None] = self._steps[context.operation.id](scope, receive, send)
        return step
