"""What COUNT refuses, besides requests that break the contract."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any


class CountError(Exception):
    """A refusal by a rule: status, code for programs, text for people, and facts."""

    status = 400
    code = "validation_error"
    text = "The request cannot be carried out."

    def __init__(self, text: str | None = None, details: Mapping[str, Any] | None = None) -> None:
        super().__init__(text or self.text)
        self.details = details


class Invalid(CountError):
    """A property that is well-formed, but does not go together with the rest."""

    rule = "inconsistent"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field} {message}.")
        self.field, self.message = field, message


class NotFound(CountError):
    """Nothing in this workspace has this id."""

    status, code, text = 404, "not_found", "Not found."


class ReferenceNotFound(CountError):
    """Something that the body names does not resolve in this workspace."""

    status, code = 404, "reference_not_found"

    def __init__(self, field: str, sent: str, *, strict: bool = False) -> None:
        super().__init__(
            f"{field} does not resolve in this workspace.", {"field": field, "uuid": sent}
        )
        if strict:
            self.status = 400


# The names under which references are sent today, by those of old.
_NOW = {
    "customerId": "customerUuid",
    "appliedToInvoiceId": "appliedToInvoiceUuid",
    "tags": "tagUuids",
    "id": "productUuid",
}


class LegacyNumericField(CountError):
    """References are UUIDs; the numbers of old are not taken."""

    code = "legacy_numeric_field"

    def __init__(self, field: str) -> None:
        path, _, name = field.rpartition(".")
        instead = _NOW.get(name, name)
        instead = f"{path}.{instead}" if path else instead
        super().__init__(f"Use {instead}; numeric ids are not accepted.")


class InvoiceLocked(CountError):
    """Approved documents are final: they already count in the team's reports."""

    code, text = "invoice_locked", "An approved invoice is locked: cannot update it."

    def __init__(self, status: str) -> None:
        super().__init__(details={"status": status})


class InvoiceNotApproved(CountError):
    """Customers do not see drafts, and nothing is owed for them."""

    code, text = "invoice_not_approved", "The invoice must be approved first."

    def __init__(self) -> None:
        super().__init__(details={"status": "draft"})


class InvoiceAlreadyApproved(CountError):
    """A document is approved once."""

    code, text = "invoice_already_approved", "The invoice is already approved."

    def __init__(self, status: str) -> None:
        super().__init__(details={"status": status})


class MemoNotApprovable(CountError):
    """Memos have another way out of draft."""

    code, text = "memo_not_approvable", "A credit memo is finalised by update or send."


class MemoCannotRecur(CountError):
    """Credit is given for a reason, not by a schedule."""

    code, text = "memo_cannot_recur", "Credit memos cannot be recurring."


class ProductMissingCategoryAccount(CountError):
    """Without an account there is nowhere to post the line."""

    code, text = "product_missing_category_account", "The product has no category account."

    def __init__(self, product_id: str) -> None:
        super().__init__(details={"productUuid": product_id})


class InvoiceNumberExists(CountError):
    """A number is given once for each type. Assumed."""

    status, code = 409, "invoice_number_exists"
    text = "An invoice with this number already exists."

    def __init__(self, number: str) -> None:
        super().__init__(details={"invoiceNumber": number})


class CreditExceedsBalance(CountError):
    """More than the invoice has due, or than the memo has left."""

    code, text = "credit_exceeds_balance", "The credit exceeds the open balance."

    def __init__(self, document_id: str, balance: Decimal) -> None:
        super().__init__(details={"id": document_id, "balance": float(balance)})


class CreditMismatch(CountError):
    """Memo and invoice do not go together."""

    code = "credit_mismatch"


class CreditNotApplied(CountError):
    """The memo has nothing to do with this invoice."""

    status, code = 404, "credit_not_applied"
    text = "The memo is not applied to this invoice."


class PaymentExceedsBalance(CountError):
    """More than the document has due, or than the transaction has left."""

    code, text = "payment_exceeds_balance", "The payment exceeds the open balance."

    def __init__(self, document_id: str, balance: Decimal) -> None:
        super().__init__(details={"id": document_id, "balance": float(balance)})


class PaymentMismatch(CountError):
    """Direction, currency or kind do not fit."""

    code = "payment_mismatch"


class TransactionNotApplied(CountError):
    """The transaction has nothing to do with this document."""

    status, code = 404, "transaction_not_applied"
    text = "The transaction does not pay this invoice."


class TransactionAssigned(CountError):
    """What pays a document is not changed behind its back."""

    code, text = "transaction_assigned", "The transaction pays a document."


class ReconciledPeriod(CountError):
    """What was checked against the bank needs a second thought."""

    code = "reconciled_period"
    text = "The transaction is reconciled; send withCaution to change it."


class SplitMismatch(CountError):
    """Parts and rest are not the whole."""

    code, text = "split_mismatch", "The parts do not add up to the transaction."


class NoRecipient(CountError):
    """Nobody to send it to."""

    code, text = "no_recipient", "The customer has no email and no recipients were given."


class TagAlreadyGrouped(CountError):
    """A tag is in one group at most."""

    code, text = "tag_already_grouped", "The tag belongs to another group."

    def __init__(self, tag_id: str) -> None:
        super().__init__(details={"tagUuid": tag_id})


class AccountNotDeletable(CountError):
    """Something stands in the way."""

    code, text = "account_not_deletable", "The account cannot be deleted."

    def __init__(self, reason: str) -> None:
        super().__init__(details={"deleteBlockedReason": reason})


class ProtectedField(CountError):
    """The system relies on its own accounts."""

    status, code = 403, "protected_field"
    text = "This account of the system does not allow that change."

    def __init__(self, field: str) -> None:
        super().__init__(details={"field": field})


class CustomerEmailExists(CountError):
    """An address belongs to one customer of the workspace."""

    status, code, text = 409, "customer_email_exists", "A customer with this email already exists."

    def __init__(self, email: str) -> None:
        super().__init__(details={"email": email})


class ProductNameExists(CountError):
    """A name belongs to one product of the workspace."""

    status, code, text = 409, "product_name_exists", "A product with this name already exists."


class TagGroupNameExists(CountError):
    """A name belongs to one group of the workspace."""

    status, code, text = 409, "tag_group_name_exists", "A tag group with this name already exists."


class InvalidRedirectUri(CountError):
    """The address is not registered for the client."""

    code, text = "invalid_redirect_uri", "Invalid redirect uri"


class AuthError(CountError):
    """The caller is not known, or may not act any more.

    ``error`` and ``error_description`` decide whether the vendor's own client refreshes its token.
    """

    status = 401
    error: str | None = None
    error_description: str | None = None


class MissingCredentials(AuthError):
    """A header of the signature is not there."""

    code = error = "missing_credentials"
    text = "x-client-id, x-timestamp and x-signature are required."


class InvalidSignature(AuthError):
    """Client, time or signature is wrong; which one is only said in the log."""

    code, error = "invalid_signature", "Invalid HMAC signature"
    text = "Invalid HMAC signature"
    note = ""  # for the integrator, not for the answer


class MissingToken(AuthError):
    """Signed, but without a bearer."""

    code, text = "missing_token", "A bearer token is required."


class AccessTokenExpired(AuthError):
    """The access token's time is over: the client should refresh."""

    code, error = "token_expired", "invalid_token"
    error_description = text = "The access token expired"


class InvalidAccessToken(AuthError):
    """The access token is unknown, or was replaced by a refresh."""

    code, text = "invalid_token", "Invalid access token."


class InvalidGrant(AuthError):
    """The code or the refresh token is unknown, used or expired."""

    code, text = "invalid_grant", "The code or refresh token is not valid."


class InvalidClient(AuthError):
    """The client is unknown, or the body names another one than the signature."""

    code, text = "invalid_client", "Unknown client."
