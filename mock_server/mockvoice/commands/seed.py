"""The command ``mockvoice seed``."""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

if TYPE_CHECKING:
    from mockvoice.outbound.target_file import TargetSettings
    from mockvoice.seeding.options import SeedOptions
    from mockvoice.seeding.remote.checkpoint import Checkpoint
    from mockvoice.seeding.seeder import VendorSeeder
    from mockvoice.web.vendor import Vendor

A_FILE = click.Path(dir_okay=False, path_type=Path)
NOT_FILLED = 1
PATIENCE_SECONDS = 600.0


@click.command()
@click.argument("vendor")
@click.option("--clients", type=int, default=25, show_default=True, help="How many clients.")
@click.option("--invoices", type=int, default=200, show_default=True, help="How many invoices.")
@click.option(
    "--payments",
    type=int,
    help="How many payments; without it, what the clients would have paid by now.",
)
@click.option(
    "--seed", type=int, default=0, show_default=True, help="The same seed gives the same data."
)
@click.option("--locale", metavar="xx_YY", help="Where the clients live, such as de_DE.")
@click.option(
    "--sandbox", default="default", show_default=True, help="Which sandbox of a running mock."
)
@click.option(
    "--server",
    default="http://127.0.0.1:8080",
    show_default=True,
    envvar="MOCKVOICE_URL",
    help="The main address of a running mock.",
)
@click.option(
    "--control-token", envvar="MOCKVOICE_CONTROL_TOKEN", help="The token that it asks for."
)
@click.option(
    "--url", help="Send to a mock through the vendor's own API; what stands before its paths."
)
@click.option(
    "--target", type=A_FILE, help="Send to the account that this file describes, likewise."
)
@click.option("--yes", is_flag=True, help="Yes, fill a real account.")
@click.option(
    "--dry-run", is_flag=True, help="Print what would be sent; nothing is written anywhere."
)
@click.option(
    "--out", type=A_FILE, help="Write the requests to a file, as JSON Lines, and send nothing."
)
@click.option("--from", "source", type=A_FILE, help="Send the requests of such a file.")
@click.option(
    "--journal", type=A_FILE, help="Where to note what was sent, so that a run can go on."
)
def seed(
    *,
    vendor: str,
    sandbox: str,
    server: str,
    control_token: str | None,
    url: str | None,
    target: Path | None,
    yes: bool,
    dry_run: bool,
    out: Path | None,
    source: Path | None,
    journal: Path | None,
    **wished: Any,
) -> None:
    """Fill a running mock, or an account, with believable data.

    Without --url, --target and --out, a sandbox of a running mock is filled in one go and with a
    past of two years. With --url or --target the data goes through the vendor's own API, request
    by request; a run that was cut off goes on when it is started again.
    """
    from mockvoice.seeding.options import SeedOptions
    from mockvoice.seeding.remote.targets import check_writable

    wish = SeedOptions(**wished)
    with _complaints():
        known = _vendor(vendor)
        seeder = _plan(known, wish)
        account = _target(known, url, target)
        if source is not None and (account is None or out is not None or dry_run):
            raise click.UsageError("--from needs --url or --target, and nothing to print or write")
        if out is not None or dry_run:
            _tell(known, seeder, wish, account, out)
        elif account is None:
            _fill_sandbox(vendor, wish, server, sandbox, control_token)
        else:
            check_writable(account, agreed=yes)
            _send(account, seeder, wish, source, journal or _journal_of(account, wish, source))


@contextmanager
def _complaints() -> Iterator[None]:
    """What was asked for wrongly ends with exit code 2, what could not be done with 1."""
    from mockvoice.outbound.target_file import InvalidTargetConfiguration
    from mockvoice.seeding.options import InvalidSeedOptions
    from mockvoice.seeding.remote.checkpoint import InvalidCheckpoint
    from mockvoice.seeding.remote.client import SeedingFailed
    from mockvoice.seeding.remote.delivery import StaleCheckpoint

    try:
        yield
    except (InvalidSeedOptions, InvalidTargetConfiguration, InvalidCheckpoint) as error:
        raise click.UsageError(str(error)) from error
    except StaleCheckpoint as error:
        raise click.UsageError(f"{error}: remove the journal to begin anew") from error
    except SeedingFailed as error:
        click.echo(f"mockvoice: {error}\nStarted again, the run goes on from here.", err=True)
        raise SystemExit(NOT_FILLED) from error


def _vendor(key: str) -> "Vendor":
    from mockvoice.vendors import UnknownVendor, all_vendors

    try:
        return all_vendors([key])[key]
    except UnknownVendor as error:
        raise click.UsageError(str(error)) from error


def _plan(vendor: "Vendor", wish: "SeedOptions") -> "VendorSeeder":
    from mockvoice.seeding.locales import locale_of
    from mockvoice.seeding.seeder import NoSeeder, seeder_for

    try:
        seeder = seeder_for(vendor.key, vendor.handlers)
    except NoSeeder as error:
        raise click.UsageError(str(error)) from error
    wish.check()
    locale_of(wish.locale or seeder.locale)
    return seeder


def _target(vendor: "Vendor", url: str | None, file: Path | None) -> "TargetSettings | None":
    from mockvoice.seeding.remote import targets

    if file is not None:
        return targets.of_file(vendor.key, file, url, vendor.credentials)
    return None if url is None else targets.of_url(vendor.key, url, vendor.credentials)


def _tell(
    vendor: "Vendor",
    seeder: "VendorSeeder",
    wish: "SeedOptions",
    account: "TargetSettings | None",
    out: Path | None,
) -> None:
    from mockvoice.kernel.clock import Clock
    from mockvoice.seeding.remote import runner
    from mockvoice.seeding.remote.request_builder import RequestBuilder

    requests = runner.plan_for(vendor, seeder, wish, Clock().today(), account)
    if out is None:
        for line in runner.shown(requests, RequestBuilder(vendor.key)):
            click.echo(line)
        return
    try:
        runner.write(requests, out)
    except OSError as error:
        raise click.UsageError(f"--out {out}: {error.strerror}") from error
    click.echo(f"{len(requests)} requests are in {out}")


def _fill_sandbox(
    vendor: str, wish: "SeedOptions", server: str, sandbox: str, token: str | None
) -> None:
    from dataclasses import asdict
    from urllib.parse import quote

    import httpx

    body = {"vendor": vendor, **{k: v for k, v in asdict(wish).items() if v is not None}}
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    url = f"{server.rstrip('/')}/_mock/sandboxes/{quote(sandbox, safe='')}/seed"
    try:
        answer = httpx.post(
            url, json=body, headers=headers, timeout=PATIENCE_SECONDS, trust_env=False
        )
        told = answer.json()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
        reason = f"no mock answers at {server}: {error}"
        raise click.UsageError(
            f"{reason}; start one, or give --server, --url or --target"
        ) from error
    if answer.status_code != httpx.codes.CREATED:
        raise click.UsageError(told.get("error", {}).get("message", answer.text))
    counts = ", ".join(f"{number} {name}" for name, number in told["counts"].items())
    click.echo(f"{vendor} in {sandbox}: {counts}")


def _journal_of(account: "TargetSettings", wish: "SeedOptions", source: Path | None) -> Path:
    parts = urlsplit(account.url)
    where = "-".join(str(each) for each in (parts.hostname, parts.port) if each).replace(":", "-")
    what = f"{wish.seed}" if source is None else source.stem
    return Path(f"mockvoice-seed-{account.vendor}-{where}-{what}.jsonl")


def _send(
    account: "TargetSettings",
    seeder: "VendorSeeder",
    wish: "SeedOptions",
    source: Path | None,
    journal: Path,
) -> None:
    from mockvoice.kernel.clock import Clock
    from mockvoice.seeding.remote import runner
    from mockvoice.seeding.remote.checkpoint import Checkpoint

    with Checkpoint(journal, durable=not account.is_local) as noted, _progress() as progress:
        if source is None:
            number, sent = runner.seed_account(
                account, seeder, wish, Clock().today(), noted, progress
            )
        else:
            number, sent = runner.seed_from_file(account, seeder, source, noted, progress)
        _conclude(noted, number, sent, local=account.is_local)


def _conclude(journal: "Checkpoint", number: int, sent: int, *, local: bool) -> None:
    # A mock is filled anew once it was reset; a real account is not to be filled twice.
    if local:
        journal.remove()
    done = (
        f"{sent} of {number} requests sent, the others before"
        if sent < number
        else f"{number} requests sent"
    )
    click.echo(done if local else f"{done}; {journal.path} says what")


@contextmanager
def _progress() -> Iterator[Callable[[int], Callable[[], None]]]:
    """A bar on stderr, where that is a terminal."""
    with ExitStack() as bars:

        def begin(number: int) -> Callable[[], None]:
            bar: Any = click.progressbar(length=number, file=sys.stderr, show_pos=True)
            bars.enter_context(bar)
            return lambda: bar.update(1)

        yield begin
