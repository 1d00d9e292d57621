"""A seeding run through a vendor's API: generate the requests, then send, print or write them."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from mockvoice.kernel.clock import Clock
from mockvoice.outbound.client import RateLimitedClient
from mockvoice.outbound.target_file import InvalidTargetConfiguration, TargetSettings
from mockvoice.sandboxes.state_cache import StateCache
from mockvoice.seeding.executor import HandlerExecutor, scratch_copy
from mockvoice.seeding.options import SeedOptions
from mockvoice.seeding.remote import request_file, targets
from mockvoice.seeding.remote.checkpoint import Checkpoint, InvalidCheckpoint
from mockvoice.seeding.remote.delivery import (
    AlreadySeeded,
    PrefetchReader,
    RequestDelivery,
    SeedingFailed,
)
from mockvoice.seeding.remote.request_builder import RequestBuilder
from mockvoice.seeding.requests import Request, UnresolvedReference
from mockvoice.seeding.seeder import ordered_requests, sales_history_for, seeder_for
from mockvoice.web.vendor import Vendor

# Called with the number of requests; returns the function to call after each request.
Progress = Callable[[int], Callable[[], None]]


@dataclass(frozen=True, slots=True)
class SeedingReport:
    """Result of a completed run: all its requests, and those that it sent itself."""

    requests: int
    sent: int
    checkpoint: Path | None  # the file that is kept, so that the account is not seeded twice


class SeedingRun:
    """One run of a vendor's seeder for an account, or for a new mock if there is no target.

    The target is described by a target file or by the URL of a mock on this machine; ``connection``
    are settings that override those of the file. Raises ``NoSeeder``, ``InvalidSeedOptions`` and ``InvalidTargetConfiguration``.
    """

    def __init__(
        self,
        vendor: Vendor,
        options: SeedOptions,
        *,
        url: str | None = None,
        target_file: Path | None = None,
        connection: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        self._vendor = vendor
        self._options = options
        self._seeder = seeder_for(vendor)
        sales_history_for(self._seeder, options, Clock().today())  # raises for invalid options
        self.target = targets.resolve(
            vendor.key, url, target_file, vendor.credentials, vendor.known_records, connection
        )
        self._builder = RequestBuilder(vendor.contract.document)

    def write(self, file: Path) -> int:
        """Write the requests to a file, as JSON Lines; return their number.

        Raises what ``lines`` raises, and ``OutputError``.
        """
        requests = self._plan()
        request_file.dump(requests, file)
        return len(requests)

    def lines(self) -> Iterable[str]:
        """Return a line for each request; the account is only read.

        Raises ``InvalidSeedOptions``, ``InvalidTargetConfiguration``, ``SeedingFailed``,
        ``UnusableConnection`` and ``RequestLimitReached``.
        """
        return request_file.render(self._plan(), self._builder)

    def send(
        self,
        progress: Progress,
        *,
        confirmed: bool,
        source: Path | None = None,
        checkpoint_file: Path | None = None,
    ) -> SeedingReport:
        """Seed the target with generated data or the requests of a file, or resume such a run.

        ``confirmed`` allows it for a real account. Raises what ``lines`` raises, and
        ``InvalidCheckpoint``, ``StaleCheckpoint`` and ``AlreadySeeded``.
        """
        target = self._required_target()
        targets.check_writable(target, confirmed=confirmed)
        file = checkpoint_file or _default_checkpoint(target, self._options, source)
        with Checkpoint(file, durable=not target.is_local) as checkpoint:
            try:
                if source is None:
                    total, sent = self._send_generated(checkpoint, progress)
                else:
                    total, sent = self._send_file(source, checkpoint, progress)
            except AlreadySeeded:
                checkpoint.remove()  # nothing was sent
                raise
            if target.is_local:  # a mock can be reset and seeded again
                checkpoint.remove()
        return SeedingReport(total, sent, None if target.is_local else file)

    def _required_target(self) -> TargetSettings:
        if self.target is None:
            raise InvalidTargetConfiguration("a URL or a target file is required")
        return self.target

    def _client(self) -> RateLimitedClient:
        """Return an authenticated client of the target's account."""
        target = self._required_target()
        try:
            auth = self._seeder.auth(target.credentials or {})
        except KeyError as error:
            raise InvalidTargetConfiguration(
                f"[{target.vendor}] credentials lack {error.args[0]}"
            ) from error
        return RateLimitedClient(
            target.url, auth, target.requests_per_minute, target.max_requests, target.connection
        )

    def _known(self) -> dict[str, Any]:
        """Return the ids of existing records: those of the target file, else the mock's own."""
        target = self.target
        if target is not None and (target.known or not target.is_local):
            return dict(target.known)
        return dict(self._seeder.known_ids)

    def _plan(self) -> list[Request]:
        """Return the requests for the target, which is only read, or for a new mock."""
        if self.target is None:
            backend = StateCache().create_backend(self._vendor, "empty", Clock())
            executor = HandlerExecutor(
                self._vendor, self._seeder, scratch_copy(backend), self._vendor.credentials
            )
            prefetched: Mapping[str, Any] = executor.read(self._seeder.prefetch)
        else:
            with closing(self._client()) as client:
                prefetched = PrefetchReader(client, self._builder).read(self._seeder.prefetch)
        return list(self._generate(Clock().today(), prefetched, self._known()))

    def _generate(
        self, today: date, prefetched: Mapping[str, Any], known: Mapping[str, Any]
    ) -> Iterator[Request]:
        history = sales_history_for(self._seeder, self._options, today)
        return ordered_requests(self._seeder, history, prefetched, known)

    def _send_generated(self, checkpoint: Checkpoint, progress: Progress) -> tuple[int, int]:
        """Return the number of requests, and how many were sent now.

        A resumed run uses the day and the account data of its start.
        """
        target = self._required_target()
        run = {"vendor": target.vendor, "url": target.url, "options": asdict(self._options)}
        with closing(self._client()) as client:
            delivery = RequestDelivery(client, self._builder, checkpoint)
            if checkpoint.header is None:
                state = {
                    "today": Clock().today().isoformat(),
                    "known": self._known(),
                    "prefetched": delivery.read(self._seeder.prefetch),
                }
                checkpoint.begin({**run, **_as_loaded(state)})
            header = checkpoint.header or {}
            _check_same_run(checkpoint, run)
            today = date.fromisoformat(header["today"])
            requests = list(self._generate(today, header["prefetched"], header["known"]))
            return len(requests), _deliver(delivery, checkpoint, requests, progress)

    def _send_file(self, file: Path, checkpoint: Checkpoint, progress: Progress) -> tuple[int, int]:
        target = self._required_target()
        requests = request_file.load(file, self._builder)
        run = {
            "vendor": target.vendor,
            "url": target.url,
            "file": file.name,
            "requests": len(requests),
        }
        with closing(self._client()) as client:
            delivery = RequestDelivery(client, self._builder, checkpoint)
            if checkpoint.header is None:
                checkpoint.begin(run)
            _check_same_run(checkpoint, run)
            return len(requests), _deliver(delivery, checkpoint, requests, progress)


def _default_checkpoint(target: TargetSettings, options: SeedOptions, source: Path | None) -> Path:
    parts = urlsplit(target.url)
    host = "-".join(str(part) for part in (parts.hostname, parts.port) if part).replace(":", "-")
    run = f"{options.seed}" if source is None else source.stem
    return Path(f"mockvoice-seed-{target.vendor}-{host}-{run}.jsonl")


def _deliver(
    delivery: RequestDelivery, checkpoint: Checkpoint, requests: list[Request], progress: Progress
) -> int:
    step = progress(len(requests))
    try:
        sent = delivery.deliver(requests, step)
    except UnresolvedReference as error:
        raise SeedingFailed(str(error)) from error
    if not checkpoint.complete:
        checkpoint.finish()
    return sent


def _as_loaded(state: Mapping[str, Any]) -> Any:
    """Return the state as a resumed run would load it from the checkpoint."""
    return json.loads(json.dumps(state, default=float), parse_float=Decimal)


def _check_same_run(checkpoint: Checkpoint, run: Mapping[str, Any]) -> None:
    """Raise ``InvalidCheckpoint`` if the checkpoint belongs to another run."""
    header = checkpoint.header or {}
    if any(header.get(name) != value for name, value in run.items()):
        names = ("vendor", "url", "options", "file")
        other = {name: header.get(name) for name in names if name in header}
        raise InvalidCheckpoint(
            f"{checkpoint.path} is the checkpoint of another run, {json.dumps(other)}: "
            "choose another file with --checkpoint"
        )
