"""Operations that start an authorization."""

from urllib.parse import urlencode

from mockvoice.vendors.count import render
from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.rules.redirect_uris import check_redirect_uri

CONSENT_PATH = "/auth2/consent"


def start(
    backend: CountBackend, client_id: str, redirect_uri: str, state: str, base_url: str
) -> render.Json:
    check_redirect_uri(backend, redirect_uri)
    query = urlencode({"clientId": client_id, "redirectUri": redirect_uri, "state": state})
    data = {"redirectUri": f"{base_url}{CONSENT_PATH}?{query}"}
    return render.success(data, "Authorization started.")


start_alias = start
