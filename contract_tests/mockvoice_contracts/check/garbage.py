"""Pytest plugin of every process of a check: no garbage collection at its end."""

import gc

import pytest


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish() -> None:
    """Leave pytest nothing to examine: it collects garbage at its end, which takes half a second."""
    gc.freeze()
