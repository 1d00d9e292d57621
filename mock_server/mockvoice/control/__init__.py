"""The server from above: its sandboxes' clocks and mail as an API, and pages for people.

The API is served like a vendor's, from ``openapi/control/openapi.yaml``; the world that its
handlers work on is the server itself (``house.py``).
"""
