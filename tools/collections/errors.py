"""The error of the collections."""


class CollectionError(Exception):
    """A tool is missing or failed; the message says why and what to do."""
