"""One request with each HTTP library that routes serve."""

import asyncio
import http.client
import json
import urllib.error
import urllib.request
from dataclasses import dataclass

import aiohttp
import httpx
import requests
import urllib3

# What each library raises for a connection without a response, a time limit, and a blocked host.
DROPPED = {
    "httpx": httpx.RemoteProtocolError,
    "httpx async": httpx.RemoteProtocolError,
    "requests": requests.ConnectionError,
    "urllib3": urllib3.exceptions.ProtocolError,
    "urllib": http.client.RemoteDisconnected,
    "aiohttp": aiohttp.ServerDisconnectedError,
}
TIMED_OUT = {
    "httpx": httpx.ReadTimeout,
    "httpx async": httpx.ReadTimeout,
    "requests": requests.ReadTimeout,
    "urllib3": urllib3.exceptions.ReadTimeoutError,
    "urllib": TimeoutError,
    "aiohttp": TimeoutError,
}
BLOCKED = {
    "httpx": httpx.ConnectError,
    "httpx async": httpx.ConnectError,
    "requests": requests.ConnectionError,
    "urllib3": urllib3.exceptions.ProtocolError,
    "urllib": urllib.error.URLError,
    "aiohttp": aiohttp.ClientConnectorError,
}


@dataclass
class Response:
    """What a library returned."""

    status: int
    text: str
    url: str

    @property
    def json(self):
        return json.loads(self.text)


def send(library, method, url, *, headers=(), body=None, timeout=20):
    """Send a request, with a JSON body if there is one."""
    headers = {**dict(headers)}
    data = None if body is None else json.dumps(body).encode()
    if data is not None:
        headers.setdefault("Content-Type", "application/json")
    return _SENDERS[library](method, url, headers, data, timeout)


def _httpx(method, url, headers, data, timeout):
    with httpx.Client(timeout=timeout, follow_redirects=True) as client:
        response = client.request(method, url, headers=headers, content=data)
    return Response(response.status_code, response.text, str(response.url))


def _httpx_async(method, url, headers, data, timeout):
    async def run():
        async with httpx.AsyncClient(timeout=timeout, follow_redirects=True) as client:
            return await client.request(method, url, headers=headers, content=data)

    response = asyncio.run(run())
    return Response(response.status_code, response.text, str(response.url))


def _requests(method, url, headers, data, timeout):
    with requests.Session() as session:
        response = session.request(method, url, headers=headers, data=data, timeout=timeout)
    return Response(response.status_code, response.text, response.url)


def _urllib3(method, url, headers, data, timeout):
    with urllib3.PoolManager(timeout=timeout, retries=False) as pool:
        response = pool.request(method, url, headers=headers, body=data, redirect=True)
    return Response(response.status, response.data.decode(), url)


def _urllib(method, url, headers, data, timeout):
    request = urllib.request.Request(url, data, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=timeout) as response:
            return Response(response.status, response.read().decode(), response.url)
    except urllib.error.HTTPError as error:
        return Response(error.code, error.read().decode(), error.url)


def _aiohttp(method, url, headers, data, timeout):
    async def run():
        limits = aiohttp.ClientTimeout(total=timeout)
        async with (
            aiohttp.ClientSession(timeout=limits) as session,
            session.request(method, url, headers=headers, data=data) as response,
        ):
            return Response(response.status, await response.text(), str(response.url))

    return asyncio.run(run())


_SENDERS = {
    "httpx": _httpx,
    "httpx async": _httpx_async,
    "requests": _requests,
    "urllib3": _urllib3,
    "urllib": _urllib,
    "aiohttp": _aiohttp,
}
LIBRARIES = tuple(_SENDERS)
