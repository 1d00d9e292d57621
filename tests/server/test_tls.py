"""HTTPS on the server's own ports, and certificates in files."""

import os
import stat
from pathlib import Path

import pytest
import requests
import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from mockvoice.app import Server
from mockvoice.settings import Settings

KEY = {"Authorization": "Bearer growcrm-demo-key"}


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch):
    for name in ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="module")
def server():
    with Server(Settings(port=0, tls=True)) as server:
        yield server


def test_every_port_serves_https(server):
    urls = [server.urls["main"], *(v["root_url"] for v in server.urls["vendors"].values())]

    for url in urls:
        assert url.startswith("https://")
        assert requests.get(url, verify=server.urls["ca_file"], timeout=30).status_code < 500


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
def test_the_certificate_has_the_names_of_this_machine(server, name):
    url = server.urls["vendors"]["growcrm"]["root_url"].replace("127.0.0.1", name)

    response = requests.get(
        f"{url}/api/invoices", headers=KEY, verify=server.urls["ca_file"], timeout=30
    )

    assert response.status_code == 200


def test_links_and_the_contract_have_https(server):
    verify = server.urls["ca_file"]
    halo = server.urls["vendors"]["halo"]

    links = requests.get(f"{halo['root_url']}/api/authinfo", verify=verify, timeout=30).json()
    contract = requests.get(halo["spec_url"], verify=verify, timeout=30).json()

    assert links["auth_url"].startswith("https://")
    assert {each["url"].partition(":")[0] for each in contract["servers"]} == {"https"}


def test_a_request_without_tls_gets_a_sentence(server):
    url = server.urls["vendors"]["growcrm"]["root_url"].replace("https:", "http:")

    response = requests.get(f"{url}/api/invoices", headers=KEY, timeout=30)

    assert response.status_code == 400
    assert "https://" in response.json()["error"]["message"]


@pytest.fixture
def certificate(tmp_path):
    """The files of a certificate, its key and its authority."""
    authority = trustme.CA()
    leaf = authority.issue_cert("localhost", "127.0.0.1")
    leaf.cert_chain_pems[0].write_to_path(tmp_path / "cert.pem")
    leaf.private_key_pem.write_to_path(tmp_path / "key.pem")
    leaf.private_key_and_cert_chain_pem.write_to_path(tmp_path / "both.pem")
    authority.cert_pem.write_to_path(tmp_path / "authority.pem")
    return tmp_path


@pytest.mark.parametrize("files", [("cert.pem", "key.pem"), ("both.pem", None)])
def test_a_certificate_of_ones_own_is_served(certificate, files):
    cert, key = (name and certificate / name for name in files)
    with Server(Settings(port=0, vendors=("growcrm",), tls_cert=cert, tls_key=key)) as server:
        url = server.urls["vendors"]["growcrm"]["root_url"]
        response = requests.get(
            f"{url}/api/invoices", headers=KEY, verify=certificate / "authority.pem", timeout=30
        )

        assert (response.status_code, server.urls["ca_file"]) == (200, None)


def test_the_file_to_trust_has_ones_own_certificate_and_that_of_the_proxy(certificate):
    chain = (certificate / "both.pem").read_bytes() + (certificate / "authority.pem").read_bytes()
    (certificate / "chain.pem").write_bytes(chain)
    settings = Settings(
        port=0, vendors=("growcrm",), tls_cert=certificate / "chain.pem", proxy_port=0,
        routes=(("crm.example.com", "growcrm"),), ca_dir=certificate,
    )  # fmt: skip
    with Server(settings) as server:
        file = server.urls["ca_file"]
        proxies = {"https": server.urls["proxy"]}
        own = server.urls["vendors"]["growcrm"]["root_url"]
        for url, way in ((own, None), ("https://crm.example.com", proxies)):
            response = requests.get(
                f"{url}/api/invoices", headers=KEY, verify=file, proxies=way, timeout=30
            )
            assert response.status_code == 200
        assert b"PRIVATE KEY" not in Path(file).read_bytes()
    assert not Path(file).exists()
    assert (certificate / "ca.pem").exists()


def test_an_authority_is_kept_for_the_next_start(tmp_path):
    folder = tmp_path / "authority"
    settings = Settings(port=0, vendors=("growcrm",), tls=True, ca_dir=folder)
    with Server(settings) as first:
        assert first.urls["ca_file"] == str(folder / "ca.pem")
        before = (folder / "ca.pem").read_bytes()
    with Server(settings) as second:
        url = second.urls["vendors"]["growcrm"]["root_url"]
        assert requests.get(url, verify=folder / "ca.pem", timeout=30).status_code == 404

    assert (folder / "ca.pem").read_bytes() == before
    if os.name == "posix":
        assert stat.S_IMODE((folder / "ca-key.pem").stat().st_mode) == 0o600


def test_without_a_folder_no_file_is_left():
    with Server(Settings(port=0, vendors=("growcrm",), proxy_port=0)) as server:
        file = server.addresses.ca_file

        assert "PRIVATE KEY" not in file.read_text("utf-8")
    assert not file.parent.exists()


def failing(mockvoice, *options):
    status, _, err = mockvoice("serve", "--port", "0", *options, example_vendors=False).result()

    assert status == 2, err
    (line,) = err.splitlines()
    return line.removeprefix("mockvoice: ")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--route", "crm.example.com=growcrm"), "--route needs the proxy: add --proxy-port PORT"),
        (("--proxy-port", "0", "--route", "crm.example.com"), "must be a host and a vendor such as crm.example.com=growcrm"),
        (("--proxy-port", "0", "--route", "crm.example.com=growcmr"), "'growcmr' is not served; served: count, growcrm, halo, optiflow"),
        (("--proxy-port", "0", "--route", "https://crm.example.com=growcrm"), "write it without scheme and path"),
        (("--proxy-port", "0", "--route", "crm.example.com:8443=growcrm"), "write it without a port"),
        (("--proxy-port", "0", "--route", "a..b=growcrm"), "'a..b' is not a host"),
        (("--tls-key", "key.pem"), "--tls-key needs the certificate: add --tls-cert FILE"),
        (("--tls-cert", "missing.pem"), "--tls-cert missing.pem: no such file"),
        (("--ca-dir", "authority"), "--ca-dir needs --tls or --proxy-port"),
    ],
)  # fmt: skip
def test_options_that_cannot_be_used_say_why(mockvoice, options, message):
    assert message in failing(mockvoice, *options)


def test_files_of_certificates_that_cannot_be_used_say_why(mockvoice, certificate):
    other = trustme.CA().issue_cert("localhost")
    other.private_key_pem.write_to_path(certificate / "other.pem")
    key = load_pem_private_key((certificate / "key.pem").read_bytes(), None)
    encrypted = key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"secret")
    )
    (certificate / "encrypted.pem").write_bytes(encrypted)
    (certificate / "text.pem").write_text("no certificate")
    cert = str(certificate / "cert.pem")

    def reason(*options):
        return failing(mockvoice, *options)

    assert "does not belong to" in reason("--tls-cert", cert, "--tls-key", str(certificate / "other.pem"))  # fmt: skip
    assert "is encrypted" in reason("--tls-cert", cert, "--tls-key", str(certificate / "encrypted.pem"))  # fmt: skip
    assert "add --tls-key FILE" in reason("--tls-cert", cert)
    assert "not a certificate" in reason("--tls-cert", str(certificate / "text.pem"), "--tls-key", str(certificate / "key.pem"))  # fmt: skip


def test_a_folder_of_an_authority_that_cannot_be_used_says_why(mockvoice, tmp_path):
    folder = tmp_path / "authority"
    folder.mkdir()
    (folder / "ca.pem").write_text("no certificate")
    (folder / "ca-key.pem").write_text("no key")
    file = tmp_path / "file"
    file.touch()

    (folder / "ca-key.pem").chmod(0o600)

    assert "delete both" in failing(mockvoice, "--tls", "--ca-dir", str(folder))
    assert "is not a folder" in failing(mockvoice, "--tls", "--ca-dir", str(file))
    (folder / "ca.pem").unlink()
    assert "ca.pem is missing; restore it" in failing(mockvoice, "--tls", "--ca-dir", str(folder))


def test_a_key_that_others_can_read_is_reported(tmp_path, caplog):
    settings = Settings(port=0, vendors=("growcrm",), tls=True, ca_dir=tmp_path)
    with Server(settings):
        assert "can be read by others" not in caplog.text
    (tmp_path / "ca-key.pem").chmod(0o644)
    with Server(settings):
        assert f"can be read by others: chmod 600 {tmp_path / 'ca-key.pem'}" in caplog.text


def test_a_port_of_the_proxy_that_is_in_use_names_its_option(mockvoice, server):
    port = str(server.addresses.main.rpartition(":")[2])

    assert "choose another --proxy-port" in failing(mockvoice, "--proxy-port", port)
