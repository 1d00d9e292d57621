"""Seed an account over HTTP: read it, generate the requests, and deliver them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mockvoice.kernel.clock import Clock
from mockvoice.outbound.client import RateLimitedClient
from mockvoice.outbound.target_file import InvalidTargetConfiguration, TargetSettings
from mockvoice.sandboxes.state_cache import StateCache
from mockvoice.seeding.executor import HandlerExecutor, scratch_copy
from mockvoice.seeding.options import SeedOptions
from mockvoice.seeding.remote.checkpoint import Checkpoint, InvalidCheckpoint
from mockvoice.seeding.remote.delivery import PrefetchReader, RequestDelivery, SeedingFailed
from mockvoice.seeding.remote.request_builder import RequestBuilder
from mockvoice.seeding.remote.request_file import load
from mockvoice.seeding.requests import Request, UnresolvedReference
from mockvoice.seeding.seeder import VendorSeeder, ordered_requests, sales_history_for
from mockvoice.web.vendor import Vendor

# Called with the number of requests; returns the function to call after each request.
Progress = Callable[[int], Callable[[], None]]


def client_for(target: TargetSettings, seeder: VendorSeeder) -> RateLimitedClient:
    """Return an authenticated client of an account.

    Raises ``InvalidTargetConfiguration`` if a credential is missing.
    """
    try:
        auth = seeder.auth(target.credentials or {})
    except KeyError as error:
        raise InvalidTargetConfiguration(
            f"[{target.vendor}] credentials lack {error.args[0]}"
        ) from error
    return RateLimitedClient(target.url, auth, target.requests_per_minute, target.max_requests)


@dataclass(frozen=True, slots=True)
class SeedingReport:
    """Result of a completed run: all its requests, and those that it sent itself."""

    requests: int
    sent: int
    checkpoint: Path | None  # the file that is kept, so that the account is not seeded twice


def seed(
    vendor: Vendor,
    target: TargetSettings,
    seeder: VendorSeeder,
    options: SeedOptions,
    progress: Progress,
    *,
    source: Path | None = None,
    checkpoint_file: Path | None = None,
) -> SeedingReport:
    """Seed an account with generated data or the requests of a file, or resume such a run.

    Raises ``InvalidSeedOptions``, ``InvalidTargetConfiguration``, ``InvalidCheckpoint``,
    ``StaleCheckpoint``, ``SeedingFailed`` and ``RequestLimitReached``.
    """
    builder = RequestBuilder(vendor.contract.document)
    file = checkpoint_file or _default_checkpoint(target, options, source)
    with Checkpoint(file, durable=not target.is_local) as checkpoint:
        if source is None:
            total, sent = _seed_generated(target, seeder, options, builder, checkpoint, progress)
        else:
            total, sent = _seed_from_file(target, seeder, source, builder, checkpoint, progress)
        if target.is_local:  # a mock can be reset and seeded again
            checkpoint.remove()
    return SeedingReport(total, sent, None if target.is_local else file)


def _default_checkpoint(target: TargetSettings, options: SeedOptions, source: Path | None) -> Path:
    parts = urlsplit(target.url)
    host = "-".join(str(part) for part in (parts.hostname, parts.port) if part).replace(":", "-")
    run = f"{options.seed}" if source is None else source.stem
    return Path(f"mockvoice-seed-{target.vendor}-{host}-{run}.jsonl")


def _seed_generated(
    target: TargetSettings,
    seeder: VendorSeeder,
    options: SeedOptions,
    builder: RequestBuilder,
    checkpoint: Checkpoint,
    progress: Progress,
) -> tuple[int, int]:
    """Return the number of requests, and how many were sent now.

    A resumed run uses the day and the account data of its start.
    """
    client = client_for(target, seeder)
    try:
        delivery = RequestDelivery(client, builder, checkpoint)
        run = {"vendor": target.vendor, "url": target.url, "options": asdict(options)}
        known = dict(target.known or (seeder.known_ids if target.is_local else {}))
        if checkpoint.header is None:
            # Invalid options must not leave a checkpoint behind.
            today = Clock().today()
            sales_history_for(seeder, options, today)
            state = {
                "today": today.isoformat(),
                "known": known,
                "prefetched": delivery.read(seeder.prefetch),
            }
            checkpoint.begin({**run, **_as_loaded(state)})
        header = checkpoint.header or {}
        _check_same_run(checkpoint, run)
        history = sales_history_for(seeder, options, date.fromisoformat(header["today"]))
        requests = list(ordered_requests(seeder, history, header["prefetched"], header["known"]))
        return len(requests), _deliver(delivery, checkpoint, requests, progress)
    finally:
        client.close()


def _seed_from_file(
    target: TargetSettings,
    seeder: VendorSeeder,
    file: Path,
    builder: RequestBuilder,
    checkpoint: Checkpoint,
    progress: Progress,
) -> tuple[int, int]:
    requests = load(file, builder)
    client = client_for(target, seeder)
    try:
        delivery = RequestDelivery(client, builder, checkpoint)
        run = {
            "vendor": target.vendor,
            "url": target.url,
            "file": file.name,
            "requests": len(requests),
        }
        if checkpoint.header is None:
            checkpoint.begin(run)
        _check_same_run(checkpoint, run)
        return len(requests), _deliver(delivery, checkpoint, requests, progress)
    finally:
        client.close()


def _deliver(
    delivery: RequestDelivery, checkpoint: Checkpoint, requests: list[Request], progress: Progress
) -> int:
    if checkpoint.complete:
        return 0
    step = progress(len(requests))
    try:
        sent = delivery.deliver(requests, step)
    except UnresolvedReference as error:
        raise SeedingFailed(str(error)) from error
    checkpoint.finish()
    return sent


def plan_requests(
    vendor: Vendor,
    seeder: VendorSeeder,
    options: SeedOptions,
    target: TargetSettings | None,
) -> list[Request]:
    """Return the requests for an account, which is only read, or for a new mock.

    Raises ``InvalidSeedOptions``, ``InvalidTargetConfiguration``, ``SeedingFailed`` and
    ``RequestLimitReached``.
    """
    history = sales_history_for(seeder, options, Clock().today())
    if target is None:
        backend = scratch_copy(StateCache().create_backend(vendor, "empty", Clock()))
        executor = HandlerExecutor(vendor, seeder, backend, vendor.credentials)
        prefetched = executor.read(seeder.prefetch)
        return list(ordered_requests(seeder, history, prefetched, seeder.known_ids))
    client = client_for(target, seeder)
    try:
        builder = RequestBuilder(vendor.contract.document)
        prefetched = PrefetchReader(client, builder).read(seeder.prefetch)
    finally:
        client.close()
    known = target.known or (seeder.known_ids if target.is_local else {})
    return list(ordered_requests(seeder, history, prefetched, known))


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
