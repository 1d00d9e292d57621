"""A mock in the process of the tests, without sockets and without a thread for its requests."""

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import fields

import click
import httpx

from mockvoice.assembly import InvalidDataFile, VendorStartError
from mockvoice.commands.serve_options import serve_options
from mockvoice.in_process.mock import InProcessMock
from mockvoice.outbound.control_client import TIMEOUT_SECONDS, ControlClient
from mockvoice.settings import Settings
from mockvoice.testing.channels import InProcessChannel, SandboxTransport
from mockvoice.testing.client import SandboxServer
from mockvoice.testing.process import ServerStartError
from mockvoice.testing.routes.active import ROUTES
from mockvoice.testing.sandbox import Access
from mockvoice.vendor_registry import UnknownVendor, VendorUnavailable

# The settings of a server that have an effect without listeners. A port is ignored, since every
# server has one.
SETTINGS = frozenset({
    "vendors", "data", "seed", "now", "quirks", "max_sandboxes", "max_rows", "max_memory", "journal_size",
    "log_level", "port",
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
        unused = [
            each.name
            for each in fields(Settings)
            if each.name not in SETTINGS
            and getattr(self._settings, each.name) != getattr(default, each.name)
        ]
        if unused:
            raise ServerStartError(
                f"a mock in the process of its tests listens nowhere, so it cannot have {', '.join(unused)}"
            )

    def _start(self, stack: ExitStack) -> None:
        try:
            mock = stack.enter_context(InProcessMock(self._settings))
        except (InvalidDataFile, VendorStartError, UnknownVendor, VendorUnavailable) as error:
            raise ServerStartError(str(error)) from error
        transport = SandboxTransport(InProcessChannel(mock, None))
        http = httpx.Client(transport=transport, trust_env=False, timeout=TIMEOUT_SECONDS)
        self.url = mock.addresses.main
        self._client = ControlClient(self.url, http=http)
        stack.callback(self._client.close)
        base_urls = {
            key: address.root_url or address.prefix_url
            for key, address in mock.addresses.vendors.items()
        }
        channels = {key: InProcessChannel(mock, key) for key in base_urls}
        hosts = {key: vendor.hosts for key, vendor in mock.vendors.items()}
        self._access = Access(base_urls, channels, servers=(), hosts=hosts, network={})
        for key, channel in channels.items():
            stack.enter_context(ROUTES.add(base_urls[key], channel))


def parse_settings(options: Sequence[str]) -> Settings:
    """Return the settings that options of ``mockvoice serve`` stand for. Raises ``ServerStartError``."""

    @click.command()
    @serve_options
    def command(settings: Settings) -> Settings:
        return settings

    for parameter in command.params:
        parameter.envvar = None  # variables for a server must not affect tests
    try:
        settings: Settings = command.main([*options], standalone_mode=False)
    except click.ClickException as error:
        raise ServerStartError(error.format_message()) from error
    return settings
