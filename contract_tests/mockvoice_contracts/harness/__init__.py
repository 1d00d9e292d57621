"""Shared code of the suites: the server under test, a client that checks each response, Schemathesis hooks."""
