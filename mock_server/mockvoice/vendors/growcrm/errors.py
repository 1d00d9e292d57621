"""Errors raised by Grow CRM's rules, in addition to bodies that violate the contract."""

from mockvoice.web.laravel import Errors


class GrowError(Exception):
    """A request rejected by a rule: its status, and the message that the client gets."""

    status = 409


class NotFound(GrowError):
    """No record has this id. Assumed: the text, which is the CRM's own for this case."""

    status = 404

    def __init__(self) -> None:
        super().__init__("Item could not be found")


class Invalid(GrowError):
    """Well-formed fields that refer to missing records or contradict each other."""

    status = 422

    def __init__(self, errors: Errors) -> None:
        super().__init__("The given data was invalid.")
        self.errors = errors


class AlreadyPublished(GrowError):
    """Only a draft can be published. Observed: the text, in the CRM's language file."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"This {kind} has already been published")


class StillDraft(GrowError):
    """A draft cannot be sent by e-mail. Observed: the text, in the CRM's language file."""

    def __init__(self, kind: str) -> None:
        super().__init__(f"{kind.capitalize()} is still a draft")


class ProjectOfAnotherClient(GrowError):
    """A clone names a project of another client. Observed: the text, in the CRM's language file."""

    def __init__(self) -> None:
        super().__init__("Cloning has failed. See log for details")


class CategoryInUse(GrowError):
    """Only an empty category can be deleted, and a system default never.

    Assumed: the text.
    """

    def __init__(self) -> None:
        super().__init__("This category cannot be deleted")


class AlreadyRefunded(GrowError):
    """A payment can be refunded once, in full. Assumed: the text."""

    def __init__(self) -> None:
        super().__init__("This payment has already been refunded")


class ContactWithoutClient(GrowError):
    """Only a client has an account owner. Assumed: the text."""

    def __init__(self) -> None:
        super().__init__("This contact does not belong to a client")
