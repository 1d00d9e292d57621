"""The pytest runs of a check: one for the suites of this project, one for each other suite.

Each run has the root folder of its own package. So the ids of tests do not depend on the other suites
or on the machine, and only the conftest files of the package apply.
"""

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from _pytest.mark.expression import Expression

import mockvoice_contracts
from mockvoice_contracts.check.options import CheckError, CheckOptions
from mockvoice_contracts.check.recorder import Recorder
from mockvoice_contracts.harness import suites
from mockvoice_contracts.harness.ledger import cache_folder

OWN_SUITES = Path(mockvoice_contracts.__file__).parent.resolve() / "suites"
INI = Path(__file__).with_name("pytest.ini")
PLUGINS = (
    "_hypothesis_pytestplugin", "schemathesis.pytest.plugin", "xdist.plugin", "xdist.looponfail",
    "mockvoice_contracts.pytest_plugin", "mockvoice_contracts.check.garbage",
)  # fmt: skip
DEFAULT_SEED = 1
COMPLETED = (
    pytest.ExitCode.OK,
    pytest.ExitCode.TESTS_FAILED,
    pytest.ExitCode.NO_TESTS_COLLECTED,
)


@dataclass(frozen=True)
class SuiteRun:
    """One run of pytest: ids of tests are relative to ``root``; conftest files apply below ``top``."""

    vendors: tuple[str, ...]
    root: Path
    top: Path


def seed_of(options: CheckOptions) -> int:
    """Return the seed of the generated requests."""
    return DEFAULT_SEED if options.seed is None else options.seed


def run_suites(options: CheckOptions, recorder: Recorder, workers: int) -> list[str]:
    """Run the suites; return why they could not be run, or an empty list.

    Raises ``CheckError``, such as for a full disk, and ``OutputError``.
    """
    _check_expression(options.select)
    try:
        return _run_all(options, recorder, workers)
    except OSError as error:
        raise CheckError(f"the tests could not be run: {error}") from error


def _check_expression(select: str | None) -> None:
    """Raise ``CheckError`` for an expression that pytest would reject, in each of its processes."""
    try:
        if select:
            Expression.compile(select)
    except SyntaxError as error:
        raise CheckError(
            f"--select {select!r} is not an expression of pytest -k: {error.msg}"
        ) from error


def _run_all(options: CheckOptions, recorder: Recorder, workers: int) -> list[str]:
    problems: list[str] = []
    collected = False
    for run in _runs(options.vendors):
        code = pytest.main(_arguments(options, run, workers), plugins=[recorder])
        collected = collected or code != pytest.ExitCode.NO_TESTS_COLLECTED
        problems = list(dict.fromkeys(recorder.trouble)) or _problems(run, int(code))
        if problems:
            break
    if not problems and not collected:
        problems = [f"no test matches --select {options.select!r}"]
    return problems


def _problems(run: SuiteRun, code: int) -> list[str]:
    if code in COMPLETED:
        return []
    names = ", ".join(run.vendors)
    return [f"the tests of {names} could not be run (pytest exit code {code})"]


@contextmanager
def isolated_environment() -> Iterator[None]:
    """Make runs independent of the user's settings of pytest and Hypothesis; restore them afterwards."""
    original = dict(os.environ)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    os.environ.pop("PYTEST_ADDOPTS", None)
    # Plugins of other packages: that of Trio has its generator of random numbers saved for each request.
    os.environ.setdefault("HYPOTHESIS_NO_PLUGINS", "1")
    # Not in the current directory, Hypothesis' default; data of earlier runs saves seconds.
    os.environ.setdefault("HYPOTHESIS_STORAGE_DIRECTORY", str(cache_folder() / "hypothesis"))
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(original)


def _runs(vendors: Iterable[str]) -> Iterator[SuiteRun]:
    own = tuple(key for key in dict.fromkeys(vendors) if suites.folder_of(key).parent == OWN_SUITES)
    if own:
        yield SuiteRun(own, OWN_SUITES.parent, OWN_SUITES)
    for key in dict.fromkeys(vendors):
        if key not in own:
            root = suites.import_root_of(key)
            package = suites.folder_of(key).relative_to(root).parts[0]
            yield SuiteRun((key,), root, root / package)


def _arguments(options: CheckOptions, run: SuiteRun, workers: int) -> list[str]:
    values: dict[str, Any] = {
        "--target": options.target and options.target.resolve(),
        "--url": options.url,
        "--ca-file": options.connection.get("ca_file"),
        "--proxy": options.connection.get("proxy"),
        "--mode": options.mode,
        "--seed": seed_of(options),
        "--hypothesis-seed": seed_of(options),
        "--max-examples": options.max_examples,
        "--ledgers": options.ledgers and options.ledgers.resolve(),
        "-k": options.select,
    }
    arguments = ["-c", str(INI), f"--rootdir={run.root}", f"--confcutdir={run.top}"]
    for plugin in PLUGINS:
        arguments += ["-p", plugin]
    for name, value in values.items():
        if value is not None:
            arguments += [f"{name}={value}"] if name.startswith("--") else [name, str(value)]
    arguments += ["--insecure"] if options.connection.get("verify") is False else []
    arguments += ["--strict-assumptions"] if options.strict_assumptions else []
    arguments += ["--as-if"] if options.dry_run else []
    arguments += [f"--parity={options.record_shapes_of}"] if options.record_shapes_of else []
    arguments += ["--ignore-glob=*/test_contract.py"] if options.record_shapes_of == "mock" else []
    arguments += ["-n", str(workers), "--dist", "worksteal"] if workers > 1 else []
    arguments += [f"--only={pattern}" for pattern in options.only]
    arguments += [f"--vendor={vendor}" for vendor in run.vendors]
    return [*arguments, *(str(suites.folder_of(vendor)) for vendor in run.vendors)]
