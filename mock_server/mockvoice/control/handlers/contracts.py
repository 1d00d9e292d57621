"""The contracts of the vendors and of the control API."""

from collections.abc import Mapping
from typing import Any

from mockvoice.control.context import ServerContext
from mockvoice.control.errors import ControlError
from mockvoice.projections import UnsupportedReference, project
from mockvoice.web.contract import ContractData, to_yaml
from mockvoice.web.responses import DeferredResponse, Response

Query = Mapping[str, Any]


def get(server: ServerContext, vendor_key: str, query: Query) -> DeferredResponse:
    return _as_json(server.vendor_contract(vendor_key), query)


def get_yaml(server: ServerContext, vendor_key: str, query: Query) -> DeferredResponse:
    return _as_yaml(server.vendor_contract(vendor_key), query)


def get_own(server: ServerContext, query: Query) -> DeferredResponse:
    return _as_json(server.control_contract(), query)


def get_own_yaml(server: ServerContext, query: Query) -> DeferredResponse:
    return _as_yaml(server.control_contract(), query)


def _as_json(document: ContractData, query: Query) -> DeferredResponse:
    # In a thread: a projection takes longer than a request, and YAML a second.
    return DeferredResponse(lambda: _projected(document, query))


def _as_yaml(document: ContractData, query: Query) -> DeferredResponse:
    return DeferredResponse(
        lambda: Response(to_yaml(_projected(document, query)), media_type="application/yaml")
    )


def _projected(document: ContractData, query: Query) -> ContractData:
    try:
        return project(document, query["for"], query["openapi"])
    except UnsupportedReference as error:
        raise ControlError(str(error)) from error
