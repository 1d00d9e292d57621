"""Projections to OpenAPI 3.1. ``make contracts`` validates all projections."""

import schemathesis


def test_schemathesis_loads_all_operations_of_openapi_31(for_clients_31, for_clients):
    results = schemathesis.openapi.from_dict(for_clients_31).get_all_operations()

    assert for_clients_31["openapi"] == "3.1.0"
    assert len([result.ok() for result in results]) == len(for_clients.operations)
