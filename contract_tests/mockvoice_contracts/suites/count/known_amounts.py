"""The cases in ``fixtures/count/totals``: lines of documents and their known amounts."""

from mockvoice_contracts.harness import targets
from mockvoice_contracts.suites.count.factories import Factory, Record

CASES = sorted(targets.fixtures("count").joinpath("totals").iterdir(), key=lambda path: path.name)


def lines_of(factory: Factory, case: Record) -> list[Record]:
    """Return the case's lines as a request body, with the UUIDs of their tax rates."""
    return [
        factory.line(
            row["unitPrice"],
            row["quantity"],
            taxes=[factory.tax(rate)["uuid"] for rate in row["taxes"]],
        )
        for row in case["products"]
    ]
