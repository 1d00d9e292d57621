"""The HTTP libraries are patched only while a route is active.

A mock in this process has routes of its own, so this module has none.
"""

import http.client

import aiohttp
import httpx
import urllib3

CRM = "https://crm.example.com"


def test_the_libraries_are_as_before_when_no_route_is_left(remote):
    owners = [
        (httpx.HTTPTransport, "handle_request"),
        (httpx.AsyncHTTPTransport, "handle_async_request"),
        (http.client.HTTPConnection, "connect"),
        (http.client.HTTPSConnection, "connect"),
        (http.client.HTTPConnection, "putrequest"),
        (urllib3.connection.HTTPConnection, "connect"),
        (urllib3.connection.HTTPSConnection, "connect"),
        (aiohttp.TCPConnector, "_create_connection"),
    ]
    before = [vars(owner)[name] for owner, name in owners]
    with remote.sandbox() as sandbox, sandbox.growcrm.route(CRM), sandbox.halo.route("x.test"):
        during = [vars(owner)[name] for owner, name in owners]

    assert [vars(owner)[name] for owner, name in owners] == before
    assert not set(during) & set(before)
