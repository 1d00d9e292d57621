"""What the contract for clients allows in a request, the whole contract allows, too."""

import json
import os

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings

from mockvoice.web.document import Document
from mockvoice.web.request_validator import request_validator

JSON = "application/json"
# Of each body; the contract tests generate many more, from the whole contract.
EXAMPLES = 20 if os.environ.get("MOCKVOICE_TEST_DEPTH") == "deep" else 2


@pytest.fixture
def operations(for_clients_31):
    """Operations with the JSON bodies only, each once, because parameters take half of the time."""
    document = Document(for_clients_31)
    bodies = {}
    for operation in document.operations.values():
        content = document.resolve(operation.spec.get("requestBody", {})).get("content", {})
        if JSON in content:
            bodies.setdefault(json.dumps(content[JSON]["schema"]), operation.id)
    paths = {
        f"/{operation_id}": {
            "post": {
                "operationId": operation_id,
                "requestBody": {"required": True, "content": {JSON: {"schema": json.loads(body)}}},
                "responses": {"200": {"description": ""}},
            }
        }
        for body, operation_id in bodies.items()
    }
    components = {"schemas": for_clients_31["components"]["schemas"]}
    generated = {**for_clients_31, "paths": paths, "components": components, "security": []}
    return [each.ok() for each in schemathesis.openapi.from_dict(generated).get_all_operations()]


def test_generated_bodies_are_valid_by_the_whole_contract(contract, operations):
    assert operations
    for operation in operations:
        operation_id = operation.definition.raw["operationId"]
        media = contract.resolve(contract.operations[operation_id].spec["requestBody"])["content"]
        validator = request_validator(contract.expand(media[JSON]["schema"]), {}, "body")
        rejected = rejected_bodies(operation, validator)
        assert not rejected, f"{operation_id}: {rejected[0]}"


def rejected_bodies(operation, validator):
    """Generate bodies; return those that the validator rejects, each with the violations."""
    rejected = []

    @settings(
        max_examples=EXAMPLES, database=None, deadline=None, derandomize=True,
        phases=[Phase.generate], suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(operation.as_strategy())
    def check(case):
        if violations := validator.violations(case.body):
            rejected.append((case.body, violations))

    check()
    return rejected
