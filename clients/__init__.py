"""Clients of the contracts."""
