"""The tax of a line, and the rates and rules that determine it."""

from collections.abc import Iterator

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import UNKNOWN_ID, Factory, Record, line


@pytest.fixture
def create_rule(api: Api, factory: Factory) -> Iterator[object]:
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


@rule(
    "The tax rule with the lowest sequence whose conditions match sets a line's tax, before every other tax setting.",
    source="Assumed: usehalo.com/guide/tax-rules documents the order, the codes of value_type have no source",
)
@pytest.mark.assumed
def test_the_first_matching_rule_decides(factory: Factory, create_rule) -> None:
    standard, zero = factory.tax(20, code="STD"), factory.tax(0)
    charity, other = factory.client()["id"], factory.client()["id"]
    item_id, taxed_item_id = factory.item()["id"], factory.item(taxcode=standard["id"])["id"]
    create_rule(zero, {"value_type": 2, "value": f"{charity}, 1"}, sequence=-20)
    create_rule(standard, {"value_type": 4, "value_lookup": [{"id": str(item_id)}]}, sequence=-10)

    first = factory.invoice(line(100, _itemid=item_id), client_id=charity)["lines"][0]
    second = factory.invoice(line(100, _itemid=item_id, tax_rate=5), client_id=other)["lines"][0]
    third = factory.invoice(line(100, _itemid=taxed_item_id), client_id=other)["lines"][0]

    assert [row["tax_amount"] for row in (first, second, third)] == [0, 20, 20]
    assert first["taxRuleResult"][0]["taxid"] == zero["id"]
    assert second["taxRuleResult"][0]["taxcode"] == "STD"
    assert "taxRuleResult" not in third


@rule(
    "A tax rule without conditions sets the tax of every line that no rule before it matches.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
# In a shared account, the rule would change the invoices of all others.
@pytest.mark.needs("settings")
def test_a_rule_without_conditions_fits_every_line(factory: Factory, create_rule) -> None:
    exempt, client = factory.client()["id"], factory.client()["id"]
    create_rule(factory.tax(0), {"value_type": 2, "value": str(exempt)}, sequence=-20)
    create_rule(factory.tax(20), sequence=-10)

    invoices = [factory.invoice(line(100, tax_rate=7), client_id=row) for row in (exempt, client)]

    assert [invoice["tax_total"] for invoice in invoices] == [0, 20]


@rule(
    "A condition of a tax rule holds for each of the listed values, here for three clients, and for no other.",
    source="Assumed: usehalo.com/guide/tax-rules documents it, the codes of value_type have no source",
)
@pytest.mark.assumed
def test_any_listed_value_meets_a_condition(factory: Factory, create_rule) -> None:
    clients = [factory.client()["id"] for _ in range(4)]
    listed = ", ".join(map(str, clients[:3]))
    create_rule(factory.tax(20), {"value_type": 2, "value": listed}, sequence=-5)

    invoices = [factory.invoice(line(100, tax_rate=7), client_id=client) for client in clients]

    assert [invoice["tax_total"] for invoice in invoices] == [20, 20, 20, 7]


@rule(
    "Tax rules skip a line with {lock}.",
    source="Assumed: the property is documented, the rule is not",
)
@pytest.mark.assumed
@pytest.mark.parametrize("lock", ["no_tax_override", "lock_tax"])
def test_tax_rules_skip_a_locked_line(factory: Factory, create_rule, lock: str) -> None:
    client = factory.client()["id"]
    create_rule(factory.tax(20), {"value_type": 2, "value": str(client)}, sequence=-5)

    invoice = factory.invoice(
        line(100, tax_rate=7, **{lock: True}), line(100, tax_rate=7), client_id=client
    )

    assert [row["tax_amount"] for row in invoice["lines"]] == [7, 20]


@rule(
    "A tax rule applies only if all its conditions hold: {condition}.",
    source="Assumed: usehalo.com/guide/tax-rules documents this, the codes of value_type have no source",
)
@pytest.mark.assumed
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
    factory: Factory, create_rule, condition, header, line_fields
) -> None:
    client = factory.client()["id"]
    create_rule(factory.tax(10), {"value_type": 2, "value": str(client)}, condition, sequence=-5)

    matching = factory.invoice(line(100, **line_fields), client_id=client, **header)
    other = factory.invoice(line(100), client_id=client)

    assert (matching["tax_total"], other["tax_total"]) == (10, 0)


@rule(
    "Without a tax rule, a line's tax comes from override_tax_code or tax_code, else from its item, else from its client.",
    source="Assumed: the properties are documented, their order is not",
)
@pytest.mark.assumed
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


@rule(
    "A line keeps its tax_rate when the Tax changes, until its tax_code is set again.",
    source="Documented: usehalo.com/guide/tax-rules",
)
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


@rule(
    "A Tax that a tax rule names cannot be deleted, and a tax rule with an unknown taxid is rejected: 400 with a text.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_a_rate_in_use_cannot_be_deleted(api: Api, factory: Factory, create_rule) -> None:
    tax = factory.tax(20)
    tax_rule = create_rule(tax, {"value_type": 2, "value": "0"}, sequence=99)

    assert isinstance(factory.assert_rejected("tax.delete", taxId=tax["id"]), str)
    assert api.call("tax_rule.get", expect=200, taxRuleId=tax_rule["id"])["tax_name"] == tax["name"]
    assert isinstance(factory.assert_rejected("tax_rule.save", {"taxid": UNKNOWN_ID}), str)
    assert isinstance(
        factory.assert_rejected("tax_rule.save", {"taxid": tax["id"], "tax_conditions": [{}]}), str
    )


@rule(
    "GET /Tax is filtered by qbocompanyid, xerotenantid and kashflowtenantid; a single Tax has qbotaxrate with includeqbotaxrates=true.",
    source="Documented: usehalo.com/swagger, GET /Tax",
)
def test_rates_are_filtered_by_tenant(api: Api, factory: Factory) -> None:
    tenant = factory.unique_name("tenant").replace(" ", "")
    part = factory.tax(
        5,
        qbo_company_id=tenant,
        xero_tenant_id=tenant,
        kashflow_tenant_id=881,
        qbotaxrate={"id": "11"},
    )
    for query in ({"qbocompanyid": tenant}, {"xerotenantid": tenant},
                  {"kashflowtenantid": 881, "xerotenantid": tenant}):  # fmt: skip
        assert [row["id"] for row in api.call("tax.search", expect=200, query=query)] == [
            part["id"]
        ], query
    query = {"includeqbotaxrates": "true"}
    with_qbo = api.call("tax.get", expect=200, taxId=part["id"], query=query)
    assert with_qbo["qbotaxrate"]["id"] == "11"


@rule(
    "GET /Tax with related_to lists the linked_rates of this composite rate.",
    source="Assumed: the parameter is documented, the rule is not",
)
@pytest.mark.assumed
def test_the_parts_of_a_composite_rate_are_related_to_it(api: Api, factory: Factory) -> None:
    first, second, _ = factory.tax(5), factory.tax(7), factory.tax(9)
    links = [{"id": first["id"]}, {"id": second["id"]}]
    composite = factory.tax(0, is_composite=True, linked_rates=links)

    rows = api.call("tax.search", expect=200, query={"related_to": composite["id"]})

    assert [row["id"] for row in rows] == [first["id"], second["id"]]
