"""The installed suites, found through the entry-point group ``mockvoice.suites``.

The name of an entry point is the vendor's key, its value the suite's package: ``toyshop =
"toyshop_mock.suite"``. The suites of this project are found in the same way. A suite is not imported
until its tests run.
"""

import functools
from collections.abc import Mapping
from contextlib import suppress
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

import requests
from requests.auth import AuthBase

from mockvoice_contracts.harness.curl import ShellHeaders
from mockvoice_contracts.harness.targets import Target

GROUP = "mockvoice.suites"


class SuiteUnavailable(Exception):
    """The suite of a vendor is missing or cannot be used; the message is one sentence."""


def folder_of(key: str) -> Path:
    """Return the folder of a vendor's suite. Raises ``SuiteUnavailable``."""
    return _folder(_entry(key))


def import_root_of(key: str) -> Path:
    """Return the folder from which a vendor's suite is imported. Raises ``SuiteUnavailable``."""
    entry = _entry(key)
    return _folder(entry).parents[entry.value.count(".")]


@functools.cache
def key_of(path: Path) -> str | None:
    """Return the vendor whose suite contains a path; ``None`` if no suite contains it."""
    folders, path = _keys_by_folder(), path.resolve()
    for folder in (path, *path.parents):
        if folder in folders:
            return folders[folder]
    return None


def create_auth(target: Target) -> AuthBase:
    """Return the authentication of requests to a target. Raises ``SuiteUnavailable``."""
    auth: AuthBase = auth_module(target.vendor).create_auth(target)
    return auth


def shell_headers(
    target: Target, exchange: requests.Response, secrets: Mapping[str, str]
) -> ShellHeaders | None:
    """Return the headers of a request that the shell must calculate, if its suite defines any."""
    try:
        module = auth_module(target.vendor)
    except SuiteUnavailable:
        return None
    calculate = getattr(module, "shell_headers", None)
    headers: ShellHeaders | None = calculate(target, exchange, secrets) if calculate else None
    return headers


@functools.cache
def auth_module(key: str) -> ModuleType:
    """Return the module of a suite that has ``create_auth`` and ``OWNERSHIP``.

    It may have ``shell_headers``: the headers of curl commands that depend on the time.

    Raises ``SuiteUnavailable``.
    """
    entry = _entry(key)
    name = f"{entry.value}.auth"
    try:
        module = import_module(name)
    except Exception as error:
        raise SuiteUnavailable(
            f"{_described(entry)} cannot be imported: {type(error).__name__}: {error}; "
            f"{name} must define create_auth and OWNERSHIP"
        ) from error
    for required in ("create_auth", "OWNERSHIP"):
        if not hasattr(module, required):
            raise SuiteUnavailable(f"{_described(entry)} has no {required} in {name}")
    return module


def _entry(key: str) -> EntryPoint:
    entries = _entries().get(key)
    if not entries:
        raise SuiteUnavailable(
            f"no installed package has a suite for {key}, an entry point of the group {GROUP}"
        )
    if len(entries) > 1:
        packages = " and ".join(map(_distribution, entries))
        raise SuiteUnavailable(
            f"the packages {packages} both have a suite for {key}; uninstall one of them"
        )
    return entries[0]


def _described(entry: EntryPoint) -> str:
    return f"the suite {entry.value} of {entry.name}, in the package {_distribution(entry)},"


def _distribution(entry: EntryPoint) -> str:
    return f"{entry.dist.name} {entry.dist.version}" if entry.dist else entry.value


@functools.cache
def _entries() -> Mapping[str, list[EntryPoint]]:
    by_key: dict[str, list[EntryPoint]] = {}
    for entry in entry_points(group=GROUP):
        by_key.setdefault(entry.name, []).append(entry)
    return by_key


def _folder(entry: EntryPoint) -> Path:
    """Find a package's folder without importing it or its parents, which may be a vendor's code."""
    top, *names = entry.value.split(".")
    try:
        spec = find_spec(top)
    except (ImportError, ValueError) as error:
        raise SuiteUnavailable(f"{_described(entry)} cannot be found: {error}") from error
    for location in (spec and spec.submodule_search_locations) or ():
        folder = Path(location, *names)
        if folder.joinpath("__init__.py").is_file():
            return folder.resolve()
    raise SuiteUnavailable(f"{_described(entry)} cannot be found, or has no __init__.py")


@functools.cache
def _keys_by_folder() -> Mapping[Path, str]:
    """Return the suites that can be found; the others are named when they are requested.

    Suites that have the same key are part of it: ``--vendor`` must not run them for other keys.
    """
    folders: dict[Path, str] = {}
    for key, entries in _entries().items():
        for entry in entries:
            with suppress(SuiteUnavailable):
                folders.setdefault(_folder(entry), key)
    return folders
