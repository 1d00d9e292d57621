"""The vendor's authorization hook, which runs before the rest of a request is validated."""

import asyncio
from dataclasses import replace

import httpx

from mockvoice.kernel.clock import Clock
from mockvoice.web.build import build
from mockvoice.web.errors import RequestError
from mockvoice.web.request_context import RequestContext
from mockvoice.web.sandboxes import Sandbox, SandboxRegistry
from mockvoice.web.schemas import RequestValidator
from tests.web.notes_vendor import DOCUMENT, VENDOR, NotesBackend


class Forbidden(RequestError):
    status = 403


def send_request(vendor, method, path, **options):
    sandboxes = SandboxRegistry()
    clock = Clock()
    sandbox = Sandbox(
        "default", clock, {"notes": NotesBackend(clock)}, {"notes": vendor.credentials}
    )
    sandboxes.add(sandbox, {"notes": vendor})
    app = build(vendor, sandboxes, DOCUMENT)

    async def send():
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://notes.example:81"
        ) as client:
            return await client.request(
                method, path, headers={"Authorization": "Bearer notes-demo-key"}, **options
            )

    return asyncio.run(send())


def test_a_vendor_may_reject_a_request_before_its_body_is_parsed():
    def authorize(context, violations):
        raise Forbidden(f"not {context.operation.id}")

    vendor = replace(VENDOR, authorize=authorize)
    response = send_request(vendor, "POST", "/notes", content=b"{")

    assert response.status_code == 403
    assert response.json() == {"error": "not notes.create"}


def test_the_vendor_gets_path_arguments_and_their_violations():
    calls = []

    def authorize(context, violations):
        calls.append((context.arguments["note_id"], [str(violation) for violation in violations]))

    vendor = replace(VENDOR, authorize=authorize)
    send_request(vendor, "GET", "/notes/7")
    response = send_request(vendor, "GET", "/notes/x")

    assert calls == [(7, []), (None, ["path noteId: integer"])]
    assert response.status_code == 422


def test_a_date_in_the_year_zero_is_rejected():
    validator = RequestValidator({"type": "string", "format": "date"}, {}, "body")

    assert validator.is_valid("0001-01-01")
    assert not validator.is_valid("0000-01-01")
    assert validator.violations("0000-01-01")[0].rule == "format"


def test_a_violation_of_a_nullable_reference_has_the_rule_of_its_schema():
    schemas = {"Whole": {"x-rule": "integer", "anyOf": [{"type": "integer"}]}}
    reference = {"allOf": [{"$ref": "#/components/schemas/Whole"}], "nullable": True}
    validator = RequestValidator(reference, {"schemas": schemas}, "body")

    assert [violation.rule for violation in validator.violations("x")] == ["integer"]


def test_the_address_of_a_request_is_its_encoded_url_and_decoded_query():
    context = RequestContext(
        {
            "type": "http",
            "scheme": "https",
            "path": "/v1/notes/ä",
            "query_string": b"page=2&a=%C3%A4",
            "headers": [(b"host", b"notes.example")],
        },
        "/notes/ä",
    )

    assert context.address.path == "https://notes.example/v1/notes/%C3%A4"
    assert list(context.address.query) == [("page", "2"), ("a", "ä")]
