"""Exit with 0 if the server in this container responds, else with 1.

Any response counts: a server without a control API answers 404, and is healthy.
"""

import os
import ssl
import sys
import urllib.error
import urllib.request

TIMEOUT_SECONDS = 2


def main() -> int:
    """Send one request to the main port of this machine."""
    uses_tls = os.environ.get("MOCKVOICE_TLS") or os.environ.get("MOCKVOICE_TLS_CERT")
    port = os.environ.get("MOCKVOICE_PORT", "8080")
    url = f"{'https' if uses_tls else 'http'}://127.0.0.1:{port}/_mock/health"
    # The certificate does not matter, since the server is the container's own.
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    try:
        with urllib.request.urlopen(url, timeout=TIMEOUT_SECONDS, context=context):
            return 0
    except urllib.error.HTTPError as error:
        return 0 if error.code < 500 else 1
    except OSError:
        return 1


if __name__ == "__main__":
    sys.exit(main())
