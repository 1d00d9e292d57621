"""The HTTP libraries are patched only while a route is active.

A mock in this process has routes of its own, so this module has none.
"""

import http.client
import sys
import types

import aiohttp
import httpx
import pytest
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
        (aiohttp.BaseConnector, "connect"),
        (aiohttp.TCPConnector, "_create_connection"),
    ]
    before = [vars(owner)[name] for owner, name in owners]
    with remote.sandbox() as sandbox, sandbox.growcrm.route(CRM), sandbox.halo.route("x.test"):
        during = [vars(owner)[name] for owner, name in owners]

    assert [vars(owner)[name] for owner, name in owners] == before
    assert not set(during) & set(before)


def test_a_patch_of_others_stays_when_the_last_route_ends(remote, monkeypatch):
    original = httpx.HTTPTransport.handle_request
    with remote.sandbox() as sandbox:
        with sandbox.growcrm.route(CRM):
            fake = lambda *_: httpx.Response(418)  # noqa: E731
            monkeypatch.setattr(httpx.HTTPTransport, "handle_request", fake)
        assert httpx.get(CRM).status_code == 418
        monkeypatch.undo()
    # What is left does nothing without a route.
    assert httpx.HTTPTransport.handle_request.__wrapped__ is original
    httpx.HTTPTransport.handle_request = original


@pytest.mark.parametrize("placeholder", [types.ModuleType("aiohttp"), None])
def test_a_placeholder_of_a_library_is_not_patched(remote, monkeypatch, placeholder):
    monkeypatch.setitem(sys.modules, "aiohttp", placeholder)
    with remote.sandbox() as sandbox, sandbox.growcrm.route(CRM):
        assert httpx.get(CRM + "/api/invoices").status_code == 401


def test_a_library_that_cannot_be_patched_leaves_no_patch(remote, monkeypatch):
    original = httpx.HTTPTransport.handle_request
    monkeypatch.delattr(aiohttp.TCPConnector, "_create_connection")
    with remote.sandbox() as sandbox, pytest.raises(KeyError):
        sandbox.growcrm.route(CRM)
    assert httpx.HTTPTransport.handle_request is original
    monkeypatch.undo()
    with remote.sandbox() as sandbox, sandbox.growcrm.route(CRM):
        assert httpx.get(CRM + "/api/invoices").status_code == 401
