"""The control application: the API and the console, behind the access check."""

from functools import partial

from starlette.types import ASGIApp

from mockvoice.control import console, render
from mockvoice.control.access import AccessMiddleware
from mockvoice.control.context import ServerContext
from mockvoice.control.error_pages import with_error_pages
from mockvoice.control.live_requests import with_streams
from mockvoice.control.metric_sources import CONTROL
from mockvoice.sandboxes.durability import Stored
from mockvoice.sandboxes.registry import Grant, SandboxRegistry
from mockvoice.sandboxes.sandbox import Sandbox
from mockvoice.settings import Settings
from mockvoice.web.build import build, start
from mockvoice.web.hosts import HostNames
from mockvoice.web.request_context import RequestContext
from mockvoice.web.vendor import SecurityCheck, Vendor

# Operations whose responses contain nothing that a store must keep first. They are needed most while
# the store does not respond.
INDEPENDENT = {"metrics.get"}


class ServerSandbox(Sandbox):
    """The sandbox of the control API's requests. Their responses may tell of any other sandbox."""

    def __init__(self, server: ServerContext) -> None:
        super().__init__(CONTROL, server.clock, {CONTROL: server}, {})
        self._sandboxes = server.sandboxes

    @property
    def unstored(self) -> Stored | None:  # type: ignore[override]
        """The end of the last batch of any sandbox, unless everything is stored."""
        return self._sandboxes.unstored

    @property
    def failed_batches(self) -> int:  # type: ignore[override]
        """The number of batches of any sandbox whose changes are undone."""
        return self._sandboxes.failed_batches


def control_app(server: ServerContext, settings: Settings) -> ASGIApp:
    """Build the application that is served at ``/`` and ``/_mock``."""
    metrics = server.metrics.requests[CONTROL]
    built = build(_vendor(server), server.sandboxes, metrics=metrics)
    app = with_streams(start(built), server)
    names = HostNames(settings.host, settings.allowed_hosts)
    return AccessMiddleware(with_error_pages(app), names=names, token=settings.control_token)


def _vendor(server: ServerContext) -> Vendor:
    """Describe the control API as a vendor whose backend is the server."""
    key = CONTROL
    grant = Grant(ServerSandbox(server), "owner")
    # Its requests wait for no store.
    independent_grant = Grant(Sandbox(key, server.clock, {key: server}, {}), "owner")

    def authorize(context: RequestContext, sandboxes: SandboxRegistry) -> Grant:
        """Grant everything; requests that pass the access check are fully authorised."""
        is_independent = context.operation is not None and context.operation.id in INDEPENDENT
        return independent_grant if is_independent else grant

    return Vendor(
        key=key,
        title="Mockvoice",
        backend=ServerContext,
        package="mockvoice.control",
        security={"": SecurityCheck(authorize), "controlToken": SecurityCheck(authorize)},
        credentials={},
        lookup_credentials=(),
        error_response=render.error_response,
        pages=partial(console.add, server=server),
        page_paths=("/",),
        instrumented=False,
        imports=frozenset(["sandboxes.create", "sandboxes.reset", "snapshots.replace"]),
        limits_work=False,  # its backend is the server
        limits_storage=False,
        rejects_unknown_names=True,  # a filter that nothing reads would let assertions pass
    )
