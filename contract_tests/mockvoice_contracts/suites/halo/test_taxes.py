"""Which tax a line gets, and the rates and rules behind it."""

from collections.abc import Iterator

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.suites.halo.factories import NO_RECORD, Factory, Record, line


@pytest.fixture
def rule(api: Api, make: Factory) -> Iterator[object]:
    """Makes tax rules, which would rule every other scenario too if they stayed."""
    made: list[int] = []

    def make_rule(tax: Record, *conditions: Record, sequence: int) -> Record:
        body = {"taxid": tax["id"], "sequence": sequence, "tax_conditions": list(conditions)}
        stored: Record = make.save("tax_rule", body)
        made.append(stored["id"])
        return stored

    yield make_rule
    for rule_id in made:
        api.call("tax_rule.delete", expect=200, taxRuleId=rule_id)


def test_the_first_rule_that_fits_decides(make: Factory, rule) -> None:
    standard, none = make.tax(20, code="STD"), make.tax(0)
    charity, other = make.client()["id"], make.client()["id"]
    ruled, plain = make.item()["id"], make.item(taxcode=standard["id"])["id"]
    rule(none, {"value_type": 2, "value": f"{charity}, 1"}, sequence=-20)
    rule(standard, {"value_type": 4, "value_lookup": [{"id": str(ruled)}]}, sequence=-10)

    first = make.invoice(line(100, _itemid=ruled), client_id=charity)["lines"][0]
    second = make.invoice(line(100, _itemid=ruled, tax_rate=5), client_id=other)["lines"][0]
    third = make.invoice(line(100, _itemid=plain), client_id=other)["lines"][0]

    assert [each["tax_amount"] for each in (first, second, third)] == [0, 20, 20]
    assert first["taxRuleResult"][0]["taxid"] == none["id"]
    assert second["taxRuleResult"][0]["taxcode"] == "STD"
    assert "taxRuleResult" not in third


@pytest.mark.parametrize("lock", ["no_tax_override", "lock_tax"])
def test_a_locked_line_is_not_ruled(make: Factory, rule, lock: str) -> None:
    client = make.client()["id"]
    rule(make.tax(20), {"value_type": 2, "value": str(client)}, sequence=-5)

    made = make.invoice(
        line(100, tax_rate=7, **{lock: True}), line(100, tax_rate=7), client_id=client
    )

    assert [each["tax_amount"] for each in made["lines"]] == [7, 20]


@pytest.mark.parametrize(
    ("condition", "header", "of_line"),
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
    make: Factory, rule, condition, header, of_line
) -> None:
    client = make.client()["id"]
    rule(make.tax(10), {"value_type": 2, "value": str(client)}, condition, sequence=-5)

    fits = make.invoice(line(100, **of_line), client_id=client, **header)
    misses = make.invoice(line(100), client_id=client)

    assert (fits["tax_total"], misses["tax_total"]) == (10, 0)


def test_settings_of_line_item_and_client_come_in_turn(make: Factory) -> None:
    of_item, of_client, own, over = (make.tax(rate)["id"] for rate in (1, 2, 3, 4))
    client = make.client(item_tax_code=of_client, contract_tax_code=own)["id"]
    item = make.item(taxcode=of_item)["id"]

    made = make.invoice(
        line(100), line(100, _itemid=item), line(100, _itemid=item, tax_rate=9),
        line(100, _itemid=item, tax_code=str(own)), line(100, tax_code=str(own), override_tax_code=over),
        client_id=client,
    )  # fmt: skip
    template = make.template(line(100), client_id=client)

    assert [each["tax_amount"] for each in made["lines"]] == [2, 1, 9, 3, 4]
    assert template["lines"][0]["tax_amount"] == 3


def test_a_line_keeps_its_tax_when_the_rate_changes(make: Factory) -> None:
    tax = make.tax(20, code=make.name("C").replace(" ", ""))
    made = make.invoice(line(100, tax_code=tax["code"]))
    make.save("tax", {"id": tax["id"], "value": 50})

    kept = make.save(
        "invoice", {"id": made["id"], "lines": [{"id": made["lines"][0]["id"], "qty_order": 2}]}
    )
    anew = make.save(
        "invoice",
        {"id": made["id"], "lines": [{"id": made["lines"][0]["id"], "tax_code": str(tax["id"])}]},
    )

    assert (kept["tax_total"], anew["tax_total"]) == (40, 100)


def test_a_rate_that_is_named_cannot_go(api: Api, make: Factory, rule) -> None:
    tax = make.tax(20)
    made = rule(tax, {"value_type": 2, "value": "0"}, sequence=99)

    assert isinstance(make.refused("tax.delete", taxId=tax["id"]), str)
    assert api.call("tax_rule.get", expect=200, taxRuleId=made["id"])["tax_name"] == tax["name"]
    assert isinstance(make.refused("tax_rule.save", {"taxid": NO_RECORD}), str)
    assert isinstance(
        make.refused("tax_rule.save", {"taxid": tax["id"], "tax_conditions": [{}]}), str
    )


def test_rates_are_found_by_their_tenants_and_their_whole(api: Api, make: Factory) -> None:
    word = make.name("tenant").replace(" ", "")
    part = make.tax(
        5, qbo_company_id=word, xero_tenant_id=word, kashflow_tenant_id=881, qbotaxrate={"id": "11"}
    )
    whole = make.tax(0, is_composite=True, linked_rates=[{"id": part["id"]}])

    for query in ({"qbocompanyid": word}, {"xerotenantid": word}, {"related_to": whole["id"]},
                  {"kashflowtenantid": 881, "xerotenantid": word}):  # fmt: skip
        assert [row["id"] for row in api.call("tax.search", expect=200, query=query)] == [
            part["id"]
        ], query
    plain = api.call("tax.get", expect=200, taxId=part["id"])
    with_qbo = api.call(
        "tax.get", expect=200, taxId=part["id"], query={"includeqbotaxrates": "true"}
    )
    assert ("qbotaxrate" in plain, with_qbo["qbotaxrate"]["id"]) == (False, "11")
