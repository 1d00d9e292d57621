"""Whatever happens in whatever order: stock is what was there, and what has moved since."""

import os
from collections import defaultdict
from decimal import Decimal
from typing import Any, ClassVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.suites.optiflow.factories import Factory, Record, workspace_header

OPENING = 20
DEEP = os.environ.get("MOCKVOICE_TEST_DEPTH") == "deep"

quantities = st.decimals("0.01", 12, places=2)
choice = st.integers(0, 50)


class History(RuleBasedStateMachine):
    """A shop with two self.branches and three products, in which anything may happen."""

    api: ClassVar[Api]
    make: ClassVar[Factory]
    branches: ClassVar[list[Record]]

    def __init__(self) -> None:
        super().__init__()
        self.products = [self.make.product(None) for _ in range(3)]
        self.model: defaultdict[tuple[int, int], Decimal] = defaultdict(Decimal)
        self.open: list[tuple[int, Record]] = []
        for number, product in enumerate(self.products):
            body = {"product_id": product["id"], "quantity": OPENING}
            self.make.create(
                "initial_stock.create", body, headers=workspace_header(self.branches[0])
            )
            self.model[0, number] += OPENING

    def call(self, operation: str, branch: int, status: int, **more: Any) -> Any:
        return self.api.call(
            operation, expect=(status, 422), headers=workspace_header(self.branches[branch]), **more
        )

    def lines(self, wanted: list[tuple[int, Decimal]]) -> list[Record]:
        return [
            self.make.line(product_id=self.products[n % 3]["id"], quantity=str(quantity))
            for n, quantity in wanted
        ]

    def count(self, branch: int, invoice: Record, sign: int) -> None:
        for line in invoice["items"]:
            numbers = [product["id"] for product in self.products]
            self.model[branch, numbers.index(line["product_id"])] += sign * Decimal(
                line["quantity"]
            )

    @rule(
        branch=st.integers(0, 1),
        wanted=st.lists(st.tuples(choice, quantities), min_size=1, max_size=3),
    )
    def sell(self, branch: int, wanted: list[tuple[int, Decimal]]) -> None:
        body = {**self.make.invoice_body(), "items": self.lines(wanted)}
        answer = self.call("invoices.create", branch, 201, body=body)
        if "data" in answer:
            self.open.append((branch, answer["data"]))
            self.count(branch, answer["data"], -1)

    @rule(
        which=choice,
        keep=st.booleans(),
        wanted=st.lists(st.tuples(choice, quantities), min_size=1, max_size=3),
    )
    def change(self, which: int, keep: bool, wanted: list[tuple[int, Decimal]]) -> None:
        if not self.open:
            return
        place = which % len(self.open)
        branch, invoice = self.open[place]
        items = self.lines(wanted)
        if keep:
            items[0]["id"] = invoice["items"][0]["id"]
        answer = self.call(
            "invoices.update", branch, 200, body={"items": items}, invoiceId=invoice["id"]
        )
        if "data" in answer:
            self.count(branch, invoice, 1)
            self.count(branch, answer["data"], -1)
            self.open[place] = branch, answer["data"]

    @rule(which=choice, cancel=st.booleans())
    def undo(self, which: int, cancel: bool) -> None:
        if not self.open:
            return
        branch, invoice = self.open.pop(which % len(self.open))
        where = {"invoiceId": invoice["id"]}
        if cancel:
            self.call("invoices.update", branch, 200, body={"status": "cancelled"}, **where)
        self.call("invoices.delete", branch, 204, **where)
        self.count(branch, invoice, 1)

    @rule(number=choice, start=st.integers(0, 1), quantity=quantities)
    def transfer(self, number: int, start: int, quantity: Decimal) -> None:
        body = {
            "product_id": self.products[number % 3]["id"], "quantity": str(quantity),
            "from_workspace_id": self.branches[start]["id"], "to_workspace_id": self.branches[1 - start]["id"],
        }  # fmt: skip
        if "data" in self.call("stock_transfers.create", start, 201, body=body):
            self.model[start, number % 3] -= quantity
            self.model[1 - start, number % 3] += quantity

    @rule(number=choice, branch=st.integers(0, 1), quantity=quantities, sign=st.sampled_from("+-"))
    def adjust(self, number: int, branch: int, quantity: Decimal, sign: str) -> None:
        change = -quantity if sign == "-" else quantity
        items = [{"product_id": self.products[number % 3]["id"], "quantity": str(change)}]
        body = {"reason": "recount", "items": items}
        if "data" in self.call("inventory_adjustments.create", branch, 201, body=body):
            self.model[branch, number % 3] += change

    @invariant()
    def stock_is_what_was_there_and_what_has_moved(self) -> None:
        for branch, workspace in enumerate(self.branches):
            for number, product in enumerate(self.products):
                stock = self.make.stock(product, workspace)
                moves = self.make.movements(workspace, product_id=product["id"])
                balance = Decimal(0)
                for move in moves:
                    assert Decimal(move["previous_quantity"]) == balance
                    balance += Decimal(move["quantity"])
                    assert Decimal(move["current_quantity"]) == balance
                assert stock == balance == self.model[branch, number] >= 0


def test_stock_is_the_opening_and_the_movements_whatever_happens(api: Api, make: Factory) -> None:
    branches = [make.workspace(), make.workspace()]
    shop = type("Shop", (History,), {"api": api, "make": make, "branches": branches})
    run_state_machine_as_test(
        shop,
        settings=settings(
            max_examples=60 if DEEP else 6,
            stateful_step_count=15,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )
