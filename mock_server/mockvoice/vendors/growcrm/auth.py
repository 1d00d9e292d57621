"""Who asks: a key in the ``Authorization`` header, which also chooses the sandbox.

Documented: every key has full rights, so nothing is ever forbidden. Assumed: the name of the
scheme may be written in any case, the key may not.
"""

from functools import partial

from mockvoice.web.auth import bearer

api_key = partial(bearer, "growcrm")
