"""Tags: every credential, token, code and link of a sandbox tells which sandbox it belongs to."""

import re
from hashlib import sha1
from urllib.parse import parse_qs, urlsplit

import pytest

from mockvoice.app import Server
from mockvoice.settings import Settings
from tests.accounts import signed_post

NAME = "tagged_sandbox.1"
TAGGED = re.compile(r"-([0-9a-f]{10})[0-9a-f]{30}")
CALLBACK = "http://127.0.0.1/callback"


@pytest.fixture(scope="module")
def urls():
    with Server(Settings(port=0)) as server:
        yield server.urls


@pytest.fixture(params=[NAME, "default"])
def sandbox(request, urls, http):
    """The name and the credentials of a sandbox."""
    sandboxes = f"{urls['main']}/_mock/sandboxes"
    if http.get(f"{sandboxes}/{request.param}").status_code == 404:
        http.post(sandboxes, json={"name": request.param}).raise_for_status()
    sandbox = http.get(f"{sandboxes}/{request.param}").json()
    return sandbox["name"], sandbox["credentials"]


def tags(secrets):
    """Return the tag of each secret."""
    return [match[1] if (match := TAGGED.search(secret)) else None for secret in secrets]


def tag_of(name):
    """Return the tag as a load balancer computes it."""
    return sha1(name.encode(), usedforsecurity=False).hexdigest()[:10]


def test_all_credentials_have_the_tag_of_the_name(urls, http):
    body = {"name": "of-a-name"}
    created = http.post(f"{urls['main']}/_mock/sandboxes", json=body).json()
    secrets = [secret for roles in created["credentials"].values() for secret in roles.values()]

    assert len(set(secrets)) == len(secrets) == 10
    assert set(tags(secrets)) == {tag_of("of-a-name")}


def test_the_credentials_of_default_have_no_tag(urls, http):
    default = http.get(f"{urls['main']}/_mock/sandboxes/default").json()
    secrets = [secret for roles in default["credentials"].values() for secret in roles.values()]

    assert set(tags(secrets)) == {None}


def test_codes_tokens_and_links_of_count_have_the_tag(sandbox, urls, http):
    name, credentials = sandbox
    count, url = credentials["count"], urls["vendors"]["count"]["root_url"]

    def send(path, body=None):
        return signed_post(http, url, path, body, count)["data"]

    query = {"clientId": count["client_id"], "redirectUri": CALLBACK, "state": "s"}
    consent = http.post(
        f"{url}/auth2/consent", params=query, data={"decision": "allow"}, allow_redirects=False
    )
    code = parse_qs(urlsplit(consent.headers["location"]).query)["code"][0]
    body = {"grantType": "authorization_code", "code": code}
    first = send("/grant-access-token", body)["result"]
    body = {"grantType": "refresh_token", "refreshToken": first["refreshToken"]}
    second = send("/refresh-user-access-token", body)["result"]
    invoices = send("/invoices")["invoices"]
    approved = next(each["id"] for each in invoices if not each["isDraft"])
    link = send(f"/invoices/{approved}/public-link")["publicLink"]
    tokens = [pair[kind] for pair in (first, second) for kind in ("accessToken", "refreshToken")]

    assert tags([code, *tokens, link]) == [tag_of(name)] * 6
    assert http.get(link).status_code == 200


def test_tokens_of_halo_have_the_tag(sandbox, urls, http):
    name, credentials = sandbox
    url = urls["vendors"]["halo"]["root_url"]
    body = {
        "grant_type": "client_credentials",
        "client_id": credentials["halo"]["client_id"],
        "client_secret": credentials["halo"]["client_secret"],
        "scope": "all",
    }
    token = http.post(f"{url}/auth/token", data=body).json()["access_token"]

    assert tags([token]) == [None if name == "default" else tag_of(name)]
