"""Where a server and the mock differ, told by the same scenarios run on both."""

import json
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from pathlib import Path
from typing import Any

from mockvoice_contracts.harness import targets
from mockvoice_contracts.harness.contract import SAFE, Contract
from mockvoice_contracts.harness.response_shapes import ABSENT, NULL, Shape, kinds

VERSION = 1
MAX_LISTED = 12  # operations on the screen

Exchange = Mapping[str, Any]
Exchanges = Sequence[Exchange]
Difference = tuple[str, Shape, Shape]
_SAME_REQUEST = itemgetter("test", "operation")
_SAME_STATUS = itemgetter("test", "operation", "status")


def compare(
    vendor: str, url: str, ours: Exchanges, mock: Exchanges, at: datetime
) -> dict[str, Any]:
    """The parity of a server with the mock: for each operation where its answers differ first.

    An exchange has a partner if the same test has had the same of the operation as often before.
    """
    pairs, alone = _pair(ours, mock)
    contract = Contract(targets.document(vendor), closed=False)
    operations: dict[str, dict[str, Any]] = {}
    for one, other in pairs:
        name = one["operation"]
        told = operations.setdefault(name, {"compared": 0, "differing": 0, "differences": []})
        told["compared"] += 1
        strict = contract.find(name).method not in SAFE
        found = list(_exchange_differences(one, other, strict=strict))
        told["differing"] += bool(found)
        _add_differences(told["differences"], found, one)
    return {
        "parity_version": VERSION,
        "vendor": vendor,
        "url": url,
        "with": f"the mock of mockvoice {targets.VERSION}",
        "compared_at": at.isoformat(timespec="seconds"),
        "exchanges": {"compared": len(pairs), "without_partner": alone},
        "operations": dict(sorted(operations.items())),
        "never_compared": sorted(set(contract.operations) - set(operations)),
    }


def write(folder: Path, parity: Mapping[str, Any]) -> str:
    """Write a parity into a file of its own, named for its vendor and time; gives the file's name."""
    at = datetime.fromisoformat(parity["compared_at"])
    name = f"parity-{parity['vendor']}-{at:%Y-%m-%dT%H%M%SZ}.json"
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(parity, indent=1, ensure_ascii=False)
    (folder / name).write_text(text + "\n", "utf-8")
    return name


def summary_lines(parity: Mapping[str, Any]) -> Iterator[str]:
    """A parity for people: each operation that differs, with the first place where it does."""
    operations = parity["operations"]
    differing = {name: each for name, each in operations.items() if each["differences"]}
    yield (
        f"{parity['vendor']} beside the mock: {len(operations) - len(differing)} of {len(operations)} operations "
        f"answer alike in {parity['exchanges']['compared']} exchanges"
    )
    for name, each in list(differing.items())[:MAX_LISTED]:
        first, *others = each["differences"]
        more = f" (and {len(others)} more)" if others else ""
        yield f"  {name}: {first['path']} is {_shorten(first['server'])}, in the mock {_shorten(first['mock'])}{more}"
    if len(differing) > MAX_LISTED:
        yield f"  … and {len(differing) - MAX_LISTED} more operations"


def _shorten(shape: Shape) -> str:
    text = shape if isinstance(shape, str) else json.dumps(shape, ensure_ascii=False)
    return text if len(text) <= 120 else f"{text[:120]}…"


def _pair(ours: Exchanges, mock: Exchanges) -> tuple[list[tuple[Exchange, Exchange]], int]:
    """Exchanges side by side, and how many have no partner.

    Those with the same status first: a test that has to try twice, because a number was taken, has
    one refusal more, which is no difference. What is left differs in its status.
    """
    alike, ours_left, mock_left = _match(enumerate(ours), mock, _SAME_STATUS)
    unlike, ours_left, mock_left = _match(ours_left, mock_left, _SAME_REQUEST)
    pairs = [pair for _, *pair in sorted([*alike, *unlike], key=itemgetter(0))]
    return [(one, other) for one, other in pairs], len(ours_left) + len(mock_left)


def _match(
    ours: Iterable[tuple[int, Exchange]], mock: Exchanges, key: Callable[[Exchange], Any]
) -> tuple[list[tuple[int, Exchange, Exchange]], list[tuple[int, Exchange]], list[Exchange]]:
    """The exchanges that have the same key, each with its place among ours; and the others."""
    partners: dict[Any, deque[Exchange]] = defaultdict(deque)
    for each in mock:
        partners[key(each)].append(each)
    pairs, left = [], []
    for place, each in ours:
        if partners[key(each)]:
            pairs.append((place, each, partners[key(each)].popleft()))
        else:
            left.append((place, each))
    return pairs, left, [each for waiting in partners.values() for each in waiting]


def _add_differences(
    differences: list[dict[str, Any]], found: Sequence[Difference], one: Mapping[str, Any]
) -> None:
    """Each place once, with the first test that came upon it and how many exchanges did."""
    for path, server, mock in found:
        for known in differences:
            if known["path"] == path:
                known["times"] += 1
                break
        else:
            differences.append(
                {"path": path, "server": server, "mock": mock, "status": one["status"],
                 "test": one["test"], "times": 1}
            )  # fmt: skip


def _exchange_differences(
    one: Mapping[str, Any], other: Mapping[str, Any], *, strict: bool
) -> Iterator[Difference]:
    """The differences of two answers; one that differs in its status differs in all else, too."""
    if one["status"] != other["status"]:
        yield "status", str(one["status"]), str(other["status"])
    elif one["media"] != other["media"]:
        yield "media type", one["media"] or "no body", other["media"] or "no body"
    elif one["shape"] is not None and other["shape"] is not None:
        yield from shape_differences(one["shape"], other["shape"], "$", strict=strict)


def shape_differences(one: Shape, other: Shape, path: str, *, strict: bool) -> Iterator[Difference]:
    """Where two shapes differ.

    If they are of what was only read, they may be of different records, so that null is no other
    shape than what might stand there, nor is an empty list.
    """
    if isinstance(one, dict) and isinstance(other, dict):
        for name in {**one, **other}:
            below = f"{path}.{name}"
            here, there = one.get(name, ABSENT), other.get(name, ABSENT)
            yield from shape_differences(
                here, there, below, strict=strict or ABSENT in (here, there)
            )
    elif isinstance(one, list) and isinstance(other, list):
        if one and other:
            yield from shape_differences(one[0], other[0], f"{path}[]", strict=strict)
        elif one != other and strict:
            yield f"{path}[]", _row_shape(one), _row_shape(other)
    elif one != other and (strict or not _may_match(one, other)):
        yield path, one, other


def _row_shape(rows: Sequence[Shape]) -> Shape:
    return rows[0] if rows else "no rows"


def _may_match(one: Shape, other: Shape) -> bool:
    here, there = set(kinds(one)) - {NULL}, set(kinds(other)) - {NULL}
    return not here or not there or bool(here & there)
