"""What Halo refuses, besides requests that break the contract."""


class HaloError(Exception):
    """A refusal by a rule."""


class RuleViolation(HaloError):
    """A rule of the business is broken; the text is the whole answer."""


class MissingColumn(HaloError):
    """A column that must have a value has none: an exception of the database, passed on."""

    def __init__(self, column: str) -> None:
        super().__init__(f"A database error occurred (515): the column {column} must have a value")


class NotFound(HaloError):
    """No record has this id."""


class Forbidden(HaloError):
    """The token lacks the right to this resource."""


class TokenRejected(HaloError):
    """No token is granted, in the words of OAuth 2; ``status`` is 401 for a wrong client."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error = error
        self.status = status
