"""Records with a category."""

from mockvoice_contracts.suites.growcrm.factories import Factory, Record

# Resources whose records have a category, with the field that sets it.
CATEGORY_FIELDS = {
    "invoices": "bill_categoryid",
    "estimates": "bill_categoryid",
    "clients": "client_categoryid",
    "projects": "project_categoryid",
    "items": "item_categoryid",
}


def create_in(factory: Factory, kind: str, category: Record) -> Record:
    """Create a record in a category."""
    record: Record = getattr(factory, kind[:-1])(**{CATEGORY_FIELDS[kind]: category["id"]})
    return record
