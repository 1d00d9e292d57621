"""Parse and validate a request's parameters and body into a handler's typed arguments."""

from collections.abc import Awaitable
from typing import Any

from connexion.operations import AbstractOperation
from connexion.spec import Specification
from starlette.types import Receive, Scope, Send

from mockvoice.web.bodies import (
    FORM,
    MULTIPART,
    BodyParser,
    Parts,
    as_schema_value,
    body_parser,
    parse_form,
    parse_multipart,
    parse_multipart_form,
)
from mockvoice.web.errors import (
    InvalidRequest,
    MalformedBody,
    UnsupportedMediaType,
    Violation,
)
from mockvoice.web.middleware import OperationMiddleware, OperationStep
from mockvoice.web.parameters import Parameter, parse_query
from mockvoice.web.request_context import SCOPE_KEY, RequestContext
from mockvoice.web.schemas import RequestValidator
from mockvoice.web.unread import MAX_SEARCHED_BYTES, KnownNames, unread_note


class ValidationStep(OperationStep):
    """Parses and validates the parameters and the body of one operation."""

    def prepare(self, operation: AbstractOperation, specification: Specification) -> None:
        """Compile the operation's parameters and body schemas."""
        components = specification.components
        parameters = [Parameter(declared, components) for declared in operation.parameters]
        path_parameters = {
            parameter.name: parameter for parameter in parameters if parameter.location == "path"
        }
        self._path = [path_parameters[name] for name in _template_names(operation.path)]
        self._query = {
            self.vendor.canonical_name(parameter.name): parameter
            for parameter in parameters
            if parameter.location == "query"
        }
        self._header = {
            parameter.name.lower().encode("latin-1"): parameter
            for parameter in parameters
            if parameter.location == "header"
        }
        body = operation.request_body
        content = body.get("content", {})
        self._bodies: dict[str, tuple[BodyParser, RequestValidator, KnownNames | None]] = {
            name: (
                body_parser(name),
                RequestValidator(media_type["schema"], components, "body"),
                KnownNames.of(media_type["schema"], components),
            )
            for name, media_type in content.items()
            if name != MULTIPART
        }
        # The schema for bodies of other media types that are read all the same.
        self._default = next(((v, n) for _, v, n in self._bodies.values()), (None, None))
        form = content.get(MULTIPART)
        self._files = RequestValidator(form["schema"], components, "body") if form else None
        self._body_required: bool = body.get("required", False)
        self._checks = self.vendor.request_checks.get(operation.operation_id, ())

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Validate the request, and call the next app. Raises ``InvalidRequest``."""
        context: RequestContext = scope[SCOPE_KEY]
        violations = self._parse_parameters(context)
        if self._bodies or self._files is not None:
            return self._validate_body(context, violations, receive, send)
        context.check_content_length(self.vendor.body_limit)
        for check in self._checks:
            violations += check(context, violations)
        if violations:
            raise InvalidRequest(violations)
        return self.next_app(scope, receive, send)

    async def _validate_body(
        self, context: RequestContext, violations: list[Violation], receive: Receive, send: Send
    ) -> None:
        raw = await context.read_body(receive, self.vendor.body_limit)
        if self._files is not None and not self._bodies:
            context.arguments["body"] = parts = _parse_files(context, raw)
            violations += self._files.violations(as_schema_value(parts))
        else:
            context.arguments["body"] = self._parse_body(context, raw, violations)
        for check in self._checks:
            violations += check(context, violations)
        if violations:
            raise InvalidRequest(violations)
        await self.next_app(context.scope, receive, send)

    def _parse_parameters(self, context: RequestContext) -> list[Violation]:
        """Add the parsed parameters to the request's arguments, and return their violations."""
        arguments = context.arguments
        violations: list[Violation] = []
        for parameter, text in zip(self._path, context.path_values, strict=True):
            arguments[parameter.argument] = parameter.parse((text,), violations)
        for name, parameter in self._header.items():
            value = context.header(name)
            arguments[parameter.argument] = parameter.parse(
                () if value is None else (value,), violations
            )
        self.vendor.authorize(context, violations)
        if self._query or context.scope["query_string"]:
            query = self._parse_query(context, violations)
            if self._query:
                arguments["query"] = query
                arguments.update(query)
        return violations

    def _parse_query(self, context: RequestContext, violations: list[Violation]) -> dict[str, Any]:
        sent: dict[str, list[str]] = {}
        for name, value in parse_query(context.scope["query_string"]):
            sent.setdefault(self.vendor.canonical_name(name), []).append(value)
        if not sent.keys() <= self._query.keys():
            context.add_note(
                unread_note(f"query {name}" for name in sent if name not in self._query)
            )
        return {
            parameter.argument: parameter.parse(self.vendor.query_values(sent, name), violations)
            for name, parameter in self._query.items()
        }

    def _parse_body(self, context: RequestContext, raw: bytes, violations: list[Violation]) -> Any:
        content_type = context.header(b"content-type") or ""
        media_type = content_type.partition(";")[0].strip().lower()
        parser, validator, known_names = (
            self._bodies.get(media_type)
            or self._bodies.get(_media_range(media_type))
            or (self._form_parser(context.method, media_type), *self._default)
        )
        try:
            body = parser(raw, content_type)
        except (MalformedBody, UnsupportedMediaType) as error:
            body = self.vendor.malformed_body_value(error)
            context.add_note(f"the body was not read: {error}")
        sent, body = body, self.vendor.prepare_body(body)
        if raw and isinstance(body, dict) and not isinstance(sent, dict):
            context.add_note("the body is not an object, so it has no fields")
        if body is None and not raw and not self._body_required:
            return None
        if not validator.is_valid(body):
            violations += validator.violations(body)
        if known_names is not None and len(raw) <= MAX_SEARCHED_BYTES:
            context.add_note(unread_note(known_names.unknown_in(body, "body")))
        return body

    def _form_parser(self, method: str, media_type: str) -> BodyParser:
        """Return the parser of a media type that the contract does not have."""
        if self.vendor.reads_forms and media_type == FORM:
            return parse_form
        if self.vendor.reads_forms and media_type == MULTIPART and method == "POST":
            return parse_multipart_form
        return _reject


def _reject(raw: bytes, content_type: str) -> None:
    """Reject a body of a media type that is not supported; an empty body has none."""
    if raw:
        raise UnsupportedMediaType(content_type.partition(";")[0].strip().lower())


def _parse_files(context: RequestContext, raw: bytes) -> Parts:
    content_type = context.header(b"content-type") or ""
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type != MULTIPART:
        raise UnsupportedMediaType(media_type)
    return parse_multipart(raw, content_type)


def _media_range(media_type: str) -> str:
    """Return the range ``application/*+json`` for a type with that suffix, else empty text."""
    kind, _, subtype = media_type.partition("/")
    return f"{kind}/*+{subtype.rpartition('+')[2]}" if "+" in subtype else ""


def _template_names(template: str) -> list[str]:
    return [part[1:-1] for part in template.split("/") if part.startswith("{")]


class ValidationMiddleware(OperationMiddleware):
    """Validates a request against the contract."""

    step = ValidationStep
