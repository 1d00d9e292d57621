"""A mock in the process of its client: requests are function calls, without sockets.

* ``calls``   coroutines that run in the threads of their callers
* ``mock``    the mock: it starts the applications, and sends requests to them
"""
