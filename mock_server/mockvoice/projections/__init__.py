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
    if audience is None and openapi == "3.0":
        return contract
    result = _renamed(contract, "x-webhooks", "webhooks")
    if audience == "clients":
        result = for_clients(result)
    return to_openapi_31(result) if openapi == "3.1" else _renamed(result, "webhooks", "x-webhooks")


def _renamed(contract: dict[str, Any], before: str, after: str) -> dict[str, Any]:
    """Return a contract with another name of one member. OpenAPI has ``webhooks`` since 3.1."""
    return {after if key == before else key: value for key, value in contract.items()}
