"""Marks requests that a mock sends by itself, such as deliveries of webhooks.

Routes of HTTP libraries in the same process do not apply to them.
"""

from contextvars import ContextVar

IS_OWN_REQUEST = ContextVar("mockvoice_is_own_request", default=False)
