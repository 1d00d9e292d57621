"""The contract suite has a case for every filter of the contract."""

from mockvoice_contracts.harness import targets
from mockvoice_contracts.harness.contract import Contract
from mockvoice_contracts.suites.growcrm.test_filters import CASES

NOT_FILTERS = {"search", "sort", "order", "limit", "page"}
# No operation changes the status of a contact or creates a member of the team, so the suite tests
# these filters with the records that exist.
OTHERS = {("contacts", "status"), ("team", "status"), ("team", "role_id")}


def test_every_filter_of_the_contract_has_a_case() -> None:
    contract = Contract(targets.document("growcrm"), closed=True)
    filters = {
        (operation.id.partition(".")[0], name)
        for operation in contract.operations.values()
        for location, name in operation.parameters
        if location == "query" and name not in NOT_FILTERS
    }

    assert filters == {(kind, name) for kind, name, _ in CASES} | OTHERS
