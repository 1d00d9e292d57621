"""Reference data of invoices: contacts, products and the account's settings."""

from datetime import timedelta
from decimal import Decimal

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.clock import ServerClock
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.optiflow.factories import (
    ID_PARAMETERS,
    UNKNOWN_ID,
    Factory,
    Record,
    id_parameter,
)
from mockvoice_contracts.suites.optiflow.new_records import new_record
from mockvoice_contracts.suites.optiflow.same_records import check_same, instant

RESOURCES = [
    "contacts",
    "products",
    "taxes",
    "currencies",
    "document_subtypes",
    "salesmen",
    "bank_accounts",
]


@rule(
    "A record of {kind} is read as it was created, and an update with name changes nothing else.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/contacts and api/products",
)
@pytest.mark.parametrize("kind", RESOURCES)
@pytest.mark.parametrize("action", ["update", "replace"])
def test_a_new_record_can_be_read_and_renamed(
    api: Api, factory: Factory, kind: str, action: str
) -> None:
    created, name = new_record(factory, kind), factory.unique_name("Otro nombre")
    path_params = id_parameter(kind, created)
    check_same(factory.read(kind, created), created)
    changed = api.call(f"{kind}.{action}", expect=200, body={"name": name}, **path_params)["data"]

    expected = {**created, "name": name, "updated_at": changed["updated_at"]}
    if kind == "salesmen":
        expected["full_name"] = f"{name} {created['surname']}"
    check_same(changed, expected)
    check_same(factory.read(kind, created), expected)


@rule(
    "A record of {kind} that nothing uses is deleted with 204, and gets 404 afterwards.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/overview",
)
@pytest.mark.parametrize("kind", [kind for kind in RESOURCES if kind != "document_subtypes"])
def test_an_unused_record_can_be_deleted(api: Api, factory: Factory, kind: str) -> None:
    path_params = id_parameter(kind, new_record(factory, kind))
    api.call(f"{kind}.delete", expect=204, **path_params)

    api.call(f"{kind}.get", expect=404, **path_params)
    api.call(f"{kind}.delete", expect=404, **path_params)


@rule(
    "GET of {kind} with the id {number} gets 404 with a message.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/overview",
)
@pytest.mark.parametrize("kind", ID_PARAMETERS)
@pytest.mark.parametrize("number", [UNKNOWN_ID, 0, "x", "1.5", "-1"])
def test_an_unknown_id_is_not_found(api: Api, kind: str, number: object) -> None:
    response = api.call(f"{kind}.get", expect=404, **{ID_PARAMETERS[kind]: number})

    assert response["message"]
    if api.target.is_mock:  # The text is assumed.
        assert response == {"message": "Resource not found."}


def check_kept(api: Api, factory: Factory, kinds: list[str]) -> None:
    """Check that records of an invoice cannot be deleted, even after the invoice was."""
    contact, product, salesman = factory.contact(), factory.service(), factory.salesman()
    tax, currency = new_record(factory, "taxes"), new_record(factory, "currencies")
    line = {"product_id": product["id"], "taxes": [tax["id"]]}
    invoice = factory.invoice(
        line, contact_id=contact["id"], currency_id=currency["id"], salesmen_ids=[salesman["id"]]
    )
    used = {
        "contacts": contact,
        "products": product,
        "salesmen": salesman,
        "taxes": tax,
        "currencies": currency,
    }

    def check() -> None:
        for kind in kinds:
            path_params = id_parameter(kind, used[kind])
            assert factory.error_fields(f"{kind}.delete", None, **path_params) == ["error"]
            check_same(factory.read(kind, used[kind]), used[kind], ignoring=["updated_at"])

    check()
    api.call("invoices.delete", expect=204, **id_parameter("invoices", invoice))
    check()


@rule(
    "A product, salesman or tax that an invoice uses cannot be deleted, even after the invoice was: 422 on error.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions (DeleteProductAction, DeleteSalesmanAction, DeleteTaxAction)",
)
def test_a_record_used_by_an_invoice_cannot_be_deleted(api: Api, factory: Factory) -> None:
    check_kept(api, factory, ["products", "salesmen", "taxes"])


@rule(
    "A contact or currency that an invoice uses cannot be deleted, even after the invoice was: 422 on error.",
    source="Assumed: the source deletes a contact together with its invoices",
)
@pytest.mark.assumed
def test_contact_and_currency_of_an_invoice_cannot_be_deleted(api: Api, factory: Factory) -> None:
    check_kept(api, factory, ["contacts", "currencies"])


@rule(
    "A contact or product of a quotation gets 422 on error from DELETE until the quotation is deleted.",
    source="Assumed: the source deletes contacts freely and checks invoices only",
)
@pytest.mark.assumed
def test_a_record_used_by_a_quotation_can_be_deleted_only_after_it(
    api: Api, factory: Factory
) -> None:
    contact, product = factory.contact(), factory.service()
    quotation = factory.quotation({"product_id": product["id"]}, contact_id=contact["id"])
    for kind, record in (("contacts", contact), ("products", product)):
        assert factory.error_fields(f"{kind}.delete", None, **id_parameter(kind, record)) == [
            "error"
        ]
    api.call("quotations.delete", expect=204, **id_parameter("quotations", quotation))

    for kind, record in (("contacts", contact), ("products", product)):
        api.call(f"{kind}.delete", expect=204, **id_parameter(kind, record))


# -- contacts ----------------------------------------------------------------------------------


@rule(
    "A contact has the fields that were sent, and phone is the first of mobile, phone_primary and phone_secondary.",
    source="Observed: github.com/luisscruza/optiflow, app/Models/Contact.php",
)
def test_a_contact_returns_the_submitted_fields(factory: Factory) -> None:
    fields = {
        "email": "a@contract.example", "phone_primary": "809-555-0101", "phone_secondary": "809-555-0102",
        "fax": "809-555-0103", "contact_type": "both", "identification_type": "cedula",
        "identification_number": "00112345678", "status": "inactive", "observations": "Nota",
        "birth_date": "1980-01-31", "gender": "other",
    }  # fmt: skip
    created = factory.contact(credit_limit=50000, **fields)

    assert {name: created[name] for name in fields} == fields
    assert (created["credit_limit"], created["phone"]) == ("50000.00", "809-555-0101")
    assert factory.update("contacts", created, mobile="829-555-0199")["phone"] == "829-555-0199"
    assert (
        factory.update("contacts", created, mobile=None, phone_primary=None)["phone"]
        == "809-555-0102"
    )


@rule(
    "Of a contact's addresses the first with is_primary, else the first, is the primary_address.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_exactly_one_address_is_the_primary_one(factory: Factory) -> None:
    street = {
        "description": "Calle 1",
        "municipality": "Santo Domingo",
        "country": "República Dominicana",
    }
    flagged = factory.contact(
        addresses=[{"province": "Duarte"}, {**street, "is_primary": 1}, {"is_primary": True}]
    )
    unflagged = factory.contact(addresses=[street, {}])

    assert [address["is_primary"] for address in flagged["addresses"]] == [False, True, False]
    assert flagged["addresses"][1]["full_address"] == "Calle 1, Santo Domingo, República Dominicana"
    primary = {"street": "Calle 1", "city": "Santo Domingo", "country": "República Dominicana"}
    check_same(flagged["primary_address"], primary)
    check_same(unflagged["primary_address"], primary)
    assert factory.update("contacts", flagged, addresses=[])["primary_address"] is None


@rule(
    "relationships name other existing contacts, else 422 on relationships.N.contact_id; a deleted contact leaves them.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_a_relationship_must_name_another_existing_contact(api: Api, factory: Factory) -> None:
    other = factory.contact()
    relationships = [{"contact_id": other["id"], "relationship": "hija"}]
    created = factory.contact(relationships=relationships)

    check_same(created["relationships"], [{**relationships[0], "name": other["name"]}])
    for contact_id in (created["id"], UNKNOWN_ID):
        body = {"relationships": [{"contact_id": contact_id}]}
        errors = factory.error_fields("contacts.update", body, **id_parameter("contacts", created))
        assert errors == ["relationships.0.contact_id"]
    api.call("contacts.delete", expect=204, **id_parameter("contacts", other))
    assert factory.read("contacts", created)["relationships"] == []


@rule(
    "A contact with an invalid {field} gets 422 on {field}.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/contacts",
)
@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "  "}, "name"),
        ({"contact_type": "friend"}, "contact_type"),
        ({"email": "nobody"}, "email"),
        ({"birth_date": "9999-01-01"}, "birth_date"),
        ({"credit_limit": -1}, "credit_limit"),
        ({"phone_primary": "0" * 21}, "phone_primary"),
    ],
)
def test_an_invalid_contact_is_rejected(factory: Factory, fields: Record, field: str) -> None:
    body = {"name": "Ana", "contact_type": "customer", **fields}

    assert factory.error_fields("contacts.create", body) == [field]


# -- products ----------------------------------------------------------------------------------


@rule(
    "profit is price - cost, profit_margin is profit / cost × 100; both are null without cost, the margin also for a cost of 0.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/products",
)
def test_profit_and_margin_are_calculated_from_price_and_cost(factory: Factory) -> None:
    product = factory.product(price="1250.00", cost=800)
    names = ("profit", "profit_margin")

    assert [product[name] for name in names] == ["450.00", "56.25"]
    for cost, expected in (
        (0, ["1250.00", None]),
        (None, [None, None]),
        ("1500.00", ["-250.00", "-16.67"]),
    ):
        changed = factory.update("products", product, cost=cost)
        assert [changed[name] for name in names] == expected


@rule(
    "track_stock is always false for product_type service, and true by default for other types.",
    source="Observed: github.com/luisscruza/optiflow, app/Http/Requests/CreateProductRequest.php",
)
def test_services_have_no_stock(factory: Factory) -> None:
    service = factory.service(track_stock=True, initial_quantity=5)

    assert (service["track_stock"], service["stock_quantity"]) == (False, "0.00")
    assert factory.product(product_type="digital")["track_stock"] is True
    assert (
        factory.update("products", factory.product(), product_type="service")["track_stock"]
        is False
    )


@rule(
    "product_type product is stored as physical.",
    source="Assumed: the source says product where the documentation says physical",
)
@pytest.mark.assumed
def test_product_is_an_alias_of_physical(factory: Factory) -> None:
    assert factory.product(product_type="product")["product_type"] == "physical"


@rule(
    "POST /products/ID/deactivate and /activate set is_active, and can be repeated.",
    source="Observed: github.com/luisscruza/optiflow, routes/tenant.php",
)
def test_a_product_can_be_deactivated_and_activated(api: Api, factory: Factory) -> None:
    product = factory.product()
    path_params = id_parameter("products", product)
    active_flags = [
        api.call(f"products.{action}", expect=200, **path_params)["data"]["is_active"]
        for action in ("deactivate", "deactivate", "activate")
    ]

    assert active_flags == [False, False, True]


@rule(
    "A product with other movements than initial_stock and adjustment gets 422 on error from DELETE.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/DeleteProductAction.php",
)
def test_a_transferred_product_cannot_be_deleted_but_an_adjusted_one_can(
    api: Api, factory: Factory
) -> None:
    adjusted_product, transferred_product = factory.product(5), factory.product(5)
    item = {"product_id": adjusted_product["id"], "quantity": 1}
    factory.create("inventory_adjustments.create", {"reason": "found", "items": [item]})
    workspaces = {
        "from_workspace_id": factory.current_workspace()["id"],
        "to_workspace_id": factory.workspace()["id"],
    }
    factory.create(
        "stock_transfers.create",
        {"product_id": transferred_product["id"], "quantity": 1, **workspaces},
    )

    api.call("products.delete", expect=204, **id_parameter("products", adjusted_product))
    assert factory.error_fields(
        "products.delete", None, **id_parameter("products", transferred_product)
    ) == ["error"]


@rule(
    "A product with an invalid {field} gets 422 on {field}.",
    source="Observed: github.com/luisscruza/optiflow, app/Http/Requests/CreateProductRequest.php",
)
@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"price": 1.005}, "price"),
        ({"cost": 0.001}, "cost"),
        ({"price": "1.005"}, "price"),
        ({"price": "1.500"}, "price"),
        ({"price": -1}, "price"),
        ({"default_tax_id": UNKNOWN_ID}, "default_tax_id"),
        ({"product_type": "thing"}, "product_type"),
        ({"sku": None}, "sku"),
        ({"is_active": "yes"}, "is_active"),
    ],
)
def test_an_invalid_product_is_rejected(factory: Factory, fields: Record, field: str) -> None:
    body = {
        "name": "P",
        "sku": factory.unique_name("SKU"),
        "product_type": "physical",
        "price": 1,
        **fields,
    }

    assert factory.error_fields("products.create", body) == [field]


@rule(
    "A taken sku, tax name, currency code or series prefix gets 422 on that field; a record keeps its own.",
    source="Observed: github.com/luisscruza/optiflow, app/Http/Requests (CreateProductRequest, CreateTaxRequest, CreateCurrencyRequest, CreateDocumentSubtypeRequest)",
)
def test_names_and_codes_are_unique(factory: Factory) -> None:
    product, tax, currency, series = (
        new_record(factory, kind)
        for kind in ("products", "taxes", "currencies", "document_subtypes")
    )
    duplicate = {"name": "P", "sku": product["sku"], "product_type": "service", "price": 1}
    assert factory.error_fields("products.create", duplicate) == ["sku"]
    other = id_parameter("products", factory.product())
    assert factory.error_fields("products.update", {"sku": product["sku"]}, **other) == ["sku"]
    assert factory.update("products", product, sku=product["sku"])["sku"] == product["sku"]
    assert factory.error_fields(
        "taxes.create", {"name": tax["name"], "type": "other", "rate": 1}
    ) == ["name"]
    body = {**factory.currency_body(), "code": currency["code"].lower()}
    assert factory.error_fields("currencies.create", body) == ["code"]
    body = {"name": "S", "type": "quotation", "prefix": series["prefix"], "start_number": 1}
    assert factory.error_fields("document_subtypes.create", body) == ["prefix"]


# -- settings ----------------------------------------------------------------------------------


@rule(
    "A tax with is_default true takes is_default from the one that had it.",
    source="Observed: github.com/luisscruza/optiflow, app/Models/Tax.php",
)
def test_only_one_tax_is_the_default(factory: Factory) -> None:
    before = [row for row in factory.all_rows("taxes") if row["is_default"]]
    first, second = new_record(factory, "taxes"), new_record(factory, "taxes")
    assert (first["rate"], first["rate_percentage"], first["is_default"]) == (
        "1.50",
        "1.50%",
        False,
    )
    try:
        for tax in (first, second):
            assert factory.update("taxes", tax, is_default=True)["is_default"] is True
            rows = factory.all_rows("taxes")
            assert [row["id"] for row in rows if row["is_default"]] == [tax["id"]]
    finally:
        for tax in before or [{**second, "is_default": False}]:
            factory.update("taxes", tax, is_default=tax["is_default"])
    assert factory.read("taxes", second)["is_default"] is False


@rule(
    "An update of a tax in use ignores type and rate, changes the name, and DELETE gets 422 on error.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/UpdateTaxAction.php and DeleteTaxAction.php",
)
def test_a_tax_in_use_keeps_its_type_and_rate(factory: Factory) -> None:
    tax = new_record(factory, "taxes")
    assert factory.update("taxes", tax, rate=2, type="isc")["rate"] == "2.00"
    factory.service(default_tax_id=tax["id"])
    changed = factory.update("taxes", tax, rate=3, type="other", name=factory.unique_name("Tasa"))

    assert (changed["rate"], changed["type"]) == ("2.00", "isc")
    assert factory.error_fields("taxes.delete", None, **id_parameter("taxes", tax)) == ["error"]


@rule(
    "An exchange rate with today's date as effective_date is the current_rate at once.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.needs("clock")
def test_a_rate_of_today_is_the_current_one_at_once(factory: Factory, clock: ServerClock) -> None:
    currency = factory.create("currencies.create", factory.currency_body())
    path_params = id_parameter("currencies", currency)
    clock.advance(seconds=5)
    now = clock.now()
    body = {"rate": 2.0, "effective_date": f"{now:%Y-%m-%d}"}
    created = factory.create("currencies.add_rate", body, **path_params)

    assert instant(created["effective_date"]) >= now.replace(microsecond=0)
    assert factory.read("currencies", currency)["current_rate"] == "2.0000"


@rule(
    "current_rate is the rate with the latest effective_date that is not in the future; a second rate with one effective_date gets 422.",
    source="Observed: github.com/luisscruza/optiflow, app/Models/Currency.php",
)
@pytest.mark.needs("clock")
def test_the_current_rate_is_the_latest_one_in_effect(factory: Factory, clock: ServerClock) -> None:
    currency = factory.create(
        "currencies.create", {**factory.currency_body(), "initial_rate": "65.25"}
    )
    path_params = id_parameter("currencies", currency)
    tomorrow = (clock.now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    created = factory.create(
        "currencies.add_rate", {"rate": 66.5, "effective_date": tomorrow}, **path_params
    )

    assert (created["rate"], created["currency_id"]) == ("66.5000", currency["id"])
    assert instant(created["effective_date"]) == instant(tomorrow)
    assert factory.read("currencies", currency)["current_rate"] == "65.2500"
    same = {"rate": 1, "effective_date": tomorrow}
    assert factory.error_fields("currencies.add_rate", same, **path_params) == ["effective_date"]
    clock.advance(days=2)
    assert factory.read("currencies", currency)["current_rate"] == "66.5000"
    factory.create(
        "currencies.add_rate", {"rate": "70", "effective_date": "2020-01-01"}, **path_params
    )
    assert factory.read("currencies", currency)["current_rate"] == "66.5000"


@rule(
    "The default currency cannot be deleted: 422 on error.",
    source="Observed: github.com/luisscruza/optiflow, app/Models/Currency.php",
)
def test_the_default_currency_cannot_be_deleted(factory: Factory) -> None:
    path_params = id_parameter("currencies", factory.default_currency)

    assert factory.error_fields("currencies.delete", None, **path_params) == ["error"]


@rule(
    "The default currency has the current_rate 1.0000, takes no rates, and cannot be deactivated.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_the_default_currency_has_no_rates_and_stays_active(factory: Factory) -> None:
    path_params = id_parameter("currencies", factory.default_currency)

    assert factory.default_currency["current_rate"] == "1.0000"
    assert factory.error_fields("currencies.add_rate", {"rate": 2}, **path_params) == ["error"]
    assert factory.error_fields("currencies.update", {"is_active": False}, **path_params) == [
        "is_active"
    ]


@rule(
    "The rate {rate} is the current_rate with four decimals.",
    source="Observed: github.com/luisscruza/optiflow, app/Models/Currency.php",
)
@pytest.mark.parametrize("rate", ["0.0001", "0.0171", "65.2549", "1234.5"])
def test_an_exchange_rate_has_four_decimals(factory: Factory, rate: str) -> None:
    first, second = (
        factory.create("currencies.create", {**factory.currency_body(), "initial_rate": initial})
        for initial in (rate, 2)
    )
    body = {"rate": rate, "effective_date": "2020-01-01"}
    added = factory.create("currencies.add_rate", body, **id_parameter("currencies", second))

    expected = f"{Decimal(rate):.4f}"
    assert (first["current_rate"], added["rate"]) == (expected, expected)


@rule(
    "A currency with the initial_rate {rate} gets 422 on initial_rate, since the least is 0.0001.",
    source="Observed: github.com/luisscruza/optiflow, app/Http/Requests/CreateCurrencyRequest.php",
)
@pytest.mark.parametrize("rate", [0, "0.00001", -1, "x"])
def test_an_exchange_rate_must_be_above_zero(factory: Factory, rate: object) -> None:
    assert factory.error_fields(
        "currencies.create", {**factory.currency_body(), "initial_rate": rate}
    ) == ["initial_rate"]


@rule(
    "An update of a series changes only name, start_number, end_number and is_active; a start_number above next_number raises it, a lower one does not lower it.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/UpdateDocumentSubtypeAction.php",
)
def test_a_new_start_number_raises_the_next_number_but_never_lowers_it(factory: Factory) -> None:
    series = factory.series(start_number=5)

    for start, next_number in ((100, 100), (3, 100)):
        changed = factory.update("document_subtypes", series, start_number=start)
        assert (changed["start_number"], changed["next_number"]) == (start, next_number)
    body = {"end_number": 3}
    assert factory.error_fields(
        "document_subtypes.update", body, **id_parameter("document_subtypes", series)
    ) == ["end_number"]
    ignored = factory.update(
        "document_subtypes", series, end_number=None, prefix="no", type="payment"
    )
    check_same(ignored, changed, ignoring=["updated_at"])


@rule(
    "A series with an invalid prefix, start_number, end_number, type or valid_until_date gets 422 on that field.",
    source="Observed: github.com/luisscruza/optiflow, app/Http/Requests/CreateDocumentSubtypeRequest.php",
)
def test_an_invalid_series_is_rejected(factory: Factory) -> None:
    body = {"name": "S", "type": "invoice", "prefix": "@", "start_number": 1}
    invalid_fields = {
        "start_number": 0,
        "end_number": 1,
        "valid_until_date": factory.day(),
        "type": "memo",
    }

    assert factory.error_fields("document_subtypes.create", body) == ["prefix"]
    body["prefix"] = factory.unused_prefix()
    for field, value in invalid_fields.items():
        assert factory.error_fields("document_subtypes.create", {**body, field: value}) == [field]


@rule(
    "set-default takes is_default from the other series of the type.",
    source="Observed: github.com/luisscruza/optiflow, app/Models/DocumentSubtype.php",
)
def test_only_one_series_of_each_type_is_the_default(api: Api, factory: Factory) -> None:
    first = factory.series(type="payment", is_default=True)
    second = factory.series(type="payment")
    new_default = api.call(
        "document_subtypes.set_default", expect=200, **id_parameter("document_subtypes", second)
    )["data"]

    assert (first["is_default"], new_default["is_default"]) == (True, True)
    assert factory.read("document_subtypes", first)["is_default"] is False
    for series in (first, second):
        deactivated = api.call(
            "document_subtypes.toggle_active",
            expect=200,
            **id_parameter("document_subtypes", series),
        )
        assert deactivated["data"]["is_active"] is False


@rule(
    "set-preferred makes a series the workspace's only preferred one of its type.",
    source="Observed: github.com/luisscruza/optiflow, app/Models/Workspace.php",
)
def test_a_workspace_has_at_most_one_preferred_series_per_type(api: Api, factory: Factory) -> None:
    workspace = factory.workspace()
    first, second, quotation_series = (
        factory.series(),
        factory.series(),
        factory.series(type="quotation"),
    )
    for series in (first, quotation_series, second):
        path_params = {"workspaceId": workspace["id"], **id_parameter("document_subtypes", series)}
        created = api.call("document_subtypes.set_preferred", expect=200, **path_params)["data"]
        assert created["preferred_workspace_ids"] == [workspace["id"]]

    assert factory.read("document_subtypes", first)["preferred_workspace_ids"] == []
    assert factory.read("document_subtypes", quotation_series)["preferred_workspace_ids"] == [
        workspace["id"]
    ]


@rule(
    "full_name of a salesman is name, a space and surname; an unknown user_id gets 422 on user_id.",
    source="Observed: github.com/luisscruza/optiflow, app/Models/Salesman.php",
)
def test_a_salesman_has_a_full_name_and_an_optional_user(factory: Factory) -> None:
    salesman = factory.salesman(surname="Peña Gómez")

    assert salesman["full_name"] == f"{salesman['name']} Peña Gómez"
    assert factory.error_fields(
        "salesmen.update", {"user_id": UNKNOWN_ID}, **id_parameter("salesmen", salesman)
    ) == ["user_id"]


@rule(
    "A bank account with payments gets 422 on currency_id from a change of currency, and 422 on error from DELETE.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_an_account_with_payments_keeps_its_currency_and_cannot_be_deleted(
    factory: Factory,
) -> None:
    account, currency = (
        factory.bank_account(initial_balance="12.3"),
        new_record(factory, "currencies"),
    )
    assert (account["balance"], account["is_system_account"]) == ("12.30", False)
    factory.payment(factory.invoice(), 1, bank_account_id=account["id"])
    path_params = id_parameter("bank_accounts", account)

    assert factory.error_fields(
        "bank_accounts.update", {"currency_id": currency["id"]}, **path_params
    ) == ["currency_id"]
    assert factory.error_fields("bank_accounts.delete", None, **path_params) == ["error"]
    unknown = {"currency_id": UNKNOWN_ID}
    assert factory.error_fields("bank_accounts.update", unknown, **path_params) == ["currency_id"]
    unused_account = factory.bank_account()
    assert (
        factory.update("bank_accounts", unused_account, currency_id=currency["id"])["currency_id"]
        == currency["id"]
    )
    assert factory.error_fields(
        "currencies.delete", None, **id_parameter("currencies", currency)
    ) == ["error"]
