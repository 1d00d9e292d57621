"""Projections of a contract: the same API, described as a kind of tool needs it.

A projection changes only the document. The server accepts and returns the same as before, and
always by the whole contract.
"""

from typing import Any, Literal

from mockvoice.projections.clients import for_clients
from mockvoice.projections.openapi_31 import to_openapi_31

__all__ = ["Audience", "project"]

Audience = Literal["clients"]


def project(contract: dict[str, Any], audience: Audience | None, openapi: str) -> dict[str, Any]:
    """Return a contract for an audience (all tools: ``None``), in version 3.0 or 3.1 of OpenAPI.

    ``contract`` is one OpenAPI 3.0 document with local references. It does not change, and is
    returned itself if it is asked for as it is.
    """
    if audience == "clients":
        contract = for_clients(contract)
    return to_openapi_31(contract) if openapi == "3.1" else contract
