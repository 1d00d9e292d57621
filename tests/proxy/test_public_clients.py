"""An unmodified public client whose host is fixed, through the proxy.

It is not a dependency; the test is skipped unless it is installed: ``pip install halopsa==2.0.2``.
"""

import pytest

from mockvoice.outbound.environment import network_variables


def test_halopsa_calls_its_fixed_host_through_the_proxy(proxy, ca_file, monkeypatch):
    module = pytest.importorskip("HaloPSA.Halo", reason="halopsa is not installed")
    for name, value in network_variables(proxy, ca_file, {}).items():
        monkeypatch.setenv(name, value)
    client = module.Halo("acme", "halo-demo-client", "halo-demo-secret")

    line = {"item_shortdescription": "Consulting", "qty_order": 2, "unit_price": 40}
    created = client.Invoices.update(client_id=8, lines=[line])

    assert client.Invoices.get(created["id"])["id"] == created["id"]
