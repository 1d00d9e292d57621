"""Requirements for every vendor: its four folders, its operations and its contract."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from mockvoice_contracts.harness import ownership, targets
from mockvoice_contracts.harness.contract import Contract

ROOT = Path(__file__).parents[2]
SUITES = "contract_tests/mockvoice_contracts/suites"
NOT_VENDORS = {"control", "__pycache__"}
FOLDERS = ("openapi", "mock_server/mockvoice/vendors", SUITES, "fixtures")
EVIDENCE = {"seed", "public", "choice"}


def vendors_in(folder: str) -> set[str]:
    names = {path.name for path in ROOT.joinpath(folder).iterdir() if path.is_dir()}
    return {name for name in names if not name.startswith(".")} - NOT_VENDORS


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
def test_no_test_module_imports_another(key: str) -> None:
    importing = {
        path.name
        for path in ROOT.joinpath(SUITES, key).glob("*.py")
        if re.search(r"^\s*(from|import) .*\btest_", path.read_text("utf-8"), re.MULTILINE)
    }

    assert not importing, "move what they share to factories.py or a module that is not a test"


@EVERY_VENDOR
def test_every_operation_has_a_handler(key: str) -> None:
    missing = [
        operation
        for operation in CONTRACTS[key].operations
        if not targets.has_handler(key, operation)
    ]

    assert missing == []


@EVERY_VENDOR
def test_ownership_rules_name_existing_operations(key: str) -> None:
    rules = ownership.rules_of(key)
    operations = {*rules.by_operation, *rules.forbidden, *rules.forbidden_bodies, *rules.read_only}

    assert operations - CONTRACTS[key].operations.keys() == set()


@EVERY_VENDOR
def test_every_operation_is_called_in_a_scenario(key: str) -> None:
    files = [
        path for path in ROOT.joinpath(SUITES, key).glob("*.py") if path.name != "test_contract.py"
    ]
    texts = [path.read_text("utf-8") for path in files]
    missing = [
        operation for operation in CONTRACTS[key].operations if not named_in(texts, operation)
    ]

    assert missing == []


def named_in(texts: list[str], operation_id: str) -> bool:
    """Return whether scenarios contain an operation id, whole or as resource and action."""
    resource, _, action = operation_id.rpartition(".")
    all_texts = "\n".join(texts)
    return (
        f'"{operation_id}"' in all_texts
        or (f'"{resource}"' in all_texts and f'}}.{action}"' in all_texts)
        or any(f'"{resource}"' in text and f'"{action}"' in text for text in texts)
    )


def media_of(contract: Contract) -> Iterator[tuple[str, str, bool, Mapping[str, Any]]]:
    """Yield each body of the contract: name, media type, whether it is a response, and its definition."""
    for operation in contract.operations.values():
        for media_type, media in operation.body.items():
            yield operation.id, media_type, False, media
        for status, response in operation.responses.items():
            for media_type, media in response.get("content", {}).items():
                yield f"{operation.id} {status}", media_type, True, media


def examples_of(contract: Contract, media: Mapping[str, Any]) -> Iterator[Any]:
    if "example" in media:
        yield media["example"]
    for example in media.get("examples", {}).values():
        yield contract.resolve(example)["value"]


@EVERY_VENDOR
def test_every_example_of_the_contract_is_valid(key: str) -> None:
    contract, invalid = CONTRACTS[key], []
    for name, media_type, is_response, media in media_of(contract):
        if "schema" not in media:
            continue
        schemas = contract.schemas
        validator = (
            schemas.response_validator(media["schema"])
            if is_response
            else schemas.request_validator(media["schema"])
        )
        for example in examples_of(contract, media):
            invalid += [
                f"{name} {media_type}: {error.json_path} {error.message}"
                for error in validator.iter_errors(example)
            ]

    assert invalid == []


@EVERY_VENDOR
def test_every_body_and_every_success_has_an_example(key: str) -> None:
    contract = CONTRACTS[key]
    missing = [
        f"{name} {media_type}"
        for name, media_type, is_response, media in media_of(contract)
        if (not is_response or " 2" in name)
        and not any(True for _ in examples_of(contract, media))
        and media_type == "application/json"
    ]

    assert missing == []


def evidence_in(node: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(node, Mapping):
        if "x-evidence" in node:
            yield path, node["x-evidence"]
        for name, item in node.items():
            yield from evidence_in(item, f"{path}/{name}")
    elif isinstance(node, list):
        for index, item in enumerate(node):
            yield from evidence_in(item, f"{path}/{index}")


@EVERY_VENDOR
def test_every_x_evidence_value_is_valid_and_the_contract_has_a_default(key: str) -> None:
    evidence = dict(evidence_in(DOCUMENTS[key]))

    assert {path: value for path, value in evidence.items() if value not in EVIDENCE} == {}
    assert "" in evidence


@EVERY_VENDOR
def test_every_link_leads_to_an_operation_and_its_parameters(key: str) -> None:
    contract, invalid = CONTRACTS[key], []
    for operation in contract.operations.values():
        for response in operation.responses.values():
            for link in map(contract.resolve, response.get("links", {}).values()):
                target = contract.operations.get(link.get("operationId", ""))
                names = {name for _, name in target.parameters} if target else set()
                parameters = {name.rpartition(".")[2] for name in link.get("parameters", {})}
                if target is None or not parameters <= names:
                    invalid.append(f"{operation.id}: {link}")

    assert invalid == []
