"""Authentication: signature, timestamp, signed text and bearer token."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mockvoice_contracts.harness.client import Anonymous, Api, Response
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.harness.targets import Target
from mockvoice_contracts.suites.count.request_signer import body_hash, signature

Send = Callable[..., Response]

LIST = "/partners/tags"
HASH_OF_EMPTY_OBJECT = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


@pytest.fixture
def send(api: Api, target: Target) -> Send:
    """Return a function that sends a request whose signature the test can change."""
    credentials = target.credentials

    def send_one(
        method: str = "GET",
        path: str = LIST,
        body: bytes = b"",
        *,
        headers: dict[str, str | None] | None = None,
        bearer: str | None = credentials.get("access_token"),
        secret: str = credentials.get("client_secret", ""),
        timestamp: str | None = None,
        signed_path: str | None = None,
        signed_method: str | None = None,
        hashed: str | None = None,
    ) -> Response:
        stamp = str(int(target.now().timestamp())) if timestamp is None else timestamp
        path_to_sign = signed_path or path.partition("?")[0].removeprefix("/partners")
        digest = body_hash(method, body) if hashed is None else hashed
        all_headers: dict[str, str | None] = {
            "x-client-id": credentials.get("client_id"),
            "x-timestamp": stamp,
            "x-signature": signature(secret, signed_method or method, path_to_sign, stamp, digest),
            "Authorization": None if bearer is None else f"Bearer {bearer}",
            "Content-Type": "application/json" if body else None,
            **(headers or {}),
        }
        sent_headers = {name: value for name, value in all_headers.items() if value is not None}
        return api.with_auth(_UnchangedHeaders()).send(
            method, path, data=body or None, headers=sent_headers
        )

    return send_one


class _UnchangedHeaders(Anonymous):
    """Sends the headers of the test unchanged."""

    def __call__(self, request: Any) -> Any:
        return request


def assert_unauthorized(response: Response, code: str, **fields: str) -> None:
    body = response.body
    assert response.status == 401, response.content
    assert response.media_type == "application/json"
    assert body["status"] == "error"
    assert body["code"] == code
    assert body["statusCode"] == 401
    for name in ("error", "error_description"):
        assert body.get(name) == fields.get(name)


@rule(
    "GET /partners/tags with x-client-id, x-timestamp, x-signature and Authorization: Bearer returns 200.",
    source="Documented: developers.getcount.com/getting-started/api-access-credentials",
)
def test_a_signed_request_with_a_bearer_token_is_accepted(send: Send) -> None:
    assert send().status == 200


@rule(
    'A request without {name} returns 401 with error "missing_credentials".',
    source="Documented: developers.getcount.com/getting-started/api-access-credentials",
)
@pytest.mark.parametrize("name", ["x-client-id", "x-timestamp", "x-signature"])
def test_every_signature_header_is_required(send: Send, name: str) -> None:
    assert_unauthorized(
        send(headers={name: None}), "missing_credentials", error="missing_credentials"
    )


@rule(
    'An unknown x-client-id returns 401 with error "Invalid HMAC signature".',
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_an_unknown_client_gets_the_error_of_a_wrong_signature(send: Send) -> None:
    assert_unauthorized(
        send(headers={"x-client-id": "nobody-at-all"}),
        "invalid_signature",
        error="Invalid HMAC signature",
    )


@rule(
    'A signature made with another client secret returns 401 with error "Invalid HMAC signature".',
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_a_wrong_secret_is_rejected(send: Send) -> None:
    assert_unauthorized(send(secret="guessed"), "invalid_signature", error="Invalid HMAC signature")


@rule(
    "x-signature is lower-case hex; upper case returns 401.",
    source="Assumed: the vendor's pages name hex, not how it is compared",
)
@pytest.mark.assumed
def test_a_signature_in_upper_case_is_rejected(send: Send, target: Target) -> None:
    stamp = str(int(target.now().timestamp()))
    uppercase = signature(target.credentials["client_secret"], "GET", "/tags", stamp, "").upper()

    assert_unauthorized(
        send(timestamp=stamp, headers={"x-signature": uppercase}),
        "invalid_signature",
        error="Invalid HMAC signature",
    )


@rule(
    "The signature covers method and path; one of another path or method returns 401.",
    source="Documented: developers.getcount.com/getting-started/api-access-credentials",
)
@pytest.mark.parametrize("signed", [{"signed_path": "/customers"}, {"signed_method": "POST"}])
def test_a_signature_of_another_path_or_method_is_rejected(send: Send, signed: dict) -> None:
    assert_unauthorized(send(**signed), "invalid_signature", error="Invalid HMAC signature")


@rule(
    "The signed path has neither the prefix /partners nor the query string; any other text returns 401.",
    source="Documented: developers.getcount.com/getting-started/api-access-credentials",
)
def test_the_path_is_signed_without_its_prefix_and_its_query(send: Send) -> None:
    assert send(path=LIST + "?limit=1&search=%C3%A4").status == 200
    assert send(path=LIST + "?limit=1", signed_path="/tags?limit=1").status == 401
    assert send(signed_path="/partners/tags").status == 401


@rule(
    "A body that differs from the signed one returns 401 and creates nothing.",
    source="Documented: developers.getcount.com/getting-started/api-access-credentials",
)
def test_a_tampered_body_is_rejected_and_changes_nothing(
    send: Send, factory: Any, api: Api
) -> None:
    name = factory.unique_name("Tampered")
    signed = json.dumps({"name": factory.unique_name("Signed")}).encode()
    sent = json.dumps({"name": name}).encode()

    assert_unauthorized(
        send("POST", LIST, sent, hashed=body_hash("POST", signed)),
        "invalid_signature",
        error="Invalid HMAC signature",
    )
    result = api.call("tags.search", expect=200, query={"search": name})
    assert result["data"]["totalRecords"] == 0


@rule(
    "BODYHASH is the SHA-256 of the body as sent or of its compact JSON; both are accepted.",
    source="Assumed: the vendor's samples hash compact JSON, which equals the bytes that they send",
)
@pytest.mark.assumed
def test_the_body_is_signed_as_sent_or_as_compact_json(send: Send, factory: Any) -> None:
    name = factory.unique_name("Compact")
    spaced = json.dumps({"name": name, "color": "#ffffff"}, indent=2).encode()
    compact = json.dumps({"name": name, "color": "#ffffff"}, separators=(",", ":")).encode()

    assert send("POST", LIST, spaced).status == 201
    assert send("POST", LIST, spaced, hashed=body_hash("POST", compact)).status == 201


@rule(
    "For a PATCH with no body or with an empty object, BODYHASH is empty or the SHA-256 of an empty object; both are accepted.",
    source="Assumed: the vendor's page shows one form, its client count-cli sends the other",
)
@pytest.mark.assumed
@pytest.mark.parametrize("body", [b"", b"{}"])
@pytest.mark.parametrize("hashed", ["", HASH_OF_EMPTY_OBJECT])
def test_an_empty_body_can_be_signed_in_two_ways(
    send: Send, factory: Any, body: bytes, hashed: str
) -> None:
    path = f"/partners/invoices/{factory.invoice()['id']}/approve"

    assert send("PATCH", path, body, hashed=hashed).status == 200


@rule(
    "BODYHASH of GET and DELETE is empty: DELETE signed with any hash returns 401.",
    source="Documented: developers.getcount.com/getting-started/api-access-credentials",
)
def test_get_and_delete_do_not_sign_a_body(send: Send, factory: Any) -> None:
    path = f"{LIST}/{factory.tag()['id']}"

    assert send("DELETE", path, hashed=HASH_OF_EMPTY_OBJECT).status == 401
    assert send("DELETE", path).status == 200


@rule(
    "An x-timestamp that differs by {seconds} s from now is accepted, in seconds and in milliseconds.",
    source="Assumed: the vendor publishes no tolerance; its page shows seconds and its client sends milliseconds",
)
@pytest.mark.parametrize("seconds", [-290, 290])
@pytest.mark.parametrize("unit", [1, 1000])
@pytest.mark.assumed
def test_seconds_and_milliseconds_are_accepted_within_five_minutes(
    send: Send, target: Target, seconds: int, unit: int
) -> None:
    time: datetime = target.now() + timedelta(seconds=seconds)

    assert send(timestamp=str(int(time.timestamp() * unit))).status == 200


@rule(
    'An x-timestamp in {unit} that differs by {seconds} s from now returns 401 with error "Invalid HMAC signature".',
    source="Assumed: the vendor publishes no tolerance; 300 s",
)
@pytest.mark.parametrize("seconds", [-310, 310, -86_400])
@pytest.mark.parametrize("unit", ["seconds", "milliseconds"])
@pytest.mark.assumed
def test_a_stale_or_future_timestamp_is_rejected(
    send: Send, target: Target, seconds: int, unit: str
) -> None:
    # A mock compares a timestamp with real time, too.
    clocks = target.now(), datetime.now(UTC)
    nearest = min(clocks) if seconds < 0 else max(clocks)
    time = nearest + timedelta(seconds=seconds)
    factor = 1000 if unit == "milliseconds" else 1

    assert_unauthorized(
        send(timestamp=str(int(time.timestamp() * factor))),
        "invalid_signature",
        error="Invalid HMAC signature",
    )


@rule(
    "An x-timestamp that is not a decimal number returns 401.",
    source="Assumed: the vendor states the format, not the error",
)
@pytest.mark.assumed
@pytest.mark.parametrize("text", ["now", "-1", "1e9", "9" * 40, "²"])
def test_a_timestamp_that_is_not_a_number_is_rejected(send: Send, text: str) -> None:
    encoded = text.encode("utf-8").decode("latin-1")

    assert_unauthorized(
        send(headers={"x-timestamp": encoded}), "invalid_signature", error="Invalid HMAC signature"
    )


@rule(
    "A signed request without a bearer token returns 401.",
    source="Documented: developers.getcount.com/api-reference/invoices",
)
@pytest.mark.parametrize("bearer", [None, ""])
def test_a_missing_bearer_token_has_its_own_error(send: Send, bearer: str | None) -> None:
    assert_unauthorized(send(bearer=bearer), "missing_token")


@rule(
    'An unknown bearer token returns 401 with message "Invalid access token.".',
    source="Documented: github.com/getcount/count-cli 0.2.3",
)
def test_an_unknown_bearer_token_has_the_message_that_clients_expect(send: Send) -> None:
    response = send(bearer="guessed")

    assert_unauthorized(response, "invalid_token")
    assert response.body["message"] == "Invalid access token."


@rule(
    "The client id as bearer token returns 401.",
    source="Documented: developers.getcount.com/api-reference/invoices",
)
def test_the_client_id_is_not_a_bearer_token(send: Send, target: Target) -> None:
    assert_unauthorized(send(bearer=target.credentials["client_id"]), "invalid_token")


@rule(
    "A request with a wrong signature and no bearer token returns the 401 of the signature.",
    source="Assumed: the vendor publishes no order of checks",
)
@pytest.mark.assumed
def test_the_signature_is_checked_before_the_bearer_token(send: Send) -> None:
    assert_unauthorized(
        send(secret="guessed", bearer=None), "invalid_signature", error="Invalid HMAC signature"
    )


@rule(
    'An unknown route returns 404 with a message that begins "Can\'t find GET", without any credentials.',
    source="Assumed: the text is in github.com/getcount/count-cli; the vendor publishes no order of checks",
)
@pytest.mark.assumed
def test_an_unknown_route_is_reported_before_authentication(api: Api) -> None:
    response = api.with_auth(Anonymous()).send("GET", "/partners/no-such-route")

    assert response.status == 404
    assert response.body["code"] == "route_not_found"
    assert response.body["message"].startswith("Can't find GET")


@rule(
    "/partners/{path} is not part of this mock and returns 404.",
    source="Assumed: the mock serves invoicing only",
)
@pytest.mark.assumed
@pytest.mark.parametrize(
    "path",
    [
        "bills", "journal-entries", "people", "projects", "tasks", "time-entries", "expense-receipts",
        "budgets", "workspace-stats", "opening-balance",
    ],
)  # fmt: skip
def test_unsupported_resources_are_unknown_routes(api: Api, target: Target, path: str) -> None:
    if not target.is_mock:
        pytest.skip("only a mock omits resources of the vendor")
    assert api.send("GET", f"/partners/{path}").status == 404


@rule(
    "PUT /partners/tags returns 405, and Allow lists GET and POST.",
    source="Assumed: RFC 9110; the vendor states no rule",
)
@pytest.mark.assumed
def test_an_unsupported_method_is_rejected_with_the_allowed_methods(api: Api) -> None:
    response = api.send("PUT", LIST)

    assert response.status == 405
    assert {method.strip() for method in response.headers["allow"].split(",")} >= {"GET", "POST"}
    assert response.body["code"] == "method_not_allowed"


@rule(
    "A body that is not a JSON object returns 400.",
    source="Assumed: the vendor states no rule",
)
@pytest.mark.assumed
@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"name": NaN}', b"[]", b"null", b'"text"'])
def test_a_body_that_is_not_a_json_object_is_rejected(send: Send, body: bytes) -> None:
    response = send("POST", LIST, body)

    assert response.status == 400
    assert response.body["code"] == "invalid_json"


@rule(
    "A body of type text/plain is read as empty, so a missing name returns 400.",
    source="Assumed: Express reads bodies by their media type; the vendor states no rule",
)
@pytest.mark.assumed
def test_a_body_of_another_media_type_has_no_fields(send: Send) -> None:
    response = send("POST", LIST, b"name=x", headers={"Content-Type": "text/plain"})

    assert response.status == 400
    assert response.body["code"] == "validation_error"


@rule(
    "A body of 10 MiB returns 413.",
    source="Assumed: the vendor states no rule",
)
@pytest.mark.assumed
def test_a_body_that_is_too_large_is_rejected(send: Send) -> None:
    response = send("POST", LIST, b'{"name": "' + b"x" * (10 * 1024 * 1024) + b'"}')

    assert response.status == 413
    assert response.body["code"] == "payload_too_large"
