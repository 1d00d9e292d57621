"""The contract suites: one package per vendor, each run by pytest against any server."""
