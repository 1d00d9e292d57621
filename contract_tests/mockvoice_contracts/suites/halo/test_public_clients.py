"""Public clients of Halo, unmodified, against the mock.

They are no dependencies, since their licences differ; a test skips where its client is not
installed: ``pip install haloitsm-python halopsa==2.0.2``.
"""

import dataclasses
from typing import Any

import pytest
import requests

from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.halo.factories import Factory, line

TENANT = "mockvoice"


@pytest.fixture(autouse=True)
def only_on_a_mock(target: Target) -> None:
    if not target.is_mock:
        pytest.skip("the clients would write records that this run does not count as its own")


@pytest.fixture
def halopsa(target: Target, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The client ``halopsa``, whose fixed host is led to the server under test."""
    module = pytest.importorskip("HaloPSA.Halo", reason="halopsa is not installed")
    send = requests.Session.request

    def routed(session: requests.Session, method: str, url: str, **more: Any) -> Any:
        return send(
            session, method, url.replace(f"https://{TENANT}.halopsa.com", target.url), **more
        )

    monkeypatch.setattr(requests.Session, "request", routed)
    return module.Halo(TENANT, target.credentials["client_id"], target.credentials["client_secret"])


def test_halopsa_searches_reads_creates_and_updates(halopsa: Any, make: Factory) -> None:
    client = make.client()["id"]

    made = halopsa.Invoices.update(client_id=client, lines=[line(5)])
    changed = halopsa.Invoices.update(id=made["id"], reference="by halopsa")
    found = halopsa.Invoices.search(client_id=client, pageinate=True, page_size=10, page_no=1)
    plain, detailed = (
        halopsa.Invoices.get(made["id"]),
        halopsa.Invoices.get(made["id"], includedetails=True),
    )

    assert changed["reference"] == "by halopsa"
    assert [row["id"] for row in found["invoices"]] == [made["id"]]
    assert detailed.keys() - plain.keys() >= {"payments", "currency_code_name", "note_count"}


def test_halopsa_reads_templates_currencies_and_changes(halopsa: Any, make: Factory) -> None:
    template = make.template(line(5), period=2)

    found = halopsa.RecurringInvoices.search(client_id=template["client_id"])
    changed = halopsa.InvoiceChange.search(invoice_id=template["id"])

    assert found["invoices"][0]["id"] == template["id"]
    assert halopsa.RecurringInvoices.get(template["id"])["period"] == 2
    assert any(each["conversion_rate"] == 1 for each in halopsa.Currency.search())
    assert changed["changehistory"][0]["field_name"] == "Created"


def test_halopsas_typed_answer_finds_every_property_that_it_needs(
    halopsa: Any, make: Factory
) -> None:
    responses = pytest.importorskip("HaloPSA.responses.Invoice", reason="halopsa is not installed")
    needed = {
        each.name
        for each in dataclasses.fields(responses.Invoice)
        if each.default is dataclasses.MISSING and each.default_factory is dataclasses.MISSING
    }

    answer = halopsa.Invoices.get(make.invoice(line(5))["id"])

    assert needed - answer.keys() == set()


def test_haloitsm_python_gets_a_token_and_reads(target: Target, make: Factory) -> None:
    module = pytest.importorskip("halo.client", reason="haloitsm-python is not installed")
    made = make.invoice(line(5))
    credentials = target.credentials
    client = module.HaloClient(
        target.url, client_id=credentials["client_id"], client_secret=credentials["client_secret"]
    )

    found = client.get("Invoice", params={"client_id": made["client_id"]})
    changed = client.post("Invoice", json=[{"id": made["id"], "reference": "by haloitsm"}])

    assert [row["id"] for row in found["invoices"]] == [made["id"]]
    assert changed["reference"] == "by haloitsm"
