"""Cross-origin requests of web pages (CORS), as a vendor's real service answers them."""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mockvoice.web.request_context import REJECTION_KEY

Headers = list[tuple[bytes, bytes]]
ANY = "*"
_ORIGIN, _METHOD, _HEADERS = (
    b"origin",
    b"access-control-request-method",
    b"access-control-request-headers",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CorsPolicy:
    """Which pages may call which paths of a vendor, and what they may read.

    A preflight (OPTIONS with ``Access-Control-Request-Method``) gets 204 before routing and
    authentication, as the middlewares of web frameworks do it. It allows the requested method and headers.
    """

    paths: tuple[str, ...] = ("/",)  # prefixes of paths; others have no such headers
    origins: tuple[str, ...] = (ANY,)  # such as ``https://app.example.com``
    # Pages of these origins may send cookies, too. Without effect if every origin may call.
    allows_credentials: bool = False
    exposed_headers: tuple[str, ...] = ()  # that pages may read, besides the usual ones
    max_age: int | None = None  # seconds for which a browser may remember a preflight


class Cors:
    """An application whose responses have the headers of a policy."""

    def __init__(self, app: ASGIApp, policy: CorsPolicy) -> None:
        self._app = app
        self._policy = policy
        self._allows_all = ANY in policy.origins
        self._exposed = ", ".join(policy.exposed_headers).encode()

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Answer a preflight, or pass the request on and add headers to its response."""
        path: str = scope["path"][len(scope.get("root_path", "")) :]
        if not path.startswith(self._policy.paths):
            return self._app(scope, receive, send)
        sent = dict(scope["headers"])
        added = self._headers(sent.get(_ORIGIN))
        if scope["method"] == "OPTIONS" and _METHOD in sent and REJECTION_KEY not in scope:
            return _send_preflight(self._preflight(sent, added), send)
        if self._exposed and _allows(added):
            added.append((b"access-control-expose-headers", self._exposed))

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *added]
            await send(message)

        return self._app(scope, receive, send_with_headers)

    def _headers(self, origin: bytes | None) -> Headers:
        """Return the headers that every response to an origin has."""
        if self._allows_all:
            return [(b"access-control-allow-origin", b"*")]
        headers: Headers = [(b"vary", b"Origin")]
        if origin is not None and origin.decode("latin-1").lower() in self._policy.origins:
            headers.append((b"access-control-allow-origin", origin))
            if self._policy.allows_credentials:
                headers.append((b"access-control-allow-credentials", b"true"))
        return headers

    def _preflight(self, sent: dict[bytes, bytes], headers: Headers) -> Headers:
        """Return the headers of the response to a preflight."""
        if not _allows(headers):
            return headers
        varies = [b"Access-Control-Request-Method", b"Access-Control-Request-Headers"]
        headers += [
            (b"access-control-allow-methods", sent[_METHOD].upper()),
            (b"access-control-allow-headers", sent.get(_HEADERS, b"")),
            (b"vary", b", ".join(varies)),
        ]
        if self._policy.max_age is not None:
            headers.append((b"access-control-max-age", b"%d" % self._policy.max_age))
        return headers


def _allows(headers: Sequence[tuple[bytes, bytes]]) -> bool:
    return any(name == b"access-control-allow-origin" for name, _ in headers)


async def _send_preflight(headers: Headers, send: Send) -> None:
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
