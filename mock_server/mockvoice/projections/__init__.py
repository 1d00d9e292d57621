"""Projections of a contract: the same API, described as a kind of tool needs it.

A projection changes only the document. The server accepts and returns the same as before, and
always by the whole contract.
"""

from typing import Any, Literal

from mockvoice.projections.clients import for_clients
from mockvoice.projections.openapi_31 import to_openapi_31
from mockvoice.projections.schemas import UnsupportedReference

__all__ = ["Audience", "OpenApiVersion", "UnsupportedReference", "project"]

Audience = Literal["clients"]
OpenApiVersion = Literal["3.0", "3.1"]


def project(
    contract: dict[str, Any], audience: Audience | None, openapi: OpenApiVersion
) -> dict[str, Any]:
    """Return a contract for an audience, in a version of OpenAPI.

    ``contract`` is one OpenAPI 3.0 document with local references, and does not change. Without an
    audience and for 3.0, the contract itself is returned. Raises ``UnsupportedReference``.
    """
    if audience == "clients":
        contract = for_clients(contract)
    return to_openapi_31(contract) if openapi == "3.1" else contract
