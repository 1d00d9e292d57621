"""Generated examples: their number, and the seed that reproduces them."""

import os

import pytest
from hypothesis import settings

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
