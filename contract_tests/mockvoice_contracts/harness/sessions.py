"""Sessions of ``requests`` that prepare an ordinary request in fewer steps, with the same result."""

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlencode

import requests
from requests.cookies import RequestsCookieJar


class QuickSession(requests.Session):
    """A session whose settings rarely matter: most requests bring all of their own.

    ``requests`` merges settings and serializes query parameters with checks that take longer than
    all else, so a run of ten thousand requests would spend seconds on them.
    """

    def prepare_request(self, request: requests.Request) -> requests.PreparedRequest:
        """Return a request with the settings of this session."""
        if not self._has_own_settings_only(request):
            return super().prepare_request(request)
        prepared = requests.PreparedRequest()
        prepared.prepare(
            method=str(request.method),
            url=request.url,
            headers=_merge_headers(self.headers, request.headers),
            files=request.files,
            data=request.data,
            json=request.json,
            params=_encode_params(request.params),
            auth=request.auth,
            cookies=RequestsCookieJar(),
            hooks=request.hooks,
        )
        return prepared

    def _has_own_settings_only(self, request: requests.Request) -> bool:
        """Return whether the session adds nothing but headers."""
        session_settings = self.trust_env or self.auth or self.params or any(self.hooks.values())
        return not (session_settings or request.cookies or len(self.cookies))

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """Send a prepared request."""
        if not self.trust_env:  # Otherwise, the environment may have a proxy.
            options.setdefault("proxies", dict(self.proxies))
        return super().send(request, **options)


def _merge_headers(*sources: Mapping[Any, Any] | None) -> dict[Any, Any]:
    """Merge headers, whose names have no case; ``None`` removes one."""
    merged = {
        name.lower(): (name, value)
        for source in sources
        if source
        for name, value in source.items()
    }
    return {name: value for name, value in merged.values() if value is not None}


def _encode_params(params: Any) -> Any:
    """Return query parameters as a text if they are a mapping, like ``requests``."""
    if not params:
        return None
    if not isinstance(params, dict):
        return params
    return urlencode(list(_pairs(params)), doseq=True)


def _pairs(params: dict[Any, Any]) -> Iterator[tuple[Any, Any]]:
    for name, values in params.items():
        is_single = isinstance(values, str | bytes) or not hasattr(values, "__iter__")
        for value in [values] if is_single else values:
            if value is not None:
                yield name, value
