"""Deletion of the records that a run created in a real account."""

import requests
from requests.auth import AuthBase

from mockvoice_contracts.harness import ownership
from mockvoice_contracts.harness.client import Api
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
                status = api.send("DELETE", operation.build_path({name: value})).status
            except (requests.RequestException, RequestInterrupted, TargetUnreachable):
                break
            if 200 <= status < 300 or status in DELETED_STATUSES:
                ledger.record_deletion((name, value))
                progress = True
    session.undeleted = list(ledger.created)
    ledger.close()
    return session.undeleted
