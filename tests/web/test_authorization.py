"""The vendor's say between credentials and the rest of a request, and what handlers learn of it."""

import asyncio
from dataclasses import replace

import httpx

from mockvoice.kernel.clock import Clock
from mockvoice.web.build import build
from mockvoice.web.errors import RequestError
from mockvoice.web.request_context import RequestContext
from mockvoice.web.sandboxes import Sandbox, SandboxRegistry
from mockvoice.web.schemas import RequestValidator
from tests.web.toy import DOCUMENT, VENDOR, ToyBackend


class Barred(RequestError):
    status = 403


def serve(vendor, method, path, **request):
    sandboxes = SandboxRegistry()
    clock = Clock()
    sandbox = Sandbox("default", clock, {"toy": ToyBackend(clock)}, {"toy": vendor.credentials})
    sandboxes.add(sandbox, {"toy": vendor})
    app = build(vendor, sandboxes, DOCUMENT)

    async def send():
        transport = httpx.ASGITransport(app=app)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://toy.example:81"
        ) as client:
            return await client.request(
                method, path, headers={"Authorization": "Bearer toy-demo-key"}, **request
            )

    return asyncio.run(send())


def test_a_vendor_may_refuse_before_the_body_is_looked_at():
    def authorize(call, violations):
        raise Barred(f"not {call.operation.id}")

    answer = serve(replace(VENDOR, authorize=authorize), "POST", "/notes", content=b"{")

    assert answer.status_code == 403
    assert answer.json() == {"why": "not notes.create"}


def test_the_vendor_sees_path_arguments_and_their_breaches():
    seen = []

    def authorize(call, violations):
        seen.append((call.arguments["note_id"], [str(each) for each in violations]))

    vendor = replace(VENDOR, authorize=authorize)
    serve(vendor, "GET", "/notes/7")
    answer = serve(vendor, "GET", "/notes/x")

    assert seen == [(7, []), (None, ["path noteId: integer"])]
    assert answer.status_code == 422


def test_a_day_of_the_year_zero_is_refused():
    validator = RequestValidator({"type": "string", "format": "date"}, {}, "body")

    assert validator.is_valid("0001-01-01")
    assert not validator.is_valid("0000-01-01")
    assert validator.violations("0000-01-01")[0].rule == "format"


def test_the_rule_of_a_nullable_reference_is_known():
    schemas = {"Whole": {"x-rule": "integer", "anyOf": [{"type": "integer"}]}}
    reference = {"allOf": [{"$ref": "#/components/schemas/Whole"}], "nullable": True}
    validator = RequestValidator(reference, {"schemas": schemas}, "body")

    assert [each.rule for each in validator.violations("x")] == ["integer"]


def test_a_request_knows_its_own_address():
    call = RequestContext(
        {
            "type": "http",
            "scheme": "https",
            "path": "/toy/notes/ä",
            "query_string": b"page=2&a=%C3%A4",
            "headers": [(b"host", b"toy.example")],
        },
        "/notes/ä",
    )

    assert call.address.path == "https://toy.example/toy/notes/%C3%A4"
    assert list(call.address.query) == [("page", "2"), ("a", "ä")]
