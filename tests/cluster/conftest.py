"""Fixtures of tests with several servers."""

from tests.state.conftest import postgresql

__all__ = ["postgresql"]
