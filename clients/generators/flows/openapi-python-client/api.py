"""The generated client, with the account's credentials."""

import httpx
from account import BASE_URL, credentials
from client import Client


def authorize(request: httpx.Request) -> None:
    request.headers.update(credentials(request.method, str(request.url), request.read()))


api = Client(base_url=BASE_URL, httpx_args={"event_hooks": {"request": [authorize]}})
