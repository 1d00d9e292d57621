"""Operations that start an authorization."""

from urllib.parse import urlencode

from mock_server.vendors.count import render
from mock_server.vendors.count.backend import CountBackend
from mock_server.vendors.count.rules.tokens import check_redirect

CONSENT = "/auth2/consent"


def start(
    backend: CountBackend, client_id: str, redirect_uri: str, state: str, base_url: str
) -> render.Json:
    check_redirect(backend, redirect_uri)
    asked = urlencode({"clientId": client_id, "redirectUri": redirect_uri, "state": state})
    return render.answer({"redirectUri": f"{base_url}{CONSENT}?{asked}"}, "Authorization started.")


start_alias = start
