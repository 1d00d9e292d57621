"""Tests of the whole: the command, the server's process, its control API and pages."""
