"""Products, tags, tag groups, taxes and the chart of accounts."""

from decimal import Decimal

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.count.comparison import shared_members
from mockvoice_contracts.suites.count.factories import UNKNOWN_ID, Factory, Record, to_decimal


@rule(
    "POST /partners/products stores every sent field, and GET returns the same product.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_a_created_product_has_the_sent_values(api: Api, factory: Factory) -> None:
    body = {
        "name": factory.unique_name("Beans"), "description": "Roasted", "categoryAccountUuid": factory.income_account_id,
        "purchaseCategoryAccountUuid": factory.account("Expenses")["id"], "currency": "EUR",
        "taxUuids": [factory.taxes[0]["uuid"]], "price": "19.99", "purchasePrice": 11.4,
        "pricingMethod": "hour", "taxExempt": True,
    }  # fmt: skip
    created = api.call("products.create", expect=201, body=body)["data"]

    assert created["id"] == created["uuid"]
    assert to_decimal(created["price"]) == Decimal("19.99")
    unchanged = body.keys() - {"price", "purchasePrice"}
    assert {name: created[name] for name in unchanged} == {name: body[name] for name in unchanged}
    read = api.call("products.get", expect=200, productId=created["id"])["data"]
    assert shared_members(read, created) == shared_members(created, read)


@rule(
    "PATCH of a product accepts null, ignores unknown fields with a warning; find-by-name ignores case; after DELETE the product is 404.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_a_product_is_updated_found_and_deleted(api: Api, factory: Factory) -> None:
    created = factory.product(price=5)
    path = {"productId": created["id"]}
    body = {"price": None, "categoryAccountUuid": None, "colour": 1}
    changed = api.call("products.update", expect=200, body=body, **path)["data"]
    assert (changed["price"], changed["categoryAccountUuid"]) == (None, None)
    assert changed["_partnerWarnings"][0]["reason"] == "unknown_field"
    by_name = {"name": created["name"].upper()}
    result = api.call("products.find_by_name", expect=200, query=by_name)["data"]
    assert result["id"] == created["id"]

    api.call("products.delete", expect=200, **path)
    api.call("products.get", expect=404, **path)
    api.call("products.find_by_name", expect=404, query=by_name)


@rule(
    "A product name that another product has, in any case, returns 409.",
    source="Assumed: unique in the vendor's user interface",
)
@pytest.mark.assumed
def test_a_product_name_is_unique(api: Api, factory: Factory) -> None:
    created, other = factory.product(), factory.product()
    name = {"name": created["name"].upper()}

    assert api.call("products.create", expect=409, body=name)["code"] == "product_name_exists"
    api.call("products.update", expect=409, body=name, productId=other["id"])
    api.call("products.update", expect=200, body=name, productId=created["id"])


@rule(
    "A product whose {field} names an unknown record returns 404.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"categoryAccountUuid": UNKNOWN_ID}, "categoryAccountUuid"),
        ({"purchaseCategoryAccountUuid": UNKNOWN_ID}, "purchaseCategoryAccountUuid"),
        ({"taxUuids": [UNKNOWN_ID]}, "taxUuids.0"),
    ],
)
def test_references_of_a_product_must_exist(
    api: Api, factory: Factory, fields: Record, field: str
) -> None:
    body = {"name": factory.unique_name("Lost"), **fields}
    error = api.call("products.create", expect=404, body=body)

    assert error["details"]["field"] == field


@rule(
    "An update of a product's name, account and taxes does not change the lines of existing invoices.",
    source="Assumed: the vendor states no rule",
)
@pytest.mark.assumed
def test_documents_keep_their_lines_when_a_product_is_updated(api: Api, factory: Factory) -> None:
    product = factory.product(taxUuids=[factory.tax(5)["uuid"]])
    line = factory.line(product=product)
    del line["taxes"]
    invoice = factory.invoice(products=[line])
    body = {
        "name": factory.unique_name("Renamed"),
        "categoryAccountUuid": factory.account("Income")["id"],
        "taxUuids": [],
    }
    api.call("products.update", expect=200, body=body, productId=product["id"])

    read = factory.get_invoice(invoice)
    assert shared_members(read, invoice) == shared_members(invoice, read)


@rule(
    "The list of {kind} has its rows under records and under the resource's name; totalPages counts pages of limit rows, the last one too if it is not full; limit above 100 or page 0 returns 400.",
    source="Assumed: the vendor's page and its client use one name each",
)
@pytest.mark.assumed
@pytest.mark.parametrize("kind", ["products", "tags", "tag_groups", "taxes"])
def test_lists_have_their_rows_under_two_names(api: Api, kind: str) -> None:
    page = api.call(f"{kind}.search", expect=200, query={"limit": 2})["data"]
    name = {"tag_groups": "tagGroups"}.get(kind, kind)

    assert page["records"] == page[name]
    assert len(page["records"]) <= 2
    pages_of_two_rows = (page["totalRecords"] + 1) // 2
    assert page["totalPages"] == pages_of_two_rows
    for query in ({"limit": 101}, {"page": 0}):
        assert api.call(f"{kind}.search", expect=400, query=query)["code"] == "validation_error"


@rule(
    "A search in the list of a {kind} ignores case, and its rows are sorted by name.",
    source="Assumed: the search is in github.com/getcount/count-cli, the order is not",
)
@pytest.mark.assumed
@pytest.mark.parametrize("kind", ["product", "tag", "tag_group"])
def test_lists_are_searched_and_sorted_by_name(api: Api, factory: Factory, kind: str) -> None:
    word = factory.unique_name("found").split()[1]
    for letter in "bCa":
        getattr(factory, kind)(name=f"{letter} {word}")
    query = {"search": word.upper(), "limit": 100}
    result = api.call(f"{kind}s.search", expect=200, query=query)["data"]

    assert [row["name"][0] for row in result["records"]] == ["a", "b", "C"]


@rule(
    "An invoice shows the current name of its tags, also after the tag was deleted; new invoices cannot use a deleted tag.",
    source="Assumed: the vendor states no rule",
)
@pytest.mark.assumed
def test_a_renamed_tag_has_its_new_name_on_documents(
    api: Api, target: Target, factory: Factory
) -> None:
    tag = factory.tag(color="#2f6f4f")
    invoice = factory.invoice(tagUuids=[tag["id"]])
    name = factory.unique_name("Renamed")
    path = {"tagId": tag["id"]}

    def tags_of(invoice: Record) -> list[tuple[str, str]]:
        return [(row["id"], row["name"]) for row in factory.get_invoice(invoice)["tags"]]

    changed = api.call("tags.update", expect=200, body={"name": name}, **path)["data"]
    assert (changed["name"], changed["color"]) == (name, "#2f6f4f")
    assert tags_of(invoice) == [(tag["id"], name)]

    api.call("tags.delete", expect=200, **path)
    api.call("tags.get", expect=404, **path)
    assert tags_of(invoice) == [(tag["id"], name)]
    body = factory.invoice_body(tagUuids=[tag["id"]])
    api.call("invoices.create", expect=target.expected_status(strict=400, observed=404), body=body)


@rule(
    "find-by-name returns the tags whose name begins with name, in any case; no match gives an empty list.",
    source="Documented: developers.getcount.com/rest-api-reference/tags",
)
def test_tags_are_found_by_name_prefix(api: Api, factory: Factory) -> None:
    word = factory.unique_name("Begins")
    created = [factory.tag(name=word + letter)["id"] for letter in ("b", "A")]
    factory.tag(name="Not " + word)
    result = api.call("tags.find_by_name", expect=200, query={"name": word.lower()})["data"]

    assert [row["id"] for row in result["records"]] == created[::-1]
    assert (result["totalRecords"], result["records"]) == (2, result["tags"])
    no_match = api.call("tags.find_by_name", expect=200, query={"name": factory.unique_name("zz")})[
        "data"
    ]
    assert no_match["records"] == []
    api.call("tags.find_by_name", expect=400, query={"name": ""})


@rule(
    "A tag is in at most one tag group: tagUuids with a grouped tag returns 400; an empty tagUuids frees the tags.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_a_tag_is_in_at_most_one_group(api: Api, factory: Factory) -> None:
    tag, other = factory.tag(), factory.tag()
    group = factory.tag_group(tagUuids=[tag["id"], other["id"]])
    first_tag = group["tags"][0]
    assert (first_tag["id"], first_tag["name"]) == (tag["id"], tag["name"])
    read = api.call("tags.get", expect=200, tagId=tag["id"])["data"]
    groups = [(row["id"], row["name"]) for row in read["groups"]]
    assert groups == [(group["id"], group["name"])]

    body = {"name": factory.unique_name("Second"), "tagUuids": [tag["id"]]}
    error = api.call("tag_groups.create", expect=400, body=body)
    assert error["code"] == "tag_already_grouped"
    assert error["details"]["tagUuid"] == tag["id"]
    path = {"tagGroupId": group["id"]}
    api.call("tags.delete", expect=200, tagId=other["id"])
    assert api.call("tag_groups.get", expect=200, **path)["data"]["tagUuids"] == [tag["id"]]
    cleared = api.call("tag_groups.update", expect=200, body={"tagUuids": []}, **path)["data"]
    assert cleared["tags"] == []
    api.call("tag_groups.create", expect=201, body=body)


@rule(
    "A taken tag group name returns 409; deleting a group keeps its tags without a group.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_a_group_name_is_unique_and_a_deletion_keeps_its_tags(api: Api, factory: Factory) -> None:
    tag = factory.tag()
    group = factory.tag_group(tagUuids=[tag["id"]])
    name = {"name": group["name"].upper()}
    error = api.call("tag_groups.create", expect=409, body=name)
    assert error["code"] == "tag_group_name_exists"

    path = {"tagGroupId": group["id"]}
    api.call("tag_groups.delete", expect=200, **path)
    api.call("tag_groups.get", expect=404, **path)
    assert api.call("tags.get", expect=200, tagId=tag["id"])["data"]["groups"] == []
    api.call("tag_groups.create", expect=404, body={"name": "x", "tagUuids": [UNKNOWN_ID]})


@rule(
    "account-sub-types are sorted by id, and type filters them exactly.",
    source="Assumed: the vendor's client lists the fields, not the order",
)
@pytest.mark.assumed
def test_account_sub_types_are_listed_by_id(api: Api) -> None:
    rows = api.call("account_sub_types.search", expect=200)["data"]["accountSubTypes"]
    ids = [row["id"] for row in rows]
    assert ids == sorted(ids)

    income = api.call("account_sub_types.search", expect=200, query={"type": "Income"})["data"]
    assert {row["type"] for row in income["records"]} == {"Income"}
    api.call("account_sub_types.search", expect=400, query={"type": "income"})


@rule(
    "The type of an account is that of its subTypeId; an unknown subTypeId returns 404.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_the_type_of_an_account_is_derived_from_its_sub_type(api: Api, factory: Factory) -> None:
    created = factory.account(
        "Expenses", accountNumber=factory.unique_name("6"), taxes=[factory.taxes[0]["id"]]
    )
    assert (created["type"], created["status"], created["editable"]) == ("Expenses", "active", True)
    assert created["id"] == created["accUuid"] == created["accountUuid"]
    assert created["subType"]["id"] == created["subTypeId"]
    assert created["taxes"][0]["id"] == factory.taxes[0]["id"]

    api.call("accounts.create", expect=404, body={"name": "x", "subTypeId": 2147483647})
    api.call("accounts.create", expect=400, body={"name": "x", "subTypeId": "sales"})


@rule(
    "chart-of-accounts is filtered by type, subTypeId, inactive, onlyCategoryAccounts and by search in name or number.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_accounts_are_filtered(api: Api, factory: Factory) -> None:
    word = factory.unique_name("filtered").split()[1]
    income = factory.account("Income", name=f"b {word}", accountNumber=f"1{word}")
    expense = factory.account("Expenses", name=f"a {word}", status="inactive")
    asset = factory.account("Assets", name=f"c {word}")

    def search(**query: object) -> list[str]:
        page = api.call(
            "accounts.search", expect=200, query={"search": word, "limit": 100, **query}
        )["data"]
        assert page["records"] == page["accounts"]
        return [row["id"] for row in page["records"]]

    assert search() == [income["id"], expense["id"], asset["id"]]
    assert search(type="Income") == [income["id"]]
    assert search(subTypeId=asset["subTypeId"]) == [asset["id"]]
    assert search(inactive=True) == [expense["id"]]
    assert search(inactive=False) == [income["id"], asset["id"]]
    assert search(onlyCategoryAccounts=True) == [income["id"], expense["id"]]
    assert search(search=f"1{word}".upper()) == [income["id"]]
    api.call("accounts.search", expect=400, query={"type": "income"})


@rule(
    "PATCH of an account keeps its type, allows one level of sub-accounts of the same type, and requires a change.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_an_account_cannot_change_its_type(api: Api, factory: Factory) -> None:
    parent, child = factory.account("Income", currency="EUR"), factory.account("Income")
    path = {"accountId": child["id"]}
    body: Record = {
        "name": factory.unique_name("Renamed"),
        "parentAccountId": parent["id"],
        "type": "Equity",
    }
    changed = api.call("accounts.update", expect=200, body=body, **path)["data"]
    assert (changed["name"], changed["parentAccountId"]) == (body["name"], parent["id"])
    assert (changed["currency"], changed["type"]) == ("EUR", "Income")
    warnings = [(row["field"], row["reason"]) for row in changed["_partnerWarnings"]]
    assert warnings == [("type", "internal_only")]

    asset = factory.account("Assets")
    for body in (
        {"subTypeId": asset["subTypeId"]},
        {"parentAccountId": child["id"]},
        {"parentAccountId": asset["id"]},
        {},
    ):
        api.call("accounts.update", expect=400, body=body, **path)
    api.call(
        "accounts.update",
        expect=400,
        body={"parentAccountId": asset["id"]},
        accountId=parent["id"],
    )
    body = {"isChildAccount": False}
    changed = api.call("accounts.update", expect=200, body=body, **path)["data"]
    assert changed["parentAccountId"] is None


@rule(
    "A protected field of a system account returns 403 protected_field, and DELETE returns 400.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_system_accounts_are_protected(api: Api) -> None:
    rows = api.call("accounts.search", expect=200, query={"limit": 5000})["data"]["accounts"]
    system_account = next((row for row in rows if not row["editable"]), None)
    if system_account is None:
        pytest.skip("the workspace has no system account")
    path = {"accountId": system_account["id"]}
    error = api.call("accounts.update", expect=403, body={"name": "Mine"}, **path)
    assert error["code"] == "protected_field"
    assert error["details"]["field"] == "name"

    same_value = {"description": system_account["description"]}
    api.call("accounts.update", expect=200, body=same_value, **path)
    error = api.call("accounts.delete", expect=400, **path)
    assert error["code"] == "account_not_deletable"
    assert error["details"]["deleteBlockedReason"] == "NOT_EDITABLE"


@rule(
    "An account with sub-accounts, products or postings cannot be deleted: includeDeleteMeta and the 400 name the deleteBlockedReason.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_an_account_can_be_deleted_only_when_unused(api: Api, factory: Factory) -> None:
    parent, child = factory.account(), factory.account()
    body = {"parentAccountId": parent["id"]}
    api.call("accounts.update", expect=200, body=body, accountId=child["id"])
    product = factory.product(categoryAccountUuid=child["id"])
    used = factory.account("Assets")
    transaction = factory.transaction(accUuid=used["id"])
    query = {"includeDeleteMeta": True, "limit": 5000}

    def delete_blocked_reason(account: Record) -> object:
        rows = api.call("accounts.search", expect=200, query=query)["data"]["accounts"]
        row = next(row for row in rows if row["id"] == account["id"])
        assert row["canDelete"] is ("deleteBlockedReason" not in row)
        reason = row.get("deleteBlockedReason")
        if reason is not None:
            error = api.call("accounts.delete", expect=400, accountId=account["id"])
            assert error["details"]["deleteBlockedReason"] == reason
        return reason

    assert delete_blocked_reason(parent) == "HAS_SUB_ACCOUNTS"
    assert delete_blocked_reason(child) == "HAS_INVOICE_PRODUCTS"
    assert delete_blocked_reason(used) == "HAS_JOURNAL_ENTRIES"
    api.call("products.delete", expect=200, productId=product["id"])
    api.call("transactions.delete", expect=200, transactionId=transaction["id"])
    for account in (child, parent, used):
        assert delete_blocked_reason(account) is None
        api.call("accounts.delete", expect=200, accountId=account["id"])
        api.call("accounts.delete", expect=404, accountId=account["id"])


@rule(
    "chart-of-accounts/bulk returns 201 with success or error for each row; one bad row does not affect the others.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_rows_of_a_bulk_creation_of_accounts_are_independent(api: Api, factory: Factory) -> None:
    sub_type = {"subTypeId": factory.account()["subTypeId"]}
    rows = [{"name": factory.unique_name("Bulk"), **sub_type}, sub_type, 7]
    result = api.call("accounts.bulk_create", expect=201, body={"accounts": rows})["data"]

    assert [row["success"] for row in result["results"]] == [True, False, False]
    assert all(isinstance(row["error"], str) and row["error"] for row in result["results"][1:])
