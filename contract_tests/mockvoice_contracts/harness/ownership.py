"""What a run may change in an account in which it may change only what it has created."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from typing import Any
from urllib.parse import parse_qsl

from mockvoice_contracts.harness.contract import SAFE, Contract, Operation, resolve_pointer
from mockvoice_contracts.harness.ledger import Record


class NotAllowed(Exception):
    """The target's mode forbids this request, so that the test must be left out."""


@dataclass(frozen=True)
class Ownership:
    """A vendor's rules, as its ``caller.py`` says them.

    ``references`` are properties of bodies that name a record which the request changes, such as
    ``{"payment_invoiceid": "invoiceId"}``; a dot says below what a property has to stand
    (``"invoice.id"``). ``never`` are operations that leave something behind, with the reason, and
    ``never_with`` those that do so if a property has a value, or any (``...``). ``harmless`` are those that write
    nothing though their method says so.
    """

    references: Mapping[str, str] = field(default_factory=dict)
    by_operation: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    never: Mapping[str, str] = field(default_factory=dict)
    never_with: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    harmless: frozenset[str] = frozenset()


@cache
def rules_of(vendor: str) -> Ownership:
    """The rules of a vendor."""
    found: Ownership = import_module(f"mockvoice_contracts.suites.{vendor}.auth").OWNERSHIP
    return found


def delete_operations(contract: Contract) -> dict[str, Operation]:
    """The operation that deletes a record, by the path parameter that names it."""
    return {
        each.path_names[0]: each
        for each in contract.operations.values()
        if each.method == "DELETE" and each.path.endswith("}") and len(each.path_names) == 1
    }


def created_records(
    contract: Contract, operation: Operation, path_values: Mapping[str, str], status: int, body: Any
) -> list[Record]:
    """The records that an answer says are new. Those that it only refers to are not among them.

    A contract's links name both: a new payment's answer leads to its invoice, too.
    """
    if operation.method in SAFE or not 200 <= status < 300:
        return []
    # Several that were made at once are answered as an array, where one would be an object.
    several = body if isinstance(body, list) else [body]
    new = {
        (name, str(value))
        for each in several
        for name, pointer in contract.links(operation, status)
        if name not in path_values and _identifies_new_record(operation, name, pointer)
        for value in [
            resolve_pointer(each, pointer.lstrip("0123456789/") if several is body else pointer)
        ]
        if value is not None
    }
    return sorted(new)


def _identifies_new_record(operation: Operation, name: str, pointer: str) -> bool:
    *around, leaf = [part for part in pointer.split("/") if part != "data" and not part.isdigit()]
    noun = name.removesuffix("Id").removesuffix("_id").lower()
    named = noun in operation.id.replace("_", "").lower()
    return leaf in ("id", "uuid") and (not around or (around == [noun] and named))


def check_ownership(
    contract: Contract,
    rules: Ownership,
    operation: Operation,
    path_values: Mapping[str, str],
    sent: Any,
    owned: Mapping[Record, None],
) -> None:
    """Raise ``NotAllowed`` unless a request only changes records in ``own``, or makes a new one that can be deleted."""
    if operation.method in SAFE or operation.id in rules.harmless:
        return
    if reason := rules.never.get(operation.id):
        raise NotAllowed(f"{operation.id} is left out in mode own-data: {reason}")
    for name, value in rules.never_with.get(operation.id, {}).items():
        if any(
            _has_value(each, name, value) for each in (sent if isinstance(sent, list) else [sent])
        ):
            raise NotAllowed(
                f"{operation.id} with {name} leaves something behind that nothing deletes"
            )
    references = {**rules.references, **rules.by_operation.get(operation.id, {})}
    named = [*path_values.items(), *_referenced_records(sent, references)]
    for name, value in named:
        if (name, value) not in owned:
            raise NotAllowed(f"{operation.id} would change {name} {value}, which is not our own")
    makes = _created_parameters(contract, operation, path_values)
    if not named and not makes:
        raise NotAllowed(
            f"{operation.id} is left out in mode own-data: it names nothing of our own"
        )
    if makes and not makes & delete_operations(contract).keys():
        raise NotAllowed(
            f"{operation.id} is left out in mode own-data: nothing deletes what it makes"
        )


def _has_value(sent: Any, name: str, value: Any) -> bool:
    return isinstance(sent, Mapping) and name in sent and (value is ... or sent[name] == value)


def _created_parameters(
    contract: Contract, operation: Operation, given: Mapping[str, str]
) -> set[str]:
    """The path parameters under which what an operation makes will be found."""
    return {
        name
        for status in operation.responses
        if status.startswith("2")
        for name, pointer in contract.links(operation, status)
        if name not in given and _identifies_new_record(operation, name, pointer)
    }


def _referenced_records(
    sent: Any, references: Mapping[str, str], below: str = ""
) -> Iterator[Record]:
    """The records that a body names, at any depth, in a property that stands for a change."""
    if isinstance(sent, Mapping):
        for key, value in sent.items():
            parameter = references.get(f"{below}.{key}", references.get(key))
            if parameter is not None:
                values = value if isinstance(value, list) else [value]
                yield from (
                    (parameter, str(each))
                    for each in values
                    if isinstance(each, str | int) and not isinstance(each, bool)
                )
            yield from _referenced_records(value, references, key)
    elif isinstance(sent, list):
        for each in sent:
            yield from _referenced_records(each, references, below)


def parse_body(data: bytes | str | None, media_type: str) -> Any:
    """What a request sends, as far as it can be read; a form as its flat fields."""
    if not data:
        return None
    if "form-urlencoded" in media_type:
        text = data if isinstance(data, str) else data.decode("utf-8", "replace")
        return dict(parse_qsl(text, keep_blank_values=True))
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        return None
