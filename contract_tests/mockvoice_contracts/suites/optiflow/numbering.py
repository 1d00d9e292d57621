"""Switches of numbering series: the default one of a type and the preferred one of a workspace."""

from collections.abc import Iterator
from contextlib import contextmanager

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.suites.optiflow.factories import Factory, Record, id_parameter


def prefer(api: Api, workspace: Record, series: Record) -> None:
    """Make a series the preferred one of a workspace."""
    path_params = {"workspaceId": workspace["id"], **id_parameter("document_subtypes", series)}
    api.call("document_subtypes.set_preferred", expect=200, **path_params)


def set_default(api: Api, series: Record) -> Record:
    """Make a series the default one of its type, and return it."""
    path_params = id_parameter("document_subtypes", series)
    changed: Record = api.call("document_subtypes.set_default", expect=200, **path_params)["data"]
    return changed


def toggle_active(api: Api, series: Record) -> Record:
    """Activate or deactivate a series, and return it."""
    path_params = id_parameter("document_subtypes", series)
    changed: Record = api.call("document_subtypes.toggle_active", expect=200, **path_params)["data"]
    return changed


@contextmanager
def new_series(api: Api, factory: Factory, kind: str, *names: str) -> Iterator[list[Record]]:
    """Yield new series of a type, in the order of their ids, of which the block may change the default.

    Afterwards the account's own default series is the default again, and the new ones are inactive.
    """
    rows = factory.all_rows("document_subtypes")
    before = [row for row in rows if row["type"] == kind and row["is_default"]]
    created = [factory.series(type=kind, name=factory.unique_name(name)) for name in names]
    try:
        yield created
    finally:
        for series in before:
            set_default(api, series)
        for series in created:
            if factory.read("document_subtypes", series)["is_active"]:
                toggle_active(api, series)
