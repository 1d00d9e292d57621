"""``mockvoice check --explain``: how each target would be checked, without a test."""

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any

from mockvoice_contracts.check.asked import more_of_mode
from mockvoice_contracts.check.options import CheckOptions
from mockvoice_contracts.harness import operation_patterns, ownership, suites, targets
from mockvoice_contracts.harness.contract import SAFE, Contract
from mockvoice_contracts.harness.targets import Target, TargetSettings

TABLE = re.compile(r"^\s*\[([\w.\"-]+)\]")


def lines(options: CheckOptions, vendor: str) -> Iterator[str]:
    """Yield what a check of one vendor would use, and from where. Secrets are not shown.

    Raises ``InvalidTargetConfiguration``.
    """
    settings = targets.target_settings(
        vendor, options.url, options.target, options.mode, options.connection
    )
    table = {} if options.target is None else targets.read_table(vendor, options.target)
    target = None if settings is None else targets.from_settings(settings)
    contract = Contract(targets.document(vendor), closed=False)
    patterns = options.only or (settings.operations if settings is not None else ())
    operation_patterns.check(patterns, contract.operations)
    selected = operation_patterns.matching(patterns or ("*",), contract.operations)
    yield vendor
    rows = {
        "URL": _url(options, settings),
        "mode": _mode(options, settings, target),
        **_credentials(options, vendor, settings, table),
        "known": _known(vendor, settings, options.target),
        "operations": _operations(options, contract, settings, selected),
        "abilities": ", ".join(sorted(target.abilities)) if target else "all of a mock",
        "mock": _recognition(target),
        "limits": _limits(settings),
        "suite": str(suites.folder_of(vendor)),
    }
    for name, text in rows.items():
        yield f"  {name:24} {text or 'none'}"
    mode = "full" if target is None else target.mode
    for text in _left_out(contract, ownership.rules_of(vendor), mode, selected):
        yield f"  {'left out':24} {text}"


def _url(options: CheckOptions, settings: TargetSettings | None) -> str:
    if settings is None:
        return "that of a mock which the check starts: there is neither --url nor --target"
    return f"{settings.url} ({'--url' if options.url is not None else options.target})"


def _mode(options: CheckOptions, settings: TargetSettings | None, target: Target | None) -> str:
    if settings is None or target is None:
        return "full (the mock is started for the check)"
    if options.mode is not None:
        return f"{target.mode} (--mode)"
    if settings.mode is not None:
        return f"{target.mode} ({options.target})"
    if target.control is not None:
        reason = "a mock"
    elif target.is_mock:
        reason = "a mock whose control API does not confirm it"
    else:
        reason = "a server that is not known to be a mock"
    return f"{target.mode} (the default for {reason})"


def _credentials(
    options: CheckOptions,
    vendor: str,
    settings: TargetSettings | None,
    table: Mapping[str, Any],
) -> dict[str, str]:
    """Return where each credential comes from."""
    demo = targets.vendor_of(vendor).credentials
    if settings is None or settings.credentials is None:
        missing = "" if settings is None else ": none in a target file"
        return {f"credential {name}": f"demo default{missing}" for name in demo}
    sources = {}
    for name in demo:
        if name not in settings.credentials:
            sources[f"credential {name}"] = "missing; tests that need it are skipped or fail"
            continue
        value = str(table.get("credentials", {}).get(name, ""))
        file = f"{options.target}, line {_line_of(options.target, vendor, name)}"
        variable = value.removeprefix("env:")
        source = f"environment variable {variable} ({file})"
        sources[f"credential {name}"] = source if value.startswith("env:") else file
    return sources


def _line_of(file: Path | None, vendor: str, credential: str) -> int:
    """Return the line of a target file that sets a credential; 0 if it is written in another way."""
    text = "" if file is None else file.read_text("utf-8")
    tables = {vendor, f"{vendor}.credentials"}
    current = ""
    name = re.compile(rf"(?<![\w-])[\"']?{re.escape(credential)}[\"']?\s*=")
    for number, line in enumerate(text.splitlines(), 1):
        if header := TABLE.match(line):
            current = header[1]
        if current in tables and name.search(line.partition("#")[0]):
            return number
    return 0


def _known(vendor: str, settings: TargetSettings | None, file: Path | None) -> str:
    names = targets.vendor_of(vendor).known_records
    given: Mapping[str, Any] = {} if settings is None else settings.known
    absent = [
        name for name, records in names.items() if "check" in records.readers and name not in given
    ]
    values = ", ".join(f"{name} = {_toml(value)}" for name, value in given.items())
    texts = [
        f"{values} ({file})" if values else "",
        f"(not set: {', '.join(absent)})" if absent else "",
    ]
    return " ".join(filter(None, texts))


def _toml(value: Any) -> str:
    """Return a value as in a target file."""
    if not isinstance(value, Mapping):
        return str(value)
    members = ", ".join(f'"{name}" = {part}' for name, part in value.items())
    return f"{{ {members} }}"


def _recognition(target: Target | None) -> str:
    if target is None:
        return "yes, it is started for the check"
    if target.control is not None:
        return "yes: its control API confirms it"
    if target.is_mock:
        return "yes by the header X-Mock-Server, but no control API confirms it"
    if not target.responds:
        return f"unknown: nothing responds at {target.url}"
    return "no: no control API of a mock that serves this URL was found"


def _limits(settings: TargetSettings | None) -> str:
    if settings is None:
        return ""
    limits = {
        "requests_per_minute": settings.requests_per_minute,
        "max_requests": settings.max_requests,
    }
    return ", ".join(f"{name} = {value:g}" for name, value in limits.items() if value is not None)


def _operations(
    options: CheckOptions,
    contract: Contract,
    settings: TargetSettings | None,
    selected: Collection[str],
) -> str:
    """Return which operations are checked, and where they are named."""
    number = len(contract.operations)
    if options.only:
        return f"{len(selected)} of {number}: {', '.join(options.only)} (--only)"
    if settings is not None and settings.operations:
        return f"{len(selected)} of {number}: {', '.join(settings.operations)} ({options.target})"
    return f"all {number}"


def _left_out(
    contract: Contract, rules: ownership.Ownership, mode: str, selected: Collection[str]
) -> Iterator[str]:
    """Yield what the mode leaves out, by operations; tests also depend on the account."""
    operations = {name: contract.operations[name] for name in selected}
    if mode == "read-only":
        number = sum(operation.method not in SAFE for operation in operations.values())
        if number:
            yield (
                f"{number} of {len(operations)} operations, which are not GET or HEAD; "
                f"{more_of_mode(mode)}"
            )
    if mode == "own-data":
        yield "requests that change or delete records which the run has not created"
        for name, reason in rules.forbidden.items():
            if name in selected:
                yield f"{name}: {reason}"
        for name, operation in sorted(operations.items()):
            creates = ownership.created_parameters(contract, operation, operation.path_parameters)
            if problem := ownership.creation_problem(contract, operation, creates, selected):
                yield f"{name}: {problem}"
