"""The check of webhook payloads: each must be as the contract documents its event."""

import functools
from typing import Any

from mockvoice.web import contract
from mockvoice.web.errors import ContractViolation
from mockvoice.web.schemas import ResponseValidator


def check_payload(event: str, payload: Any) -> None:
    """Raise ``ContractViolation`` if a payload violates the contract, as for a response."""
    validator = _validator(event)
    if not validator.is_valid(payload):
        raise ContractViolation(f"webhook {event}: {validator.explain(payload)}")


@functools.cache
def _validator(event: str) -> ResponseValidator:
    document = contract.load("count", "mockvoice.vendors.count").document
    body = document.resolve(document.data["x-webhooks"][event]["post"]["requestBody"])
    return ResponseValidator(body, document.data["components"])
