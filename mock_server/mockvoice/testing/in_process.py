"""A mock in the process of the tests, without sockets."""

from collections.abc import Sequence
from contextlib import ExitStack, chdir
from dataclasses import fields, replace
from pathlib import Path

import click
import httpx

from mockvoice.assembly import InvalidDataFile, StateStoreUnavailable, VendorStartError
from mockvoice.commands.serve_options import serve_options
from mockvoice.in_process.mock import InProcessMock
from mockvoice.outbound.control_client import TIMEOUT_SECONDS, ControlClient
from mockvoice.server_process import ServerStartError
from mockvoice.settings import Settings
from mockvoice.testing.channels import InProcessChannel, SandboxTransport
from mockvoice.testing.client import SandboxServer
from mockvoice.testing.routes.active import ROUTES
from mockvoice.testing.routes.sandbox_routes import ServerAccess
from mockvoice.vendor_registry import UnknownVendor, VendorUnavailable

# The settings that have an effect without listeners. A port is ignored, since every server has one.
SUPPORTED_SETTINGS = frozenset({
    "vendors", "data", "seed", "now", "quirks", "max_sandboxes", "max_rows", "max_memory", "journal_size",
    "cors_origins", "log_level", "log_format", "port",
})  # fmt: skip


class InProcessServer(SandboxServer):
    """A mock whose requests are function calls in the thread of their client.

    Its clients use ``sandbox.growcrm.transport()`` or a route. The base URLs, such as
    ``http://growcrm.mockvoice.test``, have routes: HTTP libraries in this process reach them, other
    processes do not. Raises ``ServerStartError`` if it cannot start, and for a setting that needs a
    listener.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        super().__init__()
        self._settings = settings or Settings()
        default = Settings()
        unsupported = [
            each.name
            for each in fields(Settings)
            if each.name not in SUPPORTED_SETTINGS
            and getattr(self._settings, each.name) != getattr(default, each.name)
        ]
        if unsupported:
            raise ServerStartError(
                f"a mock in the test process has no listeners, so it does not support {', '.join(unsupported)}; "
                "remove this, or use a server in its own process"
            )

    def _start(self, stack: ExitStack) -> tuple[ControlClient, ServerAccess]:
        try:
            mock = stack.enter_context(InProcessMock(self._settings))
        except (
            InvalidDataFile,
            StateStoreUnavailable,
            VendorStartError,
            UnknownVendor,
            VendorUnavailable,
        ) as error:
            raise ServerStartError(str(error)) from error
        self.url = mock.addresses.main
        transport = SandboxTransport(InProcessChannel(mock, None))
        http = httpx.Client(transport=transport, trust_env=False, timeout=TIMEOUT_SECONDS)
        control = ControlClient(self.url, http=http)
        stack.callback(control.close)
        base_urls = {
            key: address.root_url or address.prefix_url
            for key, address in mock.addresses.vendors.items()
        }
        channels = {key: InProcessChannel(mock, key) for key in base_urls}
        stack.enter_context(ROUTES.add(self.url, InProcessChannel(mock, None)))
        for key, channel in channels.items():
            stack.enter_context(ROUTES.add(base_urls[key], channel))
        return control, ServerAccess(
            base_urls=base_urls,
            channels=channels,
            addresses=(),
            hosts={key: vendor.hosts for key, vendor in mock.vendors.items()},
            network={},
        )


def parse_settings(options: Sequence[str], folder: Path) -> Settings:
    """Parse options of ``mockvoice serve``; files are relative to a folder. Raises ``ServerStartError``."""

    @click.command(add_help_option=False)
    @serve_options
    def command(settings: Settings) -> Settings:
        return settings

    for parameter in command.params:
        parameter.envvar = None  # variables for a server must not affect tests
    try:
        with chdir(folder):
            settings: Settings = command.main([*options], standalone_mode=False)
            if isinstance(settings.data, Path):
                settings = replace(settings, data=settings.data.absolute())
    except click.ClickException as error:
        raise ServerStartError(error.format_message()) from error
    return settings
