"""Redirect URIs at the start of an authorization and at the consent page, which check them alike."""

from collections.abc import Callable, Iterator
from urllib.parse import quote

import pytest
import requests

from mockvoice.app import Server
from mockvoice.settings import Settings

INVALID = [
    "http://127.0.0.1/cb\n", "http://127.0.0.1/\tcb", "http://127.0.0.1/ cb", " http://127.0.0.1/cb",
    "http://127.0.0.1/cb\r\nSet-Cookie: a=b", "http://127.0.0.1\x00/", "http://127.0.0.1/\x7f",
    "http://127.0.0.1/\u202e", "http://127.0.0.1/\u00e9", "http://127.0.0.1/\ud800", "http://127.0.0.1/%zz",
    "javascript://127.0.0.1/%0aalert(1)", "data://127.0.0.1/x", "ftp://127.0.0.1/", "HTTP://127.0.0.1/",
    "//127.0.0.1/cb", "http:/127.0.0.1", "http:///127.0.0.1/", "nonsense", "",
    "http://evil.example\\@127.0.0.1/", "http://127.0.0.1\\.evil.example/", "http://user:pw@127.0.0.1/",
    "http://127.0.0.1%2f@evil.example/", "http://127.0.0.1@evil.example/", "http://localhost.evil.example/",
    "http://localhost\u3002evil.example/", "http://127.0.0.\u00b2/", "http://127.999.1.1/", "http://[::1",
    "http://127.0.0.1:99999/", "http://127.0.0.1:0/", "http://127.0.0.1/cb#part", "http://127.0.0.1/cb?x=1",
    "https://partner.example/callback/../elsewhere", "https://partner.example/callback/%2E%2e/elsewhere",
    "https://partner.example/callback.evil", "https://partner.example:444/callback",
    "http://127.0.0.1/" + "a" * 2048,
]  # fmt: skip
VALID = [
    "http://127.0.0.1/cb", "http://127.0.0.1:17845/callback", "http://localhost", "https://[::1]:8443/cb",
    "https://partner.example/callback", "https://partner.example/callback/a%20b", "http://127.0.0.1/%0A",
]  # fmt: skip


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with Server(Settings(port=0, vendors=("count",))) as server:
        yield server.urls["vendors"]["count"]["root_url"]


@pytest.fixture
def ask(url: str, http: requests.Session) -> Callable[..., requests.Response]:
    """Send the parameters of an authorization to a path, with the bytes that the test names."""

    def ask(method: str, path: str, uri: str, extra: str = "") -> requests.Response:
        encoded = quote(uri.encode("utf-8", "surrogatepass"), safe="")
        query = f"clientId=count-demo-client&state=s&redirectUri={encoded}{extra}"
        data = {"decision": "allow"} if method == "POST" else None
        return http.request(method, f"{url}{path}?{query}", data=data, allow_redirects=False)

    return ask


@pytest.mark.parametrize("uri", INVALID)
def test_a_redirect_uri_that_is_invalid_is_rejected_by_start_and_consent(ask, uri):
    started = ask("GET", "/auth2/authorize-intiate", uri)
    pages = [ask(method, "/auth2/consent", uri) for method in ("GET", "POST")]

    assert (started.status_code, started.json()["code"]) == (400, "invalid_redirect_uri")
    assert [page.status_code for page in pages] == [400, 400]
    assert all("Invalid redirect uri" in page.text for page in pages)
    assert all("location" not in page.headers for page in pages)


@pytest.mark.parametrize("uri", VALID)
def test_a_redirect_uri_that_is_valid_is_accepted_by_start_and_consent(ask, uri):
    assert ask("GET", "/auth2/authorize-intiate", uri).status_code == 200
    response = ask("POST", "/auth2/consent", uri)

    assert response.status_code == 302
    assert response.headers["location"].startswith(uri)


def test_of_a_repeated_redirect_uri_both_read_the_last(ask):
    repeated = "&redirectUri=http://127.0.0.1/last"

    assert ask("GET", "/auth2/authorize-intiate", "x", repeated).status_code == 200
    response = ask("POST", "/auth2/consent", "http://127.0.0.1/first", repeated)
    assert response.headers["location"].startswith("http://127.0.0.1/last?")
