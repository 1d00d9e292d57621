"""Curl commands of findings repeat the request that was sent."""

import shlex

import pytest
import requests

from mockvoice_contracts.harness import curl

URL = "http://127.0.0.1/api/invoices"


@pytest.mark.parametrize(
    ("method", "headers", "arguments"),
    [
        # With -X HEAD, curl waits for a body that does not come.
        ("HEAD", {}, ["--head", URL]),
        ("GET", {"Accept": "*/*"}, ["-X", "GET", URL]),
        ("GET", {"Accept": "text/html"}, ["-X", "GET", URL, "-H", "Accept: text/html"]),
    ],
)
def test_method_and_accept_header_are_repeated(method, headers, arguments):
    request = requests.Request(method, URL, headers=headers).prepare()

    assert shlex.split(curl.command(request, {})) == ["curl", "-i", *arguments]
