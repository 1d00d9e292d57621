"""Who views an invoice."""

import pytest

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.suites.halo.factories import UNKNOWN_ID, Factory, assert_holds


@rule(
    "POST /Invoice/View stores the viewers, returns the current ones, and adds a _warning if changeseq is outdated.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_viewers_are_stored_and_a_stale_change_seq_causes_a_warning(
    api: Api, factory: Factory
) -> None:
    invoice = factory.invoice()
    dana, ola = {"id": 12, "name": "Dana Reed"}, {"id": 4, "name": "Ola Berg"}

    first = api.call(
        "invoice.view", expect=200, body=[{"id": invoice["id"], "changeseq": 1, "viewers": [dana]}]
    )
    factory.save("invoice", {"id": invoice["id"], "reference": "x"})
    second = api.call(
        "invoice.view", expect=200, body=[{"id": invoice["id"], "changeseq": 1, "viewers": [ola]}]
    )

    assert "_warning" not in first
    assert_holds(second["viewers"], [ola, dana])
    assert "_warning" in second
    assert_holds(factory.read(invoice, includedetails="true")["viewers"], [ola, dana])
    assert "viewers" not in factory.read(invoice)
    factory.assert_rejected("invoice.view", {"id": UNKNOWN_ID}, status=404)


@rule(
    "POST /Invoice/View rejects a viewer whose id is not an agent's: 400 with a text.",
    source="Assumed: the reference gives no source",
)
@pytest.mark.assumed
def test_a_viewer_must_be_an_agent(factory: Factory) -> None:
    invoice = factory.invoice()

    for viewer in ({"id": UNKNOWN_ID, "name": "Nobody"}, {"name": "Dana Reed"}):
        error = factory.assert_rejected("invoice.view", {"id": invoice["id"], "viewers": [viewer]})
        assert isinstance(error, str)
    assert factory.read(invoice, includedetails="true")["viewers"] == []
