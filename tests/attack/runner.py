"""Send hostile requests over several connections, and collect what must not happen."""

import http.client
import re
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random

from mockvoice.connections.transport import MAX_DISCARDED
from tests.attack.hostile_requests import Attacker, HostileRequest, Target

# The server closes half-sent requests after ten seconds, and lingers as long.
TIMEOUT_SECONDS = 30
PROGRESS_SECONDS = 10
# Words of the implementation that no response may have; the address of the project's issues is public.
_WORDS = re.compile(
    rb"Traceback \(most|jsonschema|object at 0x|KeyError|TypeError"
    rb"|(?<!https://github\.com)/mockvoice/(?!issues\b)"
)


@dataclass
class Result:
    """What came back: responses by API and status, the longest wait in seconds, and failures."""

    statuses: Counter[tuple[str, int]] = field(default_factory=Counter)
    longest: float = 0
    failures: list[str] = field(default_factory=list)

    @property
    def total(self) -> int:
        """The number of responses."""
        return sum(self.statuses.copy().values())


def attack(
    targets: Sequence[Target],
    number: int,
    seed: int,
    connections: int = 4,
    progress: Callable[[Result], None] = lambda _: None,
) -> Result:
    """Send this many requests; the same seed sends the same ones.

    ``progress`` is called every ten seconds.
    """
    result = Result()
    threads = [
        threading.Thread(target=_send_all, args=(targets, number // connections, f"{seed}/{index}", result))
        for index in range(connections)
    ]  # fmt: skip
    for thread in threads:
        thread.start()
    for thread in threads:
        while thread.is_alive():
            thread.join(PROGRESS_SECONDS)
            progress(result)
    return result


def _send_all(targets: Sequence[Target], number: int, seed: str, result: Result) -> None:
    rng = Random(seed)
    connections = [_Connection(target.port) for target in targets]
    attackers = [Attacker(target, rng) for target in targets]
    for _ in range(number):
        index = rng.randrange(len(targets))
        request = attackers[index].request()
        started = time.monotonic()
        failure = connections[index].exchange(request, targets[index].name, result)
        result.longest = max(result.longest, time.monotonic() - started)
        if failure:
            result.failures.append(f"{targets[index].name}: {failure}: {request.data[:2000]!r}")
    for connection in connections:
        connection.close()


class _Connection:
    """A connection that is used again as long as the server keeps it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._socket: socket.socket | None = None

    def exchange(self, request: HostileRequest, target: str, result: Result) -> str:
        """Send a request, and count its response; return what is wrong with it, or empty text."""
        is_new = self._socket is None
        try:
            status, body = self._send(request)
        except TimeoutError:
            self.close()
            return "no response in time" if request.is_http else ""
        except (http.client.HTTPException, OSError) as error:
            self.close()
            # The server reads on for a while after it has rejected a body, but not without bounds.
            if not request.is_http or len(request.data) > MAX_DISCARDED:
                return ""
            # A kept connection may have been closed just when the request was sent.
            return f"no response: {error!r}" if is_new else self.exchange(request, target, result)
        result.statuses[target, status] += 1
        if status >= 500 and status != 501:
            return f"status {status}"
        return "words of the implementation" if _WORDS.search(body) else ""

    def _send(self, request: HostileRequest) -> tuple[int, bytes]:
        if self._socket is None:
            self._socket = socket.create_connection(("127.0.0.1", self._port), TIMEOUT_SECONDS)
        self._socket.sendall(request.data)
        response = http.client.HTTPResponse(self._socket, method=request.method)
        response.begin()
        body = response.read()
        if response.will_close or not request.is_http:
            self.close()
        return response.status, body

    def close(self) -> None:
        if self._socket is not None:
            self._socket.close()
            self._socket = None
