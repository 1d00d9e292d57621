"""``python -m tests.variations VENDOR [VARIATION…]``: start a mock and a proxy; print the proxy's URL.

``mockvoice check VENDOR --url URL --mode full --yes-this-account-may-be-changed`` must report no
finding. The variations are properties,
words, spelling, headers and page-size; the default is all.
"""

import sys
import time

from tests.variations.proxy import VARIATIONS, varied_mock

vendor, *chosen = sys.argv[1:]
with varied_mock(vendor, chosen or VARIATIONS) as url:
    print(url, flush=True)
    while True:
        time.sleep(3600)
