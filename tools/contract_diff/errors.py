"""The error of the contract comparison."""


class CannotCompare(Exception):
    """The contracts cannot be compared; the message says why and what to do."""
