"""Parse and validate a request's parameters and body into a handler's typed arguments."""

from collections.abc import Awaitable, Mapping
from functools import cached_property, partial
from itertools import islice
from typing import Any

from connexion.operations import AbstractOperation
from connexion.spec import Specification
from starlette.types import Receive, Send

from mockvoice.web.bodies import (
    FORM,
    IMPORT_FACTOR,
    BodyParser,
    body_parser,
    check_values,
    is_large,
    media_type_of,
    parse_form,
    parse_json,
)
from mockvoice.web.conversions import MAX_CONVERTED_BYTES, Conversion
from mockvoice.web.errors import (
    InvalidRequest,
    MalformedBody,
    UnsupportedMediaType,
    Violation,
)
from mockvoice.web.middleware import OperationMiddleware, OperationStep
from mockvoice.web.multipart import (
    MULTIPART,
    Parts,
    as_schema_value,
    parse_multipart,
    parse_multipart_form,
)
from mockvoice.web.parameters import Parameter, parse_query
from mockvoice.web.request_context import RequestContext
from mockvoice.web.request_validator import RequestValidator, request_validator
from mockvoice.web.responses import JSON
from mockvoice.web.schemas import Schema
from mockvoice.web.unread import MAX_SCANNED, MAX_SEARCHED_BYTES, KnownNames, unread_note
from mockvoice.web.vendor import Vendor, values_of

_METHODS_WITH_BODY = ("post", "put", "patch", "delete")
# The schema of a body for an operation that has none.
_NO_MEMBERS: Schema = {"type": "object", "properties": {}, "additionalProperties": False}


class BodySchema:
    """The schema of a body: its validator, its names, and the conversions of its values.

    Each is compiled at the first body that needs it: most operations never occur in a run, and
    compiling them all takes a quarter of the start-up.
    """

    def __init__(self, schema: Schema, components: Mapping[str, Any], vendor: Vendor) -> None:
        self._schema, self._components = schema, components
        self._converts = vendor.framework.converts_json_values

    @cached_property
    def _validator(self) -> RequestValidator:
        return request_validator(self._schema, self._components, "body")

    @cached_property
    def _known_names(self) -> KnownNames | None:
        return KnownNames.of(self._schema, self._components)

    @cached_property
    def _conversion(self) -> Conversion:
        return Conversion.of(self._schema, self._components)

    def validate(self, body: Any, context: RequestContext, violations: list[Violation]) -> Any:
        """Return the body, converted if necessary, and add its violations to ``violations``."""
        size = len(context.body or b"")
        is_valid, unknown_names = self._check(body, size)
        if self._converts and not (is_valid and not unknown_names) and size <= MAX_CONVERTED_BYTES:
            body = self._conversion.apply(body)
            is_valid, unknown_names = self._check(body, size)
        if not is_valid:
            violations += self._validator.violations(body)
        if unknown_names:
            context.add_note(unread_note(unknown_names))
        return body

    def _check(self, body: Any, size: int) -> tuple[bool, list[str]]:
        return self._validator.is_valid(body), self._unknown_names(body, size)

    def _unknown_names(self, body: Any, size: int) -> list[str]:
        if self._known_names is None or size > MAX_SEARCHED_BYTES or self._known_names.knows(body):
            return []
        return list(islice(self._known_names.unknown_in(body, "body"), MAX_SCANNED))


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
        # A vendor's own function may find the values of a parameter under other names.
        self._reads_other_names = self.vendor.query_values is not values_of
        self._default_query = {
            parameter.argument: parameter.default for parameter in self._query.values()
        }
        self._header = {
            parameter.name.lower().encode("latin-1"): parameter
            for parameter in parameters
            if parameter.location == "header"
        }
        self._rejects_unknown = self.vendor.rejects_unknown_names
        body = operation.request_body
        content = body.get("content", {})
        if not body and self._rejects_unknown and operation.method in _METHODS_WITH_BODY:
            content = {JSON: {"schema": _NO_MEMBERS}}
        self._bodies: dict[str, tuple[BodyParser, BodySchema]] = {
            name: (body_parser(name), BodySchema(media_type["schema"], components, self.vendor))
            for name, media_type in content.items()
            if name != MULTIPART
        }
        # The schema for bodies of other media types that are read all the same.
        self._default = next((schema for _, schema in self._bodies.values()), None)
        form = content.get(MULTIPART)
        self._files = request_validator(form["schema"], components, "body") if form else None
        self._body_required: bool = body.get("required", False)
        imports = operation.operation_id in self.vendor.imports
        self._value_factor = IMPORT_FACTOR if imports else 1
        self._checks = self.vendor.request_checks.get(operation.operation_id, ())

    def __call__(self, context: RequestContext, receive: Receive, send: Send) -> Awaitable[None]:
        """Validate the request, and call the next step. Raises ``InvalidRequest``."""
        violations = self._parse_parameters(context)
        if self._bodies or self._files is not None:
            return self._validate_body(context, violations, receive, send)
        context.check_content_length(self.vendor.body_limit)
        for check in self._checks:
            violations += check(context, violations)
        if violations:
            raise InvalidRequest(violations)
        return self.next_step(context, receive, send)

    async def _validate_body(
        self, context: RequestContext, violations: list[Violation], receive: Receive, send: Send
    ) -> None:
        raw = context.body
        if raw is None:
            raw = await context.read_body(
                receive, self.vendor.body_limit, decompresses=self.vendor.framework.decompresses
            )
        if is_large(raw):
            work = partial(self._read_body, context, raw, violations)
            context.arguments["body"] = await self.sandboxes.threads.bodies.run(work)
        else:
            context.arguments["body"] = self._read_body(context, raw, violations)
        for check in self._checks:
            violations += check(context, violations)
        if violations:
            raise InvalidRequest(violations, context.text)
        await self.next_step(context, receive, send)

    def _read_body(self, context: RequestContext, raw: bytes, violations: list[Violation]) -> Any:
        """Return the body, parsed, and add its violations to ``violations``."""
        if self._files is None or self._bodies:
            return self._parse_body(context, raw, violations)
        parts = _parse_files(context, raw)
        violations += self._files.violations(as_schema_value(parts))
        return parts

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
        if self._rejects_unknown:
            violations += _query_violations(sent, self._query)
        elif not sent.keys() <= self._query.keys():
            read = {*self._query, self.vendor.framework.method_field}
            context.add_note(unread_note(f"query {name}" for name in sent if name not in read))
        query = self._default_query.copy()
        for name, parameter in self._query.items():
            if name in sent or parameter.required or self._reads_other_names:
                values = self.vendor.query_values(sent, name)
                query[parameter.argument] = parameter.parse(values, violations)
        return query

    def _parse_body(self, context: RequestContext, raw: bytes, violations: list[Violation]) -> Any:
        content_type = context.header(b"content-type") or ""
        media_type = media_type_of(content_type)
        parser, schema = (
            self._bodies.get(media_type)
            or self._bodies.get(_media_range(media_type))
            or (self._other_parser(context.scope["method"], media_type), self._default)
        )
        try:
            body = self._read(parser, raw, content_type, context)
        except (MalformedBody, UnsupportedMediaType) as error:
            if not self.vendor.framework.decompresses:
                context.add_note(_coding_note(context))
            body = self.vendor.malformed_body_value(error)
            context.add_note(f"the body was not read: {error}")
        sent, body = body, self.vendor.prepare_body(body)
        if raw and isinstance(body, dict) and not isinstance(sent, dict):
            context.add_note("the body is not an object, so it has no fields")
        if schema is None or (body is None and not raw and not self._body_required):
            return body
        return schema.validate(body, context, violations)

    def _read(
        self, parser: BodyParser, raw: bytes, content_type: str, context: RequestContext
    ) -> Any:
        framework = self.vendor.framework
        if not raw:
            return framework.empty_body
        if parser is parse_json:
            raw = context.text = framework.decode_text(raw, content_type)
        check_values(raw, parser, self._value_factor)
        return parser(raw, content_type)

    def _other_parser(self, method: str, media_type: str) -> BodyParser:
        """Return the parser of a media type that the contract does not have.

        ``method`` is the one that was sent, even if the request names another one.
        """
        framework = self.vendor.framework
        if framework.reads_as_json(media_type):
            return parse_json
        if framework.reads_forms and media_type == FORM:
            return parse_form
        if framework.reads_forms and media_type == MULTIPART and method == "POST":
            return parse_multipart_form
        return _reject


def _query_violations(
    sent: dict[str, list[str]], declared: Mapping[str, Parameter]
) -> list[Violation]:
    """Return what is unknown, repeated or empty in a query, and remove the latter two."""
    violations = []
    for name, values in list(sent.items()):
        if name not in declared:
            rule, known = "unknown", tuple(declared)
            violations.append(Violation("query", (name,), rule, value=values[0], known=known))
        elif len(values) > 1:
            violations.append(Violation("query", (name,), "repeated", len(values)))
        elif not values[0]:
            violations.append(Violation("query", (name,), "empty"))
        else:
            continue
        del sent[name]
    return violations


def _reject(raw: bytes, content_type: str) -> None:
    """Reject a body of a media type that is not supported."""
    raise UnsupportedMediaType(media_type_of(content_type))


def _coding_note(context: RequestContext) -> str:
    """Return the note that a body may be unreadable because it is compressed."""
    coding = context.header(b"content-encoding")
    return f"the content encoding {coding[:100]} is ignored" if coding else ""


def _parse_files(context: RequestContext, raw: bytes) -> Parts:
    content_type = context.header(b"content-type") or ""
    if media_type_of(content_type) != MULTIPART:
        raise UnsupportedMediaType(media_type_of(content_type))
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
