"""COUNT's errors, except for requests that violate the contract."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any


class CountError(Exception):
    """A rejection by a rule: status, code for programs, text for people, and details."""

    status = 400
    code = "validation_error"
    text = "The request could not be processed."

    def __init__(self, text: str | None = None, details: Mapping[str, Any] | None = None) -> None:
        super().__init__(text or self.text)
        self.details = details


class Invalid(CountError):
    """A property that is valid by itself, but not together with the others."""

    rule = "inconsistent"

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field} {message}.")
        self.field, self.message = field, message


class NotFound(CountError):
    """No record of this workspace has this id."""

    status, code, text = 404, "not_found", "Not found."


class ReferenceNotFound(CountError):
    """A reference in the body does not resolve in this workspace."""

    status, code = 404, "reference_not_found"

    def __init__(self, field: str, value: str) -> None:
        super().__init__(
            f"{field} does not resolve in this workspace.", {"field": field, "uuid": value}
        )


# The current names of references, by their legacy names.
_CURRENT_NAMES = {
    "customerId": "customerUuid",
    "appliedToInvoiceId": "appliedToInvoiceUuid",
    "tags": "tagUuids",
    "id": "productUuid",
}


class LegacyNumericField(CountError):
    """References are UUIDs; legacy numeric ids are not accepted."""

    code = "legacy_numeric_field"

    def __init__(self, field: str) -> None:
        path, _, name = field.rpartition(".")
        current_name = _CURRENT_NAMES.get(name, name)
        current_name = f"{path}.{current_name}" if path else current_name
        super().__init__(f"Use {current_name}; numeric ids are not accepted.")


class InvoiceLocked(CountError):
    """Approved documents are locked, since they already count in the team's reports."""

    code, text = "invoice_locked", "An approved invoice is locked: cannot update it."

    def __init__(self, status: str) -> None:
        super().__init__(details={"status": status})


class InvoiceNotApproved(CountError):
    """Drafts are not shown to customers, and nothing is owed for them."""

    code, text = "invoice_not_approved", "The invoice must be approved first."

    def __init__(self) -> None:
        super().__init__(details={"status": "draft"})


class InvoiceAlreadyApproved(CountError):
    """A document is approved only once."""

    code, text = "invoice_already_approved", "The invoice is already approved."

    def __init__(self, status: str) -> None:
        super().__init__(details={"status": status})


class MemoNotApprovable(CountError):
    """Memos are finalised by update or send, not by approve."""

    code, text = "memo_not_approvable", "A credit memo is finalised by update or send."


class MemoCannotRecur(CountError):
    """Credit memos cannot have a recurrence."""

    code, text = "memo_cannot_recur", "Credit memos cannot be recurring."


class ProductMissingCategoryAccount(CountError):
    """Without a category account the line cannot be posted."""

    code, text = "product_missing_category_account", "The product has no category account."

    def __init__(self, product_id: str) -> None:
        super().__init__(details={"productUuid": product_id})


class InvoiceNumberExists(CountError):
    """A number is unique per document type. Assumed."""

    status, code = 409, "invoice_number_exists"
    text = "An invoice with this number already exists."

    def __init__(self, number: str) -> None:
        super().__init__(details={"invoiceNumber": number})


class CreditExceedsBalance(CountError):
    """The amount exceeds the open balance of the invoice or of the memo."""

    code, text = "credit_exceeds_balance", "The credit exceeds the open balance."

    def __init__(self, document_id: str, balance: Decimal) -> None:
        super().__init__(details={"id": document_id, "balance": float(balance)})


class CreditMismatch(CountError):
    """The memo cannot be applied to this invoice."""

    code = "credit_mismatch"


class CreditNotApplied(CountError):
    """The memo is not applied to this invoice."""

    status, code = 404, "credit_not_applied"
    text = "The memo is not applied to this invoice."


class PaymentExceedsBalance(CountError):
    """The amount exceeds the document's open balance or the transaction's unassigned part."""

    code, text = "payment_exceeds_balance", "The payment exceeds the open balance."

    def __init__(self, document_id: str, balance: Decimal) -> None:
        super().__init__(details={"id": document_id, "balance": float(balance)})


class PaymentMismatch(CountError):
    """Direction, currency or document type do not match."""

    code = "payment_mismatch"


class TransactionNotApplied(CountError):
    """The transaction does not pay this document."""

    status, code = 404, "transaction_not_applied"
    text = "The transaction does not pay this invoice."


class TransactionAssigned(CountError):
    """A transaction that pays a document cannot be changed in this way."""

    code, text = "transaction_assigned", "The transaction pays a document."


class ReconciledPeriod(CountError):
    """Changes to a reconciled transaction need ``withCaution``."""

    code = "reconciled_period"
    text = "The transaction is reconciled; send withCaution to change it."


class SplitMismatch(CountError):
    """The parts and the remaining amount do not add up to the transaction."""

    code = "split_mismatch"


class NoRecipient(CountError):
    """The document has no recipient."""

    code, text = "no_recipient", "The customer has no email and no recipients were given."


class TagAlreadyGrouped(CountError):
    """A tag is in at most one group."""

    code, text = "tag_already_grouped", "The tag belongs to another group."

    def __init__(self, tag_id: str) -> None:
        super().__init__(details={"tagUuid": tag_id})


class AccountNotDeletable(CountError):
    """The account is in use, or is a system account."""

    code, text = "account_not_deletable", "The account cannot be deleted."

    def __init__(self, reason: str) -> None:
        super().__init__(details={"deleteBlockedReason": reason})


class ProtectedField(CountError):
    """This property of a system account cannot be changed."""

    status, code = 403, "protected_field"
    text = "This property of a system account cannot be changed."

    def __init__(self, field: str) -> None:
        super().__init__(details={"field": field})


class CustomerEmailExists(CountError):
    """A customer's e-mail address is unique in the workspace."""

    status, code, text = 409, "customer_email_exists", "A customer with this email already exists."

    def __init__(self, email: str) -> None:
        super().__init__(details={"email": email})


class ProductNameExists(CountError):
    """A product's name is unique in the workspace."""

    status, code, text = 409, "product_name_exists", "A product with this name already exists."


class TagGroupNameExists(CountError):
    """A tag group's name is unique in the workspace."""

    status, code, text = 409, "tag_group_name_exists", "A tag group with this name already exists."


class InvalidRedirectUri(CountError):
    """The redirect URI is not registered for the client."""

    code, text = "invalid_redirect_uri", "Invalid redirect uri"


class AuthError(CountError):
    """The caller is unknown, or its credentials have expired.

    ``error`` and ``error_description`` determine whether the vendor's own client refreshes its token.
    """

    status = 401
    error: str | None = None
    error_description: str | None = None


class MissingCredentials(AuthError):
    """A header of the signature is missing."""

    code = error = "missing_credentials"
    text = "x-client-id, x-timestamp and x-signature are required."


class InvalidSignature(AuthError):
    """Client, timestamp or signature is wrong; only the journal and the log say which."""

    code, error = "invalid_signature", "Invalid HMAC signature"
    text = "Invalid HMAC signature"
    note = ""  # the reason, for the journal; not part of the response


class MissingToken(AuthError):
    """The request is signed, but has no bearer token."""

    code, text = "missing_token", "A bearer token is required."


class AccessTokenExpired(AuthError):
    """The access token has expired; the client should refresh it."""

    code, error = "token_expired", "invalid_token"
    error_description = text = "The access token expired"


class InvalidAccessToken(AuthError):
    """The access token is unknown, or was replaced by a refresh."""

    code, text = "invalid_token", "Invalid access token."


class InvalidGrant(AuthError):
    """The code or the refresh token is unknown, used or expired."""

    code, text = "invalid_grant", "The code or refresh token is not valid."


class InvalidClient(AuthError):
    """The client is unknown, or the body and the signature name different clients."""

    code, text = "invalid_client", "Unknown client."
