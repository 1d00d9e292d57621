"""Secrets of any sandbox in requests that match none, which are in the journal of ``default``."""

import gc
import json
import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
import requests

from mockvoice.app import Server
from mockvoice.settings import Settings
from tests.accounts import signed_post

VENDORS = ("count", "growcrm", "halo", "optiflow")


class Secrets:
    """A sandbox, with the secrets that it has and has issued."""

    def __init__(self, server: Server, http: requests.Session) -> None:
        self.urls = {key: vendor["root_url"] for key, vendor in server.urls["vendors"].items()}
        self.control = f"{server.urls['main']}/_mock/sandboxes"
        self._http = http
        sandbox = http.post(self.control, json={}).json()
        self.name, credentials = sandbox["name"], sandbox["credentials"]
        self.ids = [c["client_id"] for c in credentials.values() if "client_id" in c]
        self.all = [
            secret
            for roles in credentials.values()
            for role, secret in roles.items()
            if role != "client_id"
        ]
        self.all += self._halo_tokens(credentials["halo"])
        self.all += self._count_tokens(credentials["count"])
        self.all.append(self._public_link(credentials["count"]))

    def _halo_tokens(self, credentials: dict[str, str]) -> list[str]:
        form = {"grant_type": "client_credentials", "scope": "all", **credentials}
        answer = self._http.post(f"{self.urls['halo']}/auth/token", data=form).json()
        return [answer["access_token"], answer["refresh_token"]]

    def _count_tokens(self, credentials: dict[str, str]) -> list[str]:
        url, client = self.urls["count"], credentials["client_id"]
        query = f"clientId={client}&state=s&redirectUri=http://127.0.0.1/"
        code = self._http.post(
            f"{url}/auth2/consent?{query}", data={"decision": "allow"}, allow_redirects=False
        ).headers["location"].partition("code=")[2].partition("&")[0]  # fmt: skip
        unused = self._http.post(
            f"{url}/auth2/consent?{query}", data={"decision": "allow"}, allow_redirects=False
        ).headers["location"].partition("code=")[2].partition("&")[0]  # fmt: skip
        body = {"grantType": "authorization_code", "code": code}
        answer = signed_post(self._http, url, "/grant-access-token", body, credentials)
        result = answer["data"]["result"]
        return [unused, code, result["accessToken"], result["refreshToken"]]

    def _public_link(self, credentials: dict[str, str]) -> str:
        url = self.urls["count"]
        body: dict = {"customer": "Linked"}
        customer = signed_post(self._http, url, "/customers", body, credentials)["data"]["id"]
        product = signed_post(
            self._http, url, "/products", {"name": "Linked", "categoryAccountUuid": INCOME},
            credentials,
        )["data"]["id"]  # fmt: skip
        line = {"productUuid": product, "quantity": 1, "unitPrice": 1}
        body = {"customerUuid": customer, "invoiceNumber": "L-1", "invoiceType": "invoice", "isDraft": False,
                "date": "2026-03-01", "dueDate": "2026-03-01", "products": [line]}  # fmt: skip
        invoice = signed_post(self._http, url, "/invoices", body, credentials)["data"]["id"]
        path = f"/invoices/{invoice}/public-link"
        link = signed_post(self._http, url, path, None, credentials)["data"]["publicLink"]
        return link.rpartition("/")[2]


INCOME = "126e79e2-e6ca-41d6-a1ad-bc4e10bfa287"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with Server(Settings(port=0)) as server:
        yield server


@pytest.fixture(scope="module")
def secrets(server: Server) -> Secrets:
    with requests.Session() as session:
        session.trust_env = False
        return Secrets(server, session)


def encodings(secret: str) -> list[str]:
    """Return a secret as it may be written in a URL."""
    once = quote(secret, safe="")
    every_byte = "".join(f"%{byte:02x}" for byte in secret.encode())
    return [secret, once, quote(once, safe=""), every_byte, every_byte.upper()]


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("deleted", [False, True])
def test_secrets_are_masked_in_requests_that_match_no_sandbox(
    secrets, server, http, vendor, deleted
):
    if deleted:
        other = Secrets(server, http)
        http.delete(f"{other.control}/{other.name}").raise_for_status()
        secrets = other
    http.delete(f"{secrets.control}/default/journal").raise_for_status()
    url = secrets.urls[vendor]
    for secret in secrets.all:
        for text in encodings(secret):
            http.get(f"{url}/api/invoices/{text}?note={text}&{text}=1&x=a%2F{text}")
            http.get(f"{url}/public/invoices/{text}")
        http.post(f"{url}/nothing", json={"text": f"key {secret}", secret: [secret]},
                  headers={"X-Note": f"see {secret}", "Referer": f"http://x/?y={quote(secret)}"})  # fmt: skip
        http.post(f"{url}/nothing", data=f"is {secret} {{", headers={"Content-Type": "text/plain"})

    journal = http.get(f"{secrets.control}/default/journal?limit=1000")
    har = http.get(f"{secrets.control}/default/journal.har?limit=1000")
    page = http.get(f"{server.urls['main']}/sandboxes/default/journal")
    assert len(journal.json()) > 50
    for shown in (journal.text, har.text, page.text):
        for secret in secrets.all:
            for text in encodings(secret):
                assert text not in shown
                assert json.dumps(text)[1:-1] not in shown


def test_secrets_are_in_no_expression_that_outlives_a_sandbox(server, http):
    secrets = Secrets(server, http)
    for path in ("", ".har"):
        http.get(f"{secrets.control}/{secrets.name}/journal{path}").raise_for_status()
    http.delete(f"{secrets.control}/{secrets.name}").raise_for_status()

    # The library for regular expressions keeps those that were compiled last.
    patterns = [each.pattern for each in gc.get_objects() if isinstance(each, re.Pattern)]
    texts = [each for each in patterns if isinstance(each, str)]
    assert texts
    escaped = [re.escape(secret) for secret in secrets.all]
    assert not [text for text in texts for secret in escaped if secret in text]


def test_ids_of_clients_stay_visible(secrets, http):
    http.delete(f"{secrets.control}/default/journal").raise_for_status()
    for client in secrets.ids:
        http.get(f"{secrets.urls['halo']}/api/{client}")

    shown = http.get(f"{secrets.control}/default/journal").text
    assert all(client in shown for client in secrets.ids)


def test_a_long_url_without_a_secret_is_unchanged(secrets, http):
    http.delete(f"{secrets.control}/default/journal").raise_for_status()
    path = "/api/" + "a%7Cb" * 2000
    http.get(secrets.urls["growcrm"] + path)

    (entry,) = http.get(f"{secrets.control}/default/journal").json()
    assert entry["request"]["url"].endswith(path)
    assert entry["duration_ms"] < 1000
