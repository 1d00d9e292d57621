"""Generators of clients, tried on the contracts: ``make clients``."""
