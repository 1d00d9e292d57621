"""What a sandbox was asked, and what it answered."""

from mock_server.control.errors import InvalidFilter, JournalOff
from mock_server.control.exchanges import Filter, chosen, masks_for, shown
from mock_server.control.har import archive
from mock_server.control.house import House
from mock_server.web.answers import Answer, Later
from mock_server.web.journal import Entry
from mock_server.web.sandboxes import Sandbox


def search(
    house: House,
    sandbox_name: str,
    vendor: str | None,
    operation: str | None,
    status: str | None,
    since: str | None,
    limit: int,
) -> Later:
    sandbox = _journalled(house, sandbox_name)
    entries = _entries(house, sandbox, Filter(vendor, operation, status, since), limit)
    masks = masks_for(sandbox)
    # Decoding takes long beside answering a request, and nobody changes an entry.
    return Later(lambda: shown(entries, masks))


def export(
    house: House,
    sandbox_name: str,
    vendor: str | None,
    operation: str | None,
    status: str | None,
    since: str | None,
    limit: int,
) -> Later:
    sandbox = _journalled(house, sandbox_name)
    entries = _entries(house, sandbox, Filter(vendor, operation, status, since), limit)
    masks = masks_for(sandbox)
    name = {"Content-Disposition": f'attachment; filename="{sandbox.name}.har"'}
    return Later(
        lambda: Answer(archive(entries, masks), headers=name, media_type="application/har+json")
    )


def clear(house: House, sandbox_name: str) -> Answer:
    house.sandbox(sandbox_name).journal.clear()
    return Answer(status=204)


def _journalled(house: House, name: str) -> Sandbox:
    sandbox = house.sandbox(name)
    if not house.sandboxes.journal_size:
        raise JournalOff
    return sandbox


def _entries(house: House, sandbox: Sandbox, wanted: Filter, limit: int) -> list[Entry]:
    if wanted.vendor is not None:
        house.vendor(wanted.vendor)
    try:
        return chosen(sandbox, wanted, limit)
    except ValueError as error:
        raise InvalidFilter(
            "status must be a status or a class of them, since the id of an entry or an instant such "
            f"as 2026-03-01T09:00:00Z: {error}"
        ) from error
