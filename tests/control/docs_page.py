"""The documentation page of a vendor in a browser."""

import json
from typing import Any

from tests.browser import Browser

# Collects what the security headers block, and the windows that the page opens.
WATCH = """
window.blocked = [];
document.addEventListener('securitypolicyviolation', event => blocked.push(event.blockedURI));
window.opened = [];
const open = window.open;
window.open = (...args) => { const page = open(...args); opened.push(page); return page; };
"""


class DocsPage:
    """Operations of the page by their ids; what it shows of requests and responses."""

    def __init__(self, browser: Browser, main: str) -> None:
        self.browser = browser
        self._main = main

    def open(self, vendor: str, sandbox: str) -> None:
        """Open the page, and wait until it shows the operations."""
        self.browser.open(f"{self._main}/_mock/vendors/{vendor}/docs?sandbox={sandbox}")
        self.browser.wait("document.querySelector('.opblock') !== null")

    def execute(self, operation: str) -> str:
        """Send the request of an operation as it is filled in; return the status that is shown."""
        block = _block(operation)
        self.browser.value(f"{block}.querySelector('.opblock-summary-control').click()")
        self.browser.wait(f"{block}.querySelector('.execute') !== null")
        self.browser.value(f"{block}.querySelector('.execute').click()")
        status = f"{block}.querySelector('.live-responses-table .response td')"
        self.browser.wait(f"!!{status}")
        return str(self.browser.value(f"{status}.innerText")).split()[0]

    def curl(self, operation: str) -> str:
        """Return the command that the page shows after a request."""
        return str(self.browser.value(f"{_block(operation)}.querySelector('.curl').innerText"))

    def authorize(self) -> None:
        """Press the button of the scheme ``oauth`` in the dialog for credentials."""
        self.browser.value("document.querySelector('.btn.authorize').click()")
        self.browser.wait(f"{_OAUTH} !== undefined")
        self.browser.value(f"{_OAUTH}.querySelectorAll('.scopes input').forEach(e => e.click())")
        self.browser.value(f"{_OAUTH}.querySelector('.btn.authorize').click()", user_gesture=True)

    def wait_for_token(self) -> None:
        """Wait until the dialog has a token, then close it."""
        self.browser.wait(f"{_OAUTH}.innerText.includes('Logout')")
        self.browser.value("document.querySelector('.close-modal').click()")

    def value(self, expression: str) -> Any:
        """Evaluate a JavaScript expression in the page."""
        return self.browser.value(expression)


_OAUTH = (
    "[...document.querySelectorAll('.auth-container')].find(e => e.innerText.includes('OAuth2'))"
)


def _block(operation: str) -> str:
    """Return the expression of an operation's element, whose id has backslashes before dots."""
    end = json.dumps(f"-{operation}")
    return (
        "[...document.querySelectorAll('.opblock')]"
        f".find(e => e.id.replaceAll('\\\\', '').endsWith({end}))"
    )


def is_resolved(path: str, method: str) -> str:
    """Return the expression that tells whether Swagger UI can send the request of an operation."""
    place = json.dumps(["paths", path, method])
    return f"!!ui.specSelectors.specResolvedSubtree({place})"
