"""The pytest plugin: a running mock, and a sandbox of it for every test.

Fixtures: ``mockvoice``, a ``SandboxServer``; ``sandbox``, a ``Sandbox``; and ``mockvoice_routes``, the
``SandboxRoutes`` of this sandbox. Marker: ``@pytest.mark.mockvoice(data, now, seed, frozen)``, the
sandbox's initial state. Options: ``--mockvoice-url`` and ``--mockvoice-journal``; in the ini file
``mockvoice_url``, ``mockvoice_serve`` and ``mockvoice_in_process``.

Every project in an environment with Mockvoice loads this module, also with a pytest that is too old
for the fixtures. Then it only declares its options, and rejects a run that uses one.
"""

from __future__ import annotations

import re

import pytest

MINIMUM_PYTEST = (8, 0)  # the first release with hook wrappers that return their result
IS_SUPPORTED = (
    tuple(int(part) for part in re.findall(r"\d+", pytest.__version__)[:2]) >= MINIMUM_PYTEST
)
OPTIONS = ("--mockvoice-url", "--mockvoice-journal")
INI_OPTIONS = ("mockvoice_url", "mockvoice_serve", "mockvoice_in_process")

if IS_SUPPORTED:
    from mockvoice.testing.fixtures import (
        mockvoice,
        mockvoice_routes,
        pytest_runtest_makereport,
        sandbox,
    )

    __all__ = [
        "mockvoice",
        "mockvoice_routes",
        "pytest_addoption",
        "pytest_configure",
        "pytest_runtest_makereport",
        "sandbox",
    ]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options for the server, and for the requests in the report of a failed test."""
    group = parser.getgroup("mockvoice")
    group.addoption(
        "--mockvoice-url", metavar="URL", help="base URL of a running mock's main port; by default, one is started"
    )  # fmt: skip
    group.addoption(
        "--mockvoice-journal",
        type=int,
        metavar="N",
        help="number of last requests in the report of a failed test (default: 5; 0 shows none)",
    )
    parser.addini("mockvoice_url", "base URL of a running mock's main port")
    parser.addini("mockvoice_serve", "options of 'mockvoice serve' for the started mock")
    parser.addini(
        "mockvoice_in_process",
        "whether the mock runs in the process of the tests, without sockets",
        type="bool",
        default=False,
    )


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker for ``--strict-markers``."""
    if not IS_SUPPORTED:
        _reject_options(config)
        return
    config.addinivalue_line(
        "markers",
        "mockvoice(data, now, seed, frozen): initial state of the test's sandbox. data: 'demo', 'empty' "
        "or an export file; now: an instant; seed: a number; frozen: whether its clock is frozen",
    )


def _reject_options(config: pytest.Config) -> None:
    """Raise ``UsageError`` if the user has set an option of the plugin."""
    options = [name for name in OPTIONS if config.getoption(name) is not None]
    used = [*options, *(name for name in INI_OPTIONS if config.getini(name))]
    if used:
        minimum = ".".join(map(str, MINIMUM_PYTEST))
        raise pytest.UsageError(
            f"{used[0]} needs pytest {minimum} or newer, but this is pytest {pytest.__version__}"
        )
