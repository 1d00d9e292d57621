"""A mock with a forward proxy, and an environment without proxies."""

import ssl

import pytest
import requests

from mockvoice.app import Server
from mockvoice.outbound.environment import network_variables
from mockvoice.settings import Settings

GROWCRM = {"Authorization": "Bearer growcrm-demo-key"}
ROUTES = (("crm.example.com", "growcrm"), ("*.example.org", "optiflow"), ("::1", "halo"))


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    for name in network_variables("-", "-", {}):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="package")
def server():
    with Server(Settings(port=0, proxy_port=0, routes=ROUTES)) as server:
        yield server


@pytest.fixture(scope="package")
def proxy(server):
    """The URL of the proxy."""
    return server.urls["proxy"]


@pytest.fixture(scope="package")
def ca_file(server):
    return server.urls["ca_file"]


@pytest.fixture(scope="package")
def trusting(ca_file):
    """The TLS settings of a client that trusts the mock's authority."""
    return ssl.create_default_context(cafile=ca_file)


@pytest.fixture
def session(proxy, ca_file):
    """A session of requests that calls everything through the proxy."""
    with requests.Session() as session:
        session.proxies = {"http": proxy, "https": proxy}
        session.verify = ca_file
        yield session
