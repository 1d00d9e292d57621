"""The compared servers: the mock, and three others that serve the same data with the same rules.

``python -m benchmarks.servers VARIANT PORT INVOICES`` serves until it is stopped.

* ``ours``   the mock: key, requests and responses are checked
* ``journal`` the same with a journal, which is the default of ``serve``
* ``bare``   Starlette with orjson: the same handlers without checks and without a key
* ``async``  an unmodified ``connexion.AsyncApp`` with the same contract and handlers
* ``flask``  an unmodified ``connexion.FlaskApp`` with the same contract and handlers
* ``count=FOLDER``, ``halo=FOLDER``, ``optiflow=FOLDER``  the mock with another vendor's invoices;
  the requests to measure are written to the folder. ``count-unsigned=FOLDER`` does not check
  signatures
"""

import gc
import inspect
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import orjson
import uvicorn

from benchmarks.accounts import ACCOUNTS
from mockvoice.connections.registry import Connections
from mockvoice.http_server import GC_THRESHOLDS
from mockvoice.kernel.backend import Backend
from mockvoice.kernel.clock import Clock
from mockvoice.protocol import Protocol
from mockvoice.sandboxes.registry import DEFAULT, Grant, SandboxRegistry
from mockvoice.sandboxes.request_log import MAX_ENTRIES
from mockvoice.sandboxes.sandbox import Sandbox
from mockvoice.sandboxes.state_cache import StateCache
from mockvoice.vendor_registry import load_vendor
from mockvoice.vendors.growcrm import VENDOR
from mockvoice.vendors.growcrm.handlers import clients, invoices
from mockvoice.web import contract
from mockvoice.web.build import build, start
from mockvoice.web.parameters import argument_name
from mockvoice.web.vendor import SecurityCheck

LINES = [
    {"description": "Copy editing", "quantity": 3, "rate": 120, "tax_rate_id": 4},
    {"description": "Stock images", "quantity": 1, "rate": 45.5, "tax_rate_id": 3},
    {"description": "Printing", "quantity": 2, "rate": "10.25", "tax_rate_id": 1},
]


def create_backend(count: int) -> Backend:
    """Return an account with 200 clients, and invoices with three lines and taxes each."""
    backend = StateCache().create_backend(VENDOR, "empty", Clock())
    with backend.transaction():
        for number in range(200):
            owner = {"first_name": "Ada", "last_name": "Byron", "email": f"ada{number}@b.example"}
            clients.create(backend, owner)
    for number in range(1, count + 1):
        header = {
            "bill_clientid": number * 7919 % 200 + 1,
            "bill_categoryid": 4,
            "bill_date": f"2026-{number * 31 % 12 + 1:02d}-{number * 17 % 28 + 1:02d}",
            "bill_due_date": f"2027-{number * 13 % 12 + 1:02d}-{number * 11 % 28 + 1:02d}",
            "bill_tax_type": "inline",
        }
        with backend.transaction():
            invoices.create(backend, header)
            invoices.set_items(backend, number, {"items": LINES})
            if number % 3:
                invoices.publish(backend, number)
    return backend


def ours(count: int, journal_size: int = 0) -> Any:
    sandboxes = SandboxRegistry(journal_size=journal_size)
    backend = create_backend(count)
    credentials = {VENDOR.key: dict(VENDOR.credentials)}
    sandbox = Sandbox(DEFAULT, backend.clock, {VENDOR.key: backend}, credentials)
    sandboxes.add(sandbox, {VENDOR.key: VENDOR})
    return start(build(VENDOR, sandboxes))


def bare(count: int) -> Any:
    from starlette.applications import Starlette
    from starlette.requests import Request
    from starlette.responses import Response
    from starlette.routing import Route

    backend = create_backend(count)

    def respond(data: Any, status: int = 200) -> Response:
        return Response(orjson.dumps(data), status, media_type="application/json")

    async def get(request: Request) -> Response:
        return respond(invoices.get(backend, int(request.path_params["invoice_id"])))

    async def search(request: Request) -> Response:
        sent = request.query_params
        query = {
            **dict.fromkeys(("status", "client_id", "project_id", "category_id", "search", "sort")),
            **sent,
            "order": sent.get("order", "desc"),
            "limit": int(sent.get("limit", 35)),
            "page": int(sent.get("page", 1)),
        }
        return respond(invoices.search(backend, query))

    async def create(request: Request) -> Response:
        body = orjson.loads(await request.body())
        with backend.transaction():
            return respond(invoices.create(backend, body), 201)

    async def set_items(request: Request) -> Response:
        body = orjson.loads(await request.body())
        with backend.transaction():
            invoice_id = int(request.path_params["invoice_id"])
            return respond(invoices.set_items(backend, invoice_id, body))

    return Starlette(
        routes=[
            Route("/api/invoices", search, methods=["GET"]),
            Route("/api/invoices", create, methods=["POST"]),
            Route("/api/invoices/{invoice_id}", get, methods=["GET"]),
            Route("/api/invoices/{invoice_id}/items", set_items, methods=["PUT"]),
        ]
    )


def stock(count: int, *, flask: bool) -> Any:
    """Return an unmodified Connexion app without security: the contract would have to name functions."""
    import connexion
    from connexion.resolver import Resolution, Resolver

    backend = create_backend(count)
    lock = threading.Lock()

    class Handlers(Resolver):
        def resolve(self, operation: Any) -> Resolution:
            module, _, action = operation.operation_id.rpartition(".")
            handler = getattr(__import__(f"{VENDOR.handlers}.{module}", fromlist=["_"]), action)
            return Resolution(_adapt(backend, lock, handler, flask=flask), operation.operation_id)

    document = dict(contract.strip_docs(VENDOR.contract.data))
    document.pop("security", None)
    _simplify_parameters(document)
    app = (connexion.FlaskApp if flask else connexion.AsyncApp)(__name__)
    app.add_api(document, base_path="", resolver=Handlers())
    return app


def _simplify_parameters(node: Any) -> None:
    """Keep the typed branch of tolerant parameters: unmodified Connexion does not support ``anyOf`` there."""
    if isinstance(node, list):
        for item in node:
            _simplify_parameters(item)
    elif isinstance(node, dict):
        if "in" in node and "anyOf" in node.get("schema", {}):
            node["schema"] = {**node["schema"], **node["schema"].pop("anyOf")[0]}
        for value in node.values():
            _simplify_parameters(value)


def _adapt(
    backend: Backend, lock: threading.Lock, handler: Callable[..., Any], *, flask: bool
) -> Callable[..., Any]:
    """Wrap a handler for unmodified Connexion, which passes arguments by the contract's names."""
    parameters = list(inspect.signature(handler).parameters)[1:]
    has_query = "query" in parameters

    def run(**sent: Any) -> tuple[Any, int]:
        arguments = {argument_name(name): value for name, value in sent.items()}
        if has_query:
            names = ("status", "client_id", "project_id", "category_id", "search", "sort")
            arguments = {"query": {**dict.fromkeys(names), "order": "desc", **arguments}}
        with lock, backend.transaction():
            result = handler(backend, **{name: arguments[name] for name in parameters})
        return result, 201 if handler.__name__ == "create" else 200

    # Connexion passes only parameters of the signature, by their names in the contract.
    names = [
        "invoiceId" if name == "invoice_id" else name for name in parameters if name != "query"
    ]
    if has_query:
        names = ["limit", "page", "status", "sort", "order"]
    signature = ", ".join(f"{name}=None" if has_query else name for name in names)
    arguments = ", ".join(f"{name}={name}" for name in names)
    prefix = "" if flask else "async "
    scope: dict[str, Any] = {"run": run}
    exec(f"{prefix}def adapted({signature}):\n    return run({arguments})", scope)
    adapted: Callable[..., Any] = scope["adapted"]
    return adapted


VARIANTS: dict[str, Callable[[int], Any]] = {
    "ours": ours,
    "journal": lambda count: ours(count, MAX_ENTRIES),
    "bare": bare,
    "async": lambda count: stock(count, flask=False),
    "flask": lambda count: stock(count, flask=True),
}


def other_vendor(variant: str, folder: Path, count: int) -> Any:
    """Return another vendor's mock. Its clock is frozen, so that a signature does not expire."""
    key, _, unsigned = variant.partition("-")
    account, vendor = ACCOUNTS[key], load_vendor(key)
    backend, ids = account.create_backend(count)
    backend.clock.freeze()
    for kind in (*account.paths, "create"):
        lines = account.requests(kind, backend, ids, count)
        folder.joinpath(kind).write_text("".join(f"{line}\n" for line in lines), "utf-8")
    sandbox = Sandbox(DEFAULT, backend.clock, {key: backend}, {key: dict(vendor.credentials)})
    if unsigned:
        accept_all = SecurityCheck(
            lambda context, sandboxes: Grant(sandbox, vendor.credentials["client_id"])
        )
        vendor = replace(vendor, security=dict.fromkeys(vendor.security, accept_all))
    sandboxes = SandboxRegistry(journal_size=0)
    sandboxes.add(sandbox, {key: vendor})
    return start(build(vendor, sandboxes))


def main() -> None:
    variant, port, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    name, _, folder = variant.partition("=")
    app = other_vendor(name, Path(folder), count) if folder else VARIANTS[name](count)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
    uvicorn.run(
        app, host="127.0.0.1", port=port, loop="uvloop", lifespan="off",
        http=partial(Protocol, Connections()) if variant in ("ours", "journal") or folder else "httptools",
        access_log=False, server_header=False, log_level="error",
    )  # fmt: skip


if __name__ == "__main__":
    main()
