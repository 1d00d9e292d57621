"""Texts for people. The vendor documents some; the others are checked only on a mock."""

from collections.abc import Mapping, Sequence

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.suites.growcrm.factories import Record

Errors = Mapping[str, Sequence[str]]


def required(field: str) -> Errors:
    """Return the error of a missing field."""
    return {field: [f"The {field.replace('_', ' ')} field is required."]}


def unknown(field: str) -> Errors:
    """Return the error of a reference to a record that does not exist."""
    return {field: [f"The selected {field.replace('_', ' ')} is invalid."]}


def check_errors(api: Api, response: Record, expected: Errors, *, documented: bool = False) -> None:
    """Check the fields of a 422 response, and their texts if these are documented.

    A server that is not a mock may word the other texts as it likes.
    """
    errors = response["errors"]
    assert sorted(errors) == sorted(expected)
    if documented or api.target.is_mock:
        assert errors == expected


def skip_unless_wording_is_fixed(api: Api) -> None:
    """Skip a test of texts that the vendor does not document, unless the server is a mock."""
    if not api.target.is_mock:
        pytest.skip("the vendor does not document the wording of these messages")
