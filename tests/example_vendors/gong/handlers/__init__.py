"""Gong's operations."""
