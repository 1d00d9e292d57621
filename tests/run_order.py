"""The order of the test files in a run of several workers."""

from pathlib import Path

ROOT = Path(__file__).parent.parent
SUITES = "contract_tests/mockvoice_contracts/suites"

# The files that take longest, from the first to the last: 25 seconds or more each. A worker that
# began one of them at the end would run alone.
LONGEST_FIRST = (
    f"{SUITES}/optiflow/test_contract.py",
    f"{SUITES}/growcrm/test_contract.py",
    f"{SUITES}/count/test_contract.py",
    "tests/outbound/test_trusted_servers.py",
    "tests/project/test_wheel.py",
    "tests/contracts/test_check_safety.py",
    "tests/project/test_typescript_client.py",
    "tests/project/test_docs.py",
    "tests/variations/test_variations.py",
    "tests/testing/test_plugin_in_process.py",
    f"{SUITES}/halo/test_contract.py",
    "tests/control/test_exports.py",
    "tests/project/test_generated_clients.py",
    "tests/contracts/test_suite_packages.py",
    "tests/project/test_action.py",
    "tests/testing/test_routes.py",
    "tests/contracts/test_mutants.py",
    "tests/project/test_vendor_package.py",
    "tests/contracts/test_partial_server.py",
    "tests/testing/test_plugin.py",
    "tests/cli/test_full_disk.py",
    "tests/testing/test_typing.py",
    "tests/control/test_determinism.py",
    "tests/cli/test_cli.py",
    "tests/contracts/test_asked.py",
    "tests/contracts/test_check.py",
    "tests/seeding/test_seed_command.py",
    "tests/seeding/test_checkpoints.py",
    "tests/cli/test_env.py",
    "tests/contracts/test_check_reports.py",
)
_PLACES = {ROOT / name: place for place, name in enumerate(LONGEST_FIRST)}


def place_of(file: Path) -> int:
    """Return the place of a test file in a run; files with the same place keep their order."""
    return _PLACES.get(file, len(_PLACES))
