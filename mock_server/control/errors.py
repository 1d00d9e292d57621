"""What the control API refuses."""


class ControlError(Exception):
    """The base of the control API's refusals."""

    status = 400
    code = "invalid_request"


class InvalidTime(ControlError):
    """An instant or a span that no clock can take."""


class SandboxNotFound(ControlError):
    """No sandbox has this name."""

    status, code = 404, "sandbox_not_found"

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no sandbox {name!r}")


class VendorNotFound(ControlError):
    """No vendor that is served in this run has this key."""

    status, code = 404, "vendor_not_found"

    def __init__(self, key: str, known: list[str]) -> None:
        super().__init__(
            f"There is no vendor {key!r} here; served are {', '.join(known) or 'none'}"
        )


class InvalidFault(ControlError):
    """A fault that no request could meet."""


class TooManyFaults(ControlError):
    """A sandbox has as many faults as it takes."""

    status, code = 409, "too_many_faults"

    def __init__(self, limit: int) -> None:
        super().__init__(f"A sandbox takes {limit} faults: delete some, those that are used up too")


class FaultNotFound(ControlError):
    """The sandbox has no such fault."""

    status, code = 404, "fault_not_found"

    def __init__(self, number: int) -> None:
        super().__init__(f"There is no fault {number} in this sandbox")


class JournalOff(ControlError):
    """The server was started without journals."""

    status, code = 409, "journal_off"

    def __init__(self) -> None:
        super().__init__("This server was started with --journal-size 0, which keeps no journal")


class ForeignHost(ControlError):
    """The request was meant for another host: a page elsewhere may have had its name rebound."""

    status, code = 403, "foreign_host"

    def __init__(self, host: str) -> None:
        super().__init__(
            f"Requests to {host!r} are not taken here: use localhost, or the address given with --host"
        )


class ForeignOrigin(ControlError):
    """A page of another site sent the request."""

    status, code = 403, "foreign_origin"

    def __init__(self, origin: str) -> None:
        super().__init__(f"Requests from pages of {origin!r} are not taken here")


class TokenMissing(ControlError):
    """The server was started with a control token, and the request does not have it."""

    status, code = 401, "unauthorized"

    def __init__(self) -> None:
        super().__init__(
            "This server was started with a control token: send it as 'Authorization: Bearer …'"
        )
