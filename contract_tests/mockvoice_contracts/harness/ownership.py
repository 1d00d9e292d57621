"""Rules of own-data mode: which requests only change records that the run created."""

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, NoReturn
from urllib.parse import parse_qsl

import pytest

from mockvoice_contracts.harness import suites
from mockvoice_contracts.harness.contract import SAFE, Contract, Operation, resolve_pointer
from mockvoice_contracts.harness.ledger import Record


class NotAllowed(Exception):
    """The target's mode does not allow this request; the test is skipped."""


def skip_generated_writes(mode: str) -> NoReturn:
    """Skip a test whose generated requests would write, in a mode other than ``full``."""
    pytest.skip(f"generated requests would write; not allowed in mode {mode}")


@dataclass(frozen=True)
class Ownership:
    """A vendor's ownership rules, defined in its ``auth.py``.

    ``references`` maps body properties that identify a changed record to its path parameter:
    ``{"payment_invoiceid": "invoiceId"}``; ``"invoice.id"`` is a property of ``invoice``.
    ``by_operation`` adds references to single operations. ``forbidden`` are operations that leave
    records behind, with the reason; ``forbidden_bodies``, those that do so if a property has this
    value, or any (``...``). ``read_only`` operations write nothing, despite their method. ``traces``
    are operations that leave something behind although they are GET requests, with what that is.
    """

    references: Mapping[str, str] = field(default_factory=dict)
    by_operation: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    forbidden: Mapping[str, str] = field(default_factory=dict)
    forbidden_bodies: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    read_only: frozenset[str] = frozenset()
    traces: Mapping[str, str] = field(default_factory=dict)


@cache
def rules_of(vendor: str) -> Ownership:
    """Return the ownership rules of a vendor."""
    rules: Ownership = suites.auth_module(vendor).OWNERSHIP
    return rules


def delete_operations(contract: Contract) -> dict[str, Operation]:
    """Return the operations that delete a record, by the path parameter that names it."""
    return {
        operation.path_parameters[0]: operation
        for operation in contract.operations.values()
        if operation.method == "DELETE"
        and operation.path.endswith("}")
        and len(operation.path_parameters) == 1
    }


def created_records(
    contract: Contract, operation: Operation, path_values: Mapping[str, str], status: int, body: Any
) -> list[Record]:
    """Return the new records in a response, without existing ones that its links also name.

    For example, the response to a new payment also links to its invoice.
    """
    if operation.method in SAFE or not 200 <= status < 300:
        return []
    # The response to a bulk creation is an array, that to a single creation an object.
    items = body if isinstance(body, list) else [body]
    new = {
        (name, str(value))
        for item in items
        for name, pointer in contract.links(operation, status)
        if name not in path_values and _identifies_new_record(operation, name, pointer)
        for value in [
            resolve_pointer(item, pointer.lstrip("0123456789/") if items is body else pointer)
        ]
        if value is not None
    }
    return sorted(new)


def _identifies_new_record(operation: Operation, name: str, pointer: str) -> bool:
    *parents, leaf = [part for part in pointer.split("/") if part != "data" and not part.isdigit()]
    noun = name.removesuffix("Id").removesuffix("_id").lower()
    is_in_operation_id = noun in operation.id.replace("_", "").lower()
    return leaf in ("id", "uuid") and (not parents or (parents == [noun] and is_in_operation_id))


def check_ownership(
    contract: Contract,
    rules: Ownership,
    operation: Operation,
    path_values: Mapping[str, str],
    sent: Any,
    owned: Mapping[Record, None],
    only: frozenset[str] | None = None,
) -> None:
    """Raise ``NotAllowed`` unless a request only changes owned records or creates a deletable one.

    If ``only`` some operations may be needed, those that delete must be among them.
    """
    if operation.method in SAFE or operation.id in rules.read_only:
        return
    if reason := rules.forbidden.get(operation.id):
        raise NotAllowed(f"{operation.id} is not allowed in mode own-data: {reason}")
    for name, value in rules.forbidden_bodies.get(operation.id, {}).items():
        if any(
            _has_value(item, name, value) for item in (sent if isinstance(sent, list) else [sent])
        ):
            raise NotAllowed(
                f"{operation.id} with {name} is not allowed in mode own-data: it leaves a record that cannot be deleted"
            )
    references = {**rules.references, **rules.by_operation.get(operation.id, {})}
    referenced = [*path_values.items(), *_referenced_records(sent, references)]
    for name, value in referenced:
        if (name, value) not in owned:
            raise NotAllowed(
                f"{operation.id} is not allowed in mode own-data: this run did not create {name} {value}"
            )
    creates = created_parameters(contract, operation, path_values)
    if not referenced and not creates:
        raise NotAllowed(
            f"{operation.id} is not allowed in mode own-data: it refers to no record of this run"
        )
    if problem := creation_problem(contract, operation, creates, only):
        raise NotAllowed(f"{operation.id} is not allowed in mode own-data: {problem}")


def check_traces(
    rules: Ownership,
    operation: Operation,
    path_values: Mapping[str, str],
    mode: str,
    owned: Collection[Record],
) -> None:
    """Raise ``NotAllowed`` if a request leaves a trace in a record that the run has not created."""
    trace = rules.traces.get(operation.id)
    if trace is None or (path_values and all(record in owned for record in path_values.items())):
        return
    raise NotAllowed(
        f"{operation.id} is not sent in mode {mode}: it leaves a trace in a record of others ({trace})"
    )


def _has_value(sent: Any, name: str, value: Any) -> bool:
    return isinstance(sent, Mapping) and name in sent and (value is ... or sent[name] == value)


def creation_problem(
    contract: Contract,
    operation: Operation,
    creates: Collection[str],
    only: Collection[str] | None,
) -> str | None:
    """Return why the record that an operation creates cannot be deleted, or ``None``.

    If ``only`` some operations may be called, the deletion must be among them.
    """
    names = [
        deletion.id
        for parameter, deletion in delete_operations(contract).items()
        if parameter in creates
    ]
    if creates and not names:
        return "no operation deletes the record that it creates"
    if names and only is not None and not {*only} & {*names}:
        return (
            f"{names[0]}, which deletes the record that it creates, "
            "is not among the operations to check (--only)"
        )
    return None


def created_parameters(
    contract: Contract, operation: Operation, path_values: Collection[str] = ()
) -> set[str]:
    """Return the path parameters that identify the record which an operation creates."""
    return {
        name
        for status in operation.responses
        if status.startswith("2")
        for name, pointer in contract.links(operation, status)
        if name not in path_values and _identifies_new_record(operation, name, pointer)
    }


def _referenced_records(
    sent: Any, references: Mapping[str, str], parent: str = ""
) -> Iterator[Record]:
    """Yield the records that a body changes by reference, at any depth."""
    if isinstance(sent, Mapping):
        for key, value in sent.items():
            parameter = references.get(f"{parent}.{key}", references.get(key))
            if parameter is not None:
                values = value if isinstance(value, list) else [value]
                yield from (
                    (parameter, str(item))
                    for item in values
                    if isinstance(item, str | int) and not isinstance(item, bool)
                )
            yield from _referenced_records(value, references, key)
    elif isinstance(sent, list):
        for item in sent:
            yield from _referenced_records(item, references, parent)


def parse_body(data: bytes | str | None, media_type: str) -> Any:
    """Parse a request body, a form as flat fields; return ``None`` if it cannot be parsed."""
    if not data:
        return None
    if "form-urlencoded" in media_type:
        text = data if isinstance(data, str) else data.decode("utf-8", "replace")
        return dict(parse_qsl(text, keep_blank_values=True))
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None
