"""Contacts, products, stock movements, workspaces and the tenant's settings as JSON."""

from mockvoice.kernel.money import HUNDRED, quantize
from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.models import (
    Actor,
    BankAccount,
    Contact,
    Currency,
    CurrencyRate,
    DocumentSubtype,
    Invitation,
    Movement,
    Product,
    Salesman,
    Tax,
    User,
    Workspace,
)
from mockvoice.vendors.optiflow.models import (
    Address as ContactAddress,
)
from mockvoice.vendors.optiflow.render.parts import (
    Json,
    format_date,
    format_datetime,
    product_summary,
    timestamps,
)
from mockvoice.vendors.optiflow.rules import currencies, stock, workspaces
from mockvoice.vendors.optiflow.rules.records import format_amount, get_existing


def contact(backend: OptiBackend, row: Contact) -> Json:
    """Return a contact, with its addresses and relationships."""
    primary = next((address for address in row.addresses if address.is_primary), None)
    return {
        "id": row.id,
        "name": row.name,
        "email": row.email,
        "phone": row.phone,
        "phone_primary": row.phone_primary,
        "phone_secondary": row.phone_secondary,
        "mobile": row.mobile,
        "fax": row.fax,
        "contact_type": row.contact_type,
        "identification_type": row.identification_type,
        "identification_number": row.identification_number,
        "status": row.status,
        "credit_limit": format_amount(row.credit_limit),
        "observations": row.observations,
        "birth_date": format_date(row.birth_date),
        "gender": row.gender,
        "addresses": [_address(address) for address in row.addresses],
        "primary_address": primary
        and {
            "street": primary.description,
            "city": primary.municipality,
            "country": primary.country,
        },
        "relationships": [
            {
                "contact_id": other,
                "name": get_existing(backend.contacts, other).name,
                "relationship": kind,
            }
            for other, kind in row.relationships
        ],
        **timestamps(row),
    }


def _address(row: ContactAddress) -> Json:
    parts = (row.description, row.municipality, row.province, row.country)
    return {
        "type": row.type,
        "province": row.province,
        "municipality": row.municipality,
        "country": row.country,
        "description": row.description,
        "is_primary": row.is_primary,
        "full_address": ", ".join(part for part in parts if part),
    }


def product(backend: OptiBackend, actor: Actor, row: Product) -> Json:
    """Return a product, with its stock in the actor's workspace. Observed: profit and margin."""
    cost = row.cost
    profit = None if cost is None else row.price - cost
    margin = quantize(profit / cost * HUNDRED) if profit is not None and cost else None
    return {
        "id": row.id,
        "name": row.name,
        "sku": row.sku,
        "description": row.description,
        "product_type": row.product_type,
        "price": format_amount(row.price),
        "cost": None if cost is None else format_amount(cost),
        "track_stock": row.track_stock,
        "allow_negative_stock": row.allow_negative_stock,
        "is_active": row.is_active,
        "default_tax_id": row.default_tax_id,
        "profit": None if profit is None else format_amount(profit),
        "profit_margin": None if margin is None else format_amount(margin),
        "stock_quantity": stock.get_stock(backend, actor.workspace_id, row.id).quantity,
        **timestamps(row),
    }


def movement(backend: OptiBackend, row: Movement) -> Json:
    """Return a stock movement, with its product and the user who caused it."""
    user = get_existing(backend.users, row.created_by)
    return {
        "id": row.id,
        "workspace_id": row.workspace_id,
        "product_id": row.product_id,
        "product": product_summary(backend, row.product_id),
        "type": row.type,
        "quantity": row.quantity,
        "previous_quantity": row.previous_quantity,
        "current_quantity": row.current_quantity,
        "from_workspace_id": row.from_workspace_id,
        "to_workspace_id": row.to_workspace_id,
        "reference": row.reference,
        "notes": row.notes,
        "reason": row.reason,
        "invoice_id": row.invoice_id,
        "created_by": {"id": user.id, "name": user.name},
        "created_at": format_datetime(row.created_at),
    }


def tax(_: OptiBackend, row: Tax) -> Json:
    """Return a tax."""
    rate = format_amount(row.rate)
    return {
        "id": row.id,
        "name": row.name,
        "type": row.type,
        "rate": rate,
        "is_default": row.is_default,
        "rate_percentage": f"{rate}%",
        **timestamps(row),
    }


def currency(backend: OptiBackend, row: Currency) -> Json:
    """Return a currency, with its current rate."""
    return {
        "id": row.id,
        "name": row.name,
        "code": row.code,
        "symbol": row.symbol,
        "is_default": row.is_default,
        "is_active": row.is_active,
        "current_rate": str(quantize(currencies.current_rate(backend, row), 4)),
        **timestamps(row),
    }


def currency_rate(_: OptiBackend, row: CurrencyRate) -> Json:
    """Return an exchange rate."""
    return {
        "id": row.id,
        "currency_id": row.currency_id,
        "rate": str(quantize(row.rate, 4)),
        "effective_date": format_datetime(row.effective_date),
        "created_at": format_datetime(row.created_at),
        "updated_at": format_datetime(row.created_at),
    }


def document_subtype(_: OptiBackend, row: DocumentSubtype) -> Json:
    """Return a numbering series."""
    return {
        "id": row.id,
        "name": row.name,
        "type": row.type,
        "prefix": row.prefix,
        "start_number": row.start_number,
        "end_number": row.end_number,
        "next_number": row.next_number,
        "valid_until_date": format_date(row.valid_until_date),
        "is_default": row.is_default,
        "is_active": row.is_active,
        "is_electronic": row.is_electronic,
        "preferred_workspace_ids": row.preferred_workspace_ids,
        **timestamps(row),
    }


def salesman(_: OptiBackend, row: Salesman) -> Json:
    """Return a salesman."""
    return {
        "id": row.id,
        "name": row.name,
        "surname": row.surname,
        "full_name": f"{row.name} {row.surname}",
        "user_id": row.user_id,
        **timestamps(row),
    }


def bank_account(_: OptiBackend, row: BankAccount) -> Json:
    """Return a bank account, with its balance."""
    return {
        "id": row.id,
        "name": row.name,
        "type": row.type,
        "currency_id": row.currency_id,
        "account_number": row.account_number,
        "initial_balance": format_amount(row.initial_balance),
        "initial_balance_date": row.initial_balance_date.isoformat(),
        "description": row.description,
        "is_active": row.is_active,
        "is_system_account": row.is_system_account,
        "balance": format_amount(row.balance),
        **timestamps(row),
    }


def workspace(backend: OptiBackend, actor: Actor, row: Workspace) -> Json:
    """Return a workspace, with its owner and members."""
    owner = get_existing(backend.users, row.owner_id)
    return {
        "id": row.id,
        "name": row.name,
        "slug": row.slug,
        "code": row.code,
        "description": row.description,
        "address": row.address,
        "phone": row.phone,
        "is_active": True,
        "is_default": row.is_default,
        "owner_id": row.owner_id,
        "owner": {"id": owner.id, "name": owner.name, "email": owner.email},
        "is_owner": row.owner_id == actor.user_id,
        "members": [member(*pair) for pair in workspaces.list_members(backend, row)],
        "members_count": len(row.members),
        **timestamps(row),
    }


def member(user: User, role: str) -> Json:
    """Return a member of a workspace."""
    return {"id": user.id, "name": user.name, "email": user.email, "role": role}


def invitation(_: OptiBackend, row: Invitation) -> Json:
    """Return an invitation."""
    return {
        "id": row.id,
        "workspace_id": row.workspace_id,
        "email": row.email,
        "role": row.role,
        "status": "pending",
        "expires_at": format_datetime(row.expires_at),
        "created_at": format_datetime(row.created_at),
    }
