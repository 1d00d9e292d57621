"""Random sequences of operations, after which stock equals the sum of its movements."""

import os
from collections import defaultdict
from decimal import Decimal
from typing import Any, ClassVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, run_state_machine_as_test
from hypothesis.stateful import rule as step

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.optiflow.factories import Factory, Record, workspace_header

INITIAL_QUANTITY = 20
DEEP = os.environ.get("MOCKVOICE_TEST_DEPTH") == "deep"

QUANTITIES = st.decimals("0.01", 12, places=2)
CHOICES = st.integers(0, 50)


class History(RuleBasedStateMachine):
    """Random operations on three products in two workspaces, both identified by index."""

    api: ClassVar[Api]
    factory: ClassVar[Factory]
    workspaces: ClassVar[list[Record]]

    def __init__(self) -> None:
        super().__init__()
        self.products = [self.factory.product(None) for _ in range(3)]
        self.expected_stock: defaultdict[tuple[int, int], Decimal] = defaultdict(Decimal)
        self.invoices: list[tuple[int, Record]] = []
        for product, record in enumerate(self.products):
            body = {"product_id": record["id"], "quantity": INITIAL_QUANTITY}
            self.factory.create(
                "initial_stock.create", body, headers=workspace_header(self.workspaces[0])
            )
            self.expected_stock[0, product] += INITIAL_QUANTITY

    def call(self, operation: str, workspace: int, status: int, **arguments: Any) -> Any:
        headers = workspace_header(self.workspaces[workspace])
        return self.api.call(operation, expect=(status, 422), headers=headers, **arguments)

    def lines(self, requested: list[tuple[int, Decimal]]) -> list[Record]:
        return [
            self.factory.line(product_id=self.products[n % 3]["id"], quantity=str(quantity))
            for n, quantity in requested
        ]

    def add_to_expected_stock(self, workspace: int, invoice: Record, sign: int) -> None:
        product_ids = [product["id"] for product in self.products]
        for line in invoice["items"]:
            key = workspace, product_ids.index(line["product_id"])
            self.expected_stock[key] += sign * Decimal(line["quantity"])

    @step(
        workspace=st.integers(0, 1),
        requested=st.lists(st.tuples(CHOICES, QUANTITIES), min_size=1, max_size=3),
    )
    def sell(self, workspace: int, requested: list[tuple[int, Decimal]]) -> None:
        body = {**self.factory.invoice_body(), "items": self.lines(requested)}
        response = self.call("invoices.create", workspace, 201, body=body)
        if "data" in response:
            self.invoices.append((workspace, response["data"]))
            self.add_to_expected_stock(workspace, response["data"], -1)

    @step(
        chosen=CHOICES,
        keep_line_id=st.booleans(),
        requested=st.lists(st.tuples(CHOICES, QUANTITIES), min_size=1, max_size=3),
    )
    def change(self, chosen: int, keep_line_id: bool, requested: list[tuple[int, Decimal]]) -> None:
        if not self.invoices:
            return
        position = chosen % len(self.invoices)
        workspace, invoice = self.invoices[position]
        items = self.lines(requested)
        if keep_line_id:
            items[0]["id"] = invoice["items"][0]["id"]
        response = self.call(
            "invoices.update", workspace, 200, body={"items": items}, invoiceId=invoice["id"]
        )
        if "data" in response:
            self.add_to_expected_stock(workspace, invoice, 1)
            self.add_to_expected_stock(workspace, response["data"], -1)
            self.invoices[position] = workspace, response["data"]

    @step(chosen=CHOICES, cancel=st.booleans())
    def undo(self, chosen: int, cancel: bool) -> None:
        if not self.invoices:
            return
        workspace, invoice = self.invoices.pop(chosen % len(self.invoices))
        path_params = {"invoiceId": invoice["id"]}
        if cancel:
            self.call(
                "invoices.update", workspace, 200, body={"status": "cancelled"}, **path_params
            )
        self.call("invoices.delete", workspace, 204, **path_params)
        self.add_to_expected_stock(workspace, invoice, 1)

    @step(product=CHOICES, start=st.integers(0, 1), quantity=QUANTITIES)
    def transfer(self, product: int, start: int, quantity: Decimal) -> None:
        body = {
            "product_id": self.products[product % 3]["id"], "quantity": str(quantity),
            "from_workspace_id": self.workspaces[start]["id"], "to_workspace_id": self.workspaces[1 - start]["id"],
        }  # fmt: skip
        if "data" in self.call("stock_transfers.create", start, 201, body=body):
            self.expected_stock[start, product % 3] -= quantity
            self.expected_stock[1 - start, product % 3] += quantity

    @step(
        product=CHOICES,
        workspace=st.integers(0, 1),
        quantity=QUANTITIES,
        sign=st.sampled_from("+-"),
    )
    def adjust(self, product: int, workspace: int, quantity: Decimal, sign: str) -> None:
        change = -quantity if sign == "-" else quantity
        items = [{"product_id": self.products[product % 3]["id"], "quantity": str(change)}]
        body = {"reason": "recount", "items": items}
        if "data" in self.call("inventory_adjustments.create", workspace, 201, body=body):
            self.expected_stock[workspace, product % 3] += change

    @invariant()
    def stock_equals_the_sum_of_its_movements(self) -> None:
        for workspace, workspace_record in enumerate(self.workspaces):
            for product, record in enumerate(self.products):
                balance = Decimal(0)
                for movement in self.factory.movements(workspace_record, product_id=record["id"]):
                    assert Decimal(movement["previous_quantity"]) == balance
                    balance += Decimal(movement["quantity"])
                    assert Decimal(movement["current_quantity"]) == balance
                stock = self.factory.stock(record, workspace_record)
                assert stock == balance
                assert stock == self.expected_stock[workspace, product]
                assert stock >= 0


@rule(
    "After sales, updates, deletions, transfers and adjustments, stock_quantity is the sum of the product's movements, and each current_quantity is the next previous_quantity.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/ApplyInventoryMovementAction.php",
)
def test_stock_always_equals_the_sum_of_its_movements(api: Api, factory: Factory) -> None:
    workspaces = [factory.workspace(), factory.workspace()]
    machine = type(
        "Machine", (History,), {"api": api, "factory": factory, "workspaces": workspaces}
    )
    run_state_machine_as_test(
        machine,
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
