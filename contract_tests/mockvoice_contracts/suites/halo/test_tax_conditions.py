"""The conditions of tax rules: every type, in both forms, with several values and close ones."""

from collections.abc import Iterator
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import Factory, Record, line

HEADERS = ["invoice", "recurring_invoice"]
TOP_LEVEL, CUSTOMER, SITE, PRODUCT, BUNDLE, SUPPLIER, PURCHASE = range(1, 8)
TYPES = [TOP_LEVEL, SITE, PRODUCT, BUNDLE, SUPPLIER]


@pytest.fixture
def create_rule(api: Api, factory: Factory) -> Iterator[Any]:
    """Return a function that creates tax rules; delete them later, since they affect other tests."""
    rule_ids: list[int] = []

    def create(rate: int, *conditions: Record, **body: Any) -> int:
        fields = {"taxid": factory.tax(rate)["id"], "sequence": -5, **body}
        stored = factory.save("tax_rule", {**fields, "tax_conditions": list(conditions)})
        rule_ids.append(stored["id"])
        return rule_ids[-1]

    yield create
    for rule_id in rule_ids:
        api.call("tax_rule.delete", expect=(200, 404), taxRuleId=rule_id)


def condition(kind: int, *values: int, lookup: bool = False) -> Record:
    """Return a condition in one of its two forms."""
    if lookup:
        rows = [{"id": str(value), "name": f"No. {value}"} for value in values]
        return {"value_type": kind, "value_lookup": rows}
    return {"value_type": kind, "value": ",".join(map(str, values))}


def subject(factory: Factory, resource: str, kind: int, number: int, client: int) -> Any:
    """Return the tax of a line whose value for one type of condition is a number."""
    header: Record = {"client_id": client}
    body: Record = line(100, tax_rate=7)
    if kind == TOP_LEVEL:
        factory.save("client", {"id": client, "toplevel_id": number})
    elif kind == SITE:
        header["sitenumber"] = number
    elif kind == SUPPLIER:
        header["supplier_id"] = number
    else:
        body["_itemid" if kind == PRODUCT else "group_id"] = number
    return factory.header(resource, body, **header)["tax_total"]


@rule(
    "A condition of a tax rule with value_type {kind} holds for each of its listed values, as value and as value_lookup, and for no other, also not for one that contains a listed one.",
    source="Assumed: usehalo.com/guide/tax-rules documents the conditions, the codes of value_type have no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("lookup", [False, True])
@pytest.mark.parametrize("kind", TYPES)
def test_each_type_of_condition_has_its_values(
    factory: Factory, create_rule: Any, kind: int, lookup: bool
) -> None:
    client = factory.client()["id"]
    items = [factory.item()["id"] for _ in range(3)] if kind == PRODUCT else [501, 502, 503]
    first, second, other = items
    close = int(f"{first}9")
    numbers = [first, second, other] if kind == PRODUCT else [first, second, other, close]
    create_rule(20, condition(CUSTOMER, client), condition(kind, 0, first, second, lookup=lookup))

    taxes = [subject(factory, "invoice", kind, number, client) for number in numbers]
    template = subject(factory, "recurring_invoice", kind, second, client)

    assert taxes == [20, 20, 7, 7][: len(numbers)]
    assert template == 20


@rule(
    "The condition purchase entity holds for PO invoices with value_bool true, and for all other kinds with false.",
    source="Assumed: usehalo.com/guide/tax-rules documents the condition, its codes have no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", HEADERS)
@pytest.mark.parametrize(("flag", "taxes"), [(True, [7, 7, 20]), (False, [20, 20, 7])])
def test_purchases_are_told_apart(
    factory: Factory, create_rule: Any, resource: str, flag: bool, taxes: list[int]
) -> None:
    client = factory.client()["id"]
    create_rule(20, condition(CUSTOMER, client), {"value_type": PURCHASE, "value_bool": flag})
    records = [
        factory.header(resource, line(100, tax_rate=7), client_id=client, typeid=kind)
        for kind in (0, 1, 2)
    ]

    assert [record["tax_total"] for record in records] == taxes


@rule(
    "Of three conditions of a tax rule all must hold; a new sequence, new conditions and the deletion of a rule apply to the lines that are saved later.",
    source="Assumed: usehalo.com/guide/tax-rules documents the conditions, the codes of value_type have no source",
)
@pytest.mark.assumed
def test_a_changed_rule_applies_to_later_lines(
    api: Api, factory: Factory, create_rule: Any
) -> None:
    client, item = factory.client()["id"], factory.item()["id"]
    own = condition(CUSTOMER, client)
    general = create_rule(10, own, sequence=-8)
    special = create_rule(20, own, condition(PRODUCT, item), condition(SITE, 601), sequence=-7)

    def tax(site: int = 601) -> Any:
        body = line(100, _itemid=item, tax_rate=7)
        return factory.invoice(body, client_id=client, sitenumber=site)["tax_total"]

    taxes = [tax()]
    factory.save("tax_rule", {"id": special, "sequence": -9})
    taxes += [tax(), tax(site=602)]
    conditions = [own, condition(PRODUCT, item)]
    factory.save("tax_rule", {"id": special, "tax_conditions": conditions})
    taxes.append(tax(site=602))
    api.call("tax_rule.delete", expect=200, taxRuleId=special)
    taxes.append(tax())
    api.call("tax_rule.delete", expect=200, taxRuleId=general)
    taxes.append(tax())

    assert taxes == [10, 20, 10, 20, 10, 7]


@rule(
    "The site of a line precedes that of its record of {resource}, and a supplier that of its record.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("resource", HEADERS)
@pytest.mark.parametrize(
    ("kind", "of_header", "of_line"),
    [(SITE, "sitenumber", "site"), (SUPPLIER, "supplier_id", "supplier")],
)
def test_the_line_precedes_its_header(
    factory: Factory, create_rule: Any, resource: str, kind: int, of_header: str, of_line: str
) -> None:
    client = factory.client()["id"]
    create_rule(20, condition(CUSTOMER, client), condition(kind, 701))
    own, inherited = line(100, tax_rate=7, **{of_line: 702}), line(100, tax_rate=7)
    record = factory.header(resource, own, inherited, client_id=client, **{of_header: 701})

    assert [row["tax_amount"] for row in record["lines"]] == [7, 20]
