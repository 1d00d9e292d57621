"""Records of every kind with default values."""

from mockvoice_contracts.suites.optiflow.factories import Factory, Record


def create_record(factory: Factory, kind: str) -> Record:
    """Create a record of this kind that no other record refers to."""
    match kind:
        case "payments":
            return factory.payment(factory.invoice())
        case "taxes":
            body = {"name": factory.unique_name("Tasa"), "type": "other", "rate": "1.5"}
            return factory.create("taxes.create", body)
        case "currencies":
            return factory.create("currencies.create", factory.currency_body())
        case "document_subtypes":
            return factory.series()
        case "salesmen":
            return factory.salesman()
        case "bank_accounts":
            return factory.bank_account()
        case _:
            created: Record = getattr(factory, kind.removesuffix("s"))()
            return created
