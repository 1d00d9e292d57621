"""Generated examples: their number, and the seed that reproduces them; the order of a parallel run."""

import os

import pytest
from hypothesis import settings

from tests.run_order import place_of

pytest_plugins = ["mockvoice_contracts.pytest_plugin"]

DEPTH = os.environ.get("MOCKVOICE_TEST_DEPTH", "small")

settings.register_profile("small", max_examples=25, deadline=None, print_blob=True)
settings.register_profile("deep", settings.get_profile("small"), max_examples=1000)
settings.load_profile(DEPTH)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Choose a seed unless the command line has one; the workers of a parallel run get the same."""
    if config.option.hypothesis_seed is None:
        config.option.hypothesis_seed = str(int.from_bytes(os.urandom(4), "big"))


def pytest_report_header(config: pytest.Config) -> str:
    """Report the depth and the seed."""
    seed = config.option.hypothesis_seed
    return f"depth: {DEPTH}; to generate the same examples again: --hypothesis-seed={seed}"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In a worker of a parallel run, begin with the files that take longest."""
    is_worker = hasattr(config, "workerinput")
    # A suite's generated tests come last if they have no sandbox of their own.
    if is_worker and not (config.getoption("--url") or config.getoption("--target")):
        items.sort(key=lambda item: place_of(item.path))
