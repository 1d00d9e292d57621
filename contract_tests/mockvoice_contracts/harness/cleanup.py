"""Removing from somebody's account what a run has created there."""

import requests
from requests.auth import AuthBase

from mockvoice_contracts.harness import ownership
from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.ledger import Record
from mockvoice_contracts.harness.request_gate import TargetSession

DELETED_STATUSES = (404, 410)


def delete_created_records(watch: TargetSession, auth: AuthBase) -> list[Record]:
    """Delete what the watch's ledger holds; gives what could not be deleted.

    The newest first, and once more as long as that removes something: a client goes only after
    its invoices.
    """
    ledger = watch.ledger
    assert ledger is not None
    api, removers = (
        Api(watch.contract, watch.target, auth),
        ownership.delete_operations(watch.contract),
    )
    removed = True
    while removed:
        removed = False
        for name, value in list(reversed(ledger.created)):
            remover = removers.get(name)
            if remover is None:
                continue
            try:
                status = api.send("DELETE", remover.fill({name: value})).status
            except requests.RequestException:
                break
            if 200 <= status < 300 or status in DELETED_STATUSES:
                ledger.record_deletion((name, value))
                removed = True
    watch.undeleted = list(ledger.created)
    ledger.close()
    return watch.undeleted
