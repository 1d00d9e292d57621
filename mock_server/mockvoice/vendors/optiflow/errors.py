"""Errors of OptiFlow's rules; ``web.errors`` has those for violations of the contract."""

from mockvoice.web.laravel import Invalid


class OptiError(Exception):
    """Base of the errors that rules raise; the error's text becomes the response's message."""

    status = 422


class NotFound(OptiError):
    """The record does not exist, or this request cannot see it. Assumed: the text."""

    status = 404

    def __init__(self) -> None:
        super().__init__("Resource not found.")


class Forbidden(OptiError):
    """The user lacks a permission, or may not access the workspace. Assumed: Laravel's own text."""

    status = 403

    def __init__(self) -> None:
        super().__init__("This action is unauthorized.")


class UnknownQuery(OptiError):
    """The list does not support this filter or sort field. Assumed: status and text."""

    status = 400

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"Requested {kind}(s) `{name}` is not allowed.")


def field_error(field: str, text: str) -> Invalid:
    """Return an error with one message for one field."""
    return Invalid({field: [text]})


def general_error(text: str) -> Invalid:
    """Return an error that belongs to no field. Observed: its key is ``error``."""
    return field_error("error", text)
