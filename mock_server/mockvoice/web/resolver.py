"""Resolve handlers: ``invoices.publish`` is the function ``publish`` of ``handlers/invoices.py``."""

import importlib

from connexion.operations import AbstractOperation
from connexion.resolver import RelativeResolver, Resolution


class HandlerNotFound(LookupError):
    """The vendor has no function for an operation of its contract.

    It is not a ``ResolverError``, because Connexion's middlewares ignore that.
    """


class HandlerResolver(RelativeResolver):
    """Finds an operation's function in the vendor's ``handlers`` package.

    The operation keeps the contract's id. Start-up fails with ``HandlerNotFound``, which names the
    operation, if there is no such function.
    """

    def resolve(self, operation: AbstractOperation) -> Resolution:
        """Return the handler of an operation. Raises ``HandlerNotFound``."""
        module_name, _, action = self.resolve_operation_id(operation).rpartition(".")
        try:
            function = getattr(importlib.import_module(module_name), action)
        except (ModuleNotFoundError, AttributeError) as error:
            raise HandlerNotFound(f"no handler for {operation.operation_id}: {error}") from error
        return Resolution(function, operation.operation_id)
