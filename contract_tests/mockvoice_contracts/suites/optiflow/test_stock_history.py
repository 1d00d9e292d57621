"""Random sequences of operations: stock always equals the initial stock plus all movements."""

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
    """Random operations on three products in two workspaces."""

    api: ClassVar[Api]
    factory: ClassVar[Factory]
    branches: ClassVar[list[Record]]

    def __init__(self) -> None:
        super().__init__()
        self.products = [self.factory.product(None) for _ in range(3)]
        self.model: defaultdict[tuple[int, int], Decimal] = defaultdict(Decimal)
        self.open: list[tuple[int, Record]] = []
        for number, product in enumerate(self.products):
            body = {"product_id": product["id"], "quantity": OPENING}
            self.factory.create(
                "initial_stock.create", body, headers=workspace_header(self.branches[0])
            )
            self.model[0, number] += OPENING

    def call(self, operation: str, branch: int, status: int, **more: Any) -> Any:
        return self.api.call(
            operation, expect=(status, 422), headers=workspace_header(self.branches[branch]), **more
        )

    def lines(self, requested: list[tuple[int, Decimal]]) -> list[Record]:
        return [
            self.factory.line(product_id=self.products[n % 3]["id"], quantity=str(quantity))
            for n, quantity in requested
        ]

    def count(self, branch: int, invoice: Record, sign: int) -> None:
        for line in invoice["items"]:
            numbers = [product["id"] for product in self.products]
            self.model[branch, numbers.index(line["product_id"])] += sign * Decimal(
                line["quantity"]
            )

    @rule(
        branch=st.integers(0, 1),
        requested=st.lists(st.tuples(choice, quantities), min_size=1, max_size=3),
    )
    def sell(self, branch: int, requested: list[tuple[int, Decimal]]) -> None:
        body = {**self.factory.invoice_body(), "items": self.lines(requested)}
        response = self.call("invoices.create", branch, 201, body=body)
        if "data" in response:
            self.open.append((branch, response["data"]))
            self.count(branch, response["data"], -1)

    @rule(
        which=choice,
        keep=st.booleans(),
        requested=st.lists(st.tuples(choice, quantities), min_size=1, max_size=3),
    )
    def change(self, which: int, keep: bool, requested: list[tuple[int, Decimal]]) -> None:
        if not self.open:
            return
        index = which % len(self.open)
        branch, invoice = self.open[index]
        items = self.lines(requested)
        if keep:
            items[0]["id"] = invoice["items"][0]["id"]
        response = self.call(
            "invoices.update", branch, 200, body={"items": items}, invoiceId=invoice["id"]
        )
        if "data" in response:
            self.count(branch, invoice, 1)
            self.count(branch, response["data"], -1)
            self.open[index] = branch, response["data"]

    @rule(which=choice, cancel=st.booleans())
    def undo(self, which: int, cancel: bool) -> None:
        if not self.open:
            return
        branch, invoice = self.open.pop(which % len(self.open))
        path_params = {"invoiceId": invoice["id"]}
        if cancel:
            self.call("invoices.update", branch, 200, body={"status": "cancelled"}, **path_params)
        self.call("invoices.delete", branch, 204, **path_params)
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
    def stock_equals_the_sum_of_its_movements(self) -> None:
        for branch, workspace in enumerate(self.branches):
            for number, product in enumerate(self.products):
                stock = self.factory.stock(product, workspace)
                moves = self.factory.movements(workspace, product_id=product["id"])
                balance = Decimal(0)
                for move in moves:
                    assert Decimal(move["previous_quantity"]) == balance
                    balance += Decimal(move["quantity"])
                    assert Decimal(move["current_quantity"]) == balance
                assert stock == balance == self.model[branch, number] >= 0


def test_stock_always_equals_the_sum_of_its_movements(api: Api, factory: Factory) -> None:
    branches = [factory.workspace(), factory.workspace()]
    shop = type("Shop", (History,), {"api": api, "factory": factory, "branches": branches})
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
