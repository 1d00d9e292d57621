"""The choice of a proxy by variables, and the list of servers without one."""

import pytest

from mockvoice.outbound.proxies import environment_proxy, is_exempt, parse_proxy


@pytest.mark.parametrize(
    ("no_proxy", "host", "expected"),
    [
        ("crm.test", "crm.test", True),
        ("crm.test", "CRM.TEST", True),
        ("crm.test", "api.crm.test", True),
        (".crm.test", "api.crm.test", True),
        ("*.crm.test", "api.crm.test", True),
        ("crm.test", "othercrm.test", False),
        ("a.test, crm.test", "crm.test", True),
        ("a.test crm.test", "crm.test", True),
        ("crm.test:8443", "crm.test", True),
        ("crm.test:443", "crm.test", False),
        ("*", "crm.test", True),
        ("10.0.0.0/8", "10.1.2.3", True),
        ("10.0.0.0/8", "11.1.2.3", False),
        ("10.1.2.3", "10.1.2.3", True),
        ("fd00::/8", "fd00::1", True),
        ("[fd00::1]", "fd00::1", True),
        ("10.0.0.0/8", "crm.test", False),
        ("", "crm.test", False),
    ],
)
def test_a_list_of_servers_without_a_proxy(no_proxy, host, expected):
    assert is_exempt(host, 8443, no_proxy) == expected


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1", "http://127.1.2.3:8080", "https://[::1]", "http://localhost", "https://a.localhost."],
)  # fmt: skip
def test_this_machine_is_called_without_a_proxy(monkeypatch, url):
    monkeypatch.setenv("ALL_PROXY", "http://proxy.test:3128")

    assert environment_proxy(url) is None
    assert environment_proxy("https://crm.test").url == "http://proxy.test:3128"


def test_the_variable_of_the_scheme_comes_before_that_of_all(monkeypatch):
    monkeypatch.setenv("ALL_PROXY", "http://all.test")
    monkeypatch.setenv("https_proxy", "secure.test:3128")

    assert environment_proxy("http://crm.test").url == "http://all.test"
    proxy = environment_proxy("https://crm.test")
    assert (proxy.url, proxy.source) == ("http://secure.test:3128", "the variable https_proxy")


def test_a_proxy_is_printed_without_its_credentials():
    proxy = parse_proxy("http://user:pass%40word@proxy.test:3128", "--proxy")

    assert str(proxy) == "http://***@proxy.test:3128"
    assert "word" not in repr(proxy)
    assert {"pass@word", "pass%40word", "user:pass%40word"} < proxy.secrets.keys()
