"""Unmodified public clients of Halo, run against the mock.

They are not dependencies, since their licences differ; a test is skipped if its client is not
installed: ``pip install haloitsm-python halopsa==2.0.2``.
"""

import dataclasses
from collections.abc import Callable
from typing import Any

import pytest
import requests

from mockvoice_contracts.harness.clock import ServerClock
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.halo.factories import Factory, line

TENANT = "mockvoice"


@pytest.fixture(autouse=True)
def only_on_a_mock(target: Target) -> None:
    if not target.is_mock:
        pytest.skip("the clients would create records that the ledger does not list")


@pytest.fixture
def halopsa(target: Target, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a ``halopsa`` client that calls the target instead of its fixed host."""
    module = pytest.importorskip("HaloPSA.Halo", reason="halopsa is not installed")
    send = requests.Session.request

    def request_to_target(session: requests.Session, method: str, url: str, **options: Any) -> Any:
        return send(
            session, method, url.replace(f"https://{TENANT}.halopsa.com", target.url), **options
        )

    monkeypatch.setattr(requests.Session, "request", request_to_target)
    return module.Halo(TENANT, target.credentials["client_id"], target.credentials["client_secret"])


@rule(
    "The Python client halopsa 2.0.2 searches, reads, creates and updates invoices.",
    source="Observed: pypi.org/project/halopsa",
)
def test_halopsa_searches_reads_creates_and_updates(halopsa: Any, factory: Factory) -> None:
    client = factory.client()["id"]

    invoice = halopsa.Invoices.update(client_id=client, lines=[line(5)])
    changed = halopsa.Invoices.update(id=invoice["id"], reference="by halopsa")
    page = halopsa.Invoices.search(client_id=client, pageinate=True, page_size=10, page_no=1)
    plain, detailed = (
        halopsa.Invoices.get(invoice["id"]),
        halopsa.Invoices.get(invoice["id"], includedetails=True),
    )

    assert changed["reference"] == "by halopsa"
    assert [row["id"] for row in page["invoices"]] == [invoice["id"]]
    assert detailed.keys() - plain.keys() >= {"payments", "currency_code_name", "note_count"}


@rule(
    "The Python client halopsa 2.0.2 reads recurring invoices, currencies and the change trail.",
    source="Observed: pypi.org/project/halopsa",
)
def test_halopsa_reads_templates_currencies_and_changes(halopsa: Any, factory: Factory) -> None:
    template = factory.template(line(5), period=2)

    page = halopsa.RecurringInvoices.search(client_id=template["client_id"])
    changes = halopsa.InvoiceChange.search(invoice_id=template["id"])

    assert page["invoices"][0]["id"] == template["id"]
    assert halopsa.RecurringInvoices.get(template["id"])["period"] == 2
    assert any(currency["conversion_rate"] == 1 for currency in halopsa.Currency.search())
    assert changes["changehistory"][0]["field_name"] == "Created"


@rule(
    "GET of a single invoice has every property that the Python client halopsa 2.0.2 requires.",
    source="Observed: pypi.org/project/halopsa",
)
def test_a_response_has_every_property_that_halopsa_requires(
    halopsa: Any, factory: Factory
) -> None:
    responses = pytest.importorskip("HaloPSA.responses.Invoice", reason="halopsa is not installed")
    required = {
        field.name
        for field in dataclasses.fields(responses.Invoice)
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    }

    response = halopsa.Invoices.get(factory.invoice(line(5))["id"])

    assert required - response.keys() == set()


@rule(
    "The Python client haloitsm-python gets a token, reads and updates invoices.",
    source="Observed: pypi.org/project/haloitsm-python",
)
def test_haloitsm_python_gets_a_token_and_reads(target: Target, factory: Factory) -> None:
    module = pytest.importorskip("halo.client", reason="haloitsm-python is not installed")
    invoice = factory.invoice(line(5))
    credentials = target.credentials
    client = module.HaloClient(
        target.url, client_id=credentials["client_id"], client_secret=credentials["client_secret"]
    )

    page = client.get("Invoice", params={"client_id": invoice["client_id"]})
    changed = client.post("Invoice", json=[{"id": invoice["id"], "reference": "by haloitsm"}])

    assert [row["id"] for row in page["invoices"]] == [invoice["id"]]
    assert changed["reference"] == "by haloitsm"


@pytest.fixture
def tokens_age_by_real_time(settings: Callable[..., None]) -> None:
    settings(token_clock="real")


@rule(
    "With token_clock=real, a client that keeps its token works while the sandbox's clock moves on by a month.",
    source="Observed: pypi.org/project/halopsa",
)
@pytest.mark.needs("clock", "settings")
@pytest.mark.usefixtures("tokens_age_by_real_time")  # before the client gets its token
def test_halopsa_works_through_a_month_if_tokens_age_by_real_time(
    halopsa: Any, factory: Factory, clock: ServerClock
) -> None:
    client = factory.client()["id"]

    for _ in range(31):
        clock.advance(days=1)
        assert halopsa.Invoices.update(client_id=client, lines=[line(5)])["id"]

    assert halopsa.Invoices.search(client_id=client)["record_count"] == 31
