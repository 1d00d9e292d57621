"""Routes of hosts to sandboxes, for HTTP libraries in this process.

* ``sandbox_routes``       the routes to one sandbox
* ``active``               the table of this process
* ``table``                routes, and what they do to other hosts
* ``credential_replacer``  replacement of a client's credentials
* ``patches``              patches of HTTP libraries that look up routes
* ``memory_connection``    an HTTP/1.1 connection without a socket, for libraries that write bytes
* ``http_client_library``  http.client, and urllib3 with requests on it
* ``httpx_library``, ``aiohttp_library``  the libraries of these names
"""
