"""Cross-origin requests of web pages: by vendor, and with the option ``--cors``."""

import pytest

from mockvoice.app import Server
from mockvoice.settings import Settings
from mockvoice.vendor_registry import own_vendor_keys

APP = "http://localhost:5173"
OWNER = {"Authorization": "Bearer 1|optiflow-demo-owner"}
PATHS = {
    "count": "/partners/invoices",
    "growcrm": "/api/invoices",
    "halo": "/api/Invoice",
    "optiflow": "/api/v1/invoices",
}
PREFLIGHT = {
    "Origin": APP,
    "Access-Control-Request-Method": "PUT",
    "Access-Control-Request-Headers": "authorization,content-type",
}


@pytest.fixture(scope="module")
def server():
    with Server(Settings(port=0)) as server:
        yield server


def url_of(server, vendor, path=None):
    return server.urls["vendors"][vendor]["root_url"] + (PATHS[vendor] if path is None else path)


def cors_headers(response):
    return {name.lower() for name in response.headers if name.lower().startswith("access-control")}


def test_optiflow_answers_a_preflight_as_laravel_does(server, http):
    response = http.options(url_of(server, "optiflow", "/api/v1/anything"), headers=PREFLIGHT)

    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert response.headers["Access-Control-Allow-Methods"] == "PUT"
    assert response.headers["Access-Control-Allow-Headers"] == "authorization,content-type"
    assert response.headers["Access-Control-Max-Age"] == "0"
    assert response.headers["Vary"] == (
        "Access-Control-Request-Method, Access-Control-Request-Headers"
    )
    assert "Access-Control-Allow-Credentials" not in response.headers


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/api/v1/invoices", OWNER, 200),
        ("/api/v1/invoices", {}, 401),
        ("/api/v1/unknown", OWNER, 404),
        ("/api/v1/invoices/1/pdf", OWNER, 200),
        ("/api/v1/invoices", {**OWNER, "X-Mock-Fault": "status=503"}, 503),
        ("/api/v1/invoices?filter[nothing]=1", OWNER, 400),
    ],
)
@pytest.mark.parametrize("origin", [{}, {"Origin": APP}])
def test_every_response_of_optiflow_may_be_read_by_any_page(server, http, path, headers, status, origin):  # fmt: skip
    response = http.get(url_of(server, "optiflow", path), headers={**headers, **origin})

    assert response.status_code == status
    assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("vendor", ["growcrm", "halo", "count"])
def test_the_other_vendors_have_no_cors_headers(server, http, vendor):
    for method, headers in (("GET", {"Origin": APP}), ("OPTIONS", PREFLIGHT)):
        response = http.request(method, url_of(server, vendor), headers=headers)

        assert cors_headers(response) == set()
    assert response.status_code == 405


def test_pages_may_start_the_authorization_of_count(server, http):
    for path in ("/auth2/authorize-intiate", "/auth2/unknown"):
        response = http.get(url_of(server, "count", path), headers={"Origin": APP})

        assert response.headers["Access-Control-Allow-Origin"] == "*"


@pytest.fixture(scope="module")
def open_server():
    with Server(Settings(port=0, cors_origins=(APP, "https://app.example.com"))) as server:
        yield server


@pytest.mark.parametrize("vendor", own_vendor_keys())
@pytest.mark.parametrize("place", ["root_url", "prefix_url"])
def test_with_the_option_pages_of_the_origin_may_call_every_vendor(
    open_server, http, vendor, place
):
    url = open_server.urls["vendors"][vendor][place] + PATHS[vendor]

    preflight = http.options(url, headers=PREFLIGHT)
    response = http.get(url, headers={"Origin": APP})

    assert preflight.status_code == 204
    assert preflight.headers["Access-Control-Allow-Methods"] == "PUT"
    for answer in (preflight, response):
        assert answer.headers["Access-Control-Allow-Origin"] == APP
        assert answer.headers["Access-Control-Allow-Credentials"] == "true"
        assert "Origin" in answer.headers["Vary"]


@pytest.mark.parametrize(
    "origin", ["http://localhost:5174", "https://evil.example", "null", APP + "/"]
)
def test_with_the_option_other_origins_get_no_headers(open_server, http, origin):
    headers = {**PREFLIGHT, "Origin": origin}
    preflight = http.options(url_of(open_server, "growcrm"), headers=headers)
    response = http.get(url_of(open_server, "optiflow"), headers={**OWNER, "Origin": origin})

    assert cors_headers(preflight) == cors_headers(response) == set()
    assert response.headers["Vary"] == "Origin"


def test_with_the_option_pages_may_read_the_headers_of_the_contracts(open_server, http):
    response = http.get(url_of(open_server, "optiflow"), headers={**OWNER, "Origin": APP})

    exposed = response.headers["Access-Control-Expose-Headers"].split(", ")
    assert "Retry-After" in exposed or "Location" in exposed or exposed


def test_the_option_never_opens_the_control_api(open_server, http):
    main = open_server.urls["main"]
    for method, headers in (("GET", {"Origin": APP}), ("OPTIONS", PREFLIGHT)):
        response = http.request(method, f"{main}/_mock/sandboxes", headers=headers)

        assert cors_headers(response) == set()


@pytest.mark.parametrize(
    "origin", ["localhost:5173", "http://localhost:5173/", "http://a/b", "null", "ftp://a", "*.example.com"]
)  # fmt: skip
def test_an_invalid_origin_is_an_error_that_says_what_to_write(mockvoice, origin):
    status, _, err = mockvoice("serve", "--cors", origin, "--port", "0").result()

    assert status == 2
    assert "such as https://app.example.com" in err


def test_strict_hosts_come_first(http):
    settings = Settings(port=0, vendors=("optiflow",), strict_hosts=True)
    with Server(settings) as server:
        response = http.options(
            url_of(server, "optiflow"), headers={**PREFLIGHT, "Host": "evil.example"}
        )

        assert response.status_code == 421
