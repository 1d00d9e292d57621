"""What Schemathesis must know besides the contract, and how deep it goes."""

import os
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import hypothesis
import pytest
import requests
import schemathesis
from requests.auth import AuthBase
from schemathesis.core.parameters import ParameterLocation

from contract_tests.harness import forms, targets
from contract_tests.harness.client import FORM, Anonymous
from contract_tests.harness.contract import SAFE, Contract, Operation

Check = Callable[..., Any]


@dataclass(frozen=True)
class Depth:
    """How much is generated."""

    seeds: tuple[int, ...]
    examples: int  # for each operation
    scenarios: int  # chains of linked requests
    steps: int  # in each of them
    all_forms: bool  # whether the systematic phase tries what it tries as JSON as a form, too


SMALL = Depth(seeds=(1,), examples=3, scenarios=12, steps=8, all_forms=False)
DEEP = Depth(seeds=(1, 2, 3, 4), examples=40, scenarios=150, steps=20, all_forms=True)


def depth() -> Depth:
    """What ``MOCKVOICE_TEST_DEPTH`` asks for: ``deep``, or else a run of a minute."""
    return DEEP if os.environ.get("MOCKVOICE_TEST_DEPTH") == "deep" else SMALL


class LateAuth(AuthBase):
    """Authentication that is known once the server runs, which is after tests are collected."""

    def __init__(self) -> None:
        self.inner: AuthBase = Anonymous()

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        self.inner(request)
        return request


class Generated:
    """The generated tests of one vendor: its contract, by seed, and what is checked of each answer.

    ``known`` gives values that exist, by the parameter that may take them
    (``"body.bill_clientid"``). ``refused_for_state`` tells of a 422 whether valid data was refused for what
    the account holds, such as an id that nothing has, and not for what the data is.
    """

    def __init__(
        self,
        vendor: str,
        *,
        known: Mapping[str, Sequence[Any]],
        refused_for_state: Callable[[Any], bool],
        checks: Iterable[Check] = (),
    ) -> None:
        self.auth = LateAuth()
        self.depth = depth()
        self.checks = [*checks, _accepts_valid_data(refused_for_state)]
        # Only the first seed runs the phases that do not depend on it.
        self.schemas = {
            f"seed_{seed}": self._schema(vendor, known, seed, systematic=number == 0)
            for number, seed in enumerate(self.depth.seeds)
        }

    def call(self, case: Any, target: targets.Target, auth: AuthBase) -> None:
        """Send a generated request and check the answer in every way."""
        self._prepare(target, auth, case.operation.method)
        case.call_and_validate(base_url=target.url, additional_checks=self.checks)

    def follow_links(self, target: targets.Target, auth: AuthBase, seed: str) -> None:
        """Send chains of requests, each made of the answer to the one before."""
        self._prepare(target, auth, "POST")
        checks = self.checks

        @hypothesis.seed(int(seed.removeprefix("seed_")))
        class Chain(self.schemas[seed].as_state_machine()):  # type: ignore[misc]
            def get_call_kwargs(self, case: Any) -> dict[str, Any]:
                return {"base_url": target.url}

            def validate_response(
                self, response: Any, case: Any, additional_checks: Any = None, **kwargs: Any
            ) -> None:
                super().validate_response(response, case, additional_checks=checks, **kwargs)

        Chain.run(
            settings=hypothesis.settings(
                max_examples=self.depth.scenarios,
                stateful_step_count=self.depth.steps,
                deadline=None,
                database=None,
                suppress_health_check=list(hypothesis.HealthCheck),
            )
        )

    def _prepare(self, target: targets.Target, auth: AuthBase, method: str) -> None:
        if target.mode != "full" and method.upper() not in SAFE:
            pytest.skip(f"generated data would be written, and the target's mode is {target.mode}")
        self.auth.inner = auth

    def _schema(
        self, vendor: str, known: Mapping[str, Sequence[Any]], seed: int, *, systematic: bool
    ) -> Any:
        config = schemathesis.Config.from_dict(
            {
                "seed": seed,
                "generation": {"max-examples": self.depth.examples, "database": "none"},
                # Refusals with 422 are looked into by a check of our own, which knows the vendor's words.
                "checks": {
                    "positive_data_acceptance": {
                        "expected-statuses": ["2xx", 401, 403, 404, 409, 422]
                    }
                },
                "phases": {
                    "examples": {"enabled": systematic},
                    "coverage": {"enabled": systematic},
                    # The contract says itself where a new record can be used.
                    "stateful": {"inference": {"algorithms": []}},
                },
                "dictionaries": {
                    _word(name): {"values": list(values)} for name, values in known.items()
                },
                "parameters": {
                    name: {"dictionary": _word(name), "probability": 0.8} for name in known
                },
            }
        )
        schema = schemathesis.openapi.from_dict(targets.document(vendor), config=config)
        schema.auth.set_from_requests(self.auth)
        schema.hooks.hook("filter_case")(_filter(vendor, self.depth))
        return schema


def _word(name: str) -> str:
    return re.sub(r"\W+", "_", name)


def _filter(vendor: str, of: Depth) -> Callable[[Any, Any], bool]:
    def filter_case(context: Any, case: Any) -> bool:
        if case.media_type != FORM:
            return True
        if case.meta is None:
            return True
        if case.meta.phase.name.value == "coverage" and not of.all_forms:
            return False
        return keeps_its_meaning(vendor, case)

    return filter_case


def keeps_its_meaning(vendor: str, case: Any) -> bool:
    """Whether a body that was made to be valid, or not, is so as a form, too.

    A form knows text only: an empty list is not in it, and a number is text that may be valid.
    """
    if not isinstance(case.body, dict):
        return bool(case.meta.is_negative_at(ParameterLocation.BODY))
    contract = _contract(vendor)
    operation = contract.find(case.operation.definition.raw["operationId"])
    validator = _form_validator(vendor, operation.id)
    valid = validator.is_valid(forms.decoded(forms.encoded(case.body)))
    negative: bool = case.meta.is_negative_at(ParameterLocation.BODY)
    return bool(valid) != negative


@cache
def _contract(vendor: str) -> Contract:
    return Contract(targets.document(vendor), closed=False)


@cache
def _form_validator(vendor: str, operation_id: str) -> Any:
    contract = _contract(vendor)
    operation: Operation = contract.find(operation_id)
    return contract.schemas.request(operation.body[FORM]["schema"])


@schemathesis.serializer(FORM)
def php_form(context: Any, value: Any) -> bytes:
    """A body with nested data under bracketed keys; null is sent blank.

    The body as it was made, since what is handed over has been flattened for plain forms.
    """
    body = context.case.body
    if isinstance(body, dict):
        return forms.encoded(body)
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


def _accepts_valid_data(refused_for_state: Callable[[Any], bool]) -> Check:
    def valid_data_is_refused_for_the_state_of_the_account_only(
        context: Any, response: Any, case: Any
    ) -> None:
        if (
            response.status_code != 422
            or case.meta is None
            or case.meta.generation.mode.is_negative
        ):
            return
        if not refused_for_state(response.json()):
            raise AssertionError(f"valid data was refused: {response.text}")

    return valid_data_is_refused_for_the_state_of_the_account_only
