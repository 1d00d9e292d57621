"""The control API and the console: management of a running server.

The API is served like a vendor's, from ``openapi/control/openapi.yaml``; the backend of its
handlers is the server itself (``context.ServerContext``).

* ``handlers``  the operations of the API, one module per resource
* ``console``   the web pages, on top of the same handlers
* ``api``, ``access``, ``login``  the application and its access control
* ``factory``, ``initial_state``, ``exports``, ``diff``  creating, saving and comparing sandboxes
* ``seeding_job``, ``background``  long operations that must not block the event loop
* ``journal_view``, ``har``, ``redaction``  the journal as JSON and HAR, without secrets
* ``overview``, ``record_list``, ``record_page``, ``readable_diff``  what pages show of a sandbox's data
* ``request_rows``, ``error_reasons``, ``live_requests``  lists of requests, also as a stream of new ones
* ``rejections``, ``journal_requests``, ``curl``, ``repeated_requests``  the page of one request
* ``template_filters``, ``error_pages``  values as people read them; errors as pages
* ``render``, ``errors``, ``parsing``  JSON output, errors and input shared by the handlers
"""
