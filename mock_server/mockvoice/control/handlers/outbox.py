"""The outbox of a sandbox: e-mails that the real services would have sent."""

from heapq import nlargest
from typing import Any

from mockvoice.control import render
from mockvoice.control.context import ServerContext
from mockvoice.control.filters import check_vendor
from mockvoice.control.parsing import parse_instant


def search(
    server: ServerContext,
    sandbox_name: str,
    vendor: str | None,
    to: str | None,
    about: str | None,
    since: str | None,
    limit: int,
) -> list[dict[str, Any]]:
    sandbox = server.sandbox(sandbox_name)
    check_vendor(server, vendor)
    keys = list(server.vendors) if vendor is None else [vendor]
    backends = {key: sandbox.backends[key] for key in keys}
    for backend in backends.values():
        backend.catch_up()
    earliest = None if since is None else parse_instant(since, "since")
    matching = (
        (key, message)
        for key, backend in backends.items()
        for message in backend.outbox
        if (to is None or to.lower() in message.to.lower())
        and about in (None, message.about)
        and (earliest is None or message.at >= earliest)
    )
    newest = nlargest(limit, matching, key=lambda pair: (pair[1].at, pair[1].id))
    return [render.message(key, message) for key, message in newest]
