"""Customers and products."""

from collections.abc import Callable, Iterable

from mockvoice.vendors.count import render
from mockvoice.vendors.count.backend import CountBackend
from mockvoice.vendors.count.models import (
    Customer,
    Invoice,
    Product,
)
from mockvoice.vendors.count.record_kinds.parts import TONES
from mockvoice.web.record_kinds import (
    DocumentLayout,
    PartTable,
    RecordKind,
    RelatedRecords,
    Summary,
)


def _customer(_: CountBackend, row: Customer) -> Summary:
    return Summary(
        key=row.id,
        name=row.name,
        position=row.serial,
        status=row.status,
        detail=row.email or "",
    )


def _product(_: CountBackend, row: Product) -> Summary:
    return Summary(
        key=row.id,
        name=row.name,
        position=row.created,
        amount=row.price,
        currency=row.currency,
        detail=row.description or "",
    )


def _address_paths(name: str) -> tuple[str, ...]:
    return tuple(f"{name}/{part}" for part in ("street", "zipCode", "city", "state", "country"))


def _of_customer(kind: str) -> Callable[[CountBackend, Customer], Iterable[Invoice]]:
    def find(backend: CountBackend, row: Customer) -> Iterable[Invoice]:
        rows = backend.invoices.find_by("customer", row.id)
        return (document for document in rows if document.content.type == kind)

    return find


CUSTOMERS = RecordKind(
    key="customers",
    title="Customers",
    noun="customer",
    table="customers",
    columns={"name": "Name", "detail": "E-mail", "status": "Status"},
    summarize=_customer,
    render=render.customer,
    includes=lambda row: not row.deleted,
    tones=TONES,
    operations=("customers.",),
    layout=DocumentLayout(
        parties={
            "Billing address": _address_paths("billingAddress"),
            "Shipping address": _address_paths("shippingAddress"),
        },
        facts={
            "E-mail": "email",
            "Phone": "mainPhone",
            "Website": "website",
            "Payment term": "paymentTerm",
            "Tax number": "taxNumber",
        },
        tables=(
            PartTable(
                "Contacts", "contacts", {"Name": "name", "E-mail": "email", "Phone": "phone"}
            ),
        ),
        notes={"Notes": "notes"},
        related=(
            RelatedRecords("Invoices", "invoices", _of_customer("invoice")),
            RelatedRecords("Quotes", "quotes", _of_customer("quote")),
            RelatedRecords("Estimates", "estimates", _of_customer("estimate")),
            RelatedRecords("Credit memos", "credit-memos", _of_customer("memo")),
        ),
    ),
)

PRODUCTS = RecordKind(
    key="products",
    title="Products",
    noun="product",
    table="products",
    columns={"name": "Name", "detail": "Description", "amount": "Price"},
    summarize=_product,
    render=render.product,
    includes=lambda row: not row.deleted,
    operations=("products.",),
    layout=DocumentLayout(
        facts={
            "Price": "price",
            "Purchase price": "purchasePrice",
            "Currency": "currency",
            "Pricing method": "pricingMethod",
            "Tax exempt": "taxExempt",
        },
        notes={"Description": "description"},
    ),
)
