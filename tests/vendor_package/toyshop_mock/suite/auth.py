"""Authentication of Toyshop's suite, and its rules for mode ``own-data``."""

from requests.auth import AuthBase

from mockvoice_contracts.suite_api import Bearer, Ownership, Target


def create_auth(target: Target) -> AuthBase:
    """Return the authentication with the target's key."""
    return Bearer(target.credentials.get("api_key", ""))


# Customers and paid orders cannot be deleted.
OWNERSHIP = Ownership(
    references={"customer_id": "customerId"},
    forbidden={
        "customers.create": "customers cannot be deleted",
        "payments.create": "orders with payments cannot be deleted",
    },
)
