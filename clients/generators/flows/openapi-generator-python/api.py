"""The generated client, with the account's credentials."""

from typing import Any

from account import BASE_URL, credentials, json_body
from client import ApiClient, Configuration


class AuthorizedClient(ApiClient):
    def call_api(
        self,
        method: str,
        url: str,
        header_params: Any = None,
        body: Any = None,
        *rest: Any,
        **kw: Any,
    ) -> Any:
        headers = {**header_params, **credentials(method, url, json_body(body))}
        return super().call_api(method, url, headers, body, *rest, **kw)


api = AuthorizedClient(Configuration(host=BASE_URL))
