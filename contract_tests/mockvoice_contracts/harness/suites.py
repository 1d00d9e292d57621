"""The installed suites, found through the entry-point group ``mockvoice.suites``.

The name of an entry point is the vendor's key, its value the suite's package: ``toyshop =
"toyshop_mock.suite"``. The suites of this project are found in the same way. A suite is not imported
until its tests run.
"""

import functools
from collections.abc import Mapping
from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

from requests.auth import AuthBase

from mockvoice_contracts.harness.targets import Target

GROUP = "mockvoice.suites"


class SuiteUnavailable(Exception):
    """The suite of a vendor is missing or cannot be used; the message is one sentence."""


def folder_of(key: str) -> Path:
    """Return the folder of a vendor's suite. Raises ``SuiteUnavailable``."""
    package = _package_of(key)
    try:
        spec = find_spec(package)
    except ModuleNotFoundError as error:
        raise SuiteUnavailable(f"the suite {package} of {key} cannot be found: {error}") from error
    if spec is None or not spec.submodule_search_locations:
        raise SuiteUnavailable(f"the suite {package} of {key} is not a package")
    return Path(next(iter(spec.submodule_search_locations))).resolve()


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


@functools.cache
def auth_module(key: str) -> ModuleType:
    """Return the module of a suite that has ``create_auth`` and ``OWNERSHIP``.

    Raises ``SuiteUnavailable``.
    """
    name = f"{_package_of(key)}.auth"
    try:
        module = import_module(name)
    except Exception as error:
        raise SuiteUnavailable(
            f"{name} cannot be imported: {type(error).__name__}: {error}"
        ) from error
    for required in ("create_auth", "OWNERSHIP"):
        if not hasattr(module, required):
            raise SuiteUnavailable(f"{name} has no {required}")
    return module


def _package_of(key: str) -> str:
    entries = _entries().get(key)
    if not entries:
        raise SuiteUnavailable(
            f"no installed package has a suite for {key}, an entry point of the group {GROUP}"
        )
    if len(entries) > 1:
        packages = " and ".join(entry.dist.name if entry.dist else entry.value for entry in entries)
        raise SuiteUnavailable(f"the packages {packages} both have a suite for {key}")
    return entries[0].value


@functools.cache
def _entries() -> Mapping[str, list[EntryPoint]]:
    by_key: dict[str, list[EntryPoint]] = {}
    for entry in entry_points(group=GROUP):
        by_key.setdefault(entry.name, []).append(entry)
    return by_key


@functools.cache
def _keys_by_folder() -> Mapping[Path, str]:
    """Return the suites that can be found; the others are named when they are requested."""
    folders: dict[Path, str] = {}
    for key in _entries():
        try:
            folders[folder_of(key)] = key
        except SuiteUnavailable:
            continue
    return folders
