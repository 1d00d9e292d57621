"""What OptiFlow refuses, besides requests that break the contract."""

from mockvoice.web.laravel import Errors


class OptiError(Exception):
    """A refusal by a rule: its status, and its text as the message."""

    status = 422


class NotFound(OptiError):
    """No such record for this request. Assumed: the text."""

    status = 404

    def __init__(self) -> None:
        super().__init__("Resource not found.")


class Forbidden(OptiError):
    """The user lacks a permission, or may not use the workspace. Assumed: the text, Laravel's own."""

    status = 403

    def __init__(self) -> None:
        super().__init__("This action is unauthorized.")


class UnknownQuery(OptiError):
    """A list is asked to filter or sort by what it does not have. Assumed: status and text."""

    status = 400

    def __init__(self, kind: str, name: str) -> None:
        super().__init__(f"Requested {kind}(s) `{name}` is not allowed.")


class Invalid(OptiError):
    """Fields that are well-formed, but break a rule. Documented: the body, for every 422."""

    def __init__(self, errors: Errors) -> None:
        texts = [text for each in errors.values() for text in each]
        more = len(texts) - 1
        tail = f" (and {more} more error{'s' if more > 1 else ''})" if more else ""
        super().__init__(texts[0] + tail)
        self.errors = errors


def invalid(field: str, text: str) -> Invalid:
    """The refusal of one field."""
    return Invalid({field: [text]})


def refusal(text: str) -> Invalid:
    """A refusal that belongs to no field. Observed: it stands under ``error``, in the source."""
    return invalid("error", text)
