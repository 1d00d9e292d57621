"""The fields that the search of a list looks in, one at a time."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.optiflow.factories import Factory


@rule(
    "search of {kind} finds a part of {field} in any case.",
    source="Assumed: the search is documented, the name of its parameter was lost",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("kind", "field"),
    [
        ("contacts", "name"),
        ("contacts", "email"),
        ("contacts", "phone_primary"),
        ("contacts", "phone_secondary"),
        ("contacts", "mobile"),
        ("contacts", "identification_number"),
        ("products", "name"),
        ("products", "sku"),
        ("products", "description"),
    ],
)
def test_each_field_is_searched(api: Api, factory: Factory, kind: str, field: str) -> None:
    word = factory.unique_name("b").replace(" ", "")[-16:]
    create = factory.contact if kind == "contacts" else factory.service
    value = f"a{word}qz@contract.example" if field == "email" else f"A{word}Qz"
    # A mobile number is the first choice for ``phone``, so the other numbers are not in it.
    others = {"mobile": "829-555-0102"} if field.startswith("phone") else {}
    record = create(**{**others, field: value})

    query = {"search": f"{word}qZ", "per_page": 100}
    rows = api.call(f"{kind}.search", expect=200, query=query)["data"]

    assert [row["id"] for row in rows] == [record["id"]]
