"""Records other than documents and templates."""

from mockvoice.vendors.count import quirks
from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.integration_models import Webhook
from mockvoice.vendors.count.models import (
    Account,
    AccountSubType,
    Address,
    Contact,
    Customer,
    Product,
    Tag,
    TagGroup,
    Tax,
    Transaction,
)
from mockvoice.vendors.count.render.parts import Json, Renderer, tag_reference, tax_ids, tax_rate
from mockvoice.vendors.count.rules import accounts, ledger, tags, transactions
from mockvoice.vendors.count.rules.document_content import find_tax


def customer(backend: CountBackend, row: Customer) -> Json:
    """Render a customer."""
    return {
        "id": row.id,
        "uuid": row.id,
        "customer": row.name,
        "email": row.email,
        "mainPhone": row.main_phone,
        "website": row.website,
        "status": row.status,
        "billingAddress": _address(row.billing_address),
        "shippingAddress": _address(row.shipping_address),
        "contacts": [_contact(contact) for contact in row.contacts],
        "notes": row.notes,
        "paymentTerm": row.payment_term,
        "taxNumber": row.tax_number,
        "taxAutoCalculate": row.tax_auto_calculate,
        "taxExcluded": row.tax_excluded,
        "taxes": tax_ids(backend, row.taxes),
        "createdAt": row.created,
        "updatedAt": row.updated,
    }


def _address(row: Address | None) -> Json | None:
    if row is None:
        return None
    return {
        "street": row.street,
        "city": row.city,
        "state": row.state,
        "zipCode": row.zip_code,
        "country": row.country,
    }


def _contact(row: Contact) -> Json:
    return {
        "id": row.id,
        "name": row.name,
        "firstName": row.first_name,
        "lastName": row.last_name,
        "email": row.email,
        "phone": row.phone,
        "isPrimary": row.primary,
    }


def product(_: CountBackend, row: Product) -> Json:
    """Render a product."""
    return {
        "id": row.id,
        "uuid": row.id,
        "name": row.name,
        "description": row.description,
        "categoryAccountUuid": row.category_id,
        "purchaseCategoryAccountUuid": row.purchase_category_id,
        "taxUuids": row.taxes,
        "currency": row.currency,
        "price": None if row.price is None else float(row.price),
        "purchasePrice": None if row.purchase_price is None else float(row.purchase_price),
        "pricingMethod": row.pricing_method,
        "taxExempt": row.tax_exempt,
        "createdAt": row.created,
        "updatedAt": row.updated,
    }


def tag(backend: CountBackend, row: Tag) -> Json:
    """Render a tag with its group."""
    group = tags.group_of(backend, row.id)
    return {
        "id": row.id,
        "uuid": row.id,
        "name": row.name,
        "color": row.color,
        "groups": [{"id": group.id, "name": group.name}] if group else [],
        "createdAt": row.created,
        "updatedAt": row.updated,
    }


def tag_group(backend: CountBackend, row: TagGroup) -> Json:
    """Render a tag group with its tags."""
    return {
        "id": row.id,
        "uuid": row.id,
        "name": row.name,
        "color": row.color,
        "tagUuids": row.tags,
        "tags": [tag_reference(backend, tag_id) for tag_id in row.tags],
        "createdAt": row.created,
        "updatedAt": row.updated,
    }


def tax(backend: CountBackend, row: Tax) -> Json:
    """Render a tax rate."""
    return tax_rate(backend, row)


def sub_type(_: CountBackend, row: AccountSubType) -> Json:
    """Render an account sub-type."""
    return {
        "id": row.id,
        "type": row.type,
        "name": row.name,
        "description": row.description,
        "anchorTier": row.anchor_tier,
    }


def account(backend: CountBackend, row: Account) -> Json:
    """Render an account."""
    sub_type = backend.sub_types.get(row.sub_type_id)
    if sub_type is None:
        raise KeyError(row.sub_type_id)
    tax_id = quirks.tax_id(backend)
    taxes = [find_tax(backend, stored_id) for stored_id in row.taxes]
    return {
        "id": row.id,
        "accUuid": row.id,
        "accountUuid": row.id,
        "name": row.name,
        "accountNumber": row.number,
        "type": row.type,
        "subTypeId": sub_type.id,
        "subType": {"id": sub_type.id, "name": sub_type.name, "anchorTier": sub_type.anchor_tier},
        "currency": row.currency,
        "description": row.description,
        "color": row.color,
        "parentAccountId": row.parent_id,
        "institutionId": row.institution_id,
        "taxes": [
            {"id": tax_id(tax), "name": tax.name, "percentage": float(tax.percentage)}
            for tax in taxes
        ],
        "status": row.status,
        "editable": row.role is None,
        "createdAt": row.created,
        "updatedAt": row.updated,
    }


def account_renderer(balances: bool | None, delete_meta: bool | None) -> Renderer[Account]:
    """Return the renderer of accounts with the details that were requested."""

    def account_with_details(backend: CountBackend, row: Account) -> Json:
        data = account(backend, row)
        if balances:
            data["balance"] = float(ledger.balance(backend, row))
        if delete_meta:
            blocked = accounts.delete_blocked_reason(backend, row)
            data["canDelete"] = blocked is None
            if blocked is not None:
                data["deleteBlockedReason"] = blocked
        return data

    return account_with_details


def transaction(backend: CountBackend, row: Transaction) -> Json:
    """Render a bank transaction with its assignments and splits."""
    parts = transactions.parts_of(backend, row)
    partly_assigned = bool(row.assignments) and row.unassigned > 0
    return {
        "id": row.id,
        "accUuid": row.account_id,
        "amount": float(row.sign * row.amount),
        "postedDate": row.posted.isoformat(),
        "authorizedDate": row.authorized and row.authorized.isoformat(),
        "type": row.type,
        "description": row.description,
        "notes": row.notes,
        "currency": row.currency,
        "categoryAccountUuid": row.category_id,
        "vendorUuid": None,
        "customerUuid": row.customer_id,
        "projectUuid": None,
        "tagUuids": row.tags,
        "tags": [tag_reference(backend, tag_id) for tag_id in row.tags],
        "taxes": tax_ids(backend, row.taxes),
        "reviewed": row.reviewed,
        "reconciled": row.reconciled,
        "excluded": row.excluded,
        "pending": row.pending,
        "split": bool(parts) or partly_assigned,
        "assignments": [
            {
                "id": payment.other_id,
                "matchingType": "invoice",
                "amount": float(payment.amount),
                "notes": payment.notes,
                "assignedAt": payment.at,
            }
            for payment in row.assignments
        ],
        "assignedAmount": float(row.assigned),
        "unassignedAmount": float(row.unassigned),
        "parentTransactionId": row.parent_id,
        "splits": [
            {
                "id": part.id,
                "amount": float(part.sign * part.amount),
                "categoryAccountUuid": part.category_id,
            }
            for part in parts
        ],
        "linkedTransferTransactionUuid": row.linked_id,
        "createdAt": row.created,
        "updatedAt": row.updated,
    }


def webhook(_: CountBackend, row: Webhook) -> Json:
    """Render a webhook subscription; its secret is never returned."""
    return {
        "uuid": row.id,
        "event": row.event,
        "callbackUrl": row.url,
        "status": row.status,
        "hasSigningSecret": row.secret is not None,
        "createdAt": row.created,
        "updatedAt": row.updated,
    }
