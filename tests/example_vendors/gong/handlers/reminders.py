from tests.example_vendors.bell.handlers.reminders import create, get, search

__all__ = ["create", "get", "search"]
