"""PDF documents of every vendor that prints: letters of many scripts, boxes, size and equality."""

import re
import threading
from io import BytesIO

import pytest
import requests
from PIL import ImageFont
from pypdf import PdfReader

from mockvoice.app import Server
from mockvoice.settings import Settings

MANY_SCRIPTS = "Łódź Żółw 東京 🧾 發票 发票 서울 Ωμέγα Київ Ğüş Việt 𠀀 €₹"
SERVICE = 3
PRINTED = ["optiflow-invoice", "optiflow-quotation", "optiflow-receipt", "halo-invoice"]


@pytest.fixture(scope="module")
def server():
    with Server(Settings(port=0, vendors=("halo", "optiflow"))) as server:
        yield server


@pytest.fixture(scope="module")
def documents(server):
    """Return the URL and the headers of a new document with a text in all its free fields."""
    return Documents(server.urls["vendors"])


class Documents:
    def __init__(self, vendors):
        self._urls = {key: vendor["root_url"] for key, vendor in vendors.items()}
        self._texts = {}

    def read(self, kind, text):
        """Return the file of a new document."""
        vendor = kind.partition("-")[0]
        path = getattr(self, f"_{kind.replace('-', '_')}")(text)
        return self.file(vendor, path)

    def file(self, vendor, path):
        method = "POST" if vendor == "halo" else "GET"
        headers = {**self._authorization(vendor), "Accept": "application/pdf"}
        response = requests.request(method, self._urls[vendor] + path, headers=headers, timeout=30)
        assert response.status_code == 200, response.text
        assert response.headers["content-type"] == "application/pdf"
        return response.content

    def _post(self, vendor, path, body):
        url = self._urls[vendor] + path
        response = requests.post(url, json=body, headers=self._authorization(vendor), timeout=30)
        assert response.status_code == 201, response.text
        return response.json()

    def _authorization(self, vendor):
        tokens = {"halo": "halo-demo-token", "optiflow": "1|optiflow-demo-owner"}
        return {"Authorization": f"Bearer {tokens[vendor]}"}

    def _optiflow(self, path, body):
        return self._post("optiflow", f"/api/v1/{path}", body)["data"]

    def _optiflow_document(self, path, text, subtype):
        contact = self._optiflow("contacts", {"name": text, "contact_type": "customer"})
        line = {"product_id": SERVICE, "description": text, "quantity": 1, "unit_price": "10.00"}
        body = {"contact_id": contact["id"], "document_subtype_id": subtype, "items": [line]}
        dates = {"issue_date": "2026-03-02", "due_date": "2027-03-02"}
        return self._optiflow(path, {**body, **dates, "notes": text})

    def _optiflow_invoice(self, text):
        return f"/api/v1/invoices/{self._optiflow_document('invoices', text, 1)['id']}/pdf"

    def _optiflow_quotation(self, text):
        return f"/api/v1/quotations/{self._optiflow_document('quotations', text, 10)['id']}/pdf"

    def _optiflow_receipt(self, text):
        invoice = self._optiflow_document("invoices", text, 1)
        body = {"bank_account_id": 1, "payment_date": "2026-03-03", "payment_method": "cash", "amount": "1.00"}  # fmt: skip
        payment = self._optiflow(f"invoices/{invoice['id']}/payments", {**body, "note": text})
        return f"/api/v1/payments/{payment['id']}/pdf"

    def _halo_invoice(self, text):
        client = self._post("halo", "/api/Client", [{"name": text, "toplevel_id": 1}])
        line = {"item_shortdescription": text, "qty_order": 1, "unit_price": 10}
        body = {"client_id": client["id"], "reference": text, "lines": [line]}
        return f"/api/Invoice/PDF/{self._post('halo', '/api/Invoice', [body])['id']}"


def extract_text(content):
    """Return the text of all pages without white space, since columns are narrow."""
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages)
    return "".join(text.split())


def shape(content, character):
    """Return the pixels of a character in the font that is embedded for most of the text."""
    fonts = PdfReader(BytesIO(content)).pages[0]["/Resources"]["/Font"].values()
    font = next(font for font in fonts if font["/BaseFont"].endswith("+KurintoSans-Rg"))
    digits = character.encode("utf-16-be").hex().upper()
    (code,) = re.findall(rf"<(..)> <{digits}>", font["/ToUnicode"].get_data().decode())[:1]
    file = BytesIO(font["/FontDescriptor"]["/FontFile2"].get_data())
    return list(ImageFont.truetype(file, 40, encoding="armn").getmask(chr(int(code, 16))))


@pytest.mark.parametrize("kind", PRINTED)
def test_letters_of_many_scripts_are_printed_in_every_free_text(documents, kind):
    text = extract_text(documents.read(kind, MANY_SCRIPTS))

    places = 3 if kind in {"optiflow-invoice", "optiflow-quotation", "halo-invoice"} else 2
    assert text.count(MANY_SCRIPTS.replace(" ", "")) == places, text
    assert "?" not in text


@pytest.mark.parametrize("kind", PRINTED)
def test_the_fonts_are_embedded_as_subsets_and_the_file_stays_small(documents, kind):
    content = documents.read(kind, MANY_SCRIPTS)
    fonts = PdfReader(BytesIO(content)).pages[0]["/Resources"]["/Font"].values()
    descriptors = [font.get_object().get("/FontDescriptor") for font in fonts]

    embedded = [descriptor for descriptor in descriptors if descriptor is not None]
    assert len(embedded) >= 2
    assert all(descriptor["/FontFile2"] for descriptor in embedded)
    assert len(content) < 100_000


@pytest.mark.parametrize("kind", PRINTED)
def test_a_character_that_no_font_has_is_a_box(documents, kind):
    content = documents.read(kind, "Kiosk 🧾")
    box, letter, missing = (shape(content, character) for character in ("🧾", "K", "\0"))

    assert extract_text(content).count("Kiosk🧾") >= 2
    assert any(box)
    assert box == missing != letter


@pytest.mark.parametrize("kind", PRINTED)
@pytest.mark.parametrize(
    "text", ["<b>&amp; </font>", "a\tb", "مرحبا", "e\u0301 ❤\ufe0f", "東" * 200]
)
def test_any_text_can_be_printed(documents, kind, text):
    letters = extract_text(documents.read(kind, text))

    expected = "".join(text.split())
    assert expected in letters or expected[::-1] in letters


def test_documents_that_are_rendered_at_the_same_time_are_like_those_rendered_alone(documents):
    paths = [documents._halo_invoice(text) for text in ("東京 A", "서울 B", "发票 C", "Łódź D")]
    alone = [documents.file("halo", path) for path in paths]
    together = {}

    def read(index):
        together[index] = documents.file("halo", paths[index % 4])

    threads = [threading.Thread(target=read, args=(index,)) for index in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert [together[index] for index in range(12)] == alone * 3
