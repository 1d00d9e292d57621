"""Projections are valid OpenAPI, as 3.0 and as 3.1."""

import schemathesis
from openapi_spec_validator import OpenAPIV30SpecValidator, OpenAPIV31SpecValidator

from mockvoice.projections import project
from mockvoice.vendor_registry import load_vendor


def test_the_contract_for_clients_is_valid_openapi_30(for_clients):
    assert list(OpenAPIV30SpecValidator(for_clients.data).iter_errors()) == []


def test_the_contract_for_clients_is_valid_openapi_31(for_clients_31):
    assert for_clients_31["openapi"] == "3.1.0"
    assert list(OpenAPIV31SpecValidator(for_clients_31).iter_errors()) == []


def test_schemathesis_loads_all_operations_of_openapi_31(for_clients_31, for_clients):
    results = schemathesis.openapi.from_dict(for_clients_31).get_all_operations()

    assert len([result.ok() for result in results]) == len(for_clients.operations)


def test_a_whole_contract_is_valid_openapi_31():
    # One vendor is enough: the contracts for clients have all else that the others have.
    document = project(load_vendor("growcrm").contract.data, None, "3.1")

    assert list(OpenAPIV31SpecValidator(document).iter_errors()) == []
