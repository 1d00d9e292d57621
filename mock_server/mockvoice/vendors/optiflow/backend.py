"""OptiFlow's tables, with their indexes and sort orders."""

from mockvoice.kernel.backend import Backend
from mockvoice.kernel.store import Table
from mockvoice.vendors.optiflow.models import (
    DELETED,
    TRANSFER_IN,
    TRANSFER_OUT,
    BankAccount,
    Company,
    Contact,
    Currency,
    DocumentSubtype,
    Invitation,
    Invoice,
    Movement,
    Payment,
    Product,
    Quotation,
    Salesman,
    Stock,
    Tax,
    User,
    WithholdingType,
    Workspace,
)

# The user of each token. Assumed: one token for each installed user.
TOKEN_USER_IDS = {"owner": 1, "viewer": 2}

_DOCUMENT_REFERENCES = {
    "workspace_id": "workspaces",
    "contact_id": "contacts",
    "document_subtype_id": "document_subtypes",
    "currency_id": "currencies",
    "lines.*.product_id": "products",
    "lines.*.taxes.taxes.*.id": "taxes",
}


class OptiBackend(Backend):
    """The data of one tenant."""

    def define_tables(self) -> None:
        """Add the tables with their indexes, sort orders and search texts."""
        self.invoices: Table[Invoice] = self.add_table(
            "invoices",
            Invoice,
            indexes={
                # Deleted invoices are missing only here, in the index from which invoices are listed.
                "workspace": lambda i: None if i.status == DELETED else i.workspace_id,
                "status": lambda i: i.status,
                "contact_id": lambda i: i.contact_id,
                "issue_date": lambda i: i.issue_date,
                "currency_id": lambda i: i.currency_id,
                "salesman_id": lambda i: frozenset(i.salesmen_ids),
                "product_id": _product_ids,
                "tax_id": _tax_ids,
            },
            sort_orders={
                "issue_date": lambda i: i.issue_date,
                "document_number": lambda i: i.document_number,
                "total_amount": _total_cents,
            },
            references={
                **_DOCUMENT_REFERENCES,
                "created_by": "users",
                "quotation_id": "quotations",
                "salesmen_ids.*": "salesmen",
            },
            sequence="invoice",
            field_sequences={"lines.*.id": "invoice_item"},
        )
        self.quotations: Table[Quotation] = self.add_table(
            "quotations",
            Quotation,
            indexes={
                "workspace": lambda q: q.workspace_id,
                "status": lambda q: q.status,
                "contact_id": lambda q: q.contact_id,
                "currency_id": lambda q: q.currency_id,
                "product_id": _product_ids,
                "tax_id": _tax_ids,
            },
            sort_orders={
                "issue_date": lambda q: q.issue_date,
                "document_number": lambda q: q.document_number,
                "total_amount": _total_cents,
            },
            references=_DOCUMENT_REFERENCES,
            sequence="quotation",
            field_sequences={"lines.*.id": "quotation_item"},
        )
        self.payments: Table[Payment] = self.add_table(
            "payments",
            Payment,
            indexes={
                "workspace": lambda p: p.workspace_id,
                "status": lambda p: p.status,
                "invoice_id": lambda p: p.invoice_id,
                "payment_type": lambda p: p.payment_type,
                "payment_method": lambda p: p.payment_method,
                "bank_account_id": lambda p: p.bank_account_id,
                "contact_id": lambda p: p.contact_id,
            },
            sort_orders={"payment_date": lambda p: p.payment_date},
            # The taxes of the lines may have been deleted.
            references={
                "workspace_id": "workspaces",
                "invoice_id": "invoices",
                "contact_id": "contacts",
                "bank_account_id": "bank_accounts",
                "currency_id": "currencies",
                "withholdings.*.withholding_type_id": "withholding_types",
            },
            sequence="payment",
            field_sequences={
                "lines.*.id": "payment_line",
                "withholdings.*.id": "payment_withholding",
            },
        )
        self.contacts: Table[Contact] = self.add_table(
            "contacts",
            Contact,
            indexes={
                "contact_type": lambda c: c.contact_type,
                "status": lambda c: c.status,
                "related": lambda c: frozenset(contact_id for contact_id, _ in c.relationships),
            },
            sort_orders={
                "name": lambda c: c.name.lower(),
                "email": lambda c: (c.email or "").lower(),
                "created_at": lambda c: c.created_at,
            },
            texts={"search": _searchable_text},
            references={"relationships.*.0": "contacts"},
            sequence="contact",
        )
        self.products: Table[Product] = self.add_table(
            "products",
            Product,
            indexes={
                "is_active": lambda p: p.is_active,
                "track_stock": lambda p: p.track_stock,
                "product_type": lambda p: p.product_type,
                "sku": lambda p: p.sku.lower(),
                "default_tax_id": lambda p: p.default_tax_id,
            },
            sort_orders={
                "name": lambda p: p.name.lower(),
                "sku": lambda p: p.sku.lower(),
                "price": lambda p: p.price,
                "created_at": lambda p: p.created_at,
            },
            texts={"search": lambda p: "\n".join((p.name, p.sku, p.description or ""))},
            references={"default_tax_id": "taxes"},
            sequence="product",
        )
        self.movements: Table[Movement] = self.add_table(
            "stock_movements",
            Movement,
            indexes={
                "workspace": lambda m: m.workspace_id,
                "type": lambda m: m.type,
                "product_id": lambda m: m.product_id,
                "invoice_id": lambda m: m.invoice_id,
                # Both workspaces of a transfer list both of its movements.
                "transfer": lambda m: (
                    frozenset((m.from_workspace_id, m.to_workspace_id))
                    if m.type in (TRANSFER_OUT, TRANSFER_IN)
                    else None
                ),
            },
            sort_orders={"created_at": lambda m: m.created_at},
            references={
                "workspace_id": "workspaces",
                "product_id": "products",
                "created_by": "users",
                "invoice_id": "invoices",
                "from_workspace_id": "workspaces",
                "to_workspace_id": "workspaces",
            },
            sequence="stock_movement",
        )
        self.stocks: Table[Stock] = self.add_table("stocks", Stock, key=lambda s: s.key)
        self.taxes: Table[Tax] = self.add_table(
            "taxes", Tax, indexes={"name": lambda t: t.name.lower()}, sequence="tax"
        )
        self.currencies: Table[Currency] = self.add_table(
            "currencies",
            Currency,
            indexes={"code": lambda c: c.code, "is_default": lambda c: c.is_default},
            references={"rates.*.currency_id": "currencies"},
            sequence="currency",
            field_sequences={"rates.*.id": "currency_rate"},
            required_values={"is_default": (True,)},
        )
        self.document_subtypes: Table[DocumentSubtype] = self.add_table(
            "document_subtypes",
            DocumentSubtype,
            indexes={"prefix": lambda s: s.prefix, "type": lambda s: s.type},
            references={"preferred_workspace_ids.*": "workspaces"},
            sequence="document_subtype",
        )
        self.salesmen: Table[Salesman] = self.add_table(
            "salesmen", Salesman, references={"user_id": "users"}, sequence="salesman"
        )
        self.bank_accounts: Table[BankAccount] = self.add_table(
            "bank_accounts",
            BankAccount,
            indexes={"currency_id": lambda a: a.currency_id},
            references={"currency_id": "currencies"},
            sequence="bank_account",
        )
        self.withholding_types: Table[WithholdingType] = self.add_table(
            "withholding_types", WithholdingType
        )
        self.workspaces: Table[Workspace] = self.add_table(
            "workspaces",
            Workspace,
            indexes={
                "name": lambda w: w.name.lower(),
                "slug": lambda w: w.slug,
                "member": lambda w: frozenset(user_id for user_id, _ in w.members),
            },
            references={"owner_id": "users", "members.*.0": "users"},
            sequence="workspace",
        )
        self.invitations: Table[Invitation] = self.add_table(
            "invitations",
            Invitation,
            indexes={"email": lambda i: i.email.lower()},
            references={"workspace_id": "workspaces"},
            sequence="invitation",
        )
        self.users: Table[User] = self.add_table(
            "users",
            User,
            references={"current_workspace_id": "workspaces"},
            required_keys=TOKEN_USER_IDS.values(),
        )
        self.companies: Table[Company] = self.add_table("companies", Company, required_keys=(1,))


def _product_ids(document: Invoice | Quotation) -> frozenset[int]:
    return frozenset([line.product_id for line in document.lines])


def _tax_ids(document: Invoice | Quotation) -> frozenset[int]:
    return frozenset([tax.id for line in document.lines for tax in line.taxes.taxes])


def _total_cents(document: Invoice | Quotation) -> int:
    """Return the total in cents: it sorts like the decimal and needs less memory."""
    return int(document.figures.total_amount.replace(".", ""))


def _searchable_text(contact: Contact) -> str:
    texts = (
        contact.name,
        contact.email,
        contact.phone_primary,
        contact.phone_secondary,
        contact.mobile,
        contact.identification_number,
    )
    return "\n".join(text for text in texts if text)
