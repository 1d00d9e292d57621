"""New records of every kind, for tests that ask one rule of all of them."""

from typing import Any

from mockvoice_contracts.suites.optiflow.factories import Factory, Record


def new_record(factory: Factory, kind: str, **fields: Any) -> Record:
    """Create a record of this kind that no other record refers to."""
    match kind:
        case "invoices" | "quotations":
            return factory.document(kind, **fields)
        case "payments":
            return factory.payment(factory.invoice(), **fields)
        case "document_subtypes":
            return factory.series(**fields)
        case "salesmen":
            return factory.salesman(**fields)
        case "taxes":
            body = {"name": factory.unique_name("Tasa"), "type": "other", "rate": "1.5", **fields}
            return factory.create("taxes.create", body)
        case "currencies":
            return factory.create("currencies.create", {**factory.currency_body(), **fields})
        case _:
            created: Record = getattr(factory, kind.removesuffix("s"))(**fields)
            return created
