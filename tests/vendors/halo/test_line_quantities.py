"""The licences, users, assets and subscriptions that a line counts are stored as sent."""

from typing import Any

import pytest
import requests

from mockvoice.app import Server
from mockvoice.settings import Settings

QUANTITIES = {
    "quantity_licences": [{"licence_id": 3, "pro_rata": 1}],
    "quantity_users": [{"id": 1}],
    "quantity_assets": [{"id": 7, "asset_type": "Laptop"}],
    "quantity_subscriptions": [{"id": 2}, {"id": 4}],
}


@pytest.mark.parametrize("resource", ["Invoice", "RecurringInvoice"])
def test_the_quantities_of_a_line_are_kept_until_they_are_reset(resource: str) -> None:
    with Server(Settings(port=0)) as server, requests.Session() as session:
        session.headers["Authorization"] = "Bearer halo-demo-token"
        url = f"{server.urls['main']}/halo/api/{resource}"

        def save(**properties: Any) -> Any:
            response = session.post(url, json=[properties], timeout=10)
            assert response.status_code == 201, response.text
            return response.json()

        line = {"item_shortdescription": "Licence", "qty_order": 1, "unit_price": 5, **QUANTITIES}
        created = save(client_id=8, lines=[line])
        read = session.get(f"{url}/{created['id']}", timeout=10).json()
        for record in (created, read):
            assert QUANTITIES.items() <= record["lines"][0].items()

        line_id = created["lines"][0]["id"]
        reset = save(id=created["id"], lines=[{"id": line_id, "quantity_users": None}])
        assert "quantity_users" not in reset["lines"][0]
        assert reset["lines"][0]["quantity_assets"] == QUANTITIES["quantity_assets"]
