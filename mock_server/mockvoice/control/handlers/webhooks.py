"""Webhook deliveries of a sandbox."""

from collections.abc import Iterable, Iterator
from heapq import merge
from itertools import islice, takewhile
from typing import Any

from mockvoice.control import render
from mockvoice.control.context import ServerContext
from mockvoice.control.errors import DeliveryNotFound, RedeliveryConflict
from mockvoice.control.filters import check_event, check_vendor, webhook_logs
from mockvoice.kernel.backend import Backend
from mockvoice.sandboxes.sandbox import Sandbox
from mockvoice.web.responses import Response
from mockvoice.web.webhook_log import RedeliveryRejected, WebhookDelivery, WebhookLog


def search(
    server: ServerContext,
    sandbox_name: str,
    vendor: str | None,
    event: str | None,
    state: str | None,
    after: str | None,
    limit: int,
) -> list[dict[str, Any]]:
    sandbox = server.sandbox(sandbox_name)
    check_vendor(server, vendor)
    check_event(server, event, vendor)
    if after is not None:
        vendor, _, earliest = _located(server, sandbox, after, vendor)
    else:
        earliest = 0
    found: list[Iterable[tuple[str, WebhookDelivery]]] = [
        _deliveries(key, log, sandbox.backends[key], event, state, earliest)
        for key, log in webhook_logs(server, vendor).items()
    ]
    newest = merge(*found, key=lambda pair: pair[1].created_at, reverse=True)
    return [render.delivery(key, delivery) for key, delivery in islice(newest, limit)]


def _deliveries(
    key: str, log: WebhookLog, backend: Backend, event: str | None, state: str | None, earliest: int
) -> Iterator[tuple[str, WebhookDelivery]]:
    """Return the deliveries of a vendor that match, the newest first."""
    backend.catch_up()
    later = takewhile(lambda row: row[0] > earliest, log.overview(backend))
    for number, its_event, its_state in later:
        if event in (None, its_event) and state in (None, its_state):
            delivery = log.find(backend, number)
            if delivery is not None:
                yield key, delivery


def get(server: ServerContext, sandbox_name: str, delivery_id: str) -> dict[str, Any]:
    return _find(server, server.sandbox(sandbox_name), delivery_id)


def redeliver(
    server: ServerContext, sandbox_name: str, delivery_id: str, body: dict[str, Any] | None = None
) -> Response:
    sandbox = server.sandbox(sandbox_name)
    key, log, number = _located(server, sandbox, delivery_id)
    try:
        log.redeliver(sandbox.backends[key], number, (body or {}).get("sign_again", False))
    except RedeliveryRejected as error:
        raise RedeliveryConflict(delivery_id, str(error)) from error
    return Response(_find(server, sandbox, delivery_id), status=202)


def _find(server: ServerContext, sandbox: Sandbox, delivery_id: str) -> dict[str, Any]:
    key, log, number = _located(server, sandbox, delivery_id)
    delivery = log.find(sandbox.backends[key], number)
    if delivery is None:
        raise DeliveryNotFound(delivery_id)
    return render.delivery(key, delivery)


def _located(
    server: ServerContext, sandbox: Sandbox, delivery_id: str, vendor: str | None = None
) -> tuple[str, WebhookLog, int]:
    """Return the vendor of a delivery, its log, and the delivery's number. Raises ``DeliveryNotFound``."""
    key, _, digits = delivery_id.rpartition("-")
    log = webhook_logs(server, vendor).get(key)
    if log is None or not digits.isascii() or not digits.isdecimal() or len(digits) > 18:
        raise DeliveryNotFound(delivery_id)
    sandbox.backends[key].catch_up()
    if log.find(sandbox.backends[key], int(digits)) is None:
        raise DeliveryNotFound(delivery_id)
    return key, log, int(digits)
