"""Seed an account over HTTP: read it, generate the requests, and deliver them."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import orjson

from mockvoice.kernel.clock import Clock
from mockvoice.outbound.client import RateLimitedClient
from mockvoice.outbound.target_file import InvalidTargetConfiguration, TargetSettings
from mockvoice.seeding.executor import HandlerExecutor, scratch_copy
from mockvoice.seeding.options import InvalidSeedOptions, SeedOptions
from mockvoice.seeding.remote.checkpoint import Checkpoint, InvalidCheckpoint
from mockvoice.seeding.remote.delivery import PrefetchReader, RequestDelivery, SeedingFailed
from mockvoice.seeding.remote.request_builder import RequestBuilder
from mockvoice.seeding.requests import (
    InvalidRequestData,
    Request,
    UnresolvedReference,
    as_json,
    from_json,
    resolve_refs,
)
from mockvoice.seeding.seeder import VendorSeeder, ordered_requests, sales_history_for
from mockvoice.web.state_cache import StateCache
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


def seed_account(
    target: TargetSettings,
    seeder: VendorSeeder,
    options: SeedOptions,
    today: date,
    checkpoint: Checkpoint,
    progress: Progress,
) -> tuple[int, int]:
    """Seed an account, or resume; return the number of requests, and how many were sent now.

    A resumed run uses the day and the account data of its start. Raises
    ``InvalidSeedOptions``, ``InvalidTargetConfiguration``, ``InvalidCheckpoint``,
    ``StaleCheckpoint``, ``SeedingFailed`` and ``RequestLimitReached``.
    """
    client = client_for(target, seeder)
    try:
        delivery = RequestDelivery(client, RequestBuilder(target.vendor), checkpoint)
        run = {"vendor": target.vendor, "url": target.url, "options": asdict(options)}
        known = dict(target.known or (seeder.known_ids if target.is_local else {}))
        if checkpoint.header is None:
            # Invalid options must not leave a checkpoint behind.
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


def seed_from_file(
    target: TargetSettings,
    seeder: VendorSeeder,
    file: Path,
    checkpoint: Checkpoint,
    progress: Progress,
) -> tuple[int, int]:
    """Send the requests of a file that ``dump`` has written, or resume.

    Returns and raises the same as ``seed_account``; ``InvalidSeedOptions`` also for an invalid file.
    """
    requests = load(file, target.vendor)
    client = client_for(target, seeder)
    try:
        delivery = RequestDelivery(client, RequestBuilder(target.vendor), checkpoint)
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
    today: date,
    target: TargetSettings | None,
) -> list[Request]:
    """Return the requests for an account, which is only read, or for a new mock.

    Raises ``InvalidSeedOptions``, ``InvalidTargetConfiguration``, ``SeedingFailed`` and
    ``RequestLimitReached``.
    """
    history = sales_history_for(seeder, options, today)
    if target is None:
        backend = scratch_copy(StateCache().create_backend(vendor, "empty", Clock()))
        executor = HandlerExecutor(vendor, seeder, backend, vendor.credentials)
        prefetched = executor.read(seeder.prefetch)
        return list(ordered_requests(seeder, history, prefetched, seeder.known_ids))
    client = client_for(target, seeder)
    try:
        prefetched = PrefetchReader(client, RequestBuilder(target.vendor)).read(seeder.prefetch)
    finally:
        client.close()
    known = target.known or (seeder.known_ids if target.is_local else {})
    return list(ordered_requests(seeder, history, prefetched, known))


def dump(requests: Iterable[Request], file: Path) -> None:
    """Write requests as JSON Lines. Raises ``OSError``."""
    with file.open("wb") as output:
        for request in requests:
            output.write(orjson.dumps(as_json(request)) + b"\n")


def load(file: Path, vendor: str) -> list[Request]:
    """Return the requests of a file.

    Raises ``InvalidSeedOptions`` if a line is not a request of this vendor.
    """
    try:
        lines = file.read_bytes().splitlines()
    except OSError as error:
        raise InvalidSeedOptions(f"{file} cannot be read: {error.strerror}") from error
    requests = [_parse(line, f"{file}, line {number}") for number, line in enumerate(lines, 1)]
    RequestBuilder(vendor).check(requests)
    return requests


def _parse(line: bytes, location: str) -> Request:
    try:
        return from_json(json.loads(line, parse_float=Decimal))
    except InvalidRequestData as error:
        raise InvalidSeedOptions(f"{location}: {error}") from error
    except ValueError as error:
        raise InvalidSeedOptions(f"{location} is not JSON: {error}") from error


def render(requests: Iterable[Request], builder: RequestBuilder) -> Iterable[str]:
    """Yield a line per request: method, path and body, with references in angle brackets."""
    for request in requests:
        placeholders = _Placeholders()
        api_request = builder.build(
            request.operation,
            resolve_refs(dict(request.path), placeholders),
            resolve_refs(dict(request.query), placeholders),
            as_json(request).get("body"),
        )
        body = "" if api_request.body is None else " " + api_request.body.decode()
        yield f"{api_request.method} {unquote(api_request.path)}{body}"


class _Placeholders(dict[str, Any]):
    """Placeholders for values of responses that do not exist yet, by the name of the request."""

    def __missing__(self, name: str) -> "_RequestPlaceholders":
        return _RequestPlaceholders(name)


class _RequestPlaceholders(dict[str, str]):
    def __init__(self, request: str) -> None:
        super().__init__()
        self._request = request

    def __missing__(self, name: str) -> str:
        return f"<{self._request}: {name}>"


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
