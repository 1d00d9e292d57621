"""Every row of docs/reference/frameworks is true for each of its vendors."""

from functools import reduce

import pytest

from mockvoice.app import Server
from mockvoice.settings import Settings
from tests.frameworks.raw_client import RawRequest
from tests.frameworks.rows import FRAMEWORKS, PAGES, Framework

REQUESTS = [
    pytest.param(vendor, request, id=f"{vendor}-{row.input[:60]}")
    for key in FRAMEWORKS
    for row in Framework.load(key).rows
    for vendor, request in row.requests.items()
]


@pytest.fixture(scope="module")
def framework_server():
    with Server(Settings(port=0)) as server:
        yield server


@pytest.mark.parametrize(("vendor", "row"), REQUESTS)
def test_a_request_is_read_as_the_page_says(framework_server, http, vendor, row):
    request = RawRequest(vendor, row, framework_server.urls["vendors"][vendor]["root_url"])
    status, body = request.send()

    assert status == row["status"], body
    for path, value in row.get("shows", {}).items():
        expected = value.replace("{n}", request.number) if isinstance(value, str) else value
        assert member(body, path) == expected
    if "note" in row:
        assert row["note"] in newest_note(framework_server, http, vendor)


@pytest.mark.parametrize("key", FRAMEWORKS)
def test_every_request_shows_how_it_is_read(key):
    status_only = [
        f"{vendor}: {row.input}"
        for row in Framework.load(key).rows
        for vendor, request in row.requests.items()
        if not (request.get("shows") or request.get("note"))
    ]

    assert status_only == [], (
        "add shows or note: a server that ignores the input sends this status too"
    )


@pytest.mark.parametrize("key", FRAMEWORKS)
def test_the_table_of_a_page_has_its_rows(key):
    page = PAGES / f"{key}.md"

    assert page.read_text() == Framework.load(key).page(), "run: python -m tests.frameworks.rows"


def member(body, path):
    """Return a member of a JSON value: the whole path is its name, or names are joined by dots."""
    if isinstance(body, dict) and path in body:
        return body[path]
    return reduce(
        lambda value, name: value[int(name) if isinstance(value, list) else name],
        path.split("."),
        body,
    )


def newest_note(server, http, vendor):
    journal = f"{server.urls['main']}/_mock/sandboxes/default/journal"
    return http.get(journal, params={"vendor": vendor, "limit": 1}).json()[0]["note"]
