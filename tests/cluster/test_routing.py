"""All requests of a sandbox reach one node, wherever they have a credential or the sandbox's name."""

import json
from base64 import b64encode
from collections import Counter
from urllib.parse import quote

import pytest
import requests

from mockvoice.app import Server
from mockvoice.sandboxes.tags import DEFAULT_TAG, tag_of
from mockvoice.settings import Settings

# With ten names, a rule that sends all to one node passes once in 20,000 runs.
NAMES = [f"team-{number}" for number in range(10)]
COUNT, GROWCRM, HALO, OPTIFLOW = range(1, 5)  # distances of the vendors' ports from the main port


@pytest.fixture(scope="module")
def credentials():
    """The credentials of a sandbox of each name, and of ``default``."""
    with Server(Settings(port=0, data="empty")) as server, requests.Session() as http:
        http.trust_env = False
        sandboxes = f"{server.urls['main']}/_mock/sandboxes"
        for name in NAMES:
            http.post(sandboxes, json={"name": name}, timeout=20).raise_for_status()
        return {
            each["name"]: each["credentials"] for each in http.get(sandboxes, timeout=20).json()
        }


def bearer(token):
    return {"Authorization": f"Bearer {token}"}


def basic(scheme, user, password):
    return {"Authorization": f"{scheme} {b64encode(f'{user}:{password}'.encode()).decode()}"}


def encoded(text):
    """Percent-encode every character."""
    return "".join(f"%{ord(char):02x}" for char in text)


def link(name):
    return f"count-link-{tag_of(name)}{'0' * 30}"


# What each source sends, by the name and the credentials of a sandbox.
SOURCES = {
    "signature of COUNT": lambda name, c: {
        "path": "/partners/invoices", "offset": COUNT,
        "headers": {"x-client-id": c["count"]["client_id"], **bearer("count-demo-token")},
    },
    "bearer token": lambda name, c: {"path": "/growcrm/api/invoices", "headers": bearer(c["growcrm"]["api_key"])},
    "bearer token on the vendor's port": lambda name, c: {
        "path": "/api/v1/invoices", "offset": OPTIFLOW, "headers": bearer(c["optiflow"]["viewer"]),
    },
    "basic": lambda name, c: {
        "path": "/auth/token", "offset": HALO, "method": "POST", "data": {"grant_type": "client_credentials"},
        "headers": basic("Basic", c["halo"]["client_id"], c["halo"]["client_secret"]),
    },
    "basic in lower case": lambda name, c: {
        "path": "/auth/token", "offset": HALO, "headers": basic("basic", c["halo"]["client_id"], "x")
    },
    "query": lambda name, c: {"path": f"/auth2/consent?clientId={c['count']['client_id']}&state=1", "offset": COUNT},
    "encoded query": lambda name, c: {
        "path": f"/count/auth2/consent?state=1&clientId={encoded(c['count']['client_id'])}"
    },
    "query that cannot be decoded": lambda name, c: {
        "path": f"/count/auth2/consent?clientId={c['count']['client_id']}&state=100%"
    },
    "form": lambda name, c: {
        "path": "/auth/token", "offset": HALO, "method": "POST",
        "data": {"grant_type": "client_credentials", "client_id": c["halo"]["client_id"]},
    },
    "encoded form": lambda name, c: {
        "path": "/halo/auth/token", "method": "POST",
        "data": f"grant_type=refresh_token&refresh_token={encoded(c['halo']['client_id'])}",
        "headers": {"Content-Type": "application/x-www-form-urlencoded"},
    },
    "JSON body": lambda name, c: {
        "path": "/auth/token", "offset": HALO, "method": "POST",
        "data": json.dumps({"grant": 1, "client_id": c["halo"]["client_id"]}, indent=2),
        "headers": {"Content-Type": "application/json"},
    },
    "JSON body with a percent sign": lambda name, c: {
        "path": "/auth/token", "offset": HALO, "method": "POST", "json": {"a": "100%", "client_id": c["halo"]["client_id"]},
    },
    "body in chunks": lambda name, c: {
        "path": "/auth/token", "offset": HALO, "method": "POST",
        "data": iter([b"client_id=", c["halo"]["client_id"].encode()]),
    },
    "public link": lambda name, c: {"path": f"/public/invoices/{link(name)}", "offset": COUNT},
    "public link below the prefix": lambda name, c: {"path": f"/count/public/attachments/{link(name)}"},
    "encoded public link": lambda name, c: {"path": f"/count/public/invoices/{encoded(link(name))}"},
    "another header": lambda name, c: {"headers": {"X-Api-Key": c["growcrm"]["api_key"], "User-Agent": f"a-{'0' * 40}"}},
    "cookie": lambda name, c: {"headers": {"Cookie": f"a=1; session=x-{tag_of(name)}{'0' * 30}"}},
    "control API": lambda name, c: {"path": f"/_mock/sandboxes/{name}/clock", "headers": bearer("control-token")},
    "encoded name": lambda name, c: {"path": f"/_mock/sandboxes/{encoded(name)}"},
    "console": lambda name, c: {"path": f"/sandboxes/{name}/journal/live?after=1"},
    "creation": lambda name, c: {
        "path": "/_mock/sandboxes", "method": "POST", "json": {"data": "empty", "name": name},
    },
    "creation in the console": lambda name, c: {
        "path": "/sandboxes", "method": "POST", "data": {"data": "empty", "name": name}
    },
}  # fmt: skip


@pytest.mark.parametrize("source", SOURCES)
def test_a_request_reaches_the_node_of_its_sandbox(source, stubs, credentials):
    expected = {name: stubs.node_of_tag(tag_of(name)) for name in NAMES}
    actual = {name: stubs.node_of(**SOURCES[source](name, credentials[name])) for name in NAMES}

    assert actual == expected


@pytest.mark.parametrize("offset", [COUNT, GROWCRM, HALO, OPTIFLOW])
def test_a_tag_has_the_same_node_on_every_port(stubs, offset):
    tags = [tag_of(str(number)) for number in range(60)]

    assert [stubs.node_of_tag(tag, offset) for tag in tags] == list(map(stubs.node_of_tag, tags))


def test_the_fixed_credentials_of_default_and_requests_without_any_have_one_node(
    stubs, credentials
):
    default = credentials["default"]
    nodes = {
        stubs.node_of("/partners/teams", offset=COUNT, headers={"x-client-id": default["count"]["client_id"]}),
        stubs.node_of("/api/invoices", offset=GROWCRM, headers=bearer(default["growcrm"]["api_key"])),
        stubs.node_of("/api/Invoice", offset=HALO, headers=bearer(default["halo"]["access_token"])),
        stubs.node_of("/auth/token", offset=HALO, method="POST", data={"client_id": default["halo"]["client_id"]}),
        stubs.node_of("/api/v1/invoices", offset=OPTIFLOW, headers=bearer(default["optiflow"]["owner"])),
        stubs.node_of("/_mock/sandboxes/default/clock"),
        stubs.node_of("/"),
        stubs.node_of("/_mock/sandboxes"),
        stubs.node_of("/_mock/sandboxes", method="POST", json={}),
    }  # fmt: skip

    assert nodes == {stubs.node_of_tag(DEFAULT_TAG)}


def others(stubs):
    """Return names whose node is not that of ``default``."""
    default = stubs.node_of_tag(DEFAULT_TAG)
    return [name for name in map(str, range(20)) if stubs.node_of_tag(tag_of(name)) != default]


@pytest.mark.parametrize(
    "details",
    [
        lambda name: {"headers": {**bearer("growcrm-demo-key"), "X-Api-Key": link(name)}},
        lambda name: {"headers": bearer("growcrm-demo-key"), "method": "POST", "data": link(name)},
        lambda name: {"headers": bearer("growcrm-demo-key"), "path": f"/api/x?note={link(name)}"},
        lambda name: {"headers": {"User-Agent": f"build-{tag_of(name)}{'0' * 30}"}},
    ],
    ids=["header", "body", "query", "user agent"],
)
def test_what_looks_like_a_credential_elsewhere_does_not_count(stubs, details):
    nodes = {stubs.node_of(**details(name)) for name in others(stubs)}

    assert nodes == {stubs.node_of_tag(DEFAULT_TAG)}


def test_names_count_at_the_main_port_only(stubs):
    """A vendor may have a path that begins with ``/sandboxes``."""
    names = others(stubs)
    nodes = {stubs.node_of(f"/sandboxes/{quote(name)}", offset=GROWCRM) for name in names}

    assert nodes == {stubs.node_of_tag(DEFAULT_TAG)}


def test_sandboxes_are_distributed_equally(stubs):
    shares = Counter(stubs.node_of_tag(tag_of(str(number))) for number in range(600))

    # The standard deviation of a share is about 13.
    assert all(140 <= share <= 260 for share in shares.values()), shares
    assert len(shares) == 3


def test_a_client_cannot_set_the_headers_of_a_proxy(stubs):
    stubs.node_of(
        "/marked", headers={
            "Host": "mock.example:8080", "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https",
            "X-Forwarded-Prefix": "/evil",
        },
    )  # fmt: skip
    received = [each for node in stubs.nodes.values() for each in node.requests if each.path == "/marked"]  # fmt: skip
    headers = {name.lower(): value for name, value in received[-1].headers.items()}

    assert headers["host"] == headers["x-forwarded-host"] == "mock.example:8080"
    assert headers["x-forwarded-proto"] == "http"
    assert "x-forwarded-prefix" not in headers


def test_a_head_of_64_kib_reaches_the_node(stubs):
    value = "x" * 60_000
    stubs.node_of("/long", headers={"X-Long": value})

    received = [
        each for node in stubs.nodes.values() for each in node.requests if each.path == "/long"
    ]
    assert {name.lower(): text for name, text in received[-1].headers.items()}["x-long"] == value
