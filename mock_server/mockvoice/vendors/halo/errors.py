"""Errors that Halo's rules raise."""


class HaloError(Exception):
    """A rule rejected the request."""


class RuleViolation(HaloError):
    """A business rule is broken; the text is the whole response body."""


class MissingColumn(HaloError):
    """A required column has no value. The response body describes a database error."""

    def __init__(self, column: str) -> None:
        super().__init__(f"A database error occurred (515): the column {column} must have a value")


class NotFound(HaloError):
    """No record has this id. The text is for the journal only."""

    def __init__(self) -> None:
        super().__init__("no record has this id")


class Forbidden(HaloError):
    """The token does not grant access to this resource."""


class TokenRejected(HaloError):
    """The token endpoint issues no token; ``error`` is a code of OAuth 2."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error = error
        self.status = status
