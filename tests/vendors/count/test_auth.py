"""Authentication, with the example signatures of the vendor's reference."""

import logging
from datetime import UTC, datetime, timedelta

import pytest
from msgspec.structs import replace

from mockvoice.vendors.count import VENDOR, auth
from mockvoice.vendors.count.errors import (
    InvalidAccessToken,
    InvalidSignature,
    MissingCredentials,
    MissingToken,
)
from mockvoice.web.errors import TooManyRequests
from mockvoice.web.request_context import RequestContext
from mockvoice.web.sandboxes import Sandbox, SandboxRegistry
from tests.vendors.count.backends import empty_backend, sandboxes

STAMP = "1767225600"
TAG = "/partners/tags/3f0c9a52-6f1e-4b7d-9c55-0d5a7f6f1e21"
EXAMPLES = [
    ("GET", "/partners/invoices", b"", "9496ea93172836d62755334160ea0c9850598e5fb29fdb6c102c49ecb4cca630"),
    ("PATCH", "/partners/invoices/3f0c9a52-6f1e-4b7d-9c55-0d5a7f6f1e21/approve", b"{}",
     "f2872878d4ca4a6f30940efcbd424e8006c05f405426731cd40ab576c000b4c1"),
    ("POST", "/partners/tags", b'{"name":"Retail"}', "acb38cd779f36f01a99f3db9782c74267e61bb9fcf0b12389a2c5ca05430fc45"),
    ("DELETE", TAG, b"", "78e93a4d598f094eacb8e0db0fa5736967dd27962d21bf018520ae2839e9bff0"),
]  # fmt: skip


def example_registry() -> SandboxRegistry:
    """Return a registry whose sandbox has the secret and the time of the example signatures."""
    backend = empty_backend()
    backend.clock.set(datetime.fromtimestamp(int(STAMP), UTC))
    credentials = {**VENDOR.credentials, "client_secret": "s3cret"}
    registry = SandboxRegistry()
    registry.add(
        Sandbox("default", backend.clock, {"count": backend}, {"count": credentials}),
        {"count": VENDOR},
    )
    return registry


def request_context(method, path, body=b"", *, signature, stamp=STAMP, prefix="", **headers):
    all_headers = {
        "x-client-id": "count-demo-client",
        "x-timestamp": stamp,
        "x-signature": signature,
        "authorization": "Bearer count-demo-token",
        **headers,
    }
    scope = {
        "type": "http",
        "method": method,
        "path": prefix + path,
        "raw_path": (prefix + path).encode(),
        "root_path": prefix,
        "query_string": b"",
        "headers": [(k.encode(), v.encode()) for k, v in all_headers.items() if v is not None],
    }
    context = RequestContext(scope, path)
    context.body = body
    return context


@pytest.mark.parametrize(("method", "path", "body", "signature"), EXAMPLES)
@pytest.mark.parametrize("prefix", ["", "/count"])
def test_the_example_signatures_are_accepted(method, path, body, signature, prefix):
    request = request_context(method, path, body, signature=signature, prefix=prefix)
    grant = auth.verify_signature_and_token(request, example_registry())

    assert grant.principal == "count-demo-client"


@pytest.mark.parametrize(("method", "path", "body", "signature"), EXAMPLES)
def test_any_difference_in_the_signed_text_or_the_signature_is_rejected(
    method, path, body, signature
):
    changed = ("0" if signature[0] != "0" else "1") + signature[1:]
    for request in (
        request_context(method, path, body, signature=changed),
        request_context(method, path, body, signature=signature[:-1]),
        request_context(method, path + "/", body, signature=signature),
        request_context(method, path, body, signature=signature, stamp="1767225601"),
    ):
        with pytest.raises(InvalidSignature):
            auth.verify_signature(request, example_registry())


def test_the_signed_path_is_still_percent_encoded():
    request = request_context("GET", "/partners/customers/ä", signature="x")
    request.scope["raw_path"] = b"/partners/customers/%C3%A4?page=1"

    assert auth.signed_path(request) == "/customers/%C3%A4"
    assert auth.signed_path(request_context("GET", "/partners", signature="x")) == "/"


def test_a_rejection_logs_the_text_to_sign_and_never_the_secret(caplog):
    request = request_context("GET", "/partners/invoices", signature="0" * 64)
    with (
        caplog.at_level(logging.WARNING, "mockvoice.count"),
        pytest.raises(InvalidSignature) as info,
    ):
        auth.verify_signature(request, example_registry())

    assert f"GET:/invoices:{STAMP}:" in caplog.text
    assert f"GET:/invoices:{STAMP}:" in info.value.note
    assert "s3cret" not in caplog.text + info.value.note + str(info.value)


def test_a_missing_signature_and_a_missing_token_have_different_errors():
    signature = EXAMPLES[0][3]
    registry = example_registry()
    for missing in ({"x-client-id": None}, {"x-timestamp": None}, {"signature": None}):
        request = request_context(
            "GET", "/partners/invoices", **{"signature": signature, **missing}
        )
        with pytest.raises(MissingCredentials):
            auth.verify_signature(request, registry)
    for header in (None, "Basic abc", "Bearer", "Bearer "):
        request = request_context(
            "GET", "/partners/invoices", signature=signature, authorization=header
        )
        with pytest.raises(MissingToken):
            auth.verify_signature_and_token(request, registry)


def test_a_sandbox_is_found_only_by_its_client_id():
    registry, backend = sandboxes(other=empty_backend())
    backend.clock.set(empty_backend().clock.now())

    assert auth.find_sandbox("count-other-client", registry).name == "other"
    assert auth.find_sandbox("count-demo-client", registry).name == "default"
    for name in ("count-demo-token", "count-demo-secret", "count-unknown-client"):
        assert auth.find_sandbox(name, registry) is None


def test_the_token_of_another_sandbox_is_rejected():
    registry = example_registry()
    request = request_context(
        "GET",
        "/partners/invoices",
        signature=EXAMPLES[0][3],
        authorization="Bearer count-other-token",
    )

    with pytest.raises(InvalidAccessToken):
        auth.verify_signature_and_token(request, registry)


def test_the_rate_limit_is_off_by_default():
    registry = example_registry()
    backend = registry.get("default").backends["count"]
    request = request_context("GET", "/partners/invoices", signature=EXAMPLES[0][3])
    for _ in range(150):
        auth.verify_signature(request, registry)
    with backend.transaction():
        backend.teams.put(replace(backend.team, requests_per_minute=100))
    for _ in range(100):
        auth.verify_signature(request, registry)
    with pytest.raises(TooManyRequests) as error:
        auth.verify_signature(request, registry)

    assert error.value.retry_after == 60
    response = VENDOR.error_response(error.value)
    assert (response.status, response.body["type"]) == (429, "RATE_LIMITED")
    assert response.headers["Retry-After"] == "60"


def test_the_rate_limit_starts_again_each_minute():
    backend = empty_backend()
    with backend.transaction():
        backend.teams.put(replace(backend.team, requests_per_minute=1))
    auth._count_request(backend, 1)
    with pytest.raises(TooManyRequests):
        auth._count_request(backend, 1)
    backend.clock.advance(timedelta(seconds=60))
    auth._count_request(backend, 1)
