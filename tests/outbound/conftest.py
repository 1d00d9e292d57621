"""A mock of Halo behind TLS, an authority that no system trusts, and an environment without proxies."""

from urllib.parse import urlsplit

import pytest

from mockvoice.app import Server
from mockvoice.cli import main
from mockvoice.settings import Settings
from tests.tls_servers import Authority, tls_server

VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
PROXY_VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch, tmp_path):
    for name in (*VARIABLES, *PROXY_VARIABLES, *map(str.upper, PROXY_VARIABLES)):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture(scope="package")
def halo():
    """The URL of a mock without a control API, which looks like a real account."""
    with Server(Settings(port=0, vendors=("halo",), control=False)) as server:
        yield server.urls["vendors"]["halo"]["root_url"].rstrip("/")


@pytest.fixture(scope="package")
def halo_port(halo):
    return urlsplit(halo).port


@pytest.fixture(scope="package")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="package")
def tls_port(authority, halo):
    """The port of the same mock with TLS, as localhost and as crm.test."""
    with tls_server(authority.context_of_localhost, halo) as port:
        yield port


@pytest.fixture
def failure(capfd, clean_environment):
    """Return a function that runs a command which fails at once, and returns its one sentence."""

    def run(*arguments):
        with pytest.raises(SystemExit) as exit_info:
            main(list(map(str, arguments)))
        out, err = capfd.readouterr()

        assert exit_info.value.code == 2, out + err
        (line,) = err.splitlines()
        return line.removeprefix("mockvoice: ")

    return run


@pytest.fixture
def successful(mockvoice, tmp_path):
    """Return a function that runs a command as a process, and returns its output and messages."""

    def run(*arguments, **environment):
        process = mockvoice(
            *map(str, arguments), example_vendors=False, env=environment,
        )  # fmt: skip
        status, out, err = process.result()

        assert status == 0, out + err
        return out, err

    return run


@pytest.fixture
def target_file(tmp_path):
    """Return a function that writes a target file for Halo with these lines."""

    def write(url, *lines):
        file = tmp_path / "target.toml"
        credentials = 'credentials = {access_token = "halo-demo-token"}'
        table = ["[halo]", f'url = "{url}"', 'mode = "own-data"', credentials, *lines]
        file.write_text("\n".join(table))
        return file

    return write
