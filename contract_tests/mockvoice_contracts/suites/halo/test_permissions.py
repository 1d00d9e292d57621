"""What the scopes of a token open, for reading and for writing."""

from collections.abc import Callable
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Anonymous, Api, Bearer
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.halo.factories import Factory, line

LISTS = {
    "invoices": ["invoice", "recurring_invoice", "invoice_payment", "invoice_change", "tax", "tax_rule", "currency",
                 "cost_centres", "budget_type", "charge_rate", "expense", "invoice_status", "invoice_detail_pro_rata"],
    "customers": ["client"],
    "items": ["item"],
}  # fmt: skip
RESOURCES = [(resource, area) for area, resources in LISTS.items() for resource in resources]
SAVES = [
    "invoice", "recurring_invoice", "invoice_payment", "invoice_change", "tax", "tax_rule", "currency", "cost_centres",
    "budget_type", "expense", "client", "item",
]  # fmt: skip


@pytest.fixture(scope="module")
def with_scope(api: Api, target: Target) -> Callable[[str], Api]:
    """Return a function that returns the API with a token of a scope."""
    tokens: dict[str, str] = {}

    def create(scope: str) -> Api:
        if scope not in tokens:
            names = ("client_id", "client_secret")
            body = {name: target.credentials.get(name, "") for name in names}
            body |= {"grant_type": "client_credentials", "scope": scope}
            granted = api.with_auth(Anonymous()).call(
                "token.grant", expect=200, body=body, form=True
            )
            tokens[scope] = granted["access_token"]
        return api.with_auth(Bearer(tokens[scope]))

    return create


@rule(
    "A scope name that does not exist is 400 with error invalid_scope at POST /auth/token.",
    source="Observed: github.com/alex-thorne/haloitsm-mcp",
)
def test_an_unknown_scope_is_rejected(api: Api, target: Target) -> None:
    body = {name: target.credentials.get(name, "") for name in ("client_id", "client_secret")}
    body |= {"grant_type": "client_credentials", "scope": "all read:nonsense"}

    error = api.with_auth(Anonymous()).call("token.grant", expect=400, body=body, form=True)

    assert error["error"] == "invalid_scope"


@rule(
    "{resource} is read with the scope read:{area} and is 403 with an empty body for the other areas.",
    source="Assumed: 403 is observed, which scope opens what has no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize(("resource", "area"), RESOURCES)
def test_a_scope_opens_its_own_area(
    with_scope: Callable[[str], Api], resource: str, area: str
) -> None:
    others = " ".join(f"edit:{other}" for other in ("reporting", *LISTS) if other != area)

    with_scope(f"read:{area}").call(f"{resource}.search", expect=200, query=_small(resource))
    rejected = with_scope(others).exchange(f"{resource}.search", expect=403)

    assert rejected.content == b""


def _small(resource: str) -> dict[str, Any]:
    """Return a query for few rows, for the lists that have one."""
    return {"count": 1} if resource in ("invoice", "recurring_invoice", "client", "item") else {}


@rule(
    "{resource} is not written with a scope that only reads: 403, and nothing is stored.",
    source="Assumed: 403 is observed, which scope opens what has no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", SAVES)
def test_a_reading_scope_does_not_write(with_scope: Callable[[str], Api], resource: str) -> None:
    reader = with_scope("read:invoices read:customers read:items")

    rejected = reader.exchange(
        f"{resource}.save", expect=403, body=[{"name": "x", "invoice_id": 1}]
    )

    assert rejected.content == b""


@rule(
    "Lines, void, DELETE, View, PDF and process need a scope that writes: 403 otherwise, and nothing changes.",
    source="Assumed: 403 is observed, which scope opens what has no source",
)
@pytest.mark.assumed
def test_a_reading_scope_does_not_act(factory: Factory, with_scope: Callable[[str], Api]) -> None:
    reader = with_scope("read:invoices")
    invoice, template = factory.invoice(line(5)), factory.template(line(5))
    payment = factory.payment(invoice, 1)
    invoice, by_id = factory.read(invoice), {"invoiceId": invoice["id"]}

    reader.call("invoice.get", expect=200, **by_id)
    reader.call("invoice.void", expect=403, **by_id)
    reader.call("invoice.delete", expect=403, **by_id)
    reader.call("invoice.pdf", expect=403, **by_id)
    reader.call("invoice.update_lines", expect=403, body=[{"ihid": invoice["id"]}])
    reader.call("invoice.view", expect=403, body=[{"id": invoice["id"]}])
    reader.call("invoice_payment.delete", expect=403, paymentId=payment["id"])
    reader.call("recurring_invoice.process", expect=403, body=[template["id"]])
    reader.call("recurring_invoice.add_lines", expect=403, body=[{"ihid": template["id"]}])
    reader.call("recurring_invoice.delete", expect=403, recurringInvoiceId=template["id"])

    assert factory.read(invoice) == invoice
    assert factory.read(template) == template


@rule(
    "GET of every list without a token is 401 with an empty body: {resource}.",
    source="Observed: github.com/Midtown-Technology-Group/halocli, README",
)
@pytest.mark.parametrize("resource", [resource for resource, _ in RESOURCES])
def test_every_list_needs_a_token(api: Api, resource: str) -> None:
    response = api.with_auth(Anonymous()).exchange(f"{resource}.search", expect=401)

    assert response.content == b""
