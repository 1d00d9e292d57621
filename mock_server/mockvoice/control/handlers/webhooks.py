"""Webhook deliveries of a sandbox."""

from collections.abc import Iterator, Mapping, Sequence
from heapq import merge
from itertools import islice, takewhile
from typing import Any

from mockvoice.control import render
from mockvoice.control.context import ServerContext
from mockvoice.control.errors import DeliveryNotFound, RedeliveryConflict
from mockvoice.control.filters import check_event, check_vendor, webhook_logs
from mockvoice.kernel.backend import Backend
from mockvoice.sandboxes.sandbox import Sandbox
from mockvoice.web.responses import DeferredResponse, Response
from mockvoice.web.webhook_log import RedeliveryRejected, WebhookLog


def search(
    server: ServerContext,
    sandbox_name: str,
    vendor: str | None,
    event: str | None,
    state: str | None,
    after: str | None,
    limit: int,
) -> DeferredResponse:
    sandbox = server.sandbox(sandbox_name)
    check_vendor(server, vendor)
    check_event(server, event, vendor)
    earliest = 0
    if after is not None:
        vendor, _, row = _located(server, sandbox, after, vendor)
        earliest = row.id
    logs = webhook_logs(server, vendor)
    rows = {
        key: list(islice(_matching(log, sandbox.backends[key], event, state, earliest), limit))
        for key, log in logs.items()
    }
    # Bodies may be large. Rows never change, so a thread can render them.
    return DeferredResponse(lambda: _render_newest(logs, rows, limit), pool="exports")


def _matching(
    log: WebhookLog, backend: Backend, event: str | None, state: str | None, earliest: int
) -> Iterator[Any]:
    """Return the rows of a vendor's deliveries that match, the newest first."""
    backend.catch_up()
    for row in takewhile(lambda row: row.id > earliest, log.rows(backend)):
        if event in (None, row.event) and state in (None, row.state):
            yield row


def _render_newest(
    logs: Mapping[str, WebhookLog], rows: Mapping[str, Sequence[Any]], limit: int
) -> list[dict[str, Any]]:
    views = ([(key, logs[key].view(row)) for row in selected] for key, selected in rows.items())
    newest = merge(*views, key=lambda pair: pair[1].created_at, reverse=True)
    return [render.delivery(key, delivery) for key, delivery in islice(newest, limit)]


def get(server: ServerContext, sandbox_name: str, delivery_id: str) -> dict[str, Any]:
    key, log, row = _located(server, server.sandbox(sandbox_name), delivery_id)
    return render.delivery(key, log.view(row))


def redeliver(
    server: ServerContext, sandbox_name: str, delivery_id: str, body: dict[str, Any] | None = None
) -> Response:
    sandbox = server.sandbox(sandbox_name)
    key, log, row = _located(server, sandbox, delivery_id)
    try:
        log.redeliver(sandbox.backends[key], row.id, (body or {}).get("sign_again", False))
    except RedeliveryRejected as error:
        raise RedeliveryConflict(delivery_id, str(error)) from error
    return Response(render.delivery(key, log.view(row)), status=202)


def _located(
    server: ServerContext, sandbox: Sandbox, delivery_id: str, vendor: str | None = None
) -> tuple[str, WebhookLog, Any]:
    """Return the vendor of a delivery, its log, and the delivery's row. Raises ``DeliveryNotFound``."""
    key, _, digits = delivery_id.rpartition("-")
    log = webhook_logs(server, vendor).get(key)
    if log is None or not digits.isascii() or not digits.isdecimal() or len(digits) > 18:
        raise DeliveryNotFound(delivery_id)
    sandbox.backends[key].catch_up()
    row = log.find(sandbox.backends[key], int(digits))
    if row is None:
        raise DeliveryNotFound(delivery_id)
    return key, log, row
