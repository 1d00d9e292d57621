"""Vendors of other packages: how they are found, checked, given ports and named if unusable."""

import logging
import sys
from dataclasses import replace
from importlib.metadata import EntryPoint
from pathlib import Path
from unittest import mock

import flask
import pytest

from mockvoice import vendor_registry
from mockvoice.addresses import Addresses
from mockvoice.app import Server
from mockvoice.assembly import VendorStartError
from mockvoice.control import console
from mockvoice.control.context import ServerContext
from mockvoice.control.metric_sources import MetricSources
from mockvoice.listeners import PortUnavailable
from mockvoice.sandboxes.registry import SandboxRegistry
from mockvoice.settings import Settings
from mockvoice.vendor_registry import (
    RESERVED_KEYS,
    UnknownVendor,
    VendorUnavailable,
    load_vendor,
    load_vendors,
    own_vendor_keys,
    port_offsets,
    vendor_keys,
)
from mockvoice.web import contract
from tests import example_vendors

BELL = "tests.example_vendors.bell:VENDOR"
CONTRACT = Path(example_vendors.__file__).parent / "bell/openapi/openapi.yaml"
# Each is a package "chime" whose vendor cannot be served, and a part of the message.
UNUSABLE = {
    "a missing package": ("import chimes_of_nowhere", "ModuleNotFoundError: No module named"),
    "a syntax error": ("VENDOR = (", "SyntaxError"),
    "no vendor": ("VENDOR = 1", "the entry point is not a Vendor, but int"),
    "another key": ("VENDOR = replace(BELL, key='clang')", "is named 'chime', but its key is 'clang'"),
    "another API version": (
        "VENDOR = replace(BELL, key='chime', api_version=99)",
        "version 99 of mockvoice.vendor_api, and this is version 1",
    ),
    "no contract": (
        "VENDOR = replace(BELL, key='chime', package=__name__)",
        "chime/openapi/openapi.yaml does not exist",
    ),
    "a contract that is not YAML": (
        "VENDOR = replace(BELL, key='chime', package=__name__)  # with contract: paths: {",
        "ParserError: ",
    ),
    "an invalid contract": (
        "VENDOR = replace(BELL, key='chime', package=__name__)  # with contract: {openapi: 3.0.3}",
        "the contract is not valid at ",
    ),
    "no handlers": (
        "VENDOR = replace(BELL, key='chime', package=__name__)  # with contract",
        "no handler for reminders.search: No module named 'chime.handlers'",
    ),
}  # fmt: skip


@pytest.fixture
def chime(tmp_path, monkeypatch):
    """Return a function that creates the package ``chime`` from source code."""

    def create(source: str) -> None:
        package = tmp_path / "chime"
        package.mkdir()
        head = "from dataclasses import replace\nfrom tests.example_vendors.bell import VENDOR as BELL\n"
        package.joinpath("__init__.py").write_text(head + source, "utf-8")
        _, marker, content = source.partition("  # with contract")
        if marker:
            package.joinpath("openapi").mkdir()
            text = content.removeprefix(": ") or CONTRACT.read_text("utf-8")
            package.joinpath("openapi/openapi.yaml").write_text(text, "utf-8")

    monkeypatch.syspath_prepend(tmp_path)
    contract.load.cache_clear()
    yield create
    contract.load.cache_clear()
    for name in [name for name in sys.modules if name.partition(".")[0] == "chime"]:
        del sys.modules[name]


@pytest.mark.parametrize(("source", "reason"), UNUSABLE.values(), ids=UNUSABLE)
def test_an_unusable_vendor_is_named_and_the_others_are_served(chime, caplog, http, source, reason):
    chime(source)
    with (
        example_vendors.installed({"bell": BELL, "chime": "chime:VENDOR"}),
        caplog.at_level(logging.WARNING, "mockvoice"),
        Server(Settings(port=0, data="empty")) as server,
    ):
        served = http.get(f"{server.urls['main']}/_mock/vendors").json()
        with pytest.raises(VendorUnavailable) as unavailable:
            load_vendors(["chime"])

    assert [vendor["key"] for vendor in served] == ["bell"]
    (message,) = caplog.messages
    assert message == f"{unavailable.value}; it is not served"
    assert message.startswith("the vendor 'chime' of the package ")
    assert reason in message
    assert "\n" not in message


def test_a_requested_vendor_that_is_unusable_ends_the_start(chime):
    chime("VENDOR = 1")
    with example_vendors.installed({"bell": BELL, "chime": "chime:VENDOR"}):
        with pytest.raises(VendorUnavailable, match="'chime'"):
            Server(Settings(port=0, vendors=("bell", "chime")))
        assert list(load_vendors(["bell"]).vendors) == ["bell"]


def test_a_server_without_any_usable_vendor_does_not_start(chime):
    chime("VENDOR = 1")
    with (
        example_vendors.installed({"chime": "chime:VENDOR"}),
        pytest.raises(VendorUnavailable, match="'chime'"),
    ):
        Server(Settings(port=0))


@pytest.mark.parametrize(
    "key", [*sorted(RESERVED_KEYS), "Bell", "a/b", "_mock", "9bells", "b" * 33]
)
def test_a_key_that_cannot_be_a_path_segment_or_is_taken_is_rejected(key):
    with (
        example_vendors.installed({key: "tests.example_vendors.bell:VENDOR"}),
        pytest.raises(VendorUnavailable, match="a key must have up to 32 lower-case letters"),
    ):
        load_vendor(key)


def test_the_paths_of_the_main_port_are_reserved():
    """A vendor's key is the first segment of its paths, which the console must not use."""
    metrics = MetricSources(requests={})
    context = ServerContext(
        {}, SandboxRegistry(), Addresses("http://127.0.0.1", {}), None, {}, metrics
    )
    app = flask.Flask("console")
    console.add(app, context.sandboxes, server=context)

    used = {rule.rule.split("/")[1] for rule in app.url_map.iter_rules()}
    assert {key for key in used if vendor_registry.KEY.fullmatch(key)} <= RESERVED_KEYS


def test_two_packages_that_define_the_same_vendor_are_named():
    entries = [
        EntryPoint("bell", BELL, vendor_registry.GROUP)._for(mock.Mock(version="1.0"))
        for _ in range(2)
    ]
    for entry, name in zip(entries, ("bells", "other-bells"), strict=True):
        entry.dist.name = name
    with mock.patch.object(vendor_registry, "entry_points", return_value=entries):
        example_vendors.clear_caches()
        with pytest.raises(VendorUnavailable, match=r"bells 1\.0 and other-bells 1\.0 both define"):
            load_vendor("bell")
    example_vendors.clear_caches()


def test_an_unknown_vendor_is_answered_with_a_similar_one():
    with pytest.raises(UnknownVendor, match=r"'growcmr'; .* did you mean 'growcrm'"):
        load_vendor("growcmr")


def test_the_vendors_of_this_project_keep_the_first_ports(monkeypatch):
    entries = vendor_registry.entry_points(group=vendor_registry.GROUP)
    others = [EntryPoint(key, BELL, vendor_registry.GROUP) for key in ("zither", "accordion")]
    own = own_vendor_keys()
    with mock.patch.object(vendor_registry, "entry_points", return_value=[*others, *entries]):
        example_vendors.clear_caches()
        keys, offsets = vendor_keys(), port_offsets()
    example_vendors.clear_caches()

    assert keys[: len(own)] == own
    installed = [key for key in keys if key not in own]
    assert installed == sorted(installed)
    assert {*installed} >= {"accordion", "zither"}
    assert [offsets[key] for key in ("count", "growcrm", "halo", "optiflow")] == [1, 2, 3, 4]
    assert offsets["accordion"] > len(own)


def test_a_vendor_has_the_port_of_the_settings(installed_example_vendors, http):
    with Server(Settings(port=0, own_ports={"gong": 0})) as server:
        url = server.urls["vendors"]["gong"]["root_url"]
    port = int(url.rpartition(":")[2].rstrip("/"))
    with Server(Settings(port=0, own_ports={"gong": port})) as server:
        assert server.urls["vendors"]["gong"]["root_url"] == url
        assert http.get(f"{url.rstrip('/')}/reminders").status_code == 401
        with pytest.raises(PortUnavailable, match=rf"--vendor-port bell={port}.* is in use"):
            Server(Settings(port=0, own_ports={"bell": port}))


def test_a_port_for_a_vendor_that_is_not_served_is_rejected(installed_example_vendors):
    with pytest.raises(PortUnavailable, match=r"--vendor-port gong: .*served.* bell"):
        Server(Settings(port=0, vendors=("bell",), own_ports={"gong": 0}))


def test_a_vendor_whose_handlers_do_not_fit_its_contract_ends_the_start(chime):
    source = "VENDOR = replace(BELL, key='chime', package=__name__, install_defaults=print)"
    chime(f"{source}  # with contract")
    import chime as package

    handlers = Path(package.__file__).parent / "handlers"
    handlers.mkdir()
    source = (
        "def search(backend, color): ...\ndef create(backend, body): ...\ndef get(backend): ...\n"
    )
    handlers.joinpath("reminders.py").write_text(source, "utf-8")
    with (
        example_vendors.installed({"chime": "chime:VENDOR"}),
        pytest.raises(VendorStartError, match=r"'chime' cannot be served: .*reminders\.\w+: "),
    ):
        Server(Settings(port=0, data="empty")).start()


def test_initial_data_that_cannot_be_created_ends_the_start():
    """Without its fixtures, Bell's install function fails."""
    with example_vendors.installed({"bell": BELL}):
        bell = replace(load_vendor("bell"), package="tests.example_vendors")
        with pytest.raises(
            VendorStartError,
            match=r"'bell' .*initial data cannot be created: KeyError: 'reminders'",
        ):
            Server(Settings(port=0), {"bell": bell}).start()
