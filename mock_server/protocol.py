"""How requests come from a connection: uvicorn's protocols, whose connections can be dropped."""

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from mock_server.web.distortions import DROP_KEY

if TYPE_CHECKING or not find_spec("httptools"):
    from uvicorn.protocols.http.h11_impl import H11Protocol as Base
else:
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol as Base


class Connection(Base):
    """A connection that a request can close before it is answered.

    How is said once, in the state that ASGI gives to each request, so that it costs requests nothing.
    """

    def __init__(
        self, config: Any, server_state: Any, app_state: dict[str, Any], _loop: Any = None
    ) -> None:
        super().__init__(config, server_state, {**app_state, DROP_KEY: self._drop}, _loop)

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        self.app_state = {}  # which refers to this object

    def _drop(self) -> None:
        self.transport.abort()
