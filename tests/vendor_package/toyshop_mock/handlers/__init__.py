"""Toyshop's operations."""
