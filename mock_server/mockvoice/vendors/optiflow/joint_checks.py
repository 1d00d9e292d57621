"""Checks of references that are reported together with a body's other errors, by operation."""

from collections.abc import Mapping

from mockvoice.vendors.optiflow.auth import resolve_actor
from mockvoice.vendors.optiflow.backend import OptiBackend
from mockvoice.vendors.optiflow.models import Actor
from mockvoice.vendors.optiflow.rules import contacts, invoices, payments, products, quotations
from mockvoice.vendors.optiflow.rules.records import Body
from mockvoice.web.laravel import BodyCheck
from mockvoice.web.request_context import RequestContext


def _new_invoice(backend: OptiBackend, body: Body, context: RequestContext) -> None:
    invoices.check_new(backend, _actor(backend, context), body)


def _new_quotation(backend: OptiBackend, body: Body, _: RequestContext) -> None:
    quotations.check_new(backend, body)


def _new_payment(backend: OptiBackend, body: Body, context: RequestContext) -> None:
    payments.check_new(backend, _actor(backend, context), body)


def _product(backend: OptiBackend, body: Body, context: RequestContext) -> None:
    products.parse_fields(backend, body, context.arguments.get("product_id"))


def _contact(backend: OptiBackend, body: Body, context: RequestContext) -> None:
    contacts.parse_fields(backend, body, context.arguments.get("contact_id"))


def _actor(backend: OptiBackend, context: RequestContext) -> Actor:
    return resolve_actor(backend, context.principal or "", context.arguments["x_workspace_id"])


CHECKS: Mapping[str, BodyCheck] = {
    "invoices.create": _new_invoice,
    "quotations.create": _new_quotation,
    "payments.create": _new_payment,
    **{f"products.{action}": _product for action in ("create", "update", "replace")},
    **{f"contacts.{action}": _contact for action in ("create", "update", "replace")},
}
