"""Operations that start an authorization."""

from urllib.parse import urlencode

from mockvoice.vendors.count import render
from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.rules.tokens import check_redirect
from mockvoice.web.responses import Response

CONSENT = "/auth2/consent"


def start(
    backend: CountBackend, client_id: str, redirect_uri: str, state: str, base_url: str
) -> Response:
    check_redirect(backend, redirect_uri)
    asked = urlencode({"clientId": client_id, "redirectUri": redirect_uri, "state": state})
    data = {"redirectUri": f"{base_url}{CONSENT}?{asked}"}
    # The vendor's own sample calls this from a browser, at another origin.
    headers = {"Access-Control-Allow-Origin": "*"}
    return Response(render.answer(data, "Authorization started."), headers=headers)


start_alias = start
