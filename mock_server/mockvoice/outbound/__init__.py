"""Outgoing requests: target files, authentication and a rate-limited HTTP client."""
