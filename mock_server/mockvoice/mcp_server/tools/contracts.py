"""Tools for the contracts of the vendors."""

from collections.abc import Iterable, Iterator
from typing import Any

from mockvoice.mcp_server.control_operations import Schema
from mockvoice.mcp_server.definitions import InvalidArgument, tool
from mockvoice.mcp_server.fields import Field, fields, normalized
from mockvoice.mcp_server.session import Session
from mockvoice.mcp_server.texts import as_json, bounded
from mockvoice.mcp_server.vendor_contract import (
    VendorOperation,
    described,
    evidence_text,
    example_of,
)

_EXAMPLE = 1_200
_VENDOR: Schema = {"type": "string", "description": "The key of a vendor."}


@tool(
    read_only=True, required=("vendor",), vendor=_VENDOR,
    words={"type": "string", "default": "", "description": "Words such as: publish invoice. Empty: all."},
)  # fmt: skip
def search_contract(session: Session, arguments: dict[str, Any]) -> str:
    """Search the operations of a vendor's contract by words, the best first.

    Words are looked for in id, path, summary, description and fields. The evidence is in brackets.
    """
    contract = session.contract(arguments["vendor"])
    words = arguments.get("words", "")
    lines = [f"{each.line} [{each.evidence}]" for each in contract.search(words)]
    more = "use other or more words; read_operation shows one operation"
    return bounded(lines, more) or f"no operation of {contract.vendor} has a word of {words!r}"


@tool(read_only=True, required=("vendor",), vendor=_VENDOR)
def read_api(session: Session, arguments: dict[str, Any]) -> str:
    """Read what all operations of a vendor have in common: credentials, signatures, formats, errors."""
    document = session.contract(arguments["vendor"]).document
    lines = [f"{document['info']['title']}, version {document['info']['version']}"]
    schemes = document.get("components", {}).get("securitySchemes", {})
    lines += [
        f"credential {name}: {described(each.get('description'))}" for name, each in schemes.items()
    ]
    lines += document["info"].get("description", "").splitlines()
    return bounded(lines, "the resource mockvoice://contracts/VENDOR has all of it")


@tool(
    read_only=True, required=("vendor", "operation"), vendor=_VENDOR,
    operation={"type": "string", "description": "The id of an operation, such as invoices.create."},
    field={"type": "string", "description": "Only this field and those below it, such as lines."},
    status={
        "type": ["string", "integer"],
        "description": "A status, such as 200: the fields and an example of this response.",
    },
)  # fmt: skip
def read_operation(session: Session, arguments: dict[str, Any]) -> str:
    """Read one operation of a vendor's contract.

    Shows method, path, parameters, fields of the body, responses with the evidence for them, an example.
    """
    operation = session.contract(arguments["vendor"]).operation(arguments["operation"])
    if "status" in arguments:
        lines = _response(operation, str(arguments["status"]), arguments.get("field"))
        return bounded(lines, "pass field to see a part of it")
    if "field" in arguments:
        request = [*operation.parameters, *operation.body_fields]
        lines = _below(f"the request of {operation.id}", request, arguments["field"])
        return bounded([operation.line, *lines], "name a field below it")
    return bounded(
        _operation(operation), "pass field to see a part of the body, or status to see a response"
    )


def _operation(operation: VendorOperation) -> Iterator[str]:
    """Iterate over the lines of an operation; the fields, which may be many, come last."""
    yield operation.line
    yield f"evidence: {evidence_text(operation.evidence)}"
    if text := described(operation.data.get("description")):
        yield text
    yield f"credentials: {', '.join(operation.credentials) or 'none'}"
    yield "responses (pass status to see one):"
    for status, response in operation.responses():
        level = response.get("x-evidence", operation.evidence)
        yield f"  {status}: {described(response.get('description'))} [{level}]"
    for media_type, media in operation.bodies.items():
        if (example := example_of(operation.contract, media)) is not None:
            yield f"example body, {media_type}: {as_json(example, _EXAMPLE)}"
            break
    yield from (f"  {field.line()}" for field in operation.parameters)
    if operation.bodies:
        yield f"body, {' or '.join(operation.bodies)}:"
        yield from (f"  {field.line()}" for field in operation.body_fields)


def _below(owner: str, known: Iterable[Field], name: str) -> Iterator[str]:
    """Iterate over the lines of a field and of those below it. Raises ``InvalidArgument``."""
    path = _without_lists(normalized(name))
    paths = {field: _without_lists(field.path) for field in known}
    if path not in paths.values():
        names = ", ".join(dict.fromkeys(each.partition(".")[0] for each in paths.values()))
        raise InvalidArgument(f"{owner} has no field {name!r}; it has {names or 'none'}")
    for field, place in paths.items():
        if place == path or place.startswith(f"{path}."):
            yield f"  {field.line(2_000 if place == path else 160)}"


def _without_lists(path: str) -> str:
    """Return a path as agents may write it: ``lines.qty_order`` for ``[].lines[].qty_order``."""
    return path.replace("[]", "").removeprefix(".")


def _response(operation: VendorOperation, status: str, name: str | None) -> Iterator[str]:
    """Iterate over the lines of a response. Raises ``InvalidArgument``."""
    responses = dict(operation.responses())
    if status not in responses:
        raise InvalidArgument(
            f"{operation.id} has no response {status!r}; it has {', '.join(responses)}"
        )
    contract, response = operation.contract, responses[status]
    yield operation.line
    yield f"{status}: {described(response.get('description'))}"
    for media_type, media in response.get("content", {}).items():
        known = list(fields(contract.resolve, media.get("schema", {})))
        if name is not None:
            yield from _below(f"the response {status} of {operation.id}", known, name)
            continue
        if (example := example_of(contract, media)) is not None:
            yield f"example, {media_type}: {as_json(example, 2 * _EXAMPLE)}"
        yield from (f"  {field.line(100)}" for field in known)
