"""A server in a process of its own, and what that process uses."""

import gc
import multiprocessing
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mockvoice.app import Server
from mockvoice.settings import Settings


@dataclass(frozen=True)
class Usage:
    """What a process uses. ``cycles`` are the objects in reference cycles that it has freed so far."""

    resident_mib: float
    descriptors: int
    objects: int
    cycles: int


class MeasuredServer:
    """A server that serves as ``mockvoice serve`` does."""

    def __init__(self, **settings: Any) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, other = context.Pipe()
        self._process = context.Process(target=_serve, args=(other, settings), daemon=True)
        self._process.start()
        self.urls: dict[str, Any] = self._pipe.recv()

    def usage(self) -> Usage:
        """Collect the garbage of the process, and return what it uses then."""
        self._pipe.send(None)
        objects, cycles = self._pipe.recv()
        return Usage(self.resident_mib(), self.descriptors(), objects, cycles)

    def resident_mib(self) -> float:
        status = self._folder("status").read_text()
        return int(status.split("VmRSS:")[1].split()[0]) / 1024

    def descriptors(self) -> int:
        return len(list(self._folder("fd").iterdir()))

    def _folder(self, name: str) -> Path:
        return Path(f"/proc/{self._process.pid}") / name

    def stop(self) -> None:
        self._process.terminate()
        self._process.join()


def _serve(pipe: Any, settings: dict[str, Any]) -> None:
    server = Server(Settings(port=0, **settings))

    def answer() -> None:
        while True:
            pipe.recv()
            gc.collect()
            cycles = sum(generation["collected"] for generation in gc.get_stats())
            pipe.send((len(gc.get_objects()), cycles))

    def ready() -> None:
        pipe.send(server.urls)
        threading.Thread(target=answer, daemon=True).start()

    server.run(ready)
