"""Whose sandbox a request enters: its credential says so."""

from connexion.operations import AbstractOperation
from connexion.spec import Specification
from starlette.types import Receive

from mock_server.web.call import Call
from mock_server.web.compiled import Step, Walk
from mock_server.web.refusals import Unauthorized
from mock_server.web.sandboxes import DEFAULT


class Authentication(Step):
    """Checks the credentials that the contract asks of one operation."""

    def prepare(self, operation: AbstractOperation, specification: Specification) -> None:
        ways = [self.vendor.security[_schemes(each)] for each in operation.security or ()]
        if not ways and self.vendor.open_door is not None:
            ways = [self.vendor.open_door]
        self._checks = [way.check for way in ways]
        self._signs_body = any(way.signs_body for way in ways)

    async def take(self, call: Call, receive: Receive) -> None:
        if not self._checks:
            call.sandbox = self.sandboxes.get(DEFAULT)
            return
        if self._signs_body:
            await call.read_body(receive, self.vendor.body_limit)
        refused: Unauthorized | None = None
        for check in self._checks:
            try:
                grant = check(call, self.sandboxes)
            except Unauthorized as error:
                refused = refused or error
            else:
                call.sandbox, call.caller = grant.sandbox, grant.role
                return
        if refused is not None:
            raise refused


def _schemes(requirement: dict[str, list[str]]) -> str:
    return " ".join(sorted(requirement))


class Security(Walk):
    step = Authentication
