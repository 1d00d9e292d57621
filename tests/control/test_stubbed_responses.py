"""Stubbed responses: faults with the effect ``answer``, criteria for requests, and effects in turn."""

import time
from base64 import b64encode, urlsafe_b64encode

import orjson
import pytest

KEYS = {
    "growcrm": {"Authorization": "Bearer growcrm-demo-key"},
    "halo": {"Authorization": "Bearer halo-demo-token"},
    "optiflow": {"Authorization": "Bearer 1|optiflow-demo-owner"},
}
READS = {
    "growcrm": ("invoices.search", "/api/invoices"),
    "halo": ("invoice.search", "/api/Invoice"),
    "optiflow": ("invoices.search", "/api/v1/invoices"),
}
WRITES = {
    "growcrm": ("payments.create", "/api/payments"),
    "halo": ("invoice_payment.save", "/api/InvoicePayment"),
    "optiflow": ("payments.create", "/api/v1/payments"),
}


class Vendor:
    """One vendor in a sandbox, and the faults of the sandbox."""

    def __init__(self, server, http, key):
        self.http, self.key = http, key
        self.root = server.urls["vendors"][key]["root_url"]
        self.control = f"{server.urls['main']}/_mock/sandboxes/default"

    def fault(self, status=201, **fault):
        response = self.http.post(f"{self.control}/faults", json={"vendor": self.key, **fault})
        assert response.status_code == status, response.text
        return response.json()

    def get(self, path, **headers):
        return self.http.get(self.root + path, headers={**KEYS[self.key], **headers})

    def post(self, path, **options):
        return self.http.post(self.root + path, headers=KEYS[self.key], **options)

    def entry(self):
        return self.http.get(f"{self.control}/journal", params={"limit": 1}).json()[0]


@pytest.fixture
def vendor_of(vendors_server, http):
    yield lambda key: Vendor(vendors_server, http, key)
    control = f"{vendors_server.urls['main']}/_mock/sandboxes/default"
    http.delete(f"{control}/faults").raise_for_status()


@pytest.fixture
def growcrm(vendor_of):
    return vendor_of("growcrm")


@pytest.mark.parametrize("key", READS)
def test_every_vendor_sends_a_stubbed_response(vendor_of, key):
    vendor, (operation, path) = vendor_of(key), READS[key]
    effect = {
        "kind": "answer",
        "status": 299,
        "headers": {"X-Stub": "1"},
        "body": {"a": [1.5, None]},
    }
    fault = vendor.fault(operation=operation, effect=effect, times=1)
    response, entry = vendor.get(path), vendor.entry()

    assert fault["effect"] == effect
    assert (response.status_code, response.json()) == (299, {"a": [1.5, None]})
    assert response.headers["X-Stub"] == "1"
    assert "json" in response.headers["Content-Type"]
    assert entry["note"] == f"fault {fault['id']}: answer 299"
    assert vendor.get(path).status_code == 200


@pytest.mark.parametrize("key", WRITES)
def test_a_stub_acts_before_validation_and_changes_nothing(vendor_of, key):
    vendor, (operation, path) = vendor_of(key), WRITES[key]
    vendor.fault(operation=operation, effect={"kind": "answer", "status": 201, "body": "ok"})
    before = vendor.http.get(vendor.control).json()["counts"]
    response, entry = vendor.post(path, json={"anything": 1}), vendor.entry()

    assert (response.status_code, response.json()) == (201, "ok")
    assert entry["request"]["body"] == {"anything": 1}
    assert vendor.http.get(vendor.control).json()["counts"] == before


def test_a_request_without_a_valid_credential_gets_no_stub(growcrm):
    growcrm.fault(effect={"kind": "answer"})

    assert growcrm.http.get(f"{growcrm.root}/api/invoices").status_code == 401
    assert growcrm.get("/api/invoices").content == b""


@pytest.mark.parametrize(
    ("effect", "content_type", "content"),
    [
        ({"headers": {"Content-Type": "text/html"}, "body": "<p>"}, "text/html", b"<p>"),
        ({"headers": {"content-type": "application/problem+json"}, "body": "x"}, "application/problem+json", b'"x"'),
        ({"body": None}, "application/json", b"null"),
        ({"status": 204}, None, b""),
    ],
)  # fmt: skip
def test_the_body_follows_its_content_type(growcrm, effect, content_type, content):
    growcrm.fault(effect={"kind": "answer", **effect})
    response = growcrm.get("/api/invoices")

    assert (response.headers.get("Content-Type"), response.content) == (content_type, content)


def test_head_has_the_headers_of_a_stub(growcrm):
    growcrm.fault(effect={"kind": "answer", "body": [1, 2]})
    response = growcrm.http.head(f"{growcrm.root}/api/invoices", headers=KEYS["growcrm"])

    assert (response.headers["Content-Length"], response.content) == ("5", b"")


@pytest.mark.parametrize(
    ("match", "sent"),
    [
        ({"body": {"payment_amount": 450.8}}, {"json": {"payment_amount": 450.80, "more": 1}}),
        ({"body": {"payment_amount": 450.8}}, {"json": {"payment_amount": "450.80"}}),
        ({"body": {"payment_amount": 450.8}}, {"data": {"payment_amount": "450.80"}}),
        ({"body": {"a": [{"x": 1}, {"x": 2}]}}, {"json": {"a": [{"x": 2}, {"x": 3}, {"x": 1, "y": 0}]}}),
        ({"body": {"a": [{}, {"x": 1}]}}, {"json": {"a": [{"x": 1}, {"y": 2}]}}),
        ({"body": {"tags": ["b"]}}, {"data": [("tags[]", "a"), ("tags[]", "b")]}),
        ({"body": {"items": [{"rate": 5}]}}, {"data": {"items[0][rate]": "5.0"}}),
        ({"body": {"note": None}}, {"json": {"note": ""}}),
        ({"path": "/api/pay*"}, {"json": {}}),
        ({"method": "post", "query": {"page": 2}}, {"params": {"page": "2"}}),
        ({"query": {"status": ["a", "b"]}}, {"params": [("status", "b"), ("status", "c"), ("status", "a")]}),
    ],
)  # fmt: skip
def test_a_request_that_fits_triggers_the_fault(growcrm, match, sent):
    fault = growcrm.fault(match=match, effect={"kind": "status", "status": 503})

    assert fault["match"] == {**match, **({"method": "POST"} if "method" in match else {})}
    assert growcrm.post("/api/payments", **sent).status_code == 503


@pytest.mark.parametrize(
    ("match", "sent"),
    [
        ({"body": {"payment_amount": 450.8}}, {"json": {"payment_amount": 450.81}}),
        ({"body": {"code": "007"}}, {"json": {"code": "7"}}),
        ({"body": {"code": 1000}}, {"json": {"code": "1_000"}}),
        ({"body": {"code": 12}}, {"json": {"code": "١٢"}}),
        ({"body": {"is": True}}, {"json": {"is": 1}}),
        ({"body": {"a": [1, 1]}}, {"json": {"a": [1, 2]}}),
        ({"body": {"a": None}}, {"json": {}}),
        ({"body": {"a": 1}}, {"data": b"\xff", "params": {}}),
        ({"path": "/api/*"}, {"json": {}}),
        ({"headers": {"Accept": "text/csv"}}, {"json": {}}),
        ({"query": {"page": 2}}, {"params": {"page": "3"}}),
    ],
)  # fmt: skip
def test_a_request_that_does_not_fit_triggers_no_fault(growcrm, match, sent):
    path = "/api/payments" if "path" not in match else "/api/invoices/1/publish"
    growcrm.fault(match=match, effect={"kind": "status", "status": 503})

    assert growcrm.post(path, **sent).status_code != 503


def test_a_header_matches_in_any_case_of_its_name(growcrm):
    growcrm.fault(match={"headers": {"x-TRY": "2"}}, effect={"kind": "status", "status": 502})

    statuses = [growcrm.get("/api/invoices", **{"X-Try": text}).status_code for text in ("1", "2")]
    assert statuses == [200, 502]


def test_a_body_above_the_limit_does_not_match(growcrm):
    growcrm.fault(match={"body": {"a": 1}}, effect={"kind": "status", "status": 503})

    assert growcrm.post("/api/payments", json={"a": 1, "b": "x" * 70_000}).status_code == 422


def test_effects_are_used_up_one_after_the_other(growcrm):
    effects = [{"kind": "status", "status": 503}, {"kind": "delay", "seconds": 0},
               {"kind": "answer", "status": 202}]  # fmt: skip
    growcrm.fault(effects=effects)
    statuses = [growcrm.get("/api/invoices").status_code for _ in range(4)]
    (fault,) = growcrm.http.get(f"{growcrm.control}/faults").json()

    assert statuses == [503, 200, 202, 200]
    assert (fault["effects"], fault["effect"], fault["times"]) == (effects, effects[-1], 3)
    assert (fault["struck"], fault["remaining"]) == (3, 0)


def test_a_single_effect_in_turn_is_used_once(growcrm):
    fault = growcrm.fault(effects=[{"kind": "status", "status": 503}])

    assert (fault["effects"], fault["remaining"]) == ([{"kind": "status", "status": 503}], 1)
    assert [growcrm.get("/api/invoices").status_code for _ in range(2)] == [503, 200]


def test_the_method_that_was_sent_is_compared(growcrm):
    growcrm.fault(match={"method": "PATCH"}, effect={"kind": "status", "status": 503})
    url = f"{growcrm.root}/api/invoices/1"
    headers = {**KEYS["growcrm"], "X-HTTP-Method-Override": "PATCH"}

    assert growcrm.http.post(url, headers=headers, json={}).status_code != 503
    assert growcrm.http.patch(url, headers=KEYS["growcrm"], json={}).status_code == 503


def test_halo_compares_paths_parameters_and_members_in_any_case(vendor_of):
    halo = vendor_of("halo")
    match = {
        "path": "/api/Invoice",
        "query": {"pagesize": 5},
        "body": [{"client_id": 8, "lines": [{"price": 1}]}],
    }
    halo.fault(match=match, effect={"kind": "status", "status": 503})
    body = [{"CLIENT_ID": "8", "Lines": [{"Price": 1.0, "x": 2}]}]

    assert halo.post("/api/invoice", params={"PageSize": 5}, json=body).status_code == 503


def test_a_pattern_with_many_stars_is_compared_quickly(growcrm):
    growcrm.fault(match={"path": "/api/invoices/" + "*a" * 900 + "b"}, effect={"kind": "drop"})
    growcrm.fault(match={"path": "/api/*nv*i*s/*7*"}, effect={"kind": "answer", "body": "fits"})
    start = time.monotonic()

    assert growcrm.get("/api/invoices/" + "a" * 3000).status_code == 404
    assert time.monotonic() - start < 5
    assert growcrm.get("/api/invoices/171").json() == "fits"


def test_a_comparison_that_takes_too_long_does_not_match(growcrm):
    expected = {"body": {"a": [{"k": [-n]} for n in range(240)]}}
    growcrm.fault(match=expected, effect={"kind": "status", "status": 503})
    body = {"a": [{"k": [n]} for n in range(1, 900)]}

    assert growcrm.post("/api/payments", json=body).status_code == 422


def test_tokens_expire_only_for_requests_that_fit(growcrm):
    growcrm.fault(match={"path": "/api/invoices/*"}, effect={"kind": "expire_tokens"})

    assert growcrm.get("/api/invoices").status_code == 200
    assert growcrm.get("/api/invoices/1").status_code == 401


def test_a_stub_with_a_name_is_for_requests_that_ask_for_it(growcrm):
    growcrm.fault(
        name="paid", effects=[{"kind": "answer", "body": 1}, {"kind": "answer", "body": 2}]
    )
    asking = {"X-Mock-Fault": "delay=0, answer=paid"}

    assert growcrm.get("/api/invoices").json()["data"]
    assert [growcrm.get("/api/invoices", **asking).json() for _ in range(2)] == [1, 2]
    response = growcrm.get("/api/invoices", **asking)
    assert response.status_code == 400
    assert "the fault named paid is used up, or is for other requests" in response.json()["message"]


def test_a_named_stub_comes_before_others_and_is_never_executed_instead(growcrm):
    growcrm.fault(effect={"kind": "answer", "body": "any"})
    growcrm.fault(
        name="list", operation="invoices.search", effect={"kind": "answer", "body": "named"}
    )
    asking = {"X-Mock-Fault": "answer=list"}

    assert growcrm.get("/api/invoices", **asking).json() == "named"
    assert growcrm.get("/api/invoices").json() == "any"
    assert growcrm.get("/api/clients", **asking).status_code == 400
    unknown = growcrm.get("/api/clients", **{"X-Mock-Fault": "answer=lst"}).json()["message"]
    assert "faults with a name: list" in unknown


@pytest.mark.parametrize(
    "encode", [b64encode, urlsafe_b64encode, lambda text: b64encode(text).rstrip(b"=")]
)
def test_a_header_can_have_the_whole_response(growcrm, encode):
    answer = orjson.dumps({"status": 418, "headers": {"X-A": "ÿ"}, "body": {"b": "~~~???"}})
    response = growcrm.get("/api/invoices", **{"X-Mock-Fault": f"answer={encode(answer).decode()}"})

    assert (response.status_code, response.json()) == (418, {"b": "~~~???"})
    assert response.headers["X-A"] == "ÿ"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"[]", "must be an object"),
        (b'{"kind": "drop"}', "unknown member 'kind'"),
        (b'{"statsu": 200}', "unknown member 'statsu'"),
        (b'{"status": 99}', "from 200 to 599"),
        (b'{"status": true}', "must be a number"),
        (b'{"headers": {"a b": "c"}}', "is not a header name"),
        (b'{"headers": {"a": "b\\r\\nc: d"}}', "a text of one line"),
        (b'{"headers": []}', "headers must be an object"),
        (b'{"status": 304, "body": 1}', "has no body"),
        (b"{", "not JSON"),
    ],
)  # fmt: skip
def test_an_invalid_response_in_the_header_says_what_is_wrong(growcrm, text, message):
    header = {"X-Mock-Fault": f"answer={b64encode(text).decode()}"}
    response = growcrm.get("/api/invoices", **header)

    assert response.status_code == 400
    assert message in response.json()["message"]


ANSWER = {"kind": "answer"}


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ({"effect": ANSWER, "effects": [ANSWER]}, "either effect, or effects"),
        ({"effects": [ANSWER], "times": 2}, "times is not allowed"),
        ({"effects": [{"kind": "expire_tokens"}]}, "must not contain expire_tokens"),
        ({"effects": []}, "effects"),
        ({"effect": {"kind": "drop"}, "name": "x"}, "only stubbed responses"),
        ({"effect": ANSWER, "name": "a=b"}, "name"),
        ({"effect": ANSWER, "match": {}}, "at least one of method, path"),
        ({"effect": ANSWER, "match": {"boddy": 1}}, "did you mean 'body'?"),
        ({"effect": ANSWER, "match": {"query": {"a": {"b": 1}}}}, "query"),
        ({"effect": ANSWER, "match": {"body": [1] * 501}}, "at most 500 values"),
        ({"effect": {**ANSWER, "status": 204, "body": 1}}, "has no body"),
        ({"effect": {**ANSWER, "headers": {"Content-Length": "1"}}}, "sets the header Content-Length itself"),
        ({"effect": {**ANSWER, "headers": {"X": "a\nb"}}}, "a text of one line"),
        ({"effect": {**ANSWER, "body": "x" * 1_100_000}}, "at most 1048576 bytes"),
        ({"effect": {**ANSWER, "status": 600}}, '"kind": "answer"'),
    ],
)  # fmt: skip
def test_an_invalid_stub_is_rejected_with_what_was_expected(growcrm, fault, message):
    response = growcrm.fault(status=400, **fault)

    assert message in response["error"]["message"]
    assert growcrm.http.get(f"{growcrm.control}/faults").json() == []
