"""Errors raised by Grow CRM's rules, in addition to bodies that violate the contract."""


class GrowError(Exception):
    """A violated rule, with the status and the message of the error response."""

    status = 409


class NotFound(GrowError):
    """No record has this id. Assumed: the CRM's own text for this case."""

    status = 404

    def __init__(self) -> None:
        super().__init__("Item could not be found")


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
    """The category has records or is a system default. Assumed: the text."""

    def __init__(self) -> None:
        super().__init__("This category cannot be deleted")


class AlreadyRefunded(GrowError):
    """A payment can be refunded only once, in full. Assumed: the text."""

    def __init__(self) -> None:
        super().__init__("This payment has already been refunded")


class ContactWithoutClient(GrowError):
    """A contact without a client cannot be an account owner. Assumed: the text."""

    def __init__(self) -> None:
        super().__init__("This contact does not belong to a client")
