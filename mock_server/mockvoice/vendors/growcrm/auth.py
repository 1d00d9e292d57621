"""Authentication by a key in the ``Authorization`` header, which also selects the sandbox.

Documented: every key has full rights, so the API never returns 403. Assumed: the scheme name is
case-insensitive, the key is case-sensitive.
"""

from functools import partial

from mockvoice.web.auth import bearer

api_key = partial(bearer, "growcrm")
