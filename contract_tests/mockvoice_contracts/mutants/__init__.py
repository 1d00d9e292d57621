"""Planted faults (mutants): measure which faults the suites catch.

Each vendor's catalogue, ``<vendor>.toml``, lists faults: the rule that a fault breaks and the edit
that plants it in a server's memory. ``python -m mockvoice_contracts.mutants`` serves each fault,
verifies that it has an effect, and runs the vendor's suite against it.
"""
