"""Errors of the control API.

``code`` is for programs, ``status`` is the HTTP status, and the exception's text is the message.
"""

from mockvoice.control.suggestions import suggestion


class ControlError(Exception):
    """Base class of the control API's errors."""

    status = 400
    code = "invalid_request"


class InvalidTime(ControlError):
    """An instant or a duration is outside the range of the clock."""


class SandboxNotFound(ControlError):
    """No sandbox has this name."""

    status, code = 404, "sandbox_not_found"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"There is no sandbox {name!r}; GET /_mock/sandboxes lists the existing ones"
        )


class ClockMoveInterrupted(ControlError):
    """The sandbox was reset or restored while its clock moved."""

    status, code = 409, "clock_move_interrupted"

    def __init__(self, name: str) -> None:
        super().__init__(f"The sandbox {name!r} was reset or restored while its clock moved")


class SandboxExists(ControlError):
    """Another sandbox has the requested name."""

    status, code = 409, "sandbox_exists"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"A sandbox named {name!r} already exists; choose another name, or delete it first"
        )


class DefaultSandboxProtected(ControlError):
    """The sandbox ``default`` always exists."""

    status, code = 409, "default_sandbox"

    def __init__(self) -> None:
        super().__init__("The sandbox 'default' cannot be deleted; reset it instead")


class InvalidExport(ControlError):
    """The export file is invalid."""

    code = "invalid_export"


class DeliveryNotFound(ControlError):
    """The sandbox has no webhook delivery with this id."""

    status, code = 404, "delivery_not_found"

    def __init__(self, delivery_id: str) -> None:
        super().__init__(
            f"There is no webhook delivery {delivery_id[:100]!r}; expected an id such as 'count-1' of "
            "the list of deliveries"
        )


class RedeliveryConflict(ControlError):
    """A webhook delivery cannot be sent again."""

    status, code = 409, "redelivery_impossible"

    def __init__(self, delivery_id: str, reason: str) -> None:
        super().__init__(f"The delivery {delivery_id} cannot be sent again: {reason}")


class SnapshotNotFound(ControlError):
    """The sandbox has no snapshot with this name."""

    status, code = 404, "snapshot_not_found"

    def __init__(self, name: str, sandbox: str) -> None:
        super().__init__(
            f"There is no snapshot {name!r} in the sandbox {sandbox!r}; "
            f"GET /_mock/sandboxes/{sandbox}/snapshots lists the existing ones"
        )


class SnapshotExists(ControlError):
    """Another snapshot has the requested name."""

    status, code = 409, "snapshot_exists"

    def __init__(self, name: str) -> None:
        super().__init__(
            f"A snapshot named {name!r} already exists; choose another name, or delete it first"
        )


class ReservedSnapshotName(ControlError):
    """``current`` is the name of the present state, which is not a snapshot."""

    status, code = 409, "current_state"

    def __init__(self) -> None:
        super().__init__(
            "'current' is reserved for the present state, which can only be exported and compared; "
            "use another snapshot name"
        )


class TooManySnapshots(ControlError):
    """The sandbox has the maximum number of snapshots."""

    status, code = 409, "too_many_snapshots"

    def __init__(self, limit: int) -> None:
        super().__init__(f"The sandbox has {limit} snapshots, which is the maximum; delete some")


class VendorNotFound(ControlError):
    """This server does not serve a vendor with this key."""

    status, code = 404, "vendor_not_found"

    def __init__(self, key: str, known: list[str]) -> None:
        hint = suggestion(key, known) or "; no vendor is available here"
        super().__init__(f"Unknown vendor {key!r}{hint}")


class InvalidFault(ControlError):
    """The fault could never be triggered."""


class InvalidCriteria(ControlError):
    """The criteria for requests are invalid."""


class TooManyFaults(ControlError):
    """The sandbox has the maximum number of faults."""

    status, code = 409, "too_many_faults"

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"The sandbox has {limit} faults, which is the maximum; delete some (used-up faults count)"
        )


class FaultNotFound(ControlError):
    """The sandbox has no fault with this id."""

    status, code = 404, "fault_not_found"

    def __init__(self, number: int) -> None:
        super().__init__(
            f"There is no fault {number} in this sandbox; list the faults to see their ids"
        )


class TooManyStreams(ControlError):
    """Too many pages follow the journal at the same time."""

    status, code = 503, "too_many_streams"

    def __init__(self, limit: int) -> None:
        super().__init__(
            f"{limit} pages already show requests live, which is the maximum; close some of them, or "
            "reload this page to see new requests"
        )


class CannotRepeat(ControlError):
    """A request of the journal cannot be sent again, or its response cannot become a stub."""

    status, code = 409, "cannot_repeat"


class MessageNotFound(ControlError):
    """The outbox has no e-mail with this id."""

    status, code = 404, "message_not_found"

    def __init__(self, vendor: str, number: int) -> None:
        super().__init__(f"The outbox has no e-mail {number} of {vendor}")


class JournalDisabled(ControlError):
    """The server was started without journals."""

    status, code = 409, "journal_off"

    def __init__(self) -> None:
        super().__init__(
            "The journal is disabled: this server was started with --journal-size 0; "
            "start it with a larger size"
        )


class JournalIncomplete(ControlError):
    """A verification depends on requests that the journal no longer has, or cannot compare."""

    status, code = 409, "journal_incomplete"

    def __init__(self, dropped: int, unknown: int) -> None:
        problems = []
        if dropped:
            problems.append(
                f"it no longer has all requests that may match ({dropped} are missing); clear it before "
                "the requests, or start the server with a larger --journal-size"
            )
        if unknown:
            problems.append(
                f"it cannot compare all bodies that may match ({unknown}), for example because it has "
                "only their first 64 KiB; expect nothing of the body"
            )
        super().__init__(f"The journal is incomplete: {'; and '.join(problems)}")


class InvalidSeedRequest(ControlError):
    """The seed options are invalid, or the vendor has no seeder."""


class SeedingRejected(ControlError):
    """The vendor's own rules rejected one of the seeding requests."""

    status, code = 409, "seeding_refused"


class SeedingInProgress(ControlError):
    """A page of the console has started to seed the same data, which has not ended."""

    status, code = 409, "seeding_in_progress"

    def __init__(self, name: str, vendor: str) -> None:
        super().__init__(
            f"The sandbox {name!r} is already being filled with data of {vendor}; wait until this has ended"
        )


class ConcurrentModification(ControlError):
    """Another client changed the sandbox while it was being seeded."""

    status, code = 409, "changed_meanwhile"

    def __init__(self, name: str, vendor: str) -> None:
        super().__init__(
            f"Another client changed the sandbox {name!r} at {vendor} during seeding, so nothing was "
            "added; retry when no other client writes to it"
        )


class InvalidForm(ControlError):
    """The query or the button of a page has an invalid value."""


class InvalidField(ControlError):
    """One field of a form has an invalid value."""

    def __init__(self, field: str, problem: str) -> None:
        super().__init__(f"{field} {problem}")
        self.field = field
        self.problem = problem


class InvalidFilter(ControlError):
    """A filter of the journal or the outbox is invalid, or could match nothing."""


class EntryNotFound(ControlError):
    """The journal does not have an entry with this id, or no longer has it."""

    status, code = 404, "entry_not_found"

    def __init__(self, number: int) -> None:
        super().__init__(
            f"There is no entry {number} in the journal; the oldest entries are dropped first"
        )


class NoClockEvent(ControlError):
    """Nothing in the sandbox happens by the clock."""

    status, code = 409, "no_clock_event"

    def __init__(self) -> None:
        super().__init__("Nothing happens by the clock: no record of this sandbox has a due event")


class RecordKindNotFound(ControlError):
    """The vendor has no such kind of records in the console."""

    status, code = 404, "record_kind_not_found"

    def __init__(self, vendor: str, kind: str, known: list[str]) -> None:
        hint = suggestion(kind, known) or "; the console shows none of its records"
        super().__init__(f"{vendor} has no kind of records {kind[:100]!r}{hint}")


class RecordNotFound(ControlError):
    """The sandbox does not have this record of this vendor."""

    status, code = 404, "record_not_found"

    def __init__(self, noun: str, key: str) -> None:
        super().__init__(f"There is no {noun} {key[:100]!r} of this vendor in this sandbox")


class ForeignHost(ControlError):
    """The request is for another host, for example because of DNS rebinding."""

    status, code = 403, "foreign_host"

    def __init__(self, host: str) -> None:
        super().__init__(
            f"Requests to the host {host!r} are rejected; use localhost or the address of --host, or "
            "start the server with --allow-host NAME, or with --control-token, which allows any name. This port "
            "is not a proxy; --proxy-port opens one"
        )


class ForeignOrigin(ControlError):
    """A page of another site sent the request."""

    status, code = 403, "foreign_origin"

    def __init__(self, origin: str) -> None:
        super().__init__(
            f"Requests from pages of {origin!r} are rejected; send them from a page of this server, "
            "or without an Origin header"
        )


class TokenMissing(ControlError):
    """The server was started with a control token, and the request has none."""

    status, code = 401, "unauthorized"

    def __init__(self) -> None:
        super().__init__(
            "The control token is missing: this server was started with --control-token; send its value "
            "as 'Authorization: Bearer …', and commands as --control-token or MOCKVOICE_CONTROL_TOKEN"
        )


class TokenInvalid(ControlError):
    """The request has another token than the control token of the server."""

    status, code = 401, "unauthorized"

    def __init__(self) -> None:
        super().__init__(
            "The control token is wrong: 'Authorization: Bearer …' must have the value of the option "
            "--control-token with which this server was started, not a vendor's key"
        )
