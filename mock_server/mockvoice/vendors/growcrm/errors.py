"""What Grow CRM refuses, besides bodies that break the contract."""

from mockvoice.web.laravel import Errors


class GrowError(Exception):
    """A refusal by a rule: its status, and its text as the message."""

    status = 409


class NotFound(GrowError):
    """No record has this id. Assumed: the text, which is the CRM's own for this case."""

    status = 404

    def __init__(self) -> None:
        super().__init__("Item could not be found")


class Invalid(GrowError):
    """Fields that are well-formed, but refer to what is not there or do not go together."""

    status = 422

    def __init__(self, errors: Errors) -> None:
        super().__init__("The given data was invalid.")
        self.errors = errors


class AlreadyPublished(GrowError):
    """Only a draft can be published. Observed: the text, in the CRM's language file."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"This {kind} has already been published")


class StillDraft(GrowError):
    """A draft is not sent by e-mail. Observed: the text, in the CRM's language file."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"{kind.capitalize()} is still a draft")


class ProjectOfAnotherClient(GrowError):
    """The project belongs to another client. Observed: the text, in the CRM's language file."""

    def __init__(self) -> None:
        super().__init__("Cloning has failed. See log for details")


class CategoryInUse(GrowError):
    """A category is deleted only when nothing is filed in it, and never the system's own.

    Assumed: the text.
    """

    def __init__(self) -> None:
        super().__init__("This category cannot be deleted")


class AlreadyRefunded(GrowError):
    """A payment is refunded once, in full. Assumed: the text."""

    def __init__(self) -> None:
        super().__init__("This payment has already been refunded")


class ContactWithoutClient(GrowError):
    """Only a client has an account owner. Assumed: the text."""

    def __init__(self) -> None:
        super().__init__("This contact does not belong to a client")
