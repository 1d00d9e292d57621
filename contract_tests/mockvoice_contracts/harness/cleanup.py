"""Deletion of the records that a run created in a real account."""

import requests
from requests.auth import AuthBase

from mockvoice_contracts.harness import ownership
from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.contract import Operation
from mockvoice_contracts.harness.ledger import Record
from mockvoice_contracts.harness.request_gate import TargetSession
from mockvoice_contracts.harness.resending import RequestInterrupted, TargetUnreachable

DELETED_STATUSES = (404, 410)


def delete_created_records(session: TargetSession, auth: AuthBase) -> list[Record]:
    """Delete the records in the session's ledger; return those that could not be deleted.

    Newest records go first. The pass is repeated while it deletes something, because a client can
    only be deleted after its invoices.
    """
    ledger = session.ledger
    assert ledger is not None
    api = Api(session.contract, session.target, auth)
    deletions = ownership.delete_operations(session.contract)
    progress = True
    while progress:
        progress = False
        for name, value in list(reversed(ledger.created)):
            operation = deletions.get(name)
            if operation is None:
                continue
            try:
                path = operation.build_path({name: value})
                status = api.send("DELETE", path).status
                is_deleted = 200 <= status < 300 or (
                    status in DELETED_STATUSES and not _may_exist(session, api, operation, path)
                )
            except (requests.RequestException, RequestInterrupted, TargetUnreachable):
                break
            if is_deleted:
                ledger.record_deletion((name, value))
                progress = True
    api.close()
    session.undeleted = list(ledger.created)
    ledger.close()
    return session.undeleted


def _may_exist(session: TargetSession, api: Api, deletion: Operation, path: str) -> bool:
    """Return whether a record may exist although its deletion was answered as that of an unknown id.

    A server that does not serve the deletion answers in the same way. Then the record is read; if the
    server does not serve that either, nothing is known about the record.
    """
    reads = [
        each
        for each in session.contract.operations.values()
        if each.method == "GET" and each.path == deletion.path
    ]
    if not session.served.seems_missing(deletion.id):
        return False
    if not reads or api.send("GET", path).status not in DELETED_STATUSES:
        return True
    return session.served.seems_missing(reads[0].id)
