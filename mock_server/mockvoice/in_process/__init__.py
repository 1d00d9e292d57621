"""A mock in the process of its client: requests are function calls, without sockets.

* ``coroutine_runner``  runs requests in the threads of their callers
* ``mock``              the mock: it starts the applications, and sends requests to them
"""
