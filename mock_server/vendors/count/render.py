"""COUNT's records as JSON, in its envelopes; and its refusals."""

import functools
import os
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from mock_server.kernel.money import quantize
from mock_server.vendors.count.backend import CountBackend, shown_instant
from mock_server.vendors.count.errors import (
    AccessTokenExpired,
    AuthError,
    CountError,
    Invalid,
    InvalidRedirectUri,
    InvalidSignature,
    LegacyNumericField,
    MemoCannotRecur,
)
from mock_server.vendors.count.models import (
    Account,
    AccountSubType,
    Address,
    Contact,
    Content,
    Credit,
    Customer,
    Invoice,
    Line,
    Payment,
    Product,
    Tag,
    TagGroup,
    Tax,
    Template,
    Transaction,
    Webhook,
)
from mock_server.vendors.count.rules import accounts, ledger, tags, templates, transactions
from mock_server.vendors.count.rules.contents import find_tax
from mock_server.vendors.count.rules.lists import Listed
from mock_server.vendors.count.rules.phrases import fields_of, sentence
from mock_server.vendors.count.rules.tokens import Tokens
from mock_server.web.answers import Answer
from mock_server.web.refusals import (
    BodyTooLarge,
    InvalidRequest,
    MalformedBody,
    MethodNotAllowed,
    Refusal,
    RouteNotFound,
    TokenExpired,
    TooManyRequests,
    Unauthorized,
    UnsupportedMediaType,
    Violation,
)

Json = dict[str, Any]
Record = TypeVar("Record")
Renderer = Callable[[CountBackend, Record], Json]

# A line and an entry of the history have ids that are neighbours of their document's: they need
# not be kept, and stay the same.
_LINES_FROM = 1
_EVENTS_FROM = 1 << 16
_LAST_GROUP = 1 << 48


def answer(data: Json, message: str) -> Json:
    """The envelope of every success. Documented."""
    return {"status": "success", "message": message, "data": data}


def one(data: Json, message: str, warnings: Sequence[Mapping[str, str]]) -> Json:
    """A record after a call that may have ignored something."""
    if warnings:
        data["_partnerWarnings"] = warnings
    return answer(data, message)


def page(
    backend: CountBackend, found: Listed[Record], render: Renderer[Record], name: str, message: str
) -> Json:
    """A page of records. Documented: both names of the rows, by different sources."""
    rows = [render(backend, record) for record in found.rows]
    data = {
        "records": rows,
        name: rows,
        "page": found.page,
        "limit": found.limit,
        "totalRecords": found.total,
        "totalPages": found.pages,
    }
    return answer(data, message)


def deleted(record_id: str, message: str) -> Json:
    """What is left of a deleted record."""
    return answer({"id": record_id}, message)


def bulk(
    backend: CountBackend, outcome: Sequence[Record | str], render: Renderer[Record], name: str
) -> Json:
    """What became of many rows. Documented: the keys, and that an error is plain text."""
    results: list[Json] = []
    for index, each in enumerate(outcome):
        if isinstance(each, str):
            results.append({"index": index, "success": False, "error": each})
        else:
            results.append({"index": index, "success": True, name: render(backend, each)})
    good = sum(1 for each in results if each["success"])
    data = {"successCount": good, "errorCount": len(results) - good, "results": results}
    return answer(data, "Bulk request processed.")


def team(backend: CountBackend) -> dict[str, str]:
    """The workspace in short."""
    return {"id": backend.team.id, "name": backend.team.name}


def tokens(backend: CountBackend, made: Tokens, message: str) -> Json:
    """A pair of tokens. Documented: every key."""
    result = {
        "accessToken": made.access,
        "refreshToken": made.refresh,
        "accessTokenExpiresAt": shown_instant(made.access_expires),
        "refreshTokenExpiresAt": shown_instant(made.refresh_expires),
        "workspaceId": backend.team.id,
        "workspaceName": backend.team.name,
    }
    return answer({"result": result}, message)


def invoice(backend: CountBackend, row: Invoice) -> Json:
    """A document, with what follows from the calendar and from its payments."""
    content = row.content
    memo = row.is_memo
    return {
        "id": row.id,
        **_content(backend, row.id, content),
        "invoiceNumber": row.number,
        "date": row.date.isoformat(),
        "dueDate": row.due_date.isoformat(),
        "isDraft": row.is_draft,
        "taxes": _taxes(content),
        "paidAmount": float(row.paid),
        "creditedAmount": float(row.credited),
        "amountDue": float(row.due),
        "status": row.status,
        "approved": not row.is_draft,
        "isSent": row.sent is not None,
        "paymentStatus": row.payment_status,
        "appliedToInvoiceUuid": row.applied_to_id,
        "appliedCredits": [_credit(each, memo) for each in row.credits],
        "payments": [_payment(backend, each) for each in row.payments],
        "attachments": [
            {"id": each.id, "url": each.url, "title": each.title, "createdAt": each.created}
            for each in row.attachments
        ],
        "recurringTemplateId": row.template_id,
        "teamId": backend.team.id,
        "isDeleted": False,
        "approvedAt": row.approved,
        "sentAt": row.sent,
        "createdAt": row.created,
        "updatedAt": row.updated,
    }


def _content(backend: CountBackend, document_id: str, content: Content) -> Json:
    return {
        "customerUuid": content.customer_id,
        "customer": _customer_link(backend, content.customer_id),
        "invoiceType": content.type,
        "notes": content.notes,
        "currency": content.currency,
        "taxSetting": content.tax_setting,
        "products": [
            _line(content.tax_setting, line, line_id)
            for line, line_id in zip(
                content.lines,
                _neighbours(document_id, _LINES_FROM, len(content.lines)),
                strict=True,
            )
        ],
        "tagUuids": content.tags,
        "tags": [_tag_link(backend, tag_id) for tag_id in content.tags],
        "discount": float(quantize(content.discount)),
        "discountDescription": content.discount_description,
        "subtotal": float(content.totals.subtotal),
        "taxTotal": float(content.totals.tax),
        "total": float(content.totals.total),
    }


def _line(tax_setting: str, line: Line, line_id: str) -> Json:
    amount, tax, price = float(line.amount), float(line.tax_amount), float(line.unit_price)
    whole = amount
    if tax and tax_setting == "exclusive":
        whole = float(Decimal(line.amount) + Decimal(line.tax_amount))
    return {
        "id": line_id,
        "productUuid": line.product_id,
        "description": line.description,
        "quantity": float(line.quantity),
        "price": price,
        "unitPrice": price,
        "taxes": []
        if tax_setting == "none"
        else [_tax_amount(each.tax, float(each.amount)) for each in line.taxes],
        "amount": amount,
        "taxAmount": tax,
        "total": whole,
        "categoryAccountUuid": line.category_id,
    }


def _taxes(content: Content) -> list[Json]:
    """The taxes of all lines, one entry for each rate, in the order in which they appear."""
    if content.tax_setting == "none":
        return []
    sums: dict[Tax, Decimal] = {}
    for line in content.lines:
        for each in line.taxes:
            known = sums.get(each.tax)
            sums[each.tax] = Decimal(each.amount) + known if known else Decimal(each.amount)
    return [_tax_amount(tax, float(amount)) for tax, amount in sums.items()]


def _tax_amount(tax: Tax, amount: float) -> Json:
    return {**_rate(tax), "amount": amount}


@functools.lru_cache(maxsize=256)
def _rate(row: Tax) -> Json:
    """A rate as every line shows it. The caller must not change what it gets: it is shared."""
    return {
        "id": row.id,
        "uuid": row.uuid,
        "name": row.name,
        "percentage": float(row.percentage),
    }


def _credit(credit: Credit, on_memo: bool) -> Json:
    name = "invoiceId" if on_memo else "memoId"
    return {name: credit.other_id, "amount": float(credit.amount), "appliedAt": credit.at}


def _payment(backend: CountBackend, payment: Payment) -> Json:
    transaction_row = backend.transactions.get(payment.other_id)
    if transaction_row is None:
        raise KeyError(payment.other_id)
    return {
        "transactionId": payment.other_id,
        "amount": float(payment.amount),
        "date": transaction_row.posted.isoformat(),
        "notes": payment.notes,
    }


def _neighbours(document_id: str, distance: int, number: int) -> list[str]:
    first, start = document_id[:24], int(document_id[24:], 16) + distance
    return [f"{first}{(start + place) % _LAST_GROUP:012x}" for place in range(number)]


def history(row: Invoice) -> Json:
    """Everything that happened to a document, oldest first."""
    ids = _neighbours(row.id, _EVENTS_FROM, len(row.events))
    records = [
        {
            "id": event_id,
            "action": event.action,
            "at": event.at,
            "actor": event.actor,
            "changes": [
                {"field": each.field, "from": each.before, "to": each.after}
                for each in event.changes
            ],
        }
        for event_id, event in zip(ids, row.events, strict=True)
    ]
    return {"records": records}


def template(backend: CountBackend, row: Template) -> Json:
    first = row.schedule.anchor
    due = first.toordinal() + row.due_days
    return {
        "id": row.id,
        **_content(backend, row.id, row.content),
        "date": first.isoformat(),
        "dueDate": first.fromordinal(min(due, first.max.toordinal())).isoformat(),
        "recurrencePattern": row.schedule.pattern,
        "recurrenceInterval": row.schedule.interval,
        "inAdvanceCreationDays": row.in_advance,
        "isDraft": row.paused,
        "status": "paused" if row.paused else "active",
        "nextRunDate": row.next_run and row.next_run.isoformat(),
        "lastRunDate": row.last_run and row.last_run.isoformat(),
        "generatedInvoiceIds": [each.id for each in templates.made_by(backend, row)],
        "createdAt": row.created,
        "updatedAt": row.updated,
    }


def customer(_: CountBackend, row: Customer) -> Json:
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
        "contacts": [_contact(each) for each in row.contacts],
        "notes": row.notes,
        "paymentTerm": row.payment_term,
        "taxNumber": row.tax_number,
        "taxAutoCalculate": row.tax_auto_calculate,
        "taxExcluded": row.tax_excluded,
        "taxes": row.taxes,
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
    return {
        "id": row.id,
        "uuid": row.id,
        "name": row.name,
        "color": row.color,
        "tagUuids": row.tags,
        "tags": [_tag_link(backend, tag_id) for tag_id in row.tags],
        "createdAt": row.created,
        "updatedAt": row.updated,
    }


def tax(_: CountBackend, row: Tax) -> Json:
    return _rate(row)


def sub_type(_: CountBackend, row: AccountSubType) -> Json:
    return {
        "id": row.id,
        "type": row.type,
        "name": row.name,
        "description": row.description,
        "anchorTier": row.anchor_tier,
    }


def account(backend: CountBackend, row: Account) -> Json:
    kind = backend.sub_types.get(row.sub_type_id)
    if kind is None:
        raise KeyError(row.sub_type_id)
    rates = [find_tax(backend, tax_id) for tax_id in row.taxes]
    return {
        "id": row.id,
        "accUuid": row.id,
        "accountUuid": row.id,
        "name": row.name,
        "accountNumber": row.number,
        "type": row.type,
        "subTypeId": kind.id,
        "subType": {"id": kind.id, "name": kind.name, "anchorTier": kind.anchor_tier},
        "currency": row.currency,
        "description": row.description,
        "color": row.color,
        "parentAccountId": row.parent_id,
        "institutionId": row.institution_id,
        "taxes": [
            {"id": each.id, "name": each.name, "percentage": float(each.percentage)}
            for each in rates
        ],
        "status": row.status,
        "editable": row.role is None,
        "createdAt": row.created,
        "updatedAt": row.updated,
    }


def account_with(balances: bool | None, delete_meta: bool | None) -> Renderer[Account]:
    """How accounts are shown when more of them is asked for."""

    def shown(backend: CountBackend, row: Account) -> Json:
        data = account(backend, row)
        if balances:
            data["balance"] = float(ledger.balance(backend, row))
        if delete_meta:
            blocked = accounts.delete_blocked(backend, row)
            data["canDelete"] = blocked is None
            if blocked is not None:
                data["deleteBlockedReason"] = blocked
        return data

    return shown


def transaction(backend: CountBackend, row: Transaction) -> Json:
    parts = transactions.parts_of(backend, row)
    partly = bool(row.assignments) and row.unassigned > 0
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
        "tags": [_tag_link(backend, tag_id) for tag_id in row.tags],
        "taxes": row.taxes,
        "reviewed": row.reviewed,
        "reconciled": row.reconciled,
        "excluded": row.excluded,
        "pending": row.pending,
        "split": bool(parts) or partly,
        "assignments": [
            {
                "id": each.other_id,
                "matchingType": "invoice",
                "amount": float(each.amount),
                "notes": each.notes,
                "assignedAt": each.at,
            }
            for each in row.assignments
        ],
        "assignedAmount": float(row.assigned),
        "unassignedAmount": float(row.unassigned),
        "parentTransactionId": row.parent_id,
        "splits": [
            {
                "id": each.id,
                "amount": float(each.sign * each.amount),
                "categoryAccountUuid": each.category_id,
            }
            for each in parts
        ],
        "linkedTransferTransactionUuid": row.linked_id,
        "createdAt": row.created,
        "updatedAt": row.updated,
    }


def webhook(_: CountBackend, row: Webhook) -> Json:
    return {
        "uuid": row.id,
        "event": row.event,
        "callbackUrl": row.url,
        "status": row.status,
        "hasSigningSecret": row.secret is not None,
        "createdAt": row.created,
        "updatedAt": row.updated,
    }


def event_data(
    backend: CountBackend, event: str, row: Any, before: Any
) -> tuple[Json, Json | None]:
    """What is told of an event, and the former values of what changed.

    Documented: a deletion tells the id only; a document that is removed shows as an update.
    """
    kind, _, action = event.partition(".")
    if action == "deleted":
        return {"id": row.id}, None
    shown = _TOLD[kind]
    if before is None:
        return shown(backend, row), None
    old = shown(backend, before)
    if row is None:
        gone = {**old, "isDeleted": True} if kind == "invoice" else old
        return gone, {"isDeleted": False}
    new = shown(backend, row)
    changed = {
        name: value for name, value in old.items() if name != "updatedAt" and new[name] != value
    }
    return new, changed


# What events are about, and how it is told.
_TOLD: Mapping[str, Renderer[Any]] = {
    "invoice": invoice,
    "customer": customer,
    "transaction": transaction,
}


def _customer_link(backend: CountBackend, customer_id: str) -> Json:
    row = backend.customers.get(customer_id)
    if row is None:
        raise KeyError(customer_id)
    return {"id": row.id, "customer": row.name, "email": row.email}


def _tag_link(backend: CountBackend, tag_id: str) -> Json:
    row = backend.tags.get(tag_id)
    if row is None:
        raise KeyError(tag_id)
    return {"id": row.id, "name": row.name}


# -- refusals --------------------------------------------------------------------------------

# What a broken rule of the contract is called, where it is more than a form.
_CODES: Mapping[str, Callable[[str], CountError]] = {
    "legacy_numeric_field": LegacyNumericField,
    "redirect_uri": lambda _: InvalidRedirectUri(),
}
_BULK = ("customers", "accounts", "transactions", "transactionUuids")
_FAULT = "We could not process your request. Please try again."


def refuse(error: Exception) -> Answer:
    """Any failure, in COUNT's envelope. The only place that builds one.

    Documented: ``status``, ``message`` and ``code``, and what clients look for in a 401. Assumed:
    most codes, and one body that has what any source names.
    """
    match error:
        case AuthError():
            extra = {"error": error.error, "error_description": error.error_description}
            given = {name: text for name, text in extra.items() if text is not None}
            return _refusal(error.status, error.code, str(error), **given)
        case Invalid():
            field = {"field": error.field, "message": error.message, "code": error.rule}
            return _refusal(400, error.code, str(error), errors=[field])
        case CountError():
            details = {} if error.details is None else {"details": error.details}
            return _refusal(error.status, error.code, str(error), **details)
        case InvalidRequest():
            return _invalid(error.violations)
        case Refusal():
            return _refused_by_floor(error)
        case _:
            return _refusal(500, "internal_error", _FAULT)


def _refused_by_floor(error: Refusal) -> Answer:
    """What is refused before a rule is asked. Assumed: codes and texts, except for the 404."""
    match error:
        case TokenExpired():
            return refuse(AccessTokenExpired())
        case Unauthorized():
            return refuse(InvalidSignature())
        case TooManyRequests():
            refusal = _refusal(429, "rate_limited", "Too many requests.", type="RATE_LIMITED")
            return Answer(refusal.body, 429, {"Retry-After": str(error.retry_after)})
        case MalformedBody():
            return _refusal(400, "invalid_json", "The body is not valid JSON.")
        case UnsupportedMediaType():
            return _refusal(415, "unsupported_media_type", f"{error}.")
        case BodyTooLarge():
            size = f"{error.limit // 1024 // 1024} MiB"
            return _refusal(413, "payload_too_large", f"The body is larger than {size}.")
        case MethodNotAllowed():
            text = f"This path does not take {error.method}."
            refusal = _refusal(405, "method_not_allowed", text)
            return Answer(refusal.body, 405, {"Allow": ", ".join(error.allow)})
        case RouteNotFound():
            text = f"Can't find {error.method} {error.path[:200]}."
            return _refusal(404, "route_not_found", text)
        case _:
            code = "service_unavailable" if error.status == 503 else "request_refused"
            return _refusal(error.status, code, _FAULT if error.status >= 500 else str(error))


def _invalid(violations: Sequence[Violation]) -> Answer:
    """A request that breaks the contract: the first rule that has a code of its own decides."""
    if any(each.place == "path" for each in violations):
        return _refusal(400, "invalid_uuid", "The id in the path is not a valid UUID.")
    for each in violations:
        name = ".".join(map(str, each.field))
        if each.place == "body" and not each.field and not isinstance(each.value, dict):
            return _refusal(400, "invalid_json", "The body is not a JSON object.")
        if each.place == "query" and name == "email":
            return _refusal(400, "invalid_email", "A valid email is required.")
        if each.rule == "bulk_limit" or (each.rule == "required" and name in _BULK):
            return _bulk_limit(name, each.value)
        if each.rule in _CODES:
            return refuse(_CODES[each.rule](name))
        if each.rule == "template_invoice_type" and each.value == "memo":
            return refuse(MemoCannotRecur())
    fields = fields_of(violations)
    errors = [{"field": name, "message": text, "code": code} for name, text, code in fields]
    return _refusal(400, "validation_error", sentence(fields), errors=errors)


def _bulk_limit(name: str, sent: Any) -> Answer:
    received = len(sent) if isinstance(sent, list) else 0
    what = "transactions" if name == "transactionUuids" else name
    text = f"Bulk requests are capped at 100 {what} per call (received {received})."
    return _refusal(400, "bulk_limit_exceeded", text)


def _refusal(status: int, code: str, message: str, **extra: Any) -> Answer:
    body = {
        "status": "error",
        "message": message,
        "code": code,
        "statusCode": status,
        "requestId": str(UUID(bytes=os.urandom(16), version=4)),
        **extra,
    }
    return Answer(body, status)
