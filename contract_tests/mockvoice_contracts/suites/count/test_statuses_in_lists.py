"""The filters of the list of invoices, with documents in every status."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.count.factories import Factory, Record


@pytest.fixture
def by_status(api: Api, factory: Factory) -> dict[str, Record]:
    """Create an invoice of one customer in each status, the newest date first."""
    customer = factory.customer(email=factory.email())["id"]
    documents = {
        status: factory.invoice(
            customerUuid=customer,
            isDraft=status == "draft",
            date=factory.day(-number),
            dueDate=factory.day(-3 if status == "overdue" else 9),
        )
        for number, status in enumerate(("partial", "draft", "sent", "approved", "paid", "overdue"))
    }
    api.call("invoices.send", expect=200, invoiceId=documents["sent"]["id"])
    factory.pay(factory.transaction(30), (documents["partial"], 30))
    factory.pay(factory.transaction(100), (documents["paid"], 100))
    return documents


def found(api: Api, documents: dict[str, Record], **query: object) -> list[str]:
    """Return the statuses of the documents that a filter finds, in the order of the list."""
    names = {document["id"]: status for status, document in documents.items()}
    query = {"customerUuid": documents["draft"]["customerUuid"], "limit": 100, **query}
    rows = api.call("invoices.search", expect=200, query=query)["data"]["invoices"]
    return [names[row["id"]] for row in rows]


@rule(
    "approvalStatus=approved and isDraft=false find all documents that are not drafts, whatever their status, the newest date first.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_all_documents_that_are_no_drafts_are_approved(
    api: Api, by_status: dict[str, Record]
) -> None:
    others = [status for status in by_status if status != "draft"]

    assert found(api, by_status, approvalStatus="approved") == others
    assert found(api, by_status, isDraft=False) == others
    assert found(api, by_status, approvalStatus="draft") == ["draft"]
    assert found(api, by_status, isDraft=True) == ["draft"]


@rule(
    "status finds the documents with one of these statuses and no others, the newest date first.",
    source="Assumed: the vendor names the values, not how they are derived",
)
@pytest.mark.assumed
def test_each_status_finds_its_documents(api: Api, by_status: dict[str, Record]) -> None:
    for status in by_status:
        assert found(api, by_status, status=status) == [status]

    assert found(api, by_status, status="overdue,paid,sent,partial,approved,draft") == [*by_status]
    late_or_open = found(api, by_status, status="overdue,partial", approvalStatus="approved")
    assert late_or_open == ["partial", "overdue"]
    assert found(api, by_status, status="draft,sent", isDraft=False) == ["sent"]
