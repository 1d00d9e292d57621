"""OptiFlow's records as JSON, in its envelopes; and its refusals."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlencode

from mock_server.kernel.money import HUNDRED, quantize
from mock_server.vendors.optiflow.backend import OptiBackend
from mock_server.vendors.optiflow.errors import Invalid, NotFound, OptiError, UnknownQuery
from mock_server.vendors.optiflow.models import (
    Address as ContactAddress,
)
from mock_server.vendors.optiflow.models import (
    BankAccount,
    Contact,
    Currency,
    CurrencyRate,
    DocumentSubtype,
    Invitation,
    Invoice,
    Line,
    Movement,
    Payment,
    PaymentLine,
    Product,
    Quotation,
    Salesman,
    Tax,
    User,
    Visit,
    Withholding,
    Workspace,
)
from mock_server.vendors.optiflow.rules import currencies, invoices, stock, workspaces
from mock_server.vendors.optiflow.rules.lists import Listed, Query, check_filters
from mock_server.vendors.optiflow.rules.records import known, shown
from mock_server.vendors.optiflow.rules.totals import amount_due
from mock_server.web.answers import Answer
from mock_server.web.call import Address
from mock_server.web.laravel import errors_of
from mock_server.web.refusals import (
    BodyTooLarge,
    InvalidRequest,
    MalformedBody,
    MethodNotAllowed,
    Refusal,
    RouteNotFound,
    TooManyRequests,
    Unauthorized,
    UnsupportedMediaType,
)

Json = dict[str, Any]
Record = TypeVar("Record")
Renderer = Callable[[OptiBackend, Record], Json]


# -- envelopes ---------------------------------------------------------------------------------


def one(data: Any) -> Json:
    """One record, or a list without pages."""
    return {"data": data}


def page(found: Listed[Record], show: Callable[[Record], Json], address: Address) -> Json:
    """A page of records. Documented: four keys of ``meta``. Assumed: the rest, Laravel's own."""
    number, last = found.page.number, found.page.last
    first_row = found.page.offset + 1 if found.rows else None
    link = partial(_link, address)
    return {
        "data": [show(record) for record in found.rows],
        "meta": {
            "current_page": number,
            "from": first_row,
            "last_page": last,
            "path": address.path,
            "per_page": found.page.size,
            "to": first_row and found.page.offset + len(found.rows),
            "total": found.page.total,
        },
        "links": {
            "first": link(1),
            "last": link(last),
            "prev": link(number - 1) if number > 1 else None,
            "next": link(number + 1) if number < last else None,
        },
    }


def _link(address: Address, number: int) -> str:
    """The address of another page of the same list."""
    query = [(name, value) for name, value in address.query if name != "page"]
    return f"{address.path}?{urlencode([*query, ('page', number)], errors='replace')}"


def check_query(address: Address, query: Query) -> None:
    """Refuse filters that the list does not have; ``query`` are those that it has."""
    known_names = [name.removeprefix("filter_") for name in query if name.startswith("filter_")]
    check_filters(address.query, known_names)


def pdf_answer(content: bytes, name: str) -> Answer:
    """A file to be saved. Documented: the media type. Observed: sent as attachment, and its name."""
    header = {"Content-Disposition": f'attachment; filename="{name}.pdf"'}
    return Answer(content, headers=header, media_type="application/pdf")


def verdict(valid: bool, message: str) -> Json:
    """Whether a number is good. Observed: not wrapped in ``data``."""
    return {"valid": valid, "message": message}


def letterhead(backend: OptiBackend, currency_id: int) -> Json:
    """What stands on every printed document: the company, and the sign of the amounts."""
    company = known(backend.companies, 1)
    return {
        "company": {
            "name": company.name,
            "rnc": company.rnc,
            "phone": company.phone,
            "email": company.email,
            "address": company.address,
        },
        "symbol": known(backend.currencies, currency_id).symbol,
    }


def receipt(backend: OptiBackend, row: Payment) -> Json:
    """A payment with what its receipt names: the invoice's number, and who paid."""
    paid = None if row.invoice_id is None else known(backend.invoices, row.invoice_id)
    payer_id = paid.contact_id if paid else row.contact_id
    payer = None if payer_id is None else contact(backend, known(backend.contacts, payer_id))
    return {
        **payment(backend, row),
        "document_number": paid and paid.document_number,
        "contact": payer,
    }


# -- documents ---------------------------------------------------------------------------------


def invoice_row(backend: OptiBackend, row: Invoice) -> Json:
    """An invoice in a list. Assumed: without what is embedded in the single record."""
    figures, paid = row.figures, invoices.paid(backend, row)
    return {
        "id": row.id,
        "workspace_id": row.workspace_id,
        "contact_id": row.contact_id,
        "document_subtype_id": row.document_subtype_id,
        "document_number": row.document_number,
        "issue_date": row.issue_date.isoformat(),
        "due_date": _day(row.due_date),
        "status": row.status,
        "subtotal_amount": figures.subtotal_amount,
        "discount_amount": figures.discount_amount,
        "tax_amount": figures.tax_amount,
        "total_amount": figures.total_amount,
        "amount_paid": shown(paid),
        "amount_due": shown(amount_due(Decimal(figures.total_amount), paid)),
        "currency_id": row.currency_id,
        "payment_term": row.payment_term,
        "notes": row.notes,
        "is_electronic": row.is_electronic,
        "quotation_id": row.quotation_id,
        "created_at": moment(row.created_at),
        "updated_at": moment(row.updated_at),
    }


def invoice(backend: OptiBackend, row: Invoice) -> Json:
    """The whole invoice. Documented: with lines, payments and customer."""
    series = known(backend.document_subtypes, row.document_subtype_id)
    return {
        **invoice_row(backend, row),
        "items": [_line(backend, line, "invoice_id", row.id) for line in row.lines],
        "payments": [payment(backend, each) for each in invoices.payments_of(backend, row)],
        "salesmen": [salesman(backend, known(backend.salesmen, each)) for each in row.salesmen_ids],
        "contact": contact(backend, invoices.contact_of(backend, row)),
        "document_subtype": document_subtype(backend, series),
    }


def quotation_row(_: OptiBackend, row: Quotation) -> Json:
    figures = row.figures
    return {
        "id": row.id,
        "workspace_id": row.workspace_id,
        "contact_id": row.contact_id,
        "document_subtype_id": row.document_subtype_id,
        "document_number": row.document_number,
        "issue_date": row.issue_date.isoformat(),
        "due_date": _day(row.due_date),
        "status": row.status,
        "subtotal_amount": figures.subtotal_amount,
        "discount_amount": figures.discount_amount,
        "tax_amount": figures.tax_amount,
        "total_amount": figures.total_amount,
        "currency_id": row.currency_id,
        "notes": row.notes,
        "created_at": moment(row.created_at),
        "updated_at": moment(row.updated_at),
    }


def quotation(backend: OptiBackend, row: Quotation) -> Json:
    series = known(backend.document_subtypes, row.document_subtype_id)
    return {
        **quotation_row(backend, row),
        "items": [_line(backend, line, "quotation_id", row.id) for line in row.lines],
        "contact": contact(backend, invoices.contact_of(backend, row)),
        "document_subtype": document_subtype(backend, series),
    }


def _line(backend: OptiBackend, line: Line, owner: str, owner_id: int) -> Json:
    taxes = line.taxes.taxes
    amounts = line.tax_amounts or ((line.tax_amount,) if taxes else ())
    return {
        "id": line.id,
        owner: owner_id,
        "product_id": line.product_id,
        "product": _product_link(backend, line.product_id),
        "description": line.description,
        "quantity": line.quantity,
        "unit_price": line.unit_price,
        "subtotal": line.subtotal,
        "discount_rate": line.discount_rate,
        "discount_amount": line.discount_amount,
        "taxes": [
            {"id": t.id, "name": t.name, "type": t.type, "rate": t.shown_rate, "amount": amount}
            for t, amount in zip(taxes, amounts, strict=True)
        ],
        "tax_rate": line.taxes.shown_rate,
        "tax_amount": line.tax_amount,
        "total": line.total,
    }


def _product_link(backend: OptiBackend, product_id: int) -> Json:
    found = known(backend.products, product_id)
    return {"id": product_id, "name": found.name, "sku": found.sku}


def payment(_: OptiBackend, row: Payment) -> Json:
    return {
        "id": row.id,
        "payment_type": row.payment_type,
        "payment_number": row.payment_number,
        "invoice_id": row.invoice_id,
        "contact_id": row.contact_id,
        "bank_account_id": row.bank_account_id,
        "currency_id": row.currency_id,
        "payment_date": row.payment_date.isoformat(),
        "payment_method": row.payment_method,
        "amount": row.amount,
        "subtotal_amount": row.subtotal_amount,
        "tax_amount": row.tax_amount,
        "withholding_amount": row.withholding_amount,
        "note": row.note,
        "status": row.status,
        "lines": [_payment_line(line, order) for order, line in enumerate(row.lines)],
        "withholdings": [_withholding(each) for each in row.withholdings],
        "created_at": moment(row.created_at),
        "updated_at": moment(row.updated_at),
        "deleted_at": row.deleted_at and moment(row.deleted_at),
    }


def _payment_line(line: PaymentLine, order: int) -> Json:
    return {
        "id": line.id,
        "chart_account_id": line.chart_account_id,
        "payment_concept_id": line.payment_concept_id,
        "description": line.description,
        "quantity": line.quantity,
        "unit_price": line.unit_price,
        "tax_id": line.tax_id,
        "subtotal": line.subtotal,
        "tax_amount": line.tax_amount,
        "total": line.total,
        "sort_order": order,
    }


def _withholding(row: Withholding) -> Json:
    return {
        "id": row.id,
        "withholding_type_id": row.withholding_type_id,
        "base_amount": row.base_amount,
        "percentage": row.percentage,
        "amount": row.amount,
    }


# -- neighbours --------------------------------------------------------------------------------


def contact(backend: OptiBackend, row: Contact) -> Json:
    primary = next((each for each in row.addresses if each.is_primary), None)
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
        "credit_limit": shown(row.credit_limit),
        "observations": row.observations,
        "birth_date": _day(row.birth_date),
        "gender": row.gender,
        "addresses": [_address(each) for each in row.addresses],
        "primary_address": primary
        and {
            "street": primary.description,
            "city": primary.municipality,
            "country": primary.country,
        },
        "relationships": [
            {"contact_id": other, "name": known(backend.contacts, other).name, "relationship": kind}
            for other, kind in row.relationships
        ],
        **_stamps(row),
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


def product(backend: OptiBackend, visit: Visit, row: Product) -> Json:
    """A product, with its stock where the caller is. Observed: profit and margin."""
    cost = row.cost
    profit = None if cost is None else row.price - cost
    margin = quantize(profit / cost * HUNDRED) if profit is not None and cost else None
    return {
        "id": row.id,
        "name": row.name,
        "sku": row.sku,
        "description": row.description,
        "product_type": row.product_type,
        "price": shown(row.price),
        "cost": None if cost is None else shown(cost),
        "track_stock": row.track_stock,
        "allow_negative_stock": row.allow_negative_stock,
        "is_active": row.is_active,
        "default_tax_id": row.default_tax_id,
        "profit": None if profit is None else shown(profit),
        "profit_margin": None if margin is None else shown(margin),
        "stock_quantity": stock.stock_of(backend, visit.workspace_id, row.id).quantity,
        **_stamps(row),
    }


def movement(backend: OptiBackend, row: Movement) -> Json:
    user = known(backend.users, row.created_by)
    return {
        "id": row.id,
        "workspace_id": row.workspace_id,
        "product_id": row.product_id,
        "product": _product_link(backend, row.product_id),
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
        "created_at": moment(row.created_at),
    }


def tax(_: OptiBackend, row: Tax) -> Json:
    rate = shown(row.rate)
    return {
        "id": row.id,
        "name": row.name,
        "type": row.type,
        "rate": rate,
        "is_default": row.is_default,
        "rate_percentage": f"{rate}%",
        **_stamps(row),
    }


def currency(backend: OptiBackend, row: Currency) -> Json:
    return {
        "id": row.id,
        "name": row.name,
        "code": row.code,
        "symbol": row.symbol,
        "is_default": row.is_default,
        "is_active": row.is_active,
        "current_rate": str(quantize(currencies.current_rate(backend, row), 4)),
        **_stamps(row),
    }


def currency_rate(_: OptiBackend, row: CurrencyRate) -> Json:
    return {
        "id": row.id,
        "currency_id": row.currency_id,
        "rate": str(quantize(row.rate, 4)),
        "effective_date": moment(row.effective_date),
        "created_at": moment(row.created_at),
        "updated_at": moment(row.created_at),
    }


def document_subtype(_: OptiBackend, row: DocumentSubtype) -> Json:
    return {
        "id": row.id,
        "name": row.name,
        "type": row.type,
        "prefix": row.prefix,
        "start_number": row.start_number,
        "end_number": row.end_number,
        "next_number": row.next_number,
        "valid_until_date": _day(row.valid_until_date),
        "is_default": row.is_default,
        "is_active": row.is_active,
        "is_electronic": row.is_electronic,
        "preferred_workspace_ids": row.preferred_workspace_ids,
        **_stamps(row),
    }


def salesman(_: OptiBackend, row: Salesman) -> Json:
    return {
        "id": row.id,
        "name": row.name,
        "surname": row.surname,
        "full_name": f"{row.name} {row.surname}",
        "user_id": row.user_id,
        **_stamps(row),
    }


def bank_account(_: OptiBackend, row: BankAccount) -> Json:
    return {
        "id": row.id,
        "name": row.name,
        "type": row.type,
        "currency_id": row.currency_id,
        "account_number": row.account_number,
        "initial_balance": shown(row.initial_balance),
        "initial_balance_date": row.initial_balance_date.isoformat(),
        "description": row.description,
        "is_active": row.is_active,
        "is_system_account": row.is_system_account,
        "balance": shown(row.balance),
        **_stamps(row),
    }


def workspace(backend: OptiBackend, visit: Visit, row: Workspace) -> Json:
    owner = known(backend.users, row.owner_id)
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
        "is_owner": row.owner_id == visit.user_id,
        "members": [member(*each) for each in workspaces.members(backend, row)],
        "members_count": len(row.members),
        **_stamps(row),
    }


def member(user: User, role: str) -> Json:
    return {"id": user.id, "name": user.name, "email": user.email, "role": role}


def invitation(_: OptiBackend, row: Invitation) -> Json:
    return {
        "id": row.id,
        "workspace_id": row.workspace_id,
        "email": row.email,
        "role": row.role,
        "status": "pending",
        "expires_at": moment(row.expires_at),
        "created_at": moment(row.created_at),
    }


# -- values ------------------------------------------------------------------------------------


def moment(at: datetime) -> str:
    """A moment in UTC, to the second."""
    return at.isoformat()[:19] + "Z"


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _stamps(row: Any) -> Json:
    return {"created_at": moment(row.created_at), "updated_at": moment(row.updated_at)}


# -- refusals ----------------------------------------------------------------------------------


def refuse(error: Exception) -> Answer:
    """Any failure, in OptiFlow's envelope. The only place that builds one.

    Documented: the statuses, and ``errors`` with 422. Assumed: ``message`` alone with the others,
    and their texts, which are Laravel's where it has some.
    """
    match error:
        case Invalid():
            return Answer({"message": str(error), "errors": error.errors}, error.status)
        case OptiError():
            return Answer({"message": str(error)}, error.status)
        case InvalidRequest():
            return _invalid_request(error)
        case Unauthorized():
            return Answer({"message": "Unauthenticated."}, 401)
        case MalformedBody():
            return Answer({"message": "The request body is not valid JSON."}, 400)
        case MethodNotAllowed():
            text = f"The {error.method} method is not supported for this route."
            return Answer({"message": text}, 405, {"Allow": ", ".join(error.allow)})
        case RouteNotFound():
            return refuse(NotFound())
        case TooManyRequests():
            return Answer({"message": "Too Many Attempts."}, 429, _throttling(error))
        case BodyTooLarge() | UnsupportedMediaType() | Refusal():
            return Answer({"message": str(error)}, error.status)
        case _:
            return Answer({"message": "Server Error"}, 500)


def _throttling(error: TooManyRequests) -> dict[str, str]:
    """The headers of a refusal for asking too often. Assumed, after the framework's."""
    headers = {"Retry-After": error.retry_after}
    if error.limit is not None:
        headers |= {"X-RateLimit-Limit": error.limit, "X-RateLimit-Remaining": 0}
    if error.resets_at is not None:
        headers["X-RateLimit-Reset"] = error.resets_at
    return {name: str(value) for name, value in headers.items()}


def _invalid_request(error: InvalidRequest) -> Answer:
    """A query that the list does not have is 400; whatever else is wrong is the body's."""
    in_query = [each for each in error.violations if each.place == "query"]
    if in_query:
        name = str(in_query[0].value)
        return refuse(UnknownQuery("sort" if in_query[0].field == ("sort",) else "filter", name))
    return refuse(Invalid(errors_of(error.violations)))
