"""Additional checks of the responses to generated requests."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

Check = Callable[..., Any]


def amounts_check(
    documents_in: Callable[[Any], Iterable[Any]], check: Callable[[Any], None]
) -> Check:
    """Return a check that the amounts of every document in a response are consistent."""

    def the_amounts_of_every_document_are_consistent(
        context: Any, response: Any, case: Any
    ) -> None:
        is_json = "json" in (response.headers.get("content-type") or [""])[0]
        if response.status_code in (200, 201) and is_json:
            for document in documents_in(response.json()):
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
