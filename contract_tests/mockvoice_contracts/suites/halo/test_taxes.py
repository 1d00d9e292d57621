"""The tax of a line, and the rates and rules that determine it."""

from collections.abc import Iterator

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.suites.halo.factories import UNKNOWN_ID, Factory, Record, line


@pytest.fixture
def rule(api: Api, factory: Factory) -> Iterator[object]:
    """Return a function that creates tax rules; delete them later, since they affect other tests."""
    rule_ids: list[int] = []

    def create(tax: Record, *conditions: Record, sequence: int) -> Record:
        body = {"taxid": tax["id"], "sequence": sequence, "tax_conditions": list(conditions)}
        stored: Record = factory.save("tax_rule", body)
        rule_ids.append(stored["id"])
        return stored

    yield create
    for rule_id in rule_ids:
        api.call("tax_rule.delete", expect=200, taxRuleId=rule_id)


def test_the_first_matching_rule_decides(factory: Factory, rule) -> None:
    standard, zero = factory.tax(20, code="STD"), factory.tax(0)
    charity, other = factory.client()["id"], factory.client()["id"]
    item_id, taxed_item_id = factory.item()["id"], factory.item(taxcode=standard["id"])["id"]
    rule(zero, {"value_type": 2, "value": f"{charity}, 1"}, sequence=-20)
    rule(standard, {"value_type": 4, "value_lookup": [{"id": str(item_id)}]}, sequence=-10)

    first = factory.invoice(line(100, _itemid=item_id), client_id=charity)["lines"][0]
    second = factory.invoice(line(100, _itemid=item_id, tax_rate=5), client_id=other)["lines"][0]
    third = factory.invoice(line(100, _itemid=taxed_item_id), client_id=other)["lines"][0]

    assert [row["tax_amount"] for row in (first, second, third)] == [0, 20, 20]
    assert first["taxRuleResult"][0]["taxid"] == zero["id"]
    assert second["taxRuleResult"][0]["taxcode"] == "STD"
    assert "taxRuleResult" not in third


@pytest.mark.parametrize("lock", ["no_tax_override", "lock_tax"])
def test_tax_rules_skip_a_locked_line(factory: Factory, rule, lock: str) -> None:
    client = factory.client()["id"]
    rule(factory.tax(20), {"value_type": 2, "value": str(client)}, sequence=-5)

    invoice = factory.invoice(
        line(100, tax_rate=7, **{lock: True}), line(100, tax_rate=7), client_id=client
    )

    assert [row["tax_amount"] for row in invoice["lines"]] == [7, 20]


@pytest.mark.parametrize(
    ("condition", "header", "line_fields"),
    [
        ({"value_type": 3, "value": "501"}, {"sitenumber": 501}, {}),
        ({"value_type": 3, "value": "502"}, {}, {"site": 502}),
        ({"value_type": 5, "value": "503"}, {}, {"group_id": 503}),
        ({"value_type": 6, "value": "504"}, {"supplier_id": 504}, {}),
        ({"value_type": 7, "value_bool": True}, {"invoicetype": 2}, {}),
    ],
    ids=str,
)
def test_all_conditions_of_a_rule_must_hold(
    factory: Factory, rule, condition, header, line_fields
) -> None:
    client = factory.client()["id"]
    rule(factory.tax(10), {"value_type": 2, "value": str(client)}, condition, sequence=-5)

    matching = factory.invoice(line(100, **line_fields), client_id=client, **header)
    other = factory.invoice(line(100), client_id=client)

    assert (matching["tax_total"], other["tax_total"]) == (10, 0)


def test_the_tax_comes_from_line_then_item_then_client(factory: Factory) -> None:
    item_tax, client_tax, contract_tax, override = (
        factory.tax(rate)["id"] for rate in (1, 2, 3, 4)
    )
    client = factory.client(item_tax_code=client_tax, contract_tax_code=contract_tax)["id"]
    item = factory.item(taxcode=item_tax)["id"]

    invoice = factory.invoice(
        line(100), line(100, _itemid=item), line(100, _itemid=item, tax_rate=9),
        line(100, _itemid=item, tax_code=str(contract_tax)), line(100, tax_code=str(contract_tax), override_tax_code=override),
        client_id=client,
    )  # fmt: skip
    template = factory.template(line(100), client_id=client)

    assert [row["tax_amount"] for row in invoice["lines"]] == [2, 1, 9, 3, 4]
    assert template["lines"][0]["tax_amount"] == 3


def test_a_line_keeps_its_tax_when_the_rate_changes(factory: Factory) -> None:
    tax = factory.tax(20, code=factory.unique_name("C").replace(" ", ""))
    invoice = factory.invoice(line(100, tax_code=tax["code"]))
    factory.save("tax", {"id": tax["id"], "value": 50})

    unchanged = factory.save(
        "invoice",
        {"id": invoice["id"], "lines": [{"id": invoice["lines"][0]["id"], "qty_order": 2}]},
    )
    recalculated = factory.save(
        "invoice",
        {
            "id": invoice["id"],
            "lines": [{"id": invoice["lines"][0]["id"], "tax_code": str(tax["id"])}],
        },
    )

    assert (unchanged["tax_total"], recalculated["tax_total"]) == (40, 100)


def test_a_rate_in_use_cannot_be_deleted(api: Api, factory: Factory, rule) -> None:
    tax = factory.tax(20)
    tax_rule = rule(tax, {"value_type": 2, "value": "0"}, sequence=99)

    assert isinstance(factory.assert_rejected("tax.delete", taxId=tax["id"]), str)
    assert api.call("tax_rule.get", expect=200, taxRuleId=tax_rule["id"])["tax_name"] == tax["name"]
    assert isinstance(factory.assert_rejected("tax_rule.save", {"taxid": UNKNOWN_ID}), str)
    assert isinstance(
        factory.assert_rejected("tax_rule.save", {"taxid": tax["id"], "tax_conditions": [{}]}), str
    )


def test_rates_are_filtered_by_tenant_and_composite_rate(api: Api, factory: Factory) -> None:
    tenant = factory.unique_name("tenant").replace(" ", "")
    part = factory.tax(
        5,
        qbo_company_id=tenant,
        xero_tenant_id=tenant,
        kashflow_tenant_id=881,
        qbotaxrate={"id": "11"},
    )
    composite = factory.tax(0, is_composite=True, linked_rates=[{"id": part["id"]}])

    for query in ({"qbocompanyid": tenant}, {"xerotenantid": tenant}, {"related_to": composite["id"]},
                  {"kashflowtenantid": 881, "xerotenantid": tenant}):  # fmt: skip
        assert [row["id"] for row in api.call("tax.search", expect=200, query=query)] == [
            part["id"]
        ], query
    plain = api.call("tax.get", expect=200, taxId=part["id"])
    with_qbo = api.call(
        "tax.get", expect=200, taxId=part["id"], query={"includeqbotaxrates": "true"}
    )
    assert ("qbotaxrate" in plain, with_qbo["qbotaxrate"]["id"]) == (False, "11")
