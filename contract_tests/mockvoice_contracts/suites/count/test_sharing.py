"""Pages without a login: public invoices and attachments."""

import html
import re
from decimal import Decimal

import pytest
import requests

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.count.factories import Factory, Record


@rule(
    "The public link opens a page with number, customer, lines and amounts of the invoice, and stays the same.",
    source="Documented: developers.getcount.com/api-reference/invoices",
)
def test_the_public_page_shows_the_invoice(api: Api, factory: Factory) -> None:
    line = factory.line(110, description="Beans <b>& more</b>", taxes=[factory.tax(10)["uuid"]])
    invoice = factory.invoice(products=[line], taxSetting="inclusive", isDraft=False)
    path = {"invoiceId": invoice["id"]}
    link = api.call("invoices.public_link", expect=200, **path)["data"]["publicLink"]
    page = requests.get(link, timeout=10)

    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    for text in (invoice["invoiceNumber"], invoice["customer"]["customer"], "110.00", "100.00"):
        assert text in page.text
    assert "Beans <b>& more</b>" in html.unescape(page.text)
    assert "<b>& more" not in page.text
    second_link = api.call("invoices.public_link", expect=200, **path)["data"]["publicLink"]
    assert second_link == link


@rule(
    "The public page shows the current amountDue and status; a draft has no public link and returns 400.",
    source="Assumed: the vendor states only that drafts are not visible to customers",
)
@pytest.mark.assumed
def test_the_public_page_shows_payments_and_a_draft_has_no_page(
    api: Api, factory: Factory, approved: Record, draft: Record
) -> None:
    path = {"invoiceId": approved["id"]}
    link = api.call("invoices.public_link", expect=200, **path)["data"]["publicLink"]
    factory.pay(factory.transaction(40), (approved, 40))
    page = requests.get(link, timeout=10).text
    assert 'id="due">60.00' in page
    assert 'id="status">partial' in page

    error = api.call("invoices.public_link", expect=400, invoiceId=draft["id"])
    assert error["code"] == "invoice_not_approved"


def public_text(api: Api, document: Record) -> str:
    """Return the text of a document's public page, without markup and thousands separators."""
    path = {"invoiceId": document["id"]}
    link = api.call("invoices.public_link", expect=200, **path)["data"]["publicLink"]
    text = html.unescape(re.sub(r"<[^>]*>", " ", requests.get(link, timeout=10).text))
    return " ".join(text.replace(",", "").split())


@rule(
    "The public page has the figures of the API after payment, credit, discount, tax and their removal.",
    source="Assumed: the vendor states that the page exists, not its contents",
)
@pytest.mark.assumed
def test_the_public_page_has_the_current_figures(api: Api, factory: Factory) -> None:
    customer = factory.customer()["id"]
    line = factory.line(1200, taxes=[factory.tax(8.25)["uuid"]])
    invoice = factory.invoice(
        customerUuid=customer, products=[line], discount="49.01", currency="EUR", isDraft=False
    )
    deposit = factory.transaction(500, currency="EUR")
    memo = factory.memo("99.99", customerUuid=customer, currency="EUR")
    credit = {"creditMemos": [{"id": memo["id"], "amount": "99.99"}]}
    path = {"invoiceId": invoice["id"]}
    text = public_text(api, invoice)
    for figure in ("1200.00", "99.00", "49.01", "1249.99", "EUR"):
        assert figure in text, figure

    factory.pay(deposit, (invoice, "250.50"))
    assert "999.49" in public_text(api, invoice)
    api.call("invoices.apply_multiple_credit_to_invoice", expect=200, body=credit, **path)
    text = public_text(api, invoice)
    assert "899.50" in text
    assert "999.49" not in text
    body = {"transactionId": deposit["id"]}
    api.call("invoices.remove_transaction", expect=200, body=body, **path)
    text = public_text(api, invoice)
    assert "1150.00" in text
    assert "899.50" not in text


@rule(
    "The public page of a {kind} has its number, total and amountDue.",
    source="Assumed: the vendor states that the page exists, not its contents",
)
@pytest.mark.assumed
@pytest.mark.parametrize("kind", ["quote", "estimate", "memo"])
def test_the_public_page_shows_every_type(api: Api, factory: Factory, kind: str) -> None:
    document = factory.invoice("61.35", invoiceType=kind, isDraft=False)
    text = public_text(api, document)
    assert document["invoiceNumber"] in text
    assert "61.35" in text

    if kind == "memo":
        factory.pay(factory.transaction(20, type="Expense"), (document, 20))
        assert "41.35" in public_text(api, document)


@rule(
    "The public page shows quantity {quantity} and unitPrice {price} exactly.",
    source="Assumed: the vendor states that the page exists, not its contents",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    ("quantity", "price"),
    [("1234.5678", "0.01"), ("0.000125", "80000"), ("99999.5", "3"), ("2", "10.005")],
)
def test_the_public_page_shows_lines_exactly(
    api: Api, factory: Factory, quantity: str, price: str
) -> None:
    line = factory.line(price, quantity, description="Exact")
    text = public_text(api, factory.invoice(products=[line], isDraft=False))
    _, _, row = text.partition("Exact ")

    shown_quantity, shown_price = row.split()[:2]
    assert (Decimal(shown_quantity), Decimal(shown_price)) == (Decimal(quantity), Decimal(price))


@rule(
    "A public link with a changed token returns 404.",
    source="Assumed: the vendor states no rule",
)
@pytest.mark.assumed
def test_an_unknown_public_link_is_not_found(api: Api, approved: Record, target: object) -> None:
    link = api.call("invoices.public_link", expect=200, invoiceId=approved["id"])["data"][
        "publicLink"
    ]

    assert requests.get(link[:-1] + "z", timeout=10).status_code == 404


@rule(
    "attachments stores each url with its title, by default the file name; a url that is not http or https returns 400.",
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_files_are_attached_by_url(api: Api, draft: Record) -> None:
    path = {"invoiceId": draft["id"]}
    links = [
        {"url": "https://files.example.com/notes/delivery%20note.pdf?x=1"},
        {"url": "http://files.example.com/", "title": "Terms"},
    ]
    after = api.call("invoices.add_attachments", expect=201, body={"attachments": links}, **path)[
        "data"
    ]

    assert [(row["url"], row["title"]) for row in after["attachments"]] == [
        (links[0]["url"], "delivery note.pdf"),
        (links[1]["url"], "Terms"),
    ]
    for url in ("ftp://files.example.com/a", "nonsense", ""):
        body = {"attachments": [{"url": url}]}
        api.call("invoices.add_attachments", expect=400, body=body, **path)
    api.call("invoices.add_attachments", expect=400, body={"attachments": []}, **path)


@rule(
    "A further url or upload is added to the attachments that a document already has.",
    source="Assumed: the vendor's client has both routes, not what a second call does",
)
@pytest.mark.assumed
def test_a_further_attachment_is_added_to_the_others(
    api: Api, factory: Factory, draft: Record
) -> None:
    path = {"invoiceId": draft["id"]}

    def attach(title: str) -> None:
        body = {"attachments": [{"url": f"https://files.example.com/{title}", "title": title}]}
        api.call("invoices.add_attachments", expect=201, body=body, **path)

    def upload(title: str) -> None:
        files = {"file": (title, b"content", "text/plain")}
        api.call("invoices.upload_attachments", expect=201, files=files, **path)

    titles = ["first.txt", "second.txt", "third.txt", "fourth.txt"]
    for add, title in zip((attach, attach, upload, upload), titles, strict=True):
        add(title)

    assert [row["title"] for row in factory.get_invoice(draft)["attachments"]] == titles


@rule(
    "An attachment url with host {host} is stored unchanged, with the file name or the host as title.",
    source="Assumed: the vendor states no rule",
)
@pytest.mark.assumed
@pytest.mark.parametrize("host", ["[half", "a\u2100b", "[::1]", "name:port", "\U00034a4d"])
def test_an_attachment_url_can_have_any_host(api: Api, draft: Record, host: str) -> None:
    urls = [f"https://{host}/paid%20in%20full.pdf#2", f"http://{host}"]
    body = {"attachments": [{"url": url} for url in urls]}
    after = api.call("invoices.add_attachments", expect=201, body=body, invoiceId=draft["id"])[
        "data"
    ]

    assert [(row["url"], row["title"]) for row in after["attachments"]] == [
        (urls[0], "paid in full.pdf"),
        (urls[1], host),
    ]


@rule(
    "An uploaded file is downloaded unchanged from its url, as an attachment with its name.",
    source="Assumed: the vendor's client has the route, not the responses",
)
@pytest.mark.assumed
def test_an_uploaded_file_can_be_downloaded(api: Api, approved: Record) -> None:
    content = bytes(range(256)) * 40
    files = {
        "file": ("signed copy.pdf", content, "application/pdf"),
        "other": ("../../etc/passwd", b"<script>alert(1)</script>", "text/html"),
    }
    after = api.call(
        "invoices.upload_attachments", expect=201, files=files, invoiceId=approved["id"]
    )["data"]
    first, second = after["attachments"]

    assert (first["title"], second["title"]) == ("signed copy.pdf", "../../etc/passwd")
    download = requests.get(first["url"], timeout=10)
    assert download.content == content
    assert download.headers["content-type"].startswith("application/pdf")
    assert "signed copy.pdf" in download.headers["content-disposition"]
    page = requests.get(second["url"], timeout=10)
    assert page.headers["content-disposition"].startswith("attachment")
    assert page.headers["x-content-type-options"] == "nosniff"


@rule(
    "An upload that is not multipart/form-data with a file part returns 400 or 415.",
    source="Assumed: the vendor's client sends multipart; errors have no source",
)
@pytest.mark.assumed
def test_an_upload_must_be_a_form_with_parts(api: Api, approved: Record) -> None:
    path = f"/partners/invoices/{approved['id']}/attachments/upload"
    for content_type, body, status in (
        ("multipart/form-data", b"x", 400),
        ("multipart/form-data; boundary=b", b"x", 400),
        ("multipart/form-data; boundary=b", b"--b--\r\n", 400),
        ("application/json", b"{}", 415),
    ):
        response = api.send("POST", path, data=body, headers={"Content-Type": content_type})
        assert response.status == status, f"{content_type} with the body {body!r}"
