"""Filters of lists by vendor and operation. One that could match nothing is an error."""

from mockvoice.control.context import ServerContext
from mockvoice.control.errors import InvalidFilter
from mockvoice.control.suggestions import suggestion


def check_vendor(server: ServerContext, key: str | None) -> None:
    """Raise ``InvalidFilter`` if the vendor is not served."""
    if key is not None and key not in server.vendors:
        raise InvalidFilter(f"unknown vendor {key[:100]!r}{suggestion(key, server.vendors)}")


def check_operation(server: ServerContext, operation: str | None, vendor: str | None) -> None:
    """Raise ``InvalidFilter`` if neither the vendor nor, without one, any vendor has the operation."""
    if operation is None:
        return
    keys = list(server.vendors) if vendor is None else [vendor]
    known = [name for key in keys for name in server.operations(key)]
    if operation not in known:
        # All operations of all vendors would be a page of text.
        otherwise = "filter by vendor too, to see its operations" if vendor is None else ""
        owner = "no vendor has the" if vendor is None else f"{vendor} has no"
        hint = suggestion(operation, known, otherwise)
        raise InvalidFilter(f"{owner} operation {operation[:100]!r}{hint}")
