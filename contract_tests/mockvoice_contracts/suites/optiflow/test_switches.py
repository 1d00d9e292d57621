"""Switches of series, taxes, products and currencies: second calls, what else stays, and what old documents keep."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.optiflow.factories import (
    UNKNOWN_ID,
    Factory,
    Record,
    id_parameter,
    workspace_header,
)
from mockvoice_contracts.suites.optiflow.new_records import new_record
from mockvoice_contracts.suites.optiflow.same_records import check_same


def prefer(api: Api, series: Record, workspace: Record, expect: int = 200) -> Record:
    path = {"workspaceId": workspace["id"], **id_parameter("document_subtypes", series)}
    return api.call("document_subtypes.set_preferred", expect=expect, **path).get("data", {})  # type: ignore[no-any-return]


@rule(
    "A series can be preferred by several workspaces, once each; another one takes its place in one of them only, in the record and in its row.",
    source="Observed: github.com/luisscruza/optiflow, app/Models/Workspace.php",
)
@pytest.mark.parametrize("kind", ["invoice", "quotation", "payment"])
def test_workspaces_prefer_series_independently(api: Api, factory: Factory, kind: str) -> None:
    first, second = (factory.series(type=kind) for _ in range(2))
    workspaces = [factory.workspace() for _ in range(2)]
    ids = [workspace["id"] for workspace in workspaces]
    for workspace in (*workspaces, workspaces[0]):
        both = prefer(api, first, workspace)
    prefer(api, second, workspaces[0])
    after = [factory.read("document_subtypes", series) for series in (first, second)]
    rows = {row["id"]: row for row in factory.all_rows("document_subtypes")}
    prefer(api, {"id": UNKNOWN_ID}, workspaces[0], expect=404)
    prefer(api, first, {"id": UNKNOWN_ID}, expect=404)

    assert sorted(both["preferred_workspace_ids"]) == sorted(ids)
    assert [record["preferred_workspace_ids"] for record in after] == [[ids[1]], [ids[0]]]
    check_same(after[0], first, ignoring=("preferred_workspace_ids", "updated_at"))
    for record in after:
        check_same(rows[record["id"]], record)
    check_same(factory.read("document_subtypes", first), after[0])
    if kind == "payment":  # An active one would number the receipts of all workspaces.
        for series in (first, second):
            factory.update("document_subtypes", series, is_active=False)


@rule(
    "toggle-active, twice, turns a series off and on and changes nothing else; is_active of an update does the same, and repeats.",
    source="Observed: github.com/luisscruza/optiflow, routes/tenant.php",
)
def test_a_series_is_turned_off_and_on(api: Api, factory: Factory) -> None:
    series, other = factory.series(end_number=90, start_number=4), factory.series()
    path = id_parameter("document_subtypes", series)
    seen = []
    for _ in range(2):
        toggled = api.call("document_subtypes.toggle_active", expect=200, **path)["data"]
        check_same(toggled, series, ignoring=("is_active", "updated_at"))
        seen.append((toggled["is_active"], factory.read("document_subtypes", series)["is_active"]))
    for active in (False, False, True):
        changed = factory.update("document_subtypes", series, is_active=active)
        check_same(changed, series, ignoring=("is_active", "updated_at"))
        seen.append((changed["is_active"], active))

    assert seen == [(False, False), (True, True), (False, False), (False, False), (True, True)]
    check_same(factory.read("document_subtypes", other), other)


@rule(
    "activate and deactivate of a product change is_active only, and leave other products and their stock.",
    source="Observed: github.com/luisscruza/optiflow, routes/tenant.php",
)
def test_a_switched_product_keeps_the_rest(api: Api, factory: Factory) -> None:
    product, other = (factory.product("2.50", cost="3.00", description="A") for _ in range(2))
    path = id_parameter("products", product)
    for action, active in (("deactivate", False), ("activate", True), ("activate", True)):
        switched = api.call(f"products.{action}", expect=200, **path)["data"]
        check_same(switched, {**product, "is_active": active}, ignoring=["updated_at"])
        check_same(factory.read("products", product), switched)

    check_same(factory.read("products", other), other)
    api.call("products.activate", expect=404, productId=UNKNOWN_ID)
    api.call("products.deactivate", expect=404, productId=UNKNOWN_ID)


@rule(
    "An invoice and a quotation keep an inactive series and currency, and can still be updated; new documents cannot have them.",
    source="Observed: github.com/luisscruza/optiflow, app/Models/DocumentSubtype.php (old invoices keep their series)",
)
@pytest.mark.parametrize("kind", ["invoices", "quotations"])
def test_documents_keep_what_became_inactive(api: Api, factory: Factory, kind: str) -> None:
    series = factory.series(type=kind.removesuffix("s"))
    currency = new_record(factory, "currencies")
    used = {"document_subtype_id": series["id"], "currency_id": currency["id"]}
    document = factory.document(kind, {"unit_price": 50}, **used)
    factory.update("document_subtypes", series, is_active=False)
    factory.update("currencies", currency, is_active=False)
    items = [{"id": document["items"][0]["id"], "quantity": 3}]
    changed = factory.update(kind, document, notes="Otra", items=items)
    for field, value in used.items():
        body = factory.document_body(kind, **{field: value})
        assert factory.error_fields(f"{kind}.create", body) == [field]

    assert {name: changed[name] for name in used} == used
    assert changed["document_number"] == document["document_number"]
    assert (changed["notes"], changed["total_amount"]) == ("Otra", "150.00")


@rule(
    "A new tax with is_default true takes is_default from the one that had it, and without it leaves it there.",
    source="Observed: github.com/luisscruza/optiflow, app/Models/Tax.php",
)
def test_a_new_tax_can_be_the_default(factory: Factory) -> None:
    before = [row["id"] for row in factory.all_rows("taxes") if row["is_default"]]
    body = {"type": "other", "rate": 1}
    created = []
    try:
        for is_default in (True, False, True):
            names = {"name": factory.unique_name("Tasa"), "is_default": is_default}
            created.append(factory.create("taxes.create", {**body, **names}))
            defaults = [row["id"] for row in factory.all_rows("taxes") if row["is_default"]]
            last = [tax["id"] for tax in created if tax["is_default"]][-1]
            assert defaults == [last]
    finally:
        for tax_id in before:
            factory.update("taxes", {"id": tax_id}, is_default=True)
        if created and not before:
            factory.update("taxes", created[-1], is_default=False)

    assert [tax["is_default"] for tax in created] == [True, False, True]
    assert factory.read("taxes", created[-1])["is_default"] is False


@rule(
    "Two currencies may have rates with one effective_date, which change nothing of each other; a rate below 0.0001 gets 422 on rate.",
    source="Observed: github.com/luisscruza/optiflow, app/Models/Currency.php",
)
def test_rates_belong_to_their_currency(factory: Factory) -> None:
    first, second = (new_record(factory, "currencies", initial_rate=3) for _ in range(2))
    past = {"rate": "7.1234", "effective_date": "2020-01-01"}
    created = [
        factory.create("currencies.add_rate", past, **id_parameter("currencies", currency))
        for currency in (first, second)
    ]
    path = id_parameter("currencies", second)
    factory.update("currencies", second, initial_rate=9)

    assert [rate["currency_id"] for rate in created] == [first["id"], second["id"]]
    for rate in (0, "0.00009", -1, None, "x"):
        assert factory.error_fields("currencies.add_rate", {"rate": rate}, **path) == ["rate"]
    for currency in (first, second):
        assert factory.read("currencies", currency)["current_rate"] == "3.0000"


@rule(
    "The numbers of a series are consecutive over all workspaces.",
    source="Observed: github.com/luisscruza/optiflow, app/Models/Workspace.php (series are tenant-wide)",
)
@pytest.mark.parametrize("kind", ["invoices", "quotations"])
def test_workspaces_share_the_counter_of_a_series(api: Api, factory: Factory, kind: str) -> None:
    series = factory.series(type=kind.removesuffix("s"))
    workspaces = [factory.workspace() for _ in range(2)]
    body = factory.document_body(kind, document_subtype_id=series["id"])
    numbers = [
        factory.create(f"{kind}.create", body, headers=workspace_header(workspace))
        for workspace in (*workspaces, *workspaces)
    ]

    expected = [f"{series['prefix']}0000000{number}" for number in range(1, 5)]
    assert [document["document_number"] for document in numbers] == expected
    assert factory.read("document_subtypes", series)["next_number"] == 5


@rule(
    "An update of a workspace by one field keeps the others, null clears it, and the header selects the workspace as before.",
    source="Assumed: the reference gives no source for null",
)
@pytest.mark.assumed
def test_fields_of_a_workspace_change_alone(api: Api, factory: Factory) -> None:
    full = {"code": "A", "description": "B", "address": "C", "phone": "D"}
    workspace, other = factory.workspace(**full), factory.workspace(**full)
    path, expected = {"workspaceId": workspace["id"]}, workspace
    for field in full:
        for value in ("X", None):
            expected = {**expected, field: value}
            body = {field: value, "owner_id": UNKNOWN_ID, "slug": "x", "is_default": True}
            changed = api.call("workspaces.update", expect=200, body=body, **path)["data"]
            check_same(changed, expected, ignoring=["updated_at"])

    rows = {row["id"]: row for row in api.call("workspaces.search", expect=200)["data"]}
    check_same(rows[workspace["id"]], changed)
    check_same(rows[other["id"]], other)
    headers = workspace_header(workspace)
    invoice = factory.create("invoices.create", factory.invoice_body(), headers=headers)
    assert invoice["workspace_id"] == workspace["id"]
