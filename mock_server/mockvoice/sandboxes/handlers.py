"""The function of an operation, by the operation's id."""

import functools
from collections.abc import Callable
from importlib import import_module
from typing import Any


class HandlerNotFound(LookupError):
    """The vendor has no function for an operation.

    It is not Connexion's ``ResolverError``, which Connexion's middlewares ignore.
    """


@functools.cache
def find_handler(package: str, operation_id: str) -> Callable[..., Any]:
    """Return the function of an operation: ``invoices.publish`` is ``publish`` in ``invoices.py``.

    Raises ``HandlerNotFound``, which names the operation.
    """
    module_name, _, action = operation_id.rpartition(".")
    try:
        handler: Callable[..., Any] = getattr(import_module(f"{package}.{module_name}"), action)
    except (ModuleNotFoundError, AttributeError) as error:
        raise HandlerNotFound(f"no handler for {operation_id}: {error}") from error
    return handler
