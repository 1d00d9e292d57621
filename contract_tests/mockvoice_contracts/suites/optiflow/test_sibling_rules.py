"""Rules of new invoices that hold for updates, quotations and conversions, too."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.optiflow.factories import UNKNOWN_ID, Factory, Record, id_parameter
from mockvoice_contracts.suites.optiflow.same_records import check_same

ACTIONS = [("invoices", "update"), ("quotations", "create"), ("quotations", "update")]


def document_errors(factory: Factory, kind: str, action: str, **fields: object) -> list[str]:
    """Send a creation or an update that must be rejected, and return the fields with errors."""
    if action == "create":
        body = {**factory.document_body(kind), **fields}
        return factory.error_fields(f"{kind}.create", body)
    document = factory.document(kind)
    errors = factory.error_fields(f"{kind}.update", fields, **id_parameter(kind, document))
    check_same(factory.read(kind, document), document)
    return errors


@rule(
    "{action} of {kind} with an unknown reference or an invalid value gets 422 on {field} and changes nothing.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/invoices and api/quotations",
)
@pytest.mark.parametrize(("kind", "action"), ACTIONS)
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("contact_id", UNKNOWN_ID),
        ("currency_id", UNKNOWN_ID),
        ("issue_date", "2026-02-30"),
        ("due_date", "2000-01-01"),
        ("notes", "x" * 1001),
    ],
    ids=lambda value: str(value)[:12],
)
def test_other_documents_reject_the_same_values(
    factory: Factory, kind: str, action: str, field: str, value: object
) -> None:
    assert document_errors(factory, kind, action, **{field: value}) == [field]


@rule(
    "{action} of {kind} with an item whose {field} is invalid gets 422 on items.1.{field} and changes nothing.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/invoices and api/quotations",
)
@pytest.mark.parametrize(("kind", "action"), ACTIONS)
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("product_id", UNKNOWN_ID),
        ("product_id", None),
        ("quantity", 0),
        ("unit_price", -1),
        ("taxes", [UNKNOWN_ID]),
        ("description", "x" * 501),
        ("discount_rate", "100.01"),
    ],
    ids=lambda value: str(value)[:12],
)
def test_other_documents_reject_the_same_lines(
    factory: Factory, kind: str, action: str, field: str, value: object
) -> None:
    items = [factory.line(), factory.line(**{field: value})]
    path = f"items.1.{field}" + ".0" * (field == "taxes")

    assert document_errors(factory, kind, action, items=items) == [path]


@rule(
    "POST /quotations without {field} gets 422 on {field}.",
    source="Documented: mintlify.com/luisscruza/optiflow/api/quotations",
)
@pytest.mark.parametrize("field", ["contact_id", "document_subtype_id", "issue_date", "items"])
def test_a_missing_field_of_a_quotation_is_rejected(factory: Factory, field: str) -> None:
    assert document_errors(factory, "quotations", "create", **{field: None}) == [field]


@rule(
    "{action} of {kind} with an inactive product in a new item gets 422 on items.0.product_id.",
    source="Observed: github.com/luisscruza/optiflow, app/Scopes/ActiveProductScope.php",
)
@pytest.mark.parametrize(("kind", "action"), ACTIONS)
def test_other_documents_reject_an_inactive_product(
    factory: Factory, kind: str, action: str
) -> None:
    items = [factory.line(product_id=factory.service(is_active=False)["id"])]

    assert document_errors(factory, kind, action, items=items) == ["items.0.product_id"]


@rule(
    "{action} of {kind} rejects an inactive currency (422 on currency_id), a discount above the subtotal and two exclusive taxes (422 on the item's field).",
    source="Assumed: the source's forms enforce these rules, not its API",
)
@pytest.mark.assumed
@pytest.mark.parametrize(("kind", "action"), ACTIONS)
def test_other_documents_keep_the_assumed_rules(factory: Factory, kind: str, action: str) -> None:
    currency = factory.create("currencies.create", {**factory.currency_body(), "is_active": False})
    discounted = [factory.line(discount_amount="100.01")]
    exclusive = [factory.tax_id("itbis 18.00"), factory.tax_id("isc 10.00")]
    taxed = [factory.line(taxes=exclusive)]

    errors = document_errors(factory, kind, action, currency_id=currency["id"])
    assert errors == ["currency_id"]
    errors = document_errors(factory, kind, action, items=discounted)
    assert errors == ["items.0.discount_amount"]
    assert document_errors(factory, kind, action, items=taxed) == ["items.0.taxes"]


@rule(
    "An update of {kind} that names a line's id twice gets 422 on items.1.id and changes nothing.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize("kind", ["invoices", "quotations"])
def test_an_update_names_a_line_once(factory: Factory, kind: str) -> None:
    document = factory.document(kind)
    line = {"id": document["items"][0]["id"], "quantity": 2}
    path_params = id_parameter(kind, document)

    errors = factory.error_fields(f"{kind}.update", {"items": [line, line]}, **path_params)
    assert errors == ["items.1.id"]
    check_same(factory.read(kind, document), document)


@rule(
    "A salesman that salesmen_ids names twice is linked once.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_a_salesman_is_linked_once(factory: Factory) -> None:
    salesman = factory.salesman()
    created = factory.invoice(salesmen_ids=[salesman["id"], salesman["id"]])
    updated = factory.update("invoices", factory.invoice(), salesmen_ids=[salesman["id"]] * 2)

    for invoice in (created, updated):
        assert [row["id"] for row in invoice["salesmen"]] == [salesman["id"]]


@rule(
    "Two items of one product, 3 and 3 of a stock of 5, get 422 on items.1.quantity from an update and from convert-to-invoice, and move no stock.",
    source="Observed: github.com/luisscruza/optiflow, app/Actions/CreateInvoiceItemAction.php",
)
def test_updates_and_conversions_count_all_lines_of_a_product(factory: Factory) -> None:
    product = factory.product(5)
    lines = [factory.line(product_id=product["id"], quantity=3) for _ in range(2)]
    invoice, quotation = factory.invoice(), factory.quotation(*lines)
    updated = factory.error_fields(
        "invoices.update", {"items": lines}, **id_parameter("invoices", invoice)
    )
    converted = factory.error_fields(
        "quotations.convert",
        {"document_subtype_id": factory.invoice_series_id},
        **id_parameter("quotations", quotation),
    )

    assert updated == ["items.1.quantity"]
    assert converted == ["items.1.quantity"]
    assert factory.stock(product) == 5
    assert factory.read("quotations", quotation)["status"] == "draft"


@rule(
    "An update with the ncf digits {digits} gets 422 on ncf in a series from 5 to 100 whose next_number is 10, and changes neither invoice nor series.",
    source="Observed: github.com/luisscruza/optiflow, app/Support/NCFValidator.php",
)
@pytest.mark.parametrize("digits", ["00000003", "00000008", "00000101"])
def test_a_number_in_an_update_must_pass_all_checks(factory: Factory, digits: str) -> None:
    series = factory.series(start_number=5, end_number=100)
    body = factory.invoice_body(document_subtype_id=series["id"])
    invoice = factory.create("invoices.create", {**body, "ncf": f"{series['prefix']}00000009"})
    path_params = id_parameter("invoices", invoice)

    for number in (series["prefix"] + digits, f"X{digits}"):
        assert factory.error_fields("invoices.update", {"ncf": number}, **path_params) == ["ncf"]
    check_same(factory.read("invoices", invoice), invoice)
    assert factory.read("document_subtypes", series)["next_number"] == 10


def deactivated(api: Api, series: Record) -> Record:
    path_params = id_parameter("document_subtypes", series)
    api.call("document_subtypes.toggle_active", expect=200, **path_params)
    return series


@rule(
    "An inactive or exhausted series gets 422 on document_subtype_id from a new quotation and from convert-to-invoice, and the quotation stays a draft.",
    source="Observed: github.com/luisscruza/optiflow, app/Models/DocumentSubtype.php",
)
def test_quotations_and_conversions_need_a_usable_series(api: Api, factory: Factory) -> None:
    exhausted = factory.series(type="quotation", end_number=2)
    for _ in range(2):
        factory.quotation(document_subtype_id=exhausted["id"])
    inactive = deactivated(api, factory.series(type="quotation"))
    for series in (exhausted, inactive):
        body = factory.document_body("quotations", document_subtype_id=series["id"])
        assert factory.error_fields("quotations.create", body) == ["document_subtype_id"]

    used_up = factory.series(end_number=2)
    for _ in range(2):
        factory.invoice(document_subtype_id=used_up["id"])
    quotation = factory.quotation()
    for series in (used_up, deactivated(api, factory.series()), exhausted):
        errors = factory.error_fields(
            "quotations.convert",
            {"document_subtype_id": series["id"]},
            **id_parameter("quotations", quotation),
        )
        assert errors == ["document_subtype_id"]
    assert factory.read("quotations", quotation)["status"] == "draft"
