"""Breaches that the harness reports for responses that break the contract."""

from typing import Any

import pytest

from mockvoice_contracts.harness.contract import Contract

BILL = {
    "type": "object",
    "x-evidence": "choice",
    "required": ["id", "payer"],
    "properties": {
        "id": {"type": "integer"},
        "payer": {"$ref": "#/components/schemas/Payer"},
        "notes": {"type": "string", "nullable": True},
    },
}
PAYER = {
    "type": "object",
    "x-evidence": "seed",
    "required": ["name"],
    "properties": {"name": {"type": "string", "x-evidence": "public"}},
}
RESPONSE = {
    "description": "A bill",
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Bill"}}},
}
DOCUMENT = {
    "openapi": "3.0.3",
    "info": {"title": "Bills", "version": "1"},
    "paths": {"/bill": {"get": {"operationId": "bills.get", "responses": {"200": RESPONSE}}}},
    "components": {"schemas": {"Bill": BILL, "Payer": PAYER}},
}


@pytest.mark.parametrize(
    ("body", "location", "evidence"),
    [
        ({"id": "1", "payer": {"name": "A"}}, "$.id", "choice"),
        ({"id": 1, "payer": {"name": "A"}, "more": 1}, "'more' was unexpected", "choice"),
        ({"id": 1}, "'payer' is a required property", "seed"),
        ({"id": 1, "payer": {}}, "'name' is a required property", "public"),
        ({"id": 1, "payer": {"name": 7}}, "$.payer.name", "public"),
    ],
)
def test_a_breach_behind_a_reference_is_reported_with_its_evidence(
    body: Any, location: str, evidence: str
) -> None:
    contract = Contract(DOCUMENT, closed=True)

    breaches = contract.breaches(contract.find("bills.get"), 200, "application/json", body)

    assert [(location in breach.message, breach.evidence) for breach in breaches] == [
        (True, evidence)
    ]


def test_a_valid_response_has_no_breach() -> None:
    contract = Contract(DOCUMENT, closed=True)
    valid = {"id": 1, "payer": {"name": "A"}, "notes": None}

    assert contract.breaches(contract.find("bills.get"), 200, "application/json", valid) == []
