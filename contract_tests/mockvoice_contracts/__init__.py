"""Contract test suites that check any server against a vendor's contract over HTTP.

Nothing here imports the mock, except ``harness/targets.py`` and ``mutants/server.py``, which start one.
"""
