"""Differences between two snapshots as people read them: by record, field by field."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from mockvoice.kernel.backend import Backend
from mockvoice.sandboxes.diff import ChangedRow, changed_rows, redacted
from mockvoice.sandboxes.state import SandboxState
from mockvoice.web.record_kinds import RecordKind
from mockvoice.web.responses import to_json
from mockvoice.web.vendor import Vendor

# The fields by which people know a record, the best first.
_NAMES = ("number", "name", "company_name", "title", "subject", "description")
_MISSING = object()


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field whose value differs; ``None`` is also shown for a field that one side lacks."""

    path: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class RecordChange:
    """A record that was added, removed or changed."""

    kind: str  # "added", "removed" or "changed"
    vendor: str  # its title
    vendor_key: str
    table: str
    key: Any
    name: str
    page: str | None  # the key of the kind of records whose page shows it
    fields: Sequence[FieldChange]


@dataclass(slots=True)
class ReadableDiff:
    """The numbers of all changes by kind, and the first changes in detail."""

    counts: dict[str, int]
    changes: list[RecordChange]

    @property
    def left_out(self) -> int:
        """The number of changes without details."""
        return sum(self.counts.values()) - len(self.changes)


def readable_diff(
    before: SandboxState, after: SandboxState, vendors: Mapping[str, Vendor], limit: int
) -> ReadableDiff:
    """Return the differences by vendor, table and key. May run in any thread.

    Records that have a page are compared as the vendor's API returns them, others as they are stored.
    """
    result = ReadableDiff({"added": 0, "removed": 0, "changed": 0}, [])
    for row in changed_rows(before, after):
        result.counts[row.kind] += 1
        if len(result.changes) < limit:
            states = before.backends[row.vendor], after.backends[row.vendor]
            result.changes.append(_record_change(row, vendors[row.vendor], *states))
    return result


def _record_change(row: ChangedRow, vendor: Vendor, old: Backend, new: Backend) -> RecordChange:
    page = _page_of(vendor, row)
    before = _content(page, old, row.before, row.secret)
    after = _content(page, new, row.after, row.secret)
    present: Mapping[str, Any] = after or before or {}
    is_change = row.kind == "changed"
    return RecordChange(
        kind=row.kind,
        vendor=vendor.title,
        vendor_key=vendor.key,
        table=page.noun if page else row.table.replace("_", " "),
        key=row.shown_key,
        name=_name(page, row, old, new, present),
        page=page.key if page and row.after is not None else None,
        fields=list(_differences(before, after, "")) if is_change else _facts(present, row.kind),
    )


def _page_of(vendor: Vendor, row: ChangedRow) -> RecordKind | None:
    """Return the kind of records that has a page for this row."""
    present = row.before if row.after is None else row.after
    kinds = (kind for kind in vendor.record_kinds if kind.table == row.table)
    return next((kind for kind in kinds if kind.includes(present)), None)


def _content(page: RecordKind | None, backend: Backend, row: Any, secret: frozenset[str]) -> Any:
    if row is None or page is None:
        return redacted(row, secret)
    return orjson.loads(to_json(page.render(backend, row)))


def _name(
    page: RecordKind | None, row: ChangedRow, old: Backend, new: Backend, content: Mapping[str, Any]
) -> str:
    if page is None:
        return next((str(content[name]) for name in _NAMES if content.get(name)), "")
    side = (old, row.before) if row.after is None else (new, row.after)
    return page.summarize(*side).name


def _facts(row: Mapping[str, Any], kind: str) -> list[FieldChange]:
    """Return the fields of a record that one side does not have."""
    is_new = kind == "added"
    return [
        FieldChange(path, None if is_new else value, value if is_new else None)
        for path, value in _leaves(row, "")
    ]


def _leaves(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Iterate over the values that are not empty, with their paths."""
    match value:
        case Mapping() if value:
            for name, member in value.items():
                yield from _leaves(member, _joined(path, name))
        case [_, *_]:
            for index, member in enumerate(value):
                yield from _leaves(member, _joined(path, index + 1))
        case None | "" | [] | {}:
            return
        case _:
            yield path, value


def _differences(before: Any, after: Any, path: str) -> Iterator[FieldChange]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in {**before, **after}:
            yield from _differences(
                before.get(name, _MISSING), after.get(name, _MISSING), _joined(path, name)
            )
    elif isinstance(before, list) and isinstance(after, list):
        for index in range(max(len(before), len(after))):
            old = before[index] if index < len(before) else _MISSING
            new = after[index] if index < len(after) else _MISSING
            yield from _differences(old, new, _joined(path, index + 1))
    elif before != after:
        yield FieldChange(path, _shown(before), _shown(after))


def _shown(value: Any) -> Any:
    return None if value is _MISSING else value


def _joined(path: str, name: str | int) -> str:
    return f"{path} › {name}".removeprefix(" › ").replace("_", " ")
