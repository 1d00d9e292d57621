"""Parity: differences between the responses of a server and the mock to the same scenarios."""

import json
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from pathlib import Path
from typing import Any

from mockvoice import output_files
from mockvoice.printable import escape_json
from mockvoice_contracts.harness import targets
from mockvoice_contracts.harness.contract import SAFE, Contract
from mockvoice_contracts.harness.response_shapes import ABSENT, NULL, Shape, kinds

VERSION = 1
MAX_LISTED = 12  # operations in the terminal

Exchange = Mapping[str, Any]
Exchanges = Sequence[Exchange]
Difference = tuple[str, Shape, Shape]
_SAME_REQUEST = itemgetter("test", "operation")
_SAME_STATUS = itemgetter("test", "operation", "status")


def compare(
    vendor: str, url: str, server: Exchanges, mock: Exchanges, at: datetime
) -> dict[str, Any]:
    """Compare the exchanges of a server with those of the mock, operation by operation.

    Two exchanges are paired if they are the n-th exchange of the same test and operation.
    """
    pairs, unpaired = _pair(server, mock)
    contract = Contract(targets.document(vendor), closed=False)
    operations: dict[str, dict[str, Any]] = {}
    for server_exchange, mock_exchange in pairs:
        name = server_exchange["operation"]
        result = operations.setdefault(name, {"compared": 0, "differing": 0, "differences": []})
        result["compared"] += 1
        strict = contract.find(name).method not in SAFE
        differences = list(_exchange_differences(server_exchange, mock_exchange, strict=strict))
        result["differing"] += bool(differences)
        _add_differences(result["differences"], differences, server_exchange)
    return {
        "parity_version": VERSION,
        "vendor": vendor,
        "url": url,
        "with": f"the mock of mockvoice {targets.VERSION}",
        "compared_at": at.isoformat(timespec="seconds"),
        "exchanges": {"compared": len(pairs), "without_partner": unpaired},
        "operations": dict(sorted(operations.items())),
        "never_compared": sorted(set(contract.operations) - set(operations)),
    }


def write(folder: Path, parity: Mapping[str, Any]) -> str:
    """Write a parity to a file named after vendor and time; return the file name.

    Raises ``OutputError``.
    """
    at = datetime.fromisoformat(parity["compared_at"])
    name = f"parity-{parity['vendor']}-{at:%Y-%m-%dT%H%M%SZ}.json"
    text = escape_json(json.dumps(parity, indent=1, ensure_ascii=False)) + "\n"
    output_files.write(folder / name, [text.encode()])
    return name


def summary_lines(parity: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of a parity: each operation that differs, with its first difference."""
    operations = parity["operations"]
    differing = {
        name: operation for name, operation in operations.items() if operation["differences"]
    }
    yield (
        f"{parity['vendor']} compared with the mock: {len(operations) - len(differing)} of "
        f"{len(operations)} operations have the same responses "
        f"({parity['exchanges']['compared']} exchanges)"
    )
    for name, operation in list(differing.items())[:MAX_LISTED]:
        first, *others = operation["differences"]
        more = f" (and {len(others)} more)" if others else ""
        yield (
            f"  {name}: {first['path']} is {_shorten(first['server'])} on the server and "
            f"{_shorten(first['mock'])} in the mock{more}"
        )
    if len(differing) > MAX_LISTED:
        yield f"  … and {len(differing) - MAX_LISTED} more operations"


def _shorten(shape: Shape) -> str:
    text = shape if isinstance(shape, str) else json.dumps(shape, ensure_ascii=False)
    return text if len(text) <= 120 else f"{text[:120]}…"


def _pair(server: Exchanges, mock: Exchanges) -> tuple[list[tuple[Exchange, Exchange]], int]:
    """Return pairs of exchanges, and the number of exchanges without a partner.

    Exchanges with the same status are paired first: a test that retries because a number was taken
    has one more error response, which is not a difference. The remaining pairs differ in status.
    """
    same, server_left, mock_left = _match(enumerate(server), mock, _SAME_STATUS)
    different, server_left, mock_left = _match(server_left, mock_left, _SAME_REQUEST)
    pairs = [pair for _, *pair in sorted([*same, *different], key=itemgetter(0))]
    return [(exchange, partner) for exchange, partner in pairs], len(server_left) + len(mock_left)


def _match(
    server: Iterable[tuple[int, Exchange]], mock: Exchanges, key: Callable[[Exchange], Any]
) -> tuple[list[tuple[int, Exchange, Exchange]], list[tuple[int, Exchange]], list[Exchange]]:
    """Return pairs with the same key and the server's index, and both sides' unmatched exchanges."""
    partners: dict[Any, deque[Exchange]] = defaultdict(deque)
    for exchange in mock:
        partners[key(exchange)].append(exchange)
    pairs, unmatched = [], []
    for index, exchange in server:
        if partners[key(exchange)]:
            pairs.append((index, exchange, partners[key(exchange)].popleft()))
        else:
            unmatched.append((index, exchange))
    return pairs, unmatched, [exchange for remaining in partners.values() for exchange in remaining]


def _add_differences(
    differences: list[dict[str, Any]], new: Sequence[Difference], exchange: Exchange
) -> None:
    """Add each path once, with the first test that found it and the number of exchanges."""
    for path, server, mock in new:
        for known in differences:
            if known["path"] == path:
                known["times"] += 1
                break
        else:
            differences.append(
                {"path": path, "server": server, "mock": mock, "status": exchange["status"],
                 "test": exchange["test"], "times": 1}
            )  # fmt: skip


def _exchange_differences(
    server: Exchange, mock: Exchange, *, strict: bool
) -> Iterator[Difference]:
    """Yield the differences of two responses; if the status differs, only the status."""
    if server["status"] != mock["status"]:
        yield "status", str(server["status"]), str(mock["status"])
    elif server["media"] != mock["media"]:
        yield "media type", server["media"] or "no body", mock["media"] or "no body"
    elif server["shape"] is not None and mock["shape"] is not None:
        yield from shape_differences(server["shape"], mock["shape"], "$", strict=strict)


def shape_differences(
    server: Shape, mock: Shape, path: str, *, strict: bool
) -> Iterator[Difference]:
    """Yield the differences of two shapes.

    Unless ``strict``, null and an empty list match every shape, because reads may return different
    records.
    """
    if isinstance(server, dict) and isinstance(mock, dict):
        for name in {**server, **mock}:
            child, mock_child = server.get(name, ABSENT), mock.get(name, ABSENT)
            yield from shape_differences(
                child, mock_child, f"{path}.{name}", strict=strict or ABSENT in (child, mock_child)
            )
    elif isinstance(server, list) and isinstance(mock, list):
        if server and mock:
            yield from shape_differences(server[0], mock[0], f"{path}[]", strict=strict)
        elif server != mock and strict:
            yield f"{path}[]", _row_shape(server), _row_shape(mock)
    elif server != mock and (strict or not _may_match(server, mock)):
        yield path, server, mock


def _row_shape(rows: Sequence[Shape]) -> Shape:
    return rows[0] if rows else "no rows"


def _may_match(server: Shape, mock: Shape) -> bool:
    server_kinds, mock_kinds = set(kinds(server)) - {NULL}, set(kinds(mock)) - {NULL}
    return not server_kinds or not mock_kinds or bool(server_kinds & mock_kinds)
