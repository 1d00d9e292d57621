"""Additional checks of the responses to generated requests."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from mockvoice_contracts.harness.contract import Contract

Check = Callable[..., Any]


def amounts_check(
    documents_in: Callable[[Any], Iterable[Any]], check: Callable[[Any], None]
) -> Check:
    """Return a check that the amounts of every document in a response are consistent.

    Properties that the contract does not have are left out first, as in scenarios.
    """
    contracts: list[Contract] = []

    def the_amounts_of_every_document_are_consistent(
        context: Any, response: Any, case: Any
    ) -> None:
        content_type = (response.headers.get("content-type") or [""])[0]
        if response.status_code not in (200, 201) or "json" not in content_type:
            return
        if not contracts:
            contracts.append(Contract(case.operation.schema.raw_schema, closed=False))
        contract = contracts[0]
        operation = contract.find(case.operation.definition.raw["operationId"])
        media_type = content_type.partition(";")[0].strip()
        body = contract.declared_body(operation, response.status_code, media_type, response.json())
        for document in documents_in(body):
            check(document)

    return the_amounts_of_every_document_are_consistent


def valid_data_check(rejection_status: int, is_state_error: Callable[[Any], bool]) -> Check:
    """Return a check that valid data is rejected only because of the account's state."""

    def valid_data_is_rejected_only_because_of_the_account_state(
        context: Any, response: Any, case: Any
    ) -> None:
        if (
            response.status_code != rejection_status
            or case.meta is None
            or case.meta.generation.mode.is_negative
            or _has_empty_query_value(response)
        ):
            return
        if not is_state_error(response.json()):
            raise AssertionError(f"valid data was rejected: {response.text}")

    return valid_data_is_rejected_only_because_of_the_account_state


def _has_empty_query_value(response: Any) -> bool:
    """Return whether a query has an empty value, for example because it contained an empty list."""
    query = urlsplit(str(response.request.url)).query
    return any(not value for _, value in parse_qsl(query, keep_blank_values=True))
