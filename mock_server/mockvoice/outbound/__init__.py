"""Outgoing requests: which server, with which credentials, over which connection."""
