"""Sandboxes: isolated states of every vendor, their registry, snapshots, exports and faults.

Knows no HTTP, and of a vendor only its ``BackendSpec``. Everything here runs on the event loop unless
a docstring says otherwise.
"""
