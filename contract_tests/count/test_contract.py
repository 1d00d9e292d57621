"""Generated requests for every operation, and walks along the contract's links.

They change whatever they find, so that they have a world of their own. Every request is signed as
its last step, when its bytes are known; requests that a check makes without credentials are not.
"""

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.specs.openapi.checks import positive_data_acceptance

from contract_tests.count.signing import Signed
from contract_tests.harness import targets
from contract_tests.harness.targets import Target

DEEP = os.environ.get("MOCKVOICE_TEST_DEPTH") == "deep"
SEEDS = (1, 2, 3, 4, 5, 6) if DEEP else (1, 2)
EXAMPLES = 40 if DEEP else 3
STEPS = 12 if DEEP else 6

# Rules of state and of what goes together answer 400 in this API, where valid data had to be
# expected to pass.
RULES = {
    "invoice_locked", "invoice_not_approved", "invoice_already_approved", "memo_not_approvable",
    "memo_cannot_recur", "product_missing_category_account", "credit_exceeds_balance",
    "credit_mismatch", "payment_exceeds_balance", "payment_mismatch", "no_recipient",
    "reconciled_period", "transaction_assigned", "split_mismatch", "tag_already_grouped",
    "account_not_deletable", "invalid_redirect_uri",
}  # fmt: skip


def _config(seed: int) -> schemathesis.Config:
    # Credentials are no generated data, and nobody's database of examples is touched. What the
    # coverage phase sends does not depend on the seed, so that once is enough.
    return schemathesis.Config.from_dict(
        {
            "seed": seed,
            "generation": {
                "max-examples": EXAMPLES,
                "with-security-parameters": False,
                "database": "none",
            },
            # Deliveries are really made, and nobody on this machine has asked for any.
            "dictionaries": {"hooks": {"values": ["https://hooks.example.com/count"]}},
            "parameters": {"body.callbackUrl": {"dictionary": "hooks", "probability": 1.0}},
            "phases": {"coverage": {"enabled": seed == SEEDS[0]}},
        }
    )


SCHEMAS = {
    seed: schemathesis.openapi.from_dict(targets.document("count"), config=_config(seed))
    for seed in SEEDS
}


@pytest.fixture(scope="module")
def world(pytestconfig: pytest.Config, target: Target) -> Iterator[Target]:
    """The server that is named, if anything may be done to it, or else a mock of its own."""
    if not pytestconfig.getoption("--url") and not pytestconfig.getoption("--target"):
        with targets.opened("count") as own:
            yield own
    elif target.mode == "full":
        yield target
    else:
        pytest.skip("generated requests change whatever they find: the mode has to be full")


@pytest.fixture(scope="module")
def signed(world: Target) -> Signed:
    ahead = world.now() - datetime.now(UTC)
    bearer = world.credentials["access_token"]
    return Signed(world.credentials, lambda: datetime.now(UTC) + ahead, bearer=bearer)


def check(case: schemathesis.Case, world: Target, signed: Signed) -> None:
    """Send a case and hold its answer against every check."""
    response = case.call(base_url=world.url, auth=signed)
    excluded = [positive_data_acceptance] if _is_rule(response) else []
    case.validate_response(
        response,
        excluded_checks=excluded,
        transport_kwargs={"base_url": world.url, "auth": signed},
    )


def _is_rule(response: schemathesis.Response) -> bool:
    if response.status_code != 400:
        return False
    body = response.json()
    # Properties that do not go together, such as a due date before the date, have a code by field.
    together = {each["code"] for each in body.get("errors", ())} == {"inconsistent"}
    return together or body["code"] in RULES


SETTINGS = settings(deadline=None, suppress_health_check=list(HealthCheck))


@SCHEMAS[1].parametrize()
@SETTINGS
def test_generated_requests(case: schemathesis.Case, world: Target, signed: Signed) -> None:
    check(case, world, signed)


def _another(seed: int) -> Callable[..., None]:
    @SCHEMAS[seed].parametrize()
    @SETTINGS
    def test(case: schemathesis.Case, world: Target, signed: Signed) -> None:
        check(case, world, signed)

    return test


for _seed in SEEDS[1:]:
    globals()[f"test_generated_requests_of_seed_{_seed}"] = _another(_seed)


def test_walks_along_the_links(world: Target, signed: Signed) -> None:
    """Creating, reading, changing and deleting in any order that the contract's links allow."""

    class Walk(SCHEMAS[1].as_state_machine()):  # type: ignore[misc]
        def get_call_kwargs(self, case: schemathesis.Case) -> dict[str, object]:
            return {"base_url": world.url, "auth": signed}

        def validate_response(self, response, case, additional_checks=None, **kwargs):  # type: ignore[no-untyped-def]
            excluded = [positive_data_acceptance] if _is_rule(response) else []
            case.validate_response(
                response,
                excluded_checks=excluded,
                transport_kwargs={"base_url": world.url, "auth": signed},
            )

    Walk.run(
        settings=settings(
            SETTINGS,
            max_examples=120 if DEEP else 12,
            stateful_step_count=STEPS,
            database=None,
            derandomize=True,
        )
    )
