"""TLS servers that check and seed trust, and the proxies that they use: each variable and option."""

import json
import xml.etree.ElementTree as ET

import pytest

from mockvoice.app import Server
from mockvoice.settings import Settings
from mockvoice.testing import RemoteServer
from tests.connect_proxy import connect_proxy
from tests.outbound.commands import assert_both_kinds_of_tests_passed, check, seed
from tests.tls_servers import tls_server

# How the authority and the proxy are named: variables, options, lines of a target file.
WAYS = {
    "SSL_CERT_FILE and HTTPS_PROXY": ({"SSL_CERT_FILE": "{ca}", "HTTPS_PROXY": "{proxy}"}, [], []),
    "REQUESTS_CA_BUNDLE and https_proxy": (
        {"REQUESTS_CA_BUNDLE": "{ca}", "https_proxy": "{proxy}"}, [], [],
    ),
    "CURL_CA_BUNDLE and ALL_PROXY": ({"CURL_CA_BUNDLE": "{ca}", "ALL_PROXY": "{proxy}"}, [], []),
    "--ca-file and --proxy": ({}, ["--ca-file", "{ca}", "--proxy", "{proxy}"], []),
    "ca_file and proxy": ({}, [], ['ca_file = "authority.pem"', 'proxy = "{proxy}"']),
    "env:NAME": (
        {"CRM_CA": "{ca}", "CRM_PROXY": "{proxy}"},
        [], ['ca_file = "env:CRM_CA"', 'proxy = "env:CRM_PROXY"'],
    ),
    "--insecure and all_proxy": ({"all_proxy": "{proxy}"}, ["--insecure"], []),
    "verify = false and a password": (
        {"https_proxy": "http://user:pass%40word@{address}"}, [], ["verify = false"],
    ),
    "options instead of lines": (
        {}, ["--ca-file", "{ca}", "--proxy", "{proxy}"],
        ["verify = false", 'proxy = "http://127.0.0.1:1"'],
    ),
}  # fmt: skip


@pytest.fixture(params=WAYS.values(), ids=WAYS)
def way(request, authority, tls_port, target_file, tmp_path):
    """A proxy that knows crm.test, and the arguments and variables to call it there."""
    variables, options, lines = request.param
    credentials = "user:pass@word" if "user:" in str(variables) else None
    (tmp_path / "authority.pem").write_bytes(authority.file.read_bytes())
    with connect_proxy({"crm.test": tls_port}, credentials) as proxy:
        values = {"ca": authority.file, "proxy": proxy.url, "address": proxy.address}
        fill = lambda texts: [text.format(**values) for text in texts]  # noqa: E731
        file = target_file("https://crm.test", *fill(lines))
        environment = dict(zip(variables, fill(variables.values()), strict=True))
        yield proxy, ["--target", file, *fill(options)], environment


def test_a_check_reaches_a_private_server_through_a_proxy(successful, way, tmp_path):
    proxy, arguments, environment = way

    out, err = successful(*check(*arguments, report_dir=tmp_path / "reports"), **environment)

    assert_both_kinds_of_tests_passed(tmp_path / "reports")
    assert set(proxy.requests) == {"CONNECT crm.test:443"}
    assert ("WARNING" in err) == ("WARNING" in out) == is_unverified(arguments)


def test_seeding_reaches_a_private_server_through_a_proxy(successful, way, request, tmp_path):
    proxy, arguments, environment = way
    number = 1 + list(WAYS).index(request.node.callspec.id)

    out, err = successful(*seed(*arguments, number=number, folder=tmp_path), **environment)

    assert "requests sent" in out
    assert set(proxy.requests) == {"CONNECT crm.test:443"}
    assert ("WARNING" in err) == is_unverified(arguments)


def is_unverified(arguments):
    _, file, *options = arguments
    return "--insecure" in options or (
        "verify = false" in file.read_text() and "--ca-file" not in options
    )


@pytest.mark.parametrize("spelling", ["HTTP_PROXY", "http_proxy"])
def test_plain_http_goes_through_a_proxy(successful, target_file, halo_port, spelling, tmp_path):
    with connect_proxy({"crm.test": halo_port}) as proxy:
        file, environment = target_file("http://crm.test"), {spelling: proxy.url}
        successful(*check("--target", file, report_dir=tmp_path / "reports"), **environment)
        checked = len(proxy.requests)
        successful("seed", "halo", "--target", file, "--dry-run", **environment)

    assert_both_kinds_of_tests_passed(tmp_path / "reports")
    assert 0 < checked < len(proxy.requests)
    assert all(" http://crm.test/" in request for request in proxy.requests)


@pytest.mark.parametrize(
    ("spelling", "entry"), [("NO_PROXY", "other.test, .test"), ("no_proxy", "crm.test")]
)
def test_exempt_servers_are_called_directly(failure, target_file, monkeypatch, spelling, entry):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv(spelling, entry)
    file = target_file("https://crm.test")

    assert failure("check", "halo", "--target", file).startswith(
        "https://crm.test cannot be reached"
    )


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_servers_on_this_machine_are_never_called_through_a_proxy(
    successful, authority, tls_port, host, tmp_path
):
    with connect_proxy({}) as proxy:
        environment = {"ALL_PROXY": proxy.url, "HTTPS_PROXY": proxy.url}
        arguments = ("--url", f"https://{host}:{tls_port}", "--ca-file", authority.file)
        successful(*check(*arguments, report_dir=tmp_path / "reports"), **environment)
        successful("seed", "halo", *arguments, "--dry-run", **environment)

        assert proxy.requests == []


def test_every_report_warns_of_an_unverified_certificate(successful, tls_port, tmp_path):
    reports = tmp_path / "reports"
    out, err = successful(
        *check("--url", f"https://localhost:{tls_port}", "--insecure", report_dir=reports)
    )

    warning = f"the TLS certificate of https://localhost:{tls_port} is not verified"
    assert f"WARNING: {warning}" in out
    assert f"WARNING: {warning}" in err
    assert json.loads((reports / "report.json").read_text())["warnings"][0].startswith(warning)
    assert warning in (reports / "report.html").read_text()
    assert warning in (reports / "report.sarif").read_text()
    (recorded,) = ET.parse(reports / "junit.xml").findall(".//property[@name='warning']")
    assert recorded.get("value").startswith(warning)


@pytest.fixture
def control_url(authority):
    """The URL of a mock with a control API, behind TLS."""
    with (
        Server(Settings(port=0, vendors=("halo",), data="empty")) as server,
        tls_server(authority.context_of_localhost, server.urls["main"]) as port,
    ):
        yield f"https://localhost:{port}"


def test_the_commands_for_a_mock_trust_the_same_servers(successful, authority, control_url):
    size = ("--clients", "1", "--invoices", "1")
    with_option = ("--server", control_url, "--ca-file", authority.file)
    out, _ = successful("seed", "halo", *size, *with_option)
    listed, _ = successful(
        "sandbox", "list", "--url", control_url, REQUESTS_CA_BUNDLE=str(authority.file)
    )

    assert "halo in default:" in out
    assert "default" in listed


def test_the_pytest_plugin_trusts_the_same_servers(authority, control_url, monkeypatch):
    monkeypatch.setenv("CURL_CA_BUNDLE", str(authority.file))

    with RemoteServer(control_url) as remote, remote.sandbox() as sandbox:
        assert sandbox.name
