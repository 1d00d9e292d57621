"""Every operation and link of Grow CRM's contract, with generated data."""

import re
from collections.abc import Mapping
from typing import Any

from mockvoice_contracts.harness.generated_checks import amounts_check
from mockvoice_contracts.harness.generated_tests import GeneratedTests
from mockvoice_contracts.suites.growcrm.invariants import bills_in, check_bill

SYSTEM_CATEGORIES = range(1, 10)
# Errors that valid data can cause: an id without a record, a name or e-mail address that is taken,
# dates in the wrong order, a new discount type without its value.
STATE_ERRORS = {
    r"(.*id|.*_ids\.\d+|status|owner|manager|users\.\d+|assigned\.\d+|item_default_tax|item_unit)":
        r"The selected .* is invalid\.",
    r"email": r"The .* has already been taken\.",
    r"category_name": r"A category with this name already exists\.",
    r"(bill_due_date|bill_expiry_date|project_date_due)": r"Due Date must be after the Start Date",
    r"bill_discount_(amount|percentage)": r"The .* field is required\.",
}  # fmt: skip


def is_state_error(body: Any) -> bool:
    """Whether all errors of a 422 response depend on the data in the account."""
    return all(
        any(
            re.fullmatch(name, field) and re.fullmatch(text, message)
            for name, text in STATE_ERRORS.items()
        )
        for field, messages in body["errors"].items()
        for message in messages
    )


def changes_foundation(path: Mapping[str, Any], body: Any) -> bool:
    """Return whether a request names a system default category, which every account needs."""
    category_id = str(path.get("categoryId", "")).strip()
    return category_id.isdecimal() and int(category_id) in SYSTEM_CATEGORIES


def id_range(first: int, last: int) -> list[int]:
    return list(range(first, last + 1))


# Ids of the demo data. Requests may delete records by path, so bodies refer to other records.
GENERATED = GeneratedTests(
    "growcrm",
    known={
        "path.invoiceId": id_range(1, 30), "path.estimateId": id_range(1, 8), "path.clientId": id_range(1, 15),
        "path.contactId": id_range(4, 30), "path.projectId": id_range(1, 12), "path.categoryId": id_range(10, 17),
        "path.paymentId": id_range(1, 20), "path.refundId": id_range(1, 3), "path.itemId": id_range(1, 15),
        "path.userId": id_range(1, 3),
        "body.bill_clientid": id_range(16, 25), "body.clientid": id_range(16, 25),
        "body.project_clientid": id_range(16, 25), "body.bill_projectid": id_range(13, 20),
        "body.bill_categoryid": id_range(1, 9), "body.client_categoryid": [2],
        "body.project_categoryid": [1], "body.item_categoryid": [8], "body.target_id": [4, 5],
        "body.item_default_tax": id_range(1, 9), "body.item_unit": [1, 2, "hours", "crate"],
        "body.payment_invoiceid": id_range(31, 62), "body.refund_paymentid": id_range(21, 33),
        "body.status": [1, 2, 3, 4, 5, 20], "body.owner": id_range(4, 40),
        "body.tax_rate_ids[*]": id_range(1, 9), "body.items[*].tax_rate_id": id_range(1, 9),
        "body.assigned[*]": id_range(1, 3), "body.users[*]": id_range(1, 3), "body.manager": id_range(1, 3),
        "query.client_id": id_range(1, 25), "query.invoice_id": id_range(1, 62),
    },
    rejection_status=422,
    is_state_error=is_state_error,
    checks=[amounts_check(bills_in, check_bill)],
    trims_whitespace=True,
    changes_foundation=changes_foundation,
)  # fmt: skip


(
    test_generated_requests_conform_to_the_contract,
    test_the_links_of_the_contract_can_be_followed,
) = GENERATED.tests()
