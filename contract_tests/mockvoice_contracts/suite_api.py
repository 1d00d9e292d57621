"""The public API for packages that define a suite.

The tests of a suite are pytest tests with these fixtures: ``api`` (an ``Api``, whose every call is
checked against the contract), ``target``, ``contract``, ``clock`` (a ``ServerClock``), ``today`` (the
server's date) and ``unique`` (a function that returns names which no other record has). The markers
``needs(ability)`` and ``assumed`` say what a test needs and how certain it is, and ``rule`` states the
rule that it checks. Responses that ask to wait (429, 503) are waited for, unless ``expect`` of a call
has their status, or ``expecting(429)`` surrounds it. Outside tests, for example in parameters, ``Contract(document("toyshop"),
closed=True)`` is the contract, and ``fixtures("toyshop")`` the folder of the vendor's fixtures. All other
modules of ``mockvoice_contracts`` are internal and may change without notice. ``docs/how-to/vendor-packages.md``
describes such a package.
"""

from mockvoice_contracts.harness.client import (
    FORM,
    JSON,
    Anonymous,
    Api,
    AssumptionBreach,
    Bearer,
    ContractBreach,
    Response,
)
from mockvoice_contracts.harness.clock import ServerClock
from mockvoice_contracts.harness.concurrent_requests import send_concurrently
from mockvoice_contracts.harness.contract import Contract, Operation
from mockvoice_contracts.harness.curl import ShellHeaders
from mockvoice_contracts.harness.generated_checks import amounts_check
from mockvoice_contracts.harness.generated_tests import GeneratedTests
from mockvoice_contracts.harness.invariant_checks import (
    UniqueValues,
    check_rows_equal_records,
    check_rows_match_records,
    check_sum,
    check_unchanged,
    existing_rows,
    read_twice,
)
from mockvoice_contracts.harness.ownership import NotAllowed, Ownership
from mockvoice_contracts.harness.record_factory import RecordFactory
from mockvoice_contracts.harness.resending import expecting
from mockvoice_contracts.harness.rules import rule
from mockvoice_contracts.harness.targets import Target, document, fixtures

__all__ = [
    "FORM",
    "JSON",
    "Anonymous",
    "Api",
    "AssumptionBreach",
    "Bearer",
    "Contract",
    "ContractBreach",
    "GeneratedTests",
    "NotAllowed",
    "Operation",
    "Ownership",
    "RecordFactory",
    "Response",
    "ServerClock",
    "ShellHeaders",
    "Target",
    "UniqueValues",
    "amounts_check",
    "check_rows_equal_records",
    "check_rows_match_records",
    "check_sum",
    "check_unchanged",
    "document",
    "existing_rows",
    "expecting",
    "fixtures",
    "read_twice",
    "rule",
    "send_concurrently",
]
