"""The ``search`` parameter of each list."""

from collections.abc import Callable

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.growcrm.factories import Factory, Record, id_parameter, line
from mockvoice_contracts.suites.growcrm.lists import ids, search

BILLS = pytest.mark.parametrize("kind", ["invoices", "estimates"])


def create_function(factory: Factory, kind: str) -> Callable[..., Record]:
    return factory.invoice if kind == "invoices" else factory.estimate


def search_ids(api: Api, kind: str, term: str, **query: object) -> list[int]:
    return ids(search(api, kind, {"limit": 100, **query}, search=term))


@rule(
    "`search` finds {kind} by a part of the name of client, project or category, of a tag or of a line, in any letter case.",
    source="Assumed: after the search of the CRM's web pages",
)
@BILLS
@pytest.mark.assumed
def test_a_bill_is_found_by_part_of_a_name_or_text_in_any_case(
    api: Api, factory: Factory, kind: str
) -> None:
    client = factory.client(client_company_name=factory.unique_name("Quince"))
    project = factory.project(client, project_title=factory.unique_name("Relaunch"))
    category = factory.category(kind[:-1], category_name=factory.unique_name("Drawer"))
    text, tag = (
        factory.unique_name("Polishing"),
        factory.unique_name("Label").lower().replace(" ", "-"),
    )
    bill = create_function(factory, kind)(
        client,
        items=[line(), line(description=f"The {text} of it")],
        bill_projectid=project["id"],
        bill_categoryid=category["id"],
    )
    other = create_function(factory, kind)()
    api.call(f"{kind}.set_tags", expect=200, body={"tags": [tag]}, **id_parameter(kind, bill))

    for word in (client["company_name"], project["title"], category["name"], text, tag):
        for term in (word, word.upper(), word[1:-1], f"  {word} "):
            hits = search_ids(api, kind, term)
            assert bill["id"] in hits, term
            assert other["id"] not in hits, term


@rule(
    "`search` with a date finds {kind} with that date or end date.",
    source="Assumed: after the search of the CRM's web pages",
)
@BILLS
@pytest.mark.assumed
def test_a_bill_is_found_by_its_dates(api: Api, factory: Factory, kind: str) -> None:
    client = factory.client()
    end_date_field = "bill_due_date" if kind == "invoices" else "bill_expiry_date"
    bill = create_function(factory, kind)(
        client, bill_date="2026-05-04", **{end_date_field: "2026-06-07"}
    )
    create_function(factory, kind)(client, bill_date="2026-05-05", **{end_date_field: "2026-06-08"})

    for term in ("2026-05-04", "2026-06-07"):
        assert search_ids(api, kind, term, client_id=client["id"]) == [bill["id"]]


@rule(
    "`search` with a number finds {kind} with that final_amount.",
    source="Assumed: after the search of the CRM's web pages",
)
@BILLS
@pytest.mark.assumed
def test_a_bill_is_found_by_its_final_amount(api: Api, factory: Factory, kind: str) -> None:
    client = factory.client()
    bill = create_function(factory, kind)(client, items=[line(rate=7654.5)])
    create_function(factory, kind)(client, items=[line(rate=76.54)])

    for term in ("7654.50", "7654.5"):
        assert search_ids(api, kind, term, client_id=client["id"]) == [bill["id"]]


@rule(
    "`search` finds {kind} by number, with and without `{prefix}` and leading zeros.",
    source="Assumed: after the search of the CRM's web pages",
)
@pytest.mark.assumed
@pytest.mark.parametrize(("kind", "prefix"), [("invoices", "INV-"), ("estimates", "EST-")])
def test_a_bill_is_found_by_its_number_with_or_without_prefix_and_zeros(
    api: Api, factory: Factory, kind: str, prefix: str
) -> None:
    # A search also matches parts of the client's name, which must not contain the number.
    letters = str.maketrans("0123456789", "abcdefghij")
    client = factory.client(client_company_name=factory.unique_name("Company").translate(letters))
    bill, other = create_function(factory, kind)(client), create_function(factory, kind)(client)
    number = bill["id"]

    for term in (
        f"{number}",
        f"{number:06d}",
        f"{prefix}{number:06d}",
        f"{prefix}{number}".lower(),
    ):
        hits = search_ids(api, kind, term, client_id=client["id"])
        assert bill["id"] in hits, term
        assert other["id"] not in hits, term


@rule("A blank `search` returns all {kind}.", source="Assumed: the reference gives no source")
@pytest.mark.assumed
@pytest.mark.parametrize("kind", ["invoices", "clients", "payments"])
@pytest.mark.parametrize("term", ["", "   "])
def test_a_blank_search_finds_everything(api: Api, factory: Factory, kind: str, term: str) -> None:
    factory.record(kind)
    total = search(api, kind, {})["meta"]["total"]

    assert search(api, kind, {}, search=term)["meta"]["total"] == total > 0


@rule(
    "Special characters in `search` are plain text.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    "term", ["%", "_", "'", '"', "\\", "1e999999", "NaN", "--", "..", "\u0000", "🧾", "9" * 500]
)
def test_special_characters_have_no_meaning_in_a_search(
    api: Api, factory: Factory, term: str
) -> None:
    client = factory.client()
    factory.invoice(client, items=[line()])

    assert search_ids(api, "invoices", term, client_id=client["id"]) == []


@rule(
    "`search` of GET /clients finds clients by a part of company_name, and not by description.",
    source="Documented: docs-api.growcrm.io/clients",
)
def test_a_client_is_found_only_by_its_company_name(api: Api, factory: Factory) -> None:
    name = factory.unique_name("Quince")
    client = factory.client(client_company_name=name)
    factory.client(client_description=name)

    assert search_ids(api, "clients", name.upper()[2:]) == [client["id"]]


@rule(
    "`search` of GET /contacts finds contacts by a part of first name, last name, e-mail address or phone.",
    source="Documented: docs-api.growcrm.io/contacts",
)
def test_a_contact_is_found_by_names_email_and_phone(api: Api, factory: Factory) -> None:
    client = factory.client()
    words = [factory.unique_name(word).replace(" ", "") for word in ("First", "Last", "Phone")]
    address = factory.email()
    contact = factory.contact(
        client, first_name=words[0], last_name=words[1], phone=words[2], email=address
    )

    for term in (*words, address):
        assert search_ids(api, "contacts", term[1:].upper()) == [contact["id"]], term


@rule(
    "`search` of GET /projects finds projects by a part of the title, and not by description.",
    source="Documented: docs-api.growcrm.io/projects",
)
def test_a_project_is_found_by_its_title(api: Api, factory: Factory) -> None:
    title = factory.unique_name("Relaunch")
    project = factory.project(project_title=title)
    factory.project(project_description=title)

    assert search_ids(api, "projects", title.lower()[3:]) == [project["id"]]


@rule(
    "`search` of GET /categories finds categories by a part of the name, and not by description.",
    source="Documented: docs-api.growcrm.io/categories",
)
def test_a_category_is_found_by_its_name(api: Api, factory: Factory) -> None:
    name = factory.unique_name("Drawer")
    category = factory.category(category_name=name)
    factory.category(category_description=name)

    assert search_ids(api, "categories", name.upper()[2:]) == [category["id"]]


@rule(
    "`search` of GET /items finds items by a part of the description.",
    source="Documented: docs-api.growcrm.io/items",
)
def test_an_item_is_found_by_its_description(api: Api, factory: Factory) -> None:
    text = factory.unique_name("Washer")
    item = factory.item(item_description=text)
    factory.item()

    assert search_ids(api, "items", text.upper()[2:]) == [item["id"]]


@rule(
    "`search` of GET /items finds items by a part of the notes.",
    source="Assumed: the page does not say that notes are searched",
)
@pytest.mark.assumed
def test_an_item_is_found_by_its_notes(api: Api, factory: Factory) -> None:
    text = factory.unique_name("Stainless")
    item = factory.item(item_notes=text)

    assert search_ids(api, "items", text[2:]) == [item["id"]]


@rule(
    "`search` of GET /payments finds payments by transaction id, gateway, notes, client and invoice number.",
    source="Assumed: the page does not list the fields that are searched",
)
@pytest.mark.assumed
def test_a_payment_is_found_by_reference_gateway_notes_client_and_invoice(
    api: Api, factory: Factory
) -> None:
    client = factory.client()
    invoice = factory.published_invoice(client)
    words = [factory.unique_name(word) for word in ("Reference", "Gateway", "Note")]
    payment = factory.payment(
        invoice, payment_transaction_id=words[0], payment_gateway=words[1], payment_notes=words[2]
    )
    factory.payment(factory.published_invoice())

    for term in (*words, client["company_name"]):
        assert search_ids(api, "payments", term.upper()[2:]) == [payment["id"]], term
    number = f"INV-{invoice['id']:06d}"
    assert search_ids(api, "payments", number, invoice_id=invoice["id"]) == [payment["id"]]


@rule(
    "`search` of GET /refunds finds refunds by notes, client and number.",
    source="Assumed: the page does not list the fields that are searched",
)
@pytest.mark.assumed
def test_a_refund_is_found_by_notes_client_and_number(api: Api, factory: Factory) -> None:
    client, note = factory.client(), factory.unique_name("Note")
    refund = factory.refund(factory.payment(factory.published_invoice(client)), refund_notes=note)
    factory.refund(factory.payment(factory.published_invoice()))

    for term in (note, client["company_name"]):
        assert search_ids(api, "refunds", term.upper()[2:]) == [refund["id"]], term
    assert search_ids(api, "refunds", f"#{refund['id']:06d}") == [refund["id"]]


@rule(
    "`search` and filters of GET /invoices return only the invoices that match both.",
    source="Assumed: the page does not say how filters are combined",
)
@pytest.mark.assumed
def test_a_search_and_filters_are_combined_with_and(api: Api, factory: Factory) -> None:
    client, text = factory.client(), factory.unique_name("Polishing")
    matching = factory.invoice(client, items=[line(description=text)])
    factory.invoice(client)
    factory.invoice(items=[line(description=text)])

    assert search_ids(api, "invoices", text, client_id=client["id"]) == [matching["id"]]
