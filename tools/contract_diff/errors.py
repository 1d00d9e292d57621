"""The error of the contract comparison."""


class ComparisonError(Exception):
    """The contracts cannot be compared; the message says why and what to do."""
