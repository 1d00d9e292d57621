"""Contract suites: what a server must do to keep a vendor's contract, asked over HTTP.

Nothing here knows the mock, except ``harness/targets.py``, which can start one.
"""
