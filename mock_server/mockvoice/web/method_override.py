"""The method that a POST names in place of its own, for clients that can only send POST."""

import re
from collections.abc import Mapping
from functools import partial
from typing import Any

from starlette.types import Receive

from mockvoice.sandboxes.threads import Threads
from mockvoice.web.bodies import (
    FORM,
    BodyParser,
    check_values,
    is_large,
    media_type_of,
    parse_form,
    parse_json,
)
from mockvoice.web.errors import MalformedBody, RequestError
from mockvoice.web.multipart import MULTIPART, parse_multipart_form
from mockvoice.web.parameters import parse_query
from mockvoice.web.request_context import RequestContext
from mockvoice.web.vendor import Vendor

_FORM_PARSERS: Mapping[str, BodyParser] = {FORM: parse_form, MULTIPART: parse_multipart_form}
_METHOD = re.compile("[A-Z]+")
_MAX_LENGTH = 20


async def override_method(
    context: RequestContext, vendor: Vendor, receive: Receive, threads: Threads
) -> None:
    """Set the context's method to the one that a POST names in a header, its body or its query.

    The header ``X-HTTP-Method-Override`` comes first, then the field of a form or JSON object, then
    the query. A value that is no text is ignored. Raises ``BodyTooLarge`` or ``TooManyValues``, and
    ``RequestError`` for a text that is no method.
    """
    field = vendor.framework.method_field
    if field is None:
        return
    method = context.header(b"x-http-method-override")
    if not method:
        body = await context.read_body(receive, vendor.body_limit)
        query: bytes = context.scope["query_string"]
        # Almost no request contains the field, so the body is not parsed here.
        encoded = field.encode()
        if encoded not in body and encoded not in query:
            return
        if is_large(body):
            sent = await threads.bodies.run(partial(_body_fields, context, body, vendor))
        else:
            sent = _body_fields(context, body, vendor)
        method = sent.get(field) or dict(parse_query(query)).get(field)
    if not isinstance(method, str):
        return
    if len(method) > _MAX_LENGTH or not _METHOD.fullmatch(method.upper()):
        context.add_note(f"the request names a method that is none: {method[:100]}")
        raise RequestError("Bad request.")
    name = method.upper()
    # A response to a POST has a body, so it cannot be that of a HEAD.
    context.method = "GET" if name == "HEAD" else name
    context.add_note(f"the POST names the method {context.method}")


def _body_fields(context: RequestContext, body: bytes, vendor: Vendor) -> Mapping[str, Any]:
    content_type = context.header(b"content-type") or ""
    media_type = media_type_of(content_type)
    is_json = vendor.framework.reads_as_json(media_type)
    parser = parse_json if is_json else _FORM_PARSERS.get(media_type)
    if parser is None:
        return {}
    check_values(body, parser)
    try:
        fields = parser(body, content_type)
    except MalformedBody:
        return {}
    return fields if isinstance(fields, dict) else {}
