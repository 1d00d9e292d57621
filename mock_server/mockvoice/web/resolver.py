"""Resolve handlers: ``invoices.publish`` is the function ``publish`` of ``handlers/invoices.py``."""

from connexion.operations import AbstractOperation
from connexion.resolver import RelativeResolver, Resolution

from mockvoice.sandboxes.handlers import find_handler


class HandlerResolver(RelativeResolver):
    """Finds an operation's function in the vendor's ``handlers`` package.

    The operation keeps the contract's id. Start-up fails with ``HandlerNotFound``, which names the
    operation, if there is no such function.
    """

    def resolve(self, operation: AbstractOperation) -> Resolution:
        """Return the handler of an operation. Raises ``HandlerNotFound``."""
        handler = find_handler(self.root_path, operation.operation_id)
        return Resolution(handler, operation.operation_id)
