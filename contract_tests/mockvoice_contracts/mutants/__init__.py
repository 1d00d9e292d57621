"""Planted faults: what the suites are worth is what they catch.

Each vendor's catalogue, ``<vendor>.toml``, says in the vendor's words which rule a fault breaks and
how it is planted in a server's memory. ``python -m mockvoice_contracts.mutants`` serves one fault after
the other, makes sure that it shows, and sees whether the vendor's suite finds it.
"""
