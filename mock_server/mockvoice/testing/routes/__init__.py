"""Routes of hosts to sandboxes, for HTTP libraries in this process.

* ``active``               the table of this process
* ``table``                routes, and what they do to other hosts
* ``any_credentials``      replacement of a client's credentials
* ``patches``              the places in HTTP libraries that ask the table
* ``memory_connection``    an HTTP/1.1 connection without a socket, for libraries that write bytes
* ``http_client_library``  http.client, and urllib3 with requests on it
* ``httpx_library``, ``aiohttp_library``  the libraries of these names
"""
