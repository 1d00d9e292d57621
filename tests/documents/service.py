"""Requests to one vendor of a served mock, and the records that a check needs."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import requests
from requests.auth import AuthBase

_NAME = re.compile(r"\{(\w+)\}")


class Service:
    """The API of one vendor, as its documents describe requests, rows and rejections."""

    rejection = 400

    def __init__(self, url: str, auth: AuthBase) -> None:
        self.url = url
        self._auth = auth
        self._session = requests.Session()
        self._session.trust_env = False
        self.shared: dict[str, Any] = {}

    def send(
        self, method: str, path: str, *, anonymous: bool = False, **content: Any
    ) -> requests.Response:
        auth = None if anonymous else self._auth
        url = f"{self.url}{path}"
        return self._session.request(method, url, auth=auth, timeout=10, **content)

    def save(self, method: str, path: str, body: Any) -> Any:
        """Save a record, and return it."""
        response = self.send(method, path, json=body)
        assert response.status_code in (200, 201), f"{method} {path} {body}: {response.text}"
        return self.record(response)

    def record(self, response: requests.Response) -> Any:
        """Return the record that a response contains."""
        return response.json()["data"]

    def rows(self, response: requests.Response, key: str) -> list[Any]:
        """Return the rows that the response of a list contains."""
        data = self.record(response)
        return list(data[key] if key else data)

    def names(self, response: requests.Response, field: str) -> bool:
        """Return whether a rejection names the field."""
        return field in response.json().get("errors", {})

    def close(self) -> None:
        self._session.close()


Record = Callable[["CheckContext"], Any]


class CheckContext:
    """The values that one check names: ``$client`` is a record's id, ``{client}`` its text.

    Records whose name begins with ``new_`` are created for each check, the others once.
    """

    def __init__(self, service: Service, records: Mapping[str, Record]) -> None:
        self.service = service
        self._records = records
        self.values: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        known = self.values if name.startswith("new_") else self.service.shared
        if name in self.values:
            return self.values[name]
        if name not in known:
            known[name] = self._records[name](self)
        return known[name]

    def resolve(self, value: Any) -> Any:
        """Return the value with every name replaced."""
        if isinstance(value, Mapping):
            return {name: self.resolve(item) for name, item in value.items()}
        if isinstance(value, list):
            return [self.resolve(item) for item in value]
        if not isinstance(value, str):
            return value
        if value.startswith("$"):
            return self[value[1:]]
        return _NAME.sub(lambda match: str(self[match[1]]), value)
