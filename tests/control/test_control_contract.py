"""The control API against its own contract, with requests that Schemathesis thinks up."""

import schemathesis
from hypothesis import HealthCheck, settings

from conftest import DEPTH
from mockvoice.web import contract

schema = schemathesis.openapi.from_dict(
    contract.load("control"),
    config=schemathesis.Config.from_dict(
        {
            "generation": {"max-examples": 200 if DEPTH == "deep" else 8},
            "dictionaries": {
                "sandbox": {"values": ["default", "checkout-tests"]},
                "vendor": {"values": ["bell", "gong"]},
                "snapshot": {"values": ["before-payments", "current"]},
            },
            "parameters": {
                "path.sandboxName": {"dictionary": "sandbox", "probability": 0.7},
                "path.vendorKey": {"dictionary": "vendor", "probability": 0.7},
                "query.vendor": {"dictionary": "vendor", "probability": 0.7},
                "path.snapshotName": {"dictionary": "snapshot", "probability": 0.7},
                "path.otherName": {"dictionary": "snapshot", "probability": 0.7},
            },
            # A sum of spans may leave the calendar although each of them is in its range, and a
            # name may be taken.
            "checks": {
                "positive_data_acceptance": {"expected-statuses": ["2xx", "400", "404", "409"]}
            },
        }
    ),
)


@schema.parametrize()
@settings(suppress_health_check=list(HealthCheck))
def test_an_operation_keeps_the_contract(case, server):
    case.call_and_validate(base_url=server.urls["main"])
