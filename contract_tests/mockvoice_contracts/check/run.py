"""A check, from its options to its exit code."""

import os
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import click

from mockvoice.output_files import OutputError
from mockvoice.printable import escape_controls
from mockvoice_contracts.check import (
    explain,
    next_steps,
    report,
    report_files,
    target_template,
)
from mockvoice_contracts.check.comparison import compare_with_mock
from mockvoice_contracts.check.options import CheckError, CheckOptions
from mockvoice_contracts.check.probe import probe, production_reason
from mockvoice_contracts.check.recorder import Recorder
from mockvoice_contracts.check.suite_runs import isolated_environment, run_suites, seed_of
from mockvoice_contracts.check.terminal import Terminal
from mockvoice_contracts.harness import cleanup, operation_patterns, suites, targets
from mockvoice_contracts.harness.contract import Contract
from mockvoice_contracts.harness.ledger import Ledger, LedgerError, default_folder
from mockvoice_contracts.harness.request_gate import RequestGate, TargetSession
from mockvoice_contracts.harness.resending import DEFAULT_LIMITS, ResendingLimits
from mockvoice_contracts.harness.targets import Target

DEFAULT_WORKERS = 2
INTERRUPTED = 130
# A server that has never responded is not waited for: probably it does not run.
PROBE_LIMITS = ResendingLimits(
    waits=replace(DEFAULT_LIMITS.waits, total=120.0), never_seen_seconds=0
)


def run(options: CheckOptions) -> int:
    """Run a check, write the reports, and return the exit code.

    Raises ``CheckError`` if the check cannot start, or its reports or ledgers cannot be written.
    """
    try:
        # From the beginning: to read a suite's options may import Hypothesis.
        with isolated_environment():
            return _run(options)
    except (OutputError, LedgerError) as error:
        raise CheckError(str(error)) from error


def _run(options: CheckOptions) -> int:
    _validate_options(options)
    if options.init:
        return _write_target_file(options)
    if options.explain:
        return _explain(options)
    if options.compare is not None:
        options = replace(options, record_shapes_of="server")
    targets_by_vendor = {key: _resolve_target(options, key) for key in options.vendors}
    warnings = _warnings(targets_by_vendor)
    for warning in warnings:
        click.secho(f"WARNING: {warning}", err=True, fg="red", bold=True)
    with Terminal() as terminal:
        for key, target in targets_by_vendor.items():
            if target is not None and not options.dry_run:
                _probe_target(options, key, target, terminal)
        if options.report_dir is not None:
            report_files.create_folder(options.report_dir)
        began, start = datetime.now(UTC), time.monotonic()
        recorder = Recorder(terminal.update_progress)
        with terminal.progress():
            trouble = run_suites(options, recorder, _workers(options, targets_by_vendor))
        _delete_leftovers(options, targets_by_vendor, terminal)
        if options.dry_run:
            _print_planned_requests(recorder.summaries, terminal)
            return report.UNCHECKED if trouble else report.HOLDS
        result = report.build(
            options,
            recorder,
            trouble,
            warnings,
            began=began,
            seconds=time.monotonic() - start,
            seed=seed_of(options),
        )
        if options.compare is not None and not trouble:
            result["parity"] = compare_with_mock(
                options,
                targets_by_vendor,
                recorder.summaries,
                began,
                terminal.print_line,
                run_suites,
            )
        if options.report_dir is not None:
            report_files.write(options.report_dir, result)
        terminal.print_summary(result)
        if options.report_dir is not None:
            terminal.print_line(f"reports: {options.report_dir}")
        for line in next_steps.lines(result, options):
            terminal.print_line(line)
    return INTERRUPTED if trouble == ["interrupted"] else int(result["exit_code"])


def _write_target_file(options: CheckOptions) -> int:
    file = options.target or target_template.DEFAULT_FILE
    target_template.write(options.vendors, file)
    variables = [
        variable
        for key in options.vendors
        for variable in target_template.credential_variables(key).values()
    ]
    urls = "its url" if len(options.vendors) == 1 else "its urls"
    noun = "variable" if len(variables) == 1 else "variables"
    click.echo(f"{file} written; set {urls}, and the {noun} {', '.join(variables)}")
    return 0


def _explain(options: CheckOptions) -> int:
    try:
        for key in options.vendors:
            for line in explain.lines(options, key):
                click.echo(escape_controls(line))
    except targets.InvalidTargetConfiguration as error:
        raise CheckError(str(error)) from error
    except operation_patterns.UnknownOperation as error:
        raise CheckError(f"operations in the target file: {error}") from error
    return 0


def _validate_options(options: CheckOptions) -> None:
    for key in options.vendors:
        if key not in targets.vendor_keys():
            raise CheckError(str(targets.UnknownVendor(key)))
        try:
            suites.auth_module(key)
            suites.folder_of(key)
        except suites.SuiteUnavailable as error:
            raise CheckError(str(error)) from error
    if options.target is not None and not options.init and not options.target.is_file():
        raise CheckError(
            f"the target file {options.target} does not exist; --init writes one, see docs/reference/target-file.md"
        )
    _check_patterns("--only", options.only, options.vendors)
    if options.url is not None and len(options.vendors) != 1:
        raise CheckError("--url is the server of one vendor; name one vendor, or use --target")
    if options.connection and options.url is None and options.target is None:
        raise CheckError(
            "--ca-file, --insecure and --proxy need a server; give it with --target or --url"
        )
    if options.compare is not None and options.url is None and options.target is None:
        raise CheckError(
            "--compare needs a server to compare with the mock; give it with --target or --url"
        )


def _check_patterns(name: str, patterns: Sequence[str], vendors: Sequence[str]) -> None:
    operation_ids = {
        operation_id
        for key in vendors
        for operation_id in Contract(targets.document(key), closed=False).operations
    }
    try:
        operation_patterns.check(patterns, operation_ids)
    except operation_patterns.UnknownOperation as error:
        raise CheckError(f"{name}: {error}") from error


def _resolve_target(options: CheckOptions, key: str) -> Target | None:
    """Return the server under test, or ``None`` for a mock that is started later."""
    try:
        settings = targets.target_settings(
            key, options.url, options.target, options.mode, options.connection
        )
        if settings is None:
            return None
        _check_patterns(f"[{key}] operations", settings.operations, [key])
        return None if options.dry_run else targets.from_settings(settings)
    except targets.InvalidTargetConfiguration as error:
        raise CheckError(str(error)) from error


def _warnings(targets_by_vendor: Mapping[str, Target | None]) -> list[str]:
    warnings = [
        target.connection.warning(target.url) for target in targets_by_vendor.values() if target
    ]
    return [warning for warning in dict.fromkeys(warnings) if warning is not None]


def _probe_target(options: CheckOptions, key: str, target: Target, terminal: Terminal) -> None:
    """Verify that the right server responds and that the check may run in the chosen mode."""
    contract, auth = Contract(targets.document(key), closed=False), suites.create_auth(target)
    patterns = options.only or target.operations
    only = operation_patterns.matching(patterns, contract.operations) if patterns else None
    needs_confirmation = target.mode == "full" and not options.may_be_changed
    with _gate_installed(TargetSession(target, contract, limits=PROBE_LIMITS)):
        probe(contract, target, auth, targets.vendor_of(key).title, only)
        reason = production_reason(contract, target, auth) if needs_confirmation else None
    if reason is not None:
        raise CheckError(
            f"mode full changes and deletes any data, but {reason}; "
            "add --yes-this-account-may-be-changed to allow it"
        )
    _delete_leftovers(options, {key: target}, terminal)
    if target.control is None and options.mode is None and target.mode == "read-only":
        reason = (
            "is a mock whose control API does not confirm it"
            if target.is_mock
            else "is not known to be a mock"
        )
        terminal.print_line(f"{target.url} {reason}, so the mode is read-only (see --mode)")


def _delete_leftovers(
    options: CheckOptions, targets_by_vendor: Mapping[str, Target | None], terminal: Terminal
) -> None:
    """Delete the records that killed runs left in own-data mode."""
    folder = options.ledgers or default_folder()
    for key, target in targets_by_vendor.items():
        if target is None or target.mode != "own-data" or not folder.is_dir():
            continue
        for ledger in Ledger.abandoned(folder, key, target.url):
            count = len(ledger.created)
            session = TargetSession(
                target, Contract(targets.document(key), closed=False), ledger=ledger
            )
            for request in ledger.unanswered:
                terminal.print_line(
                    f"an earlier run was killed while it waited for the response to {request}; "
                    "check whether the server processed it"
                )
            with _gate_installed(session):
                undeleted = cleanup.delete_created_records(session, suites.create_auth(target))
            if count:
                terminal.print_line(
                    f"deleted {count - len(undeleted)} of {count} records of a killed run"
                )


@contextmanager
def _gate_installed(session: TargetSession) -> Iterator[None]:
    gate = RequestGate()
    gate.register(session)
    with gate.installed():
        yield


def _workers(options: CheckOptions, targets_by_vendor: Mapping[str, Target | None]) -> int:
    """Return the number of workers: by default one, unless each can have its own sandbox."""
    if options.workers is not None:
        return options.workers
    shared = [
        target
        for target in targets_by_vendor.values()
        if target is not None and not _supports_sandboxes(target)
    ]
    return 1 if shared else min(DEFAULT_WORKERS, os.cpu_count() or 1)


def _supports_sandboxes(target: Target) -> bool:
    return target.control is not None and target.control.supports_sandboxes()


def _print_planned_requests(summaries: list[dict[str, Any]], terminal: Terminal) -> None:
    """Print the requests of each vendor, those of all processes together."""
    for key in dict.fromkeys(key for part in summaries for key in part):
        parts = [part[key] for part in summaries if key in part]
        sent = sum((Counter(part["sent"]) for part in parts), Counter[str]())
        terminal.print_line(f"{key}, mode {parts[0]['mode']}: {sent.total()} requests")
        for name, count in sorted(sent.items()):
            terminal.print_line(f"  {count:6} {name}")
