"""What holds of every vendor: its four folders, its operations and its contract."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from mockvoice_contracts.harness import ownership, targets
from mockvoice_contracts.harness.contract import Contract

ROOT = Path(__file__).parents[2]
SUITES = "contract_tests/mockvoice_contracts/suites"
NO_VENDORS = {"control", "__pycache__"}
FOLDERS = ("openapi", "mock_server/mockvoice/vendors", SUITES, "fixtures")
EVIDENCE = {"seed", "public", "choice"}


def vendors_in(folder: str) -> set[str]:
    found = {each.name for each in ROOT.joinpath(folder).iterdir() if each.is_dir()}
    return {name for name in found if not name.startswith(".")} - NO_VENDORS


VENDORS = sorted(set().union(*map(vendors_in, FOLDERS)))
EVERY_VENDOR = pytest.mark.parametrize("key", VENDORS)
DOCUMENTS = {
    key: targets.document(key) for key in VENDORS if ROOT.joinpath("openapi", key).is_dir()
}
CONTRACTS = {key: Contract(document, closed=True) for key, document in DOCUMENTS.items()}


@EVERY_VENDOR
@pytest.mark.parametrize("folder", FOLDERS)
def test_every_vendor_has_its_four_folders(key: str, folder: str) -> None:
    assert key in vendors_in(folder)


@EVERY_VENDOR
def test_every_operation_has_a_handler(key: str) -> None:
    missing = [each for each in CONTRACTS[key].operations if not targets.has_handler(key, each)]

    assert missing == []


@EVERY_VENDOR
def test_what_may_be_changed_is_said_of_operations_that_there_are(key: str) -> None:
    rules = ownership.rules_of(key)
    named = {*rules.by_operation, *rules.never, *rules.never_with, *rules.harmless}

    assert named - CONTRACTS[key].operations.keys() == set()


@EVERY_VENDOR
def test_every_operation_is_named_in_a_scenario(key: str) -> None:
    files = [
        path for path in ROOT.joinpath(SUITES, key).glob("*.py") if path.name != "test_contract.py"
    ]
    texts = [path.read_text("utf-8") for path in files]
    missing = [each for each in CONTRACTS[key].operations if not named_in(texts, each)]

    assert missing == []


def named_in(texts: list[str], operation_id: str) -> bool:
    """Whether scenarios name an operation, in full or by its resource and its action."""
    resource, _, action = operation_id.rpartition(".")
    everything = "\n".join(texts)
    return (
        f'"{operation_id}"' in everything
        or (f'"{resource}"' in everything and f'}}.{action}"' in everything)
        or any(f'"{resource}"' in text and f'"{action}"' in text for text in texts)
    )


def media_of(contract: Contract) -> Iterator[tuple[str, str, bool, Mapping[str, Any]]]:
    """Each body of the contract: whose it is, which media type, whether it is an answer, and all about it."""
    for operation in contract.operations.values():
        for media_type, about in operation.body.items():
            yield operation.id, media_type, False, about
        for status, answer in operation.responses.items():
            for media_type, about in answer.get("content", {}).items():
                yield f"{operation.id} {status}", media_type, True, about


def examples_of(contract: Contract, about: Mapping[str, Any]) -> Iterator[Any]:
    if "example" in about:
        yield about["example"]
    for example in about.get("examples", {}).values():
        yield contract.resolve(example)["value"]


@EVERY_VENDOR
def test_every_example_of_the_contract_is_valid(key: str) -> None:
    contract, wrong = CONTRACTS[key], []
    for name, media_type, is_answer, about in media_of(contract):
        if "schema" not in about:
            continue
        schemas = contract.schemas
        validator = (
            schemas.response_validator(about["schema"])
            if is_answer
            else schemas.request_validator(about["schema"])
        )
        for example in examples_of(contract, about):
            wrong += [
                f"{name} {media_type}: {e.json_path} {e.message}"
                for e in validator.iter_errors(example)
            ]

    assert wrong == []


@EVERY_VENDOR
def test_every_body_and_every_success_has_an_example(key: str) -> None:
    contract = CONTRACTS[key]
    bare = [
        f"{name} {media_type}"
        for name, media_type, is_answer, about in media_of(contract)
        if (not is_answer or " 2" in name)
        and not any(True for _ in examples_of(contract, about))
        and media_type == "application/json"
    ]

    assert bare == []


def marks_in(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(node, Mapping):
        if "x-evidence" in node:
            yield path, node["x-evidence"]
        for name, each in node.items():
            yield from marks_in(each, f"{path}/{name}")
    elif isinstance(node, list):
        for place, each in enumerate(node):
            yield from marks_in(each, f"{path}/{place}")


@EVERY_VENDOR
def test_evidence_has_one_of_three_marks_and_the_contract_as_a_whole_has_one(key: str) -> None:
    marks = dict(marks_in(DOCUMENTS[key]))

    assert {path: mark for path, mark in marks.items() if mark not in EVIDENCE} == {}
    assert "" in marks


@EVERY_VENDOR
def test_every_link_leads_to_an_operation_and_its_parameters(key: str) -> None:
    contract, wrong = CONTRACTS[key], []
    for operation in contract.operations.values():
        for answer in operation.responses.values():
            for link in map(contract.resolve, answer.get("links", {}).values()):
                to = contract.operations.get(link.get("operationId", ""))
                names = {name for _, name in to.parameters} if to else set()
                asked = {name.rpartition(".")[2] for name in link.get("parameters", {})}
                if to is None or not asked <= names:
                    wrong.append(f"{operation.id}: {link}")

    assert wrong == []
