"""Toyshop's errors."""

from mockvoice.vendor_api import RequestError


class NotFound(RequestError):
    """No record has this id."""

    status = 404

    def __init__(self, kind: str, record_id: int) -> None:
        super().__init__(f"There is no {kind} {record_id}.")


class Rejected(RequestError):
    """The record's state does not allow the change."""

    status = 409
