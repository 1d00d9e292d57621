"""The generated tests of a suite: the configuration of Schemathesis, single requests and chains."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from http.cookiejar import DefaultCookiePolicy
from itertools import cycle
from typing import Any

import hypothesis
import pytest
import requests
import schemathesis
from hypothesis.errors import FlakyStrategyDefinition
from requests.auth import AuthBase
from schemathesis.core.errors import NoLinksFound
from schemathesis.specs.openapi.checks import ensure_resource_availability, ignored_auth

from mockvoice_contracts.harness import connections, lazy_coverage, targets
from mockvoice_contracts.harness.client import Anonymous
from mockvoice_contracts.harness.contract import SAFE, Contract
from mockvoice_contracts.harness.generated_cases import case_filter, case_mapper
from mockvoice_contracts.harness.generated_checks import Check, valid_data_check
from mockvoice_contracts.harness.ownership import skip_generated_writes
from mockvoice_contracts.harness.profile import current_profile

# The request chains of one seed are run this often at most. A generator of Hypothesis reports its own
# data as inconsistent now and then, and a chain of requests has many draws. With three attempts, 3 of
# 40 runs of all vendors still failed for this reason.
MAX_ATTEMPTS = 6
SETTINGS = hypothesis.settings(
    deadline=None, database=None, suppress_health_check=list(hypothesis.HealthCheck)
)


class DeferredAuth(AuthBase):
    """Authentication that is set after collection, when the server runs."""

    def __init__(self) -> None:
        self.inner: AuthBase = Anonymous()

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """Apply the authentication that was set."""
        self.inner(request)
        return request


class GeneratedTests:
    """The generated tests of one vendor: a schema for each seed, and the checks of each response.

    ``known`` holds existing values by parameter (``"body.bill_clientid"``). ``rejection_status``
    (400 or 422) is the vendor's status for invalid data and broken rules. ``is_state_error`` gets the
    body of such a response and returns whether valid data was rejected because of the account's
    state, such as an unknown id. ``is_body_reference_error`` gets the body of a 404 and returns
    whether the request body, not the path, names the missing record. ``operations`` are tables of
    Schemathesis's configuration. ``too_large`` operations have so many fields that only deep runs
    test the bounds of each. ``trims_whitespace``: the vendor ignores whitespace around a text, and
    reads a body that is not an object as an empty one, like Laravel. ``converts_scalars``: it reads
    numbers and booleans from text, and text from numbers, like Json.NET. ``account_operations`` change
    what a run stands on, such as the role of the user whose token it sends; only scenarios call them
    if there is no sandbox for generated requests. ``changes_foundation`` gets path parameters and body
    of a writing request, and returns whether it does the same to a single record.
    """

    def __init__(
        self,
        vendor: str,
        *,
        rejection_status: int,
        is_state_error: Callable[[Any], bool],
        is_body_reference_error: Callable[[Any], bool] = lambda body: False,
        known: Mapping[str, Sequence[Any]] | None = None,
        checks: Iterable[Check] = (),
        operations: Sequence[Mapping[str, Any]] = (),
        too_large: Iterable[str] = (),
        security_parameters: bool = True,
        trims_whitespace: bool = False,
        converts_scalars: bool = False,
        account_operations: Collection[str] = (),
        changes_foundation: Callable[[Mapping[str, Any], Any], bool] = lambda path, body: False,
    ) -> None:
        lazy_coverage.install()
        self._trims = trims_whitespace
        self._converts = converts_scalars
        self._account_operations = list(account_operations)
        self.auth = DeferredAuth()
        self._connection = connections.SYSTEM_SETTINGS
        self._session = connections.open_session(self._connection)
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.profile = current_profile()
        self._checks = list(checks)
        self._mock_checks = [*checks, valid_data_check(rejection_status, is_state_error)]
        self._known = known or {}
        self._is_body_reference_error = is_body_reference_error
        self._changes_foundation = changes_foundation
        self._operations: list[Mapping[str, Any]] = list(operations)
        if ambiguous := list(_ambiguous_operations(vendor)):
            disabled = {"enabled": False}
            method_checks = {"unsupported_method": disabled, "allow_header_conformance": disabled}
            self._operations.append({"include-operation-id": ambiguous, "checks": method_checks})
        if large := [] if self.profile.all_forms else list(too_large):
            phases = {"coverage": {"enabled": False}}
            self._operations.append({"include-operation-id": large, "phases": phases})
        self._auth_checked: set[str] = set()  # labels of operations
        self._rejection_status = rejection_status
        self._security_parameters = security_parameters
        # Only the first seed runs the phases that do not depend on the seed.
        self.schemas = {
            f"seed_{seed}": self._load_schema(vendor, seed, systematic=number == 0)
            for number, seed in enumerate(self.profile.seeds)
        }

    def tests(self) -> tuple[Callable[..., None], Callable[..., None]]:
        """Return the test functions of a suite: of generated requests, and of links."""

        @schemathesis.pytest.parametrize(**self.schemas)
        def test_generated_requests_conform_to_the_contract(
            case: Any,
            fuzz_target: targets.Target,
            fuzz_auth: AuthBase,
            is_left_out: Callable[[str], bool],
        ) -> None:
            # Explicit requests are not repeated, so the remaining ones can be left out.
            if not (_is_explicit(case) and is_left_out(_operation_id(case.operation))):
                self.call(case, fuzz_target, fuzz_auth)

        @pytest.mark.parametrize("seed", self.schemas)
        def test_the_links_of_the_contract_can_be_followed(
            fuzz_target: targets.Target,
            fuzz_auth: AuthBase,
            is_left_out: Callable[[str], bool],
            seed: str,
        ) -> None:
            self.follow_links(fuzz_target, fuzz_auth, seed, is_left_out)

        return (
            test_generated_requests_conform_to_the_contract,
            test_the_links_of_the_contract_can_be_followed,
        )

    def call(self, case: Any, target: targets.Target, auth: AuthBase) -> None:
        """Send a generated request and run all checks on the response."""
        if target.mode != "full" and case.method.upper() not in SAFE:
            return  # An undocumented method might write.
        if case.operation.definition.raw.get("operationId") in self._excluded_operations(target):
            pytest.skip(
                "generated requests would change records of the account that the run itself uses"
            )
        if self._harms_account(case, target):
            return
        self._use(target, auth)
        response = case.call_and_validate(
            base_url=target.url,
            session=self._session,
            verify=target.connection.verify,
            additional_checks=self._checks_for(target),
            excluded_checks=self._completed_checks(case),
        )
        if response.status_code < 300 and not case.meta.generation.mode.is_negative:
            self._auth_checked.add(case.operation.label)

    def follow_links(
        self,
        target: targets.Target,
        auth: AuthBase,
        seed: str,
        is_left_out: Callable[[str], bool] = lambda operation_id: False,
    ) -> None:
        """Send chains of requests, each built from the previous response by the contract's links.

        Chains do not need the operations that are left out.
        """
        if target.mode != "full":
            skip_generated_writes(target.mode)
        self._use(target, auth)
        for attempt in range(MAX_ATTEMPTS):
            try:
                number = int(seed.removeprefix("seed_")) + 1000 * attempt
                self._run_chains(target, seed, number, is_left_out)
            except FlakyStrategyDefinition:
                # Schemathesis learns from responses, so it may draw other data where Hypothesis expects
                # the same. That is not a finding; the remaining chains run with another seed.
                if attempt == MAX_ATTEMPTS - 1:
                    raise
            else:
                return

    def chain_operations(
        self,
        target: targets.Target,
        seed: str,
        is_left_out: Callable[[str], bool] = lambda operation_id: False,
    ) -> Any:
        """Return the operations of request chains, without those that are left out for this target."""
        schema, excluded = self.schemas[seed], self._excluded_operations(target)
        names = [_operation_id(result.ok()) for result in schema.get_all_operations()]
        left_out = [name for name in names if name in excluded or is_left_out(name)]
        if len(left_out) == len(names):
            pytest.skip("no operation of the contract is both served and checked")
        return schema.exclude(operation_id=left_out) if left_out else schema

    def _excluded_operations(self, target: targets.Target) -> list[str]:
        return [] if target.control is not None else self._account_operations

    def _harms_account(self, case: Any, target: targets.Target) -> bool:
        """Return whether a request would change what an account without sandboxes stands on."""
        if target.control is not None or case.method.upper() in SAFE:
            return False
        return self._changes_foundation(case.path_parameters or {}, case.body)

    def _use(self, target: targets.Target, auth: AuthBase) -> None:
        self.auth.inner = auth
        if target.connection != self._connection:
            self._connection = target.connection
            connections.configure(self._session, target.connection)
        for schema in self.schemas.values():
            # Checks compare the paths of requests with those of the contract below the base URL.
            if schema.config.base_url != target.url:
                schema.config.update(base_url=target.url)

    def _run_chains(
        self,
        target: targets.Target,
        schema: str,
        seed: int,
        is_left_out: Callable[[str], bool],
    ) -> None:
        operations = self.chain_operations(target, schema, is_left_out)
        checks, session = self._checks_for(target), self._session
        completed, inapplicable = self._completed_checks, self._inapplicable_checks
        harms_account = self._harms_account

        @hypothesis.seed(seed)
        class Chain(operations.as_state_machine()):  # type: ignore[misc]
            def get_call_kwargs(self, case: Any) -> dict[str, Any]:
                verify = target.connection.verify
                return {"base_url": target.url, "session": session, "verify": verify}

            def before_call(self, case: Any) -> None:
                hypothesis.assume(not harms_account(case, target))

            def validate_response(
                self, response: Any, case: Any, additional_checks: Any = None, **kwargs: Any
            ) -> None:
                case.validate_response(
                    response,
                    additional_checks=checks,
                    excluded_checks=completed(case) + inapplicable(response),
                    transport_kwargs=kwargs or None,
                    recorder=self.recorder,
                )

        try:
            Chain.run(
                settings=hypothesis.settings(
                    SETTINGS,
                    max_examples=self.profile.scenarios,
                    stateful_step_count=self.profile.steps,
                )
            )
        except NoLinksFound:
            pytest.skip("no link of the contract connects operations that are served and checked")

    def _checks_for(self, target: targets.Target) -> list[Check]:
        """Return the checks of responses. Only a mock's error texts show whether the account's state caused a rejection."""
        return self._mock_checks if target.is_mock else self._checks

    def _completed_checks(self, case: Any) -> list[Check]:
        """Return the check that repeats requests without a credential, once it has passed."""
        return [ignored_auth] if case.operation.label in self._auth_checked else []

    def _inapplicable_checks(self, response: Any) -> list[Check]:
        if response.status_code != 404:
            return []
        try:
            in_body = self._is_body_reference_error(response.json())
        except ValueError:
            return []
        return [ensure_resource_availability] if in_body else []

    def _load_schema(self, vendor: str, seed: int, *, systematic: bool) -> Any:
        known = self._known
        config = schemathesis.Config.from_dict(
            {
                "seed": seed,
                "suppress-health-check": ["all"],
                "generation": {
                    "max-examples": self.profile.examples,
                    "database": "none",
                    "with-security-parameters": self._security_parameters,
                },
                # Rejections of valid data are checked by valid_data_check, which knows the vendor's error texts.
                "checks": {
                    "positive_data_acceptance": {
                        "expected-statuses": ["2xx", 401, 403, 404, 409, self._rejection_status]
                    }
                },
                "phases": {
                    "examples": {"enabled": systematic},
                    "coverage": {"enabled": systematic},
                    # The contract's own links define where a new record can be used.
                    "stateful": {"inference": {"algorithms": []}},
                },
                "operations": self._operations,
                "dictionaries": {
                    _dictionary_name(name): {"values": list(values)}
                    for name, values in known.items()
                },
                "parameters": {
                    name: {"dictionary": _dictionary_name(name), "probability": 0.8}
                    for name in known
                },
            }
        )
        schema = schemathesis.openapi.from_dict(targets.document(vendor), config=config)
        schema.auth.set_from_requests(self.auth)
        schema.hooks.hook("filter_case")(
            case_filter(vendor, self.profile, trims=self._trims, converts=self._converts)
        )
        schema.hooks.hook("map_case")(
            case_mapper({name: cycle(values) for name, values in known.items()})
        )
        return schema


def _operation_id(operation: Any) -> str:
    """Return the id of an operation of Schemathesis."""
    return str(operation.definition.raw["operationId"])


def _is_explicit(case: Any) -> bool:
    meta = case.meta
    return meta is not None and meta.phase.name.value in ("examples", "coverage")


def _ambiguous_operations(vendor: str) -> Iterator[str]:
    """Yield operations whose path matches another one's pattern: ``/tags/groups``, ``/tags/{tagId}``.

    A method that one path lacks is looked up at the other, and ``Allow`` lists the methods of both.
    """
    operations = Contract(targets.document(vendor), closed=False).operations.values()
    paths = {operation.path: operation.path.split("/") for operation in operations}
    for operation in operations:
        parts = paths[operation.path]
        for path, pattern in paths.items():
            same_length = path != operation.path and len(pattern) == len(parts)
            if same_length and all(map(_matches, parts, pattern)):
                yield operation.id
                break


def _matches(part: str, pattern: str) -> bool:
    return part == pattern or pattern.startswith("{")


def _dictionary_name(name: str) -> str:
    return re.sub(r"\W+", "_", name)
