"""Connections to a proxy, byte by byte."""

import http.client
import socket
import ssl
from urllib.parse import urlsplit


def connect(proxy):
    address = urlsplit(proxy)
    return socket.create_connection((address.hostname, address.port), 30)


def ask(connection, request):
    """Send bytes, and return the status, the reason phrase and the body of the response."""
    connection.sendall(request)
    response = http.client.HTTPResponse(connection)
    response.begin()
    body = response.read()
    return response.status, response.reason, body


def open_tunnel(proxy, host, port=443):
    """Return a connection to a proxy after CONNECT."""
    connection = connect(proxy)
    connection.sendall(f"CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
    response = b""
    while not response.endswith(b"\r\n\r\n"):
        part = connection.recv(1)
        if not part:
            break
        response += part
    assert response.startswith(b"HTTP/1.1 200 "), response
    return connection


def encrypted(connection, context: ssl.SSLContext, name):
    return context.wrap_socket(connection, server_hostname=name)


def get(path, host, *headers):
    return "\r\n".join([f"GET {path} HTTP/1.1", f"Host: {host}", *headers, "", ""]).encode()


def ask_byte_by_byte(connection, context: ssl.SSLContext, name, request):
    """Begin TLS on a connection with one byte in each packet, and return the begin of a response."""
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(incoming, outgoing, server_hostname=name)

    def step(action):
        while True:
            try:
                return action()
            except ssl.SSLWantReadError:
                for byte in outgoing.read():
                    connection.sendall(bytes([byte]))
                received = connection.recv(65536)
                assert received, "the server has closed the connection"
                incoming.write(received)

    step(client.do_handshake)
    client.write(request)
    connection.sendall(outgoing.read())
    return step(lambda: client.read(65536))
