"""Bodies of updates with the fields that each resource requires, and of other operations."""

from mockvoice_contracts.suites.growcrm.factories import Record, required_header

# Operations that change one part of a project, with a valid body.
PROJECT_ACTIONS: Record = {
    "projects.assign": {"assigned": []},
    "projects.set_manager": {"manager": None},
    "projects.set_status": {"status": "on_hold"},
    "projects.set_progress": {"progress": 5},
    "projects.set_tags": {"tags": []},
    "projects.archive": None,
    "projects.restore": None,
    "projects.stop_timers": None,
    "projects.clone": {"project_title": "Copy"},
}


def update_of(kind: str, record: Record) -> Record:
    """Return the body of an update that changes nothing."""
    match kind:
        case "clients":
            return {"client_company_name": record["company_name"]}
        case "contacts":
            return {name: record[name] for name in ("first_name", "last_name", "email")}
        case "projects":
            return {
                "project_title": record["title"],
                "project_date_start": record["dates"]["start"],
                "project_categoryid": record["category"]["id"],
            }
        case "categories":
            return {"category_name": record["name"]}
        case "payments":
            return {"payment_amount": record["amount"], "payment_date": record["date"]}
        case "refunds":
            return {"refund_date": record["date"]}
        case "items":
            return {
                "item_description": record["description"],
                "item_rate": record["rate"],
                "item_categoryid": record["category"]["id"],
                "item_default_tax": record["default_tax"]["id"],
                "item_unit": record["unit"]["id"],
            }
        case _:
            return required_header(record)
