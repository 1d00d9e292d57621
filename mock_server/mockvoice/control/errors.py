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


class SandboxExists(ControlError):
    """Another sandbox has the name that was asked for."""

    status, code = 409, "sandbox_exists"

    def __init__(self, name: str) -> None:
        super().__init__(f"There is a sandbox {name!r} already")


class DefaultSandboxProtected(ControlError):
    """The sandbox ``default`` is always there."""

    status, code = 409, "default_sandbox"

    def __init__(self) -> None:
        super().__init__("The sandbox 'default' cannot be deleted; it can be reset")


class InvalidExport(ControlError):
    """A file that is no exported sandbox, or is wrong somewhere."""

    code = "invalid_export"


class SnapshotNotFound(ControlError):
    """The sandbox has no snapshot of this name."""

    status, code = 404, "snapshot_not_found"

    def __init__(self, name: str, sandbox: str) -> None:
        super().__init__(f"There is no snapshot {name!r} of the sandbox {sandbox!r}")


class SnapshotExists(ControlError):
    """Another snapshot has the name that was asked for."""

    status, code = 409, "snapshot_exists"

    def __init__(self, name: str) -> None:
        super().__init__(f"There is a snapshot {name!r} already")


class ReservedSnapshotName(ControlError):
    """``current`` means the present state, which is no snapshot."""

    status, code = 409, "current_state"

    def __init__(self) -> None:
        super().__init__(
            "'current' means the present state: it can be exported and compared, and nothing else"
        )


class TooManySnapshots(ControlError):
    """The sandbox has as many snapshots as are kept."""

    status, code = 409, "too_many_snapshots"

    def __init__(self, limit: int) -> None:
        super().__init__(f"A sandbox has {limit} snapshots at the most; delete some first")


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


class JournalDisabled(ControlError):
    """The server was started without journals."""

    status, code = 409, "journal_off"

    def __init__(self) -> None:
        super().__init__("This server was started with --journal-size 0, which keeps no journal")


class InvalidSeedRequest(ControlError):
    """Data that cannot be made, or not for this vendor."""


class SeedingRejected(ControlError):
    """One of the requests that make the data was refused by the vendor's own rules."""

    status, code = 409, "seeding_refused"


class ConcurrentModification(ControlError):
    """Somebody else has changed what was being filled."""

    status, code = 409, "changed_meanwhile"

    def __init__(self, name: str, vendor: str) -> None:
        super().__init__(
            f"The sandbox {name!r} was changed at {vendor} while it was being filled, so that nothing "
            "was added; ask again when nobody else writes there"
        )


class InvalidForm(ControlError):
    """A field of a form holds what it cannot mean."""


class InvalidFilter(ControlError):
    """A filter that no entry of a journal could have been meant by."""


class EntryNotFound(ControlError):
    """The journal has no such entry, or not any more."""

    status, code = 404, "entry_not_found"

    def __init__(self, number: int) -> None:
        super().__init__(f"The journal has no entry {number}; the oldest are dropped first")


class InvoiceNotFound(ControlError):
    """The sandbox has no such invoice at this vendor."""

    status, code = 404, "invoice_not_found"

    def __init__(self, key: str) -> None:
        super().__init__(f"There is no invoice {key[:100]!r} here")


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
