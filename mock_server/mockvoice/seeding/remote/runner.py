"""An account filled: the plan told, the journal kept, and every request sent."""

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
from mockvoice.outbound.target_file import InvalidTargetConfiguration, TargetSettings
from mockvoice.seeding.executor import HandlerExecutor, scratch_copy
from mockvoice.seeding.options import InvalidSeedOptions, SeedOptions
from mockvoice.seeding.remote.checkpoint import Checkpoint, InvalidCheckpoint
from mockvoice.seeding.remote.client import RateLimitedClient, SeedingFailed
from mockvoice.seeding.remote.delivery import PrefetchReader, RequestDelivery
from mockvoice.seeding.remote.request_builder import RequestBuilder
from mockvoice.seeding.requests import Request, as_json, from_json, resolve_refs
from mockvoice.seeding.seeder import VendorSeeder, ordered_requests, sales_history_for
from mockvoice.web.state_cache import StateCache
from mockvoice.web.vendor import Vendor

# Told how many requests there are; gives what is told of each that is done.
Progress = Callable[[int], Callable[[], None]]


def client_for(target: TargetSettings, seeder: VendorSeeder) -> RateLimitedClient:
    """A line that gets into an account. Raises ``BadTarget`` if a credential is missing."""
    try:
        door = seeder.auth(target.credentials or {})
    except KeyError as error:
        raise InvalidTargetConfiguration(
            f"[{target.vendor}] credentials lack {error.args[0]}"
        ) from error
    return RateLimitedClient(target.url, door, target.requests_per_minute, target.max_requests)


def seed_account(
    target: TargetSettings,
    seeder: VendorSeeder,
    options: SeedOptions,
    today: date,
    journal: Checkpoint,
    progress: Progress,
) -> tuple[int, int]:
    """Fill an account, or go on with it; how many requests there are, and how many were sent now.

    A run that goes on keeps to the day and to the state of the account on which it began. Raises
    ``BadWish``, ``BadTarget``, ``BadJournal``, ``CannotSend`` and ``StaleJournal``.
    """
    client = client_for(target, seeder)
    try:
        sender = RequestDelivery(client, RequestBuilder(target.vendor), journal)
        run = {"vendor": target.vendor, "url": target.url, "wish": asdict(options)}
        known = dict(target.known or (seeder.known_ids if target.is_local else {}))
        if journal.header is None:
            sales_history_for(
                seeder, options, today
            )  # a wish that cannot be met shall leave no trace
            state = {
                "today": today.isoformat(),
                "known": known,
                "survey": sender.read(seeder.prefetch),
            }
            journal.begin({**run, **_plain(state)})
        header = journal.header or {}
        if any(header.get(name) != value for name, value in run.items()):
            raise InvalidCheckpoint(_of_another(journal, header))
        history = sales_history_for(seeder, options, date.fromisoformat(header["today"]))
        requests = list(ordered_requests(seeder, history, header["survey"], header["known"]))
        return len(requests), _sent(sender, journal, requests, progress)
    finally:
        client.close()


def seed_from_file(
    target: TargetSettings,
    seeder: VendorSeeder,
    file: Path,
    journal: Checkpoint,
    progress: Progress,
) -> tuple[int, int]:
    """Send the requests of a file that ``write`` has made, likewise. Raises ``BadWish`` for another file."""
    requests = read(file, target.vendor)
    client = client_for(target, seeder)
    try:
        sender = RequestDelivery(client, RequestBuilder(target.vendor), journal)
        run = {
            "vendor": target.vendor,
            "url": target.url,
            "file": file.name,
            "requests": len(requests),
        }
        if journal.header is None:
            journal.begin(run)
        if any((journal.header or {}).get(name) != value for name, value in run.items()):
            raise InvalidCheckpoint(_of_another(journal, journal.header or {}))
        return len(requests), _sent(sender, journal, requests, progress)
    finally:
        client.close()


def _sent(
    sender: RequestDelivery, journal: Checkpoint, requests: list[Request], progress: Progress
) -> int:  # fmt: skip
    if journal.complete:
        return 0
    step = progress(len(requests))
    try:
        sent = sender.deliver(requests, step)
    except KeyError as error:
        raise SeedingFailed(f"a request waits for {error.args[0]!r}, which no request before it makes") from error  # fmt: skip
    journal.finish()
    return sent


def plan_for(
    vendor: Vendor,
    seeder: VendorSeeder,
    options: SeedOptions,
    today: date,
    target: TargetSettings | None,
) -> list[Request]:
    """The requests that would be sent: to an account, which is only read, or to a fresh installation.

    Raises ``BadWish``, ``BadTarget`` and ``CannotSend``.
    """
    history = sales_history_for(seeder, options, today)
    if target is None:
        world = scratch_copy(StateCache().open(vendor, "empty", Clock()))
        replay = HandlerExecutor(vendor, seeder, world, vendor.credentials)
        return list(
            ordered_requests(seeder, history, replay.read(seeder.prefetch), seeder.known_ids)
        )
    client = client_for(target, seeder)
    try:
        answers = PrefetchReader(client, RequestBuilder(target.vendor)).read(seeder.prefetch)
    finally:
        client.close()
    known = target.known or (seeder.known_ids if target.is_local else {})
    return list(ordered_requests(seeder, history, answers, known))


def write(requests: Iterable[Request], file: Path) -> None:
    """Write requests as JSON Lines. Raises ``OSError``."""
    with file.open("wb") as out:
        for request in requests:
            out.write(orjson.dumps(as_json(request)) + b"\n")


def read(file: Path, vendor: str) -> list[Request]:
    """The requests of a file. Raises ``BadWish`` if it is none of this vendor's."""
    try:
        lines = file.read_bytes().splitlines()
        requests = [from_json(json.loads(client, parse_float=Decimal)) for client in lines]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InvalidSeedOptions(f"{file} cannot be read as requests: {error}") from error
    RequestBuilder(vendor).check(requests)
    return requests


def shown(requests: Iterable[Request], messages: RequestBuilder) -> Iterable[str]:
    """Each request in one line: method, path and body, what waits for an answer in angle brackets."""
    for request in requests:
        waiting = _Waiting()
        message = messages.make(
            request.operation,
            resolve_refs(dict(request.path), waiting),
            resolve_refs(dict(request.query), waiting),
            as_json(request).get("body"),
        )
        body = "" if message.body is None else " " + message.body.decode()
        yield f"{message.method} {unquote(message.path)}{body}"


class _Waiting(dict[str, Any]):
    """Answers that are not there yet, by the names of their requests."""

    def __missing__(self, name: str) -> "_Parts":
        return _Parts(name)


class _Parts(dict[str, str]):
    def __init__(self, request: str) -> None:
        super().__init__()
        self._request = request

    def __missing__(self, name: str) -> str:
        return f"<{self._request}: {name}>"


def _plain(state: Mapping[str, Any]) -> Any:
    """The state as it will be when it has been read from the journal, so that both runs see the same."""
    return json.loads(json.dumps(state, default=float), parse_float=Decimal)


def _of_another(journal: Checkpoint, header: Mapping[str, Any]) -> str:
    told = {name: header.get(name) for name in ("vendor", "url", "wish", "file") if name in header}
    return f"{journal.path} is the journal of another run, {json.dumps(told)}: name another one with --journal"
