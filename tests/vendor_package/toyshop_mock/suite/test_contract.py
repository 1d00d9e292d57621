"""Every operation and link of Toyshop's contract, with generated data."""

from typing import Any

from mockvoice_contracts.suite_api import GeneratedTests, amounts_check
from toyshop_mock.suite.invariants import check_order, orders_in


def is_state_error(body: Any) -> bool:
    """Whether valid data was rejected because of the account's data; this vendor says 409 then."""
    return False


GENERATED = GeneratedTests(
    "toyshop",
    rejection_status=422,
    is_state_error=is_state_error,
    is_body_reference_error=lambda body: body["error"].startswith("There is no customer"),
    known={
        "path.orderId": [1, 2],
        "path.customerId": [1],
        "path.paymentId": [1],
        "body.customer_id": [1],
    },
    checks=[amounts_check(orders_in, check_order)],
)

(
    test_generated_requests_conform_to_the_contract,
    test_the_links_of_the_contract_can_be_followed,
) = GENERATED.tests()
