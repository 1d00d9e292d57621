"""Tests of the mock server and its tools: commands, server, control API, console, vendors, harness.

``conftest.py`` starts servers; the other modules here are helpers shared by the folders.
"""
