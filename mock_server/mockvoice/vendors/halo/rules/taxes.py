"""Tax rates, tax rules, and the tax of a line."""

import functools
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from mockvoice.kernel.money import total
from mockvoice.vendors.halo.backend import HaloBackend
from mockvoice.vendors.halo.errors import RuleViolation
from mockvoice.vendors.halo.models import (
    NO_TAX,
    PO_INVOICE,
    AppliedTax,
    Client,
    Condition,
    Extra,
    Tax,
    TaxRule,
)
from mockvoice.vendors.halo.rules.fields import TAX, merge_extra, to_decimal, value_or_default
from mockvoice.vendors.halo.rules.records import Body, existing_record, find, required_name

TOP_LEVEL, CUSTOMER, SITE, PRODUCT, BUNDLE, SUPPLIER, PURCHASE = range(1, 8)


def save(backend: HaloBackend, body: Body) -> Tax:
    """Create or update a rate. Raises ``RuleViolation`` for invalid links.

    Assumed: a composite rate links only plain rates, since a cycle would have no value.
    """
    before = existing_record(backend.taxes, body)
    tax_id = before.id if before else backend.ids.next("tax")
    old = before or Tax(tax_id, "")
    composite = bool(body["is_composite"]) if "is_composite" in body else old.composite
    linked = old.linked
    if "linked_rates" in body:
        linked = tuple(rate["id"] for rate in body["linked_rates"] or ())
    for linked_id in linked if composite else ():
        part = backend.taxes.get(linked_id)
        if part is None or part.composite or linked_id == tax_id:
            raise RuleViolation(
                f"The linked tax rate {linked_id} does not exist or is composite itself"
            )
    if composite and before and any(tax_id in rate.linked for rate in backend.taxes):
        raise RuleViolation("The tax rate is part of a composite rate")
    return backend.taxes.put(
        Tax(
            id=tax_id,
            name=required_name(body, before.name if before else None),
            value=to_decimal(body["value"] or 0) if "value" in body else old.value,
            code=body.get("code", old.code),
            composite=composite,
            linked=linked if composite else (),
            extra=merge_extra(old.extra, body, TAX),
        )
    )


def delete(backend: HaloBackend, tax_id: int) -> Tax:
    """Delete a rate; lines keep their tax.

    Assumed: raises ``RuleViolation`` if a tax rule or a composite rate uses it.
    """
    tax = find(backend.taxes, tax_id)
    if backend.tax_rules.count("tax", tax_id):
        raise RuleViolation("A tax rule uses this tax rate")
    if any(tax_id in rate.linked for rate in backend.taxes):
        raise RuleViolation("The tax rate is part of a composite rate")
    backend.taxes.delete(tax_id)
    return tax


def value(backend: HaloBackend, tax: Tax) -> Decimal:
    """Return a rate in percent. Assumed: a composite rate is the sum of its parts."""
    if not tax.composite:
        return tax.value
    parts = [backend.taxes.get(linked_id) for linked_id in tax.linked]
    return total(part.value for part in parts if part)


def save_rule(backend: HaloBackend, body: Body) -> TaxRule:
    """Create or update a rule. Raises ``RuleViolation`` for an unknown tax rate or condition."""
    before = existing_record(backend.tax_rules, body)
    rule_id = before.id if before else backend.ids.next("tax_rule")
    tax_id = body.get("taxid", before.tax_id if before else None)
    if tax_id is None:
        raise RuleViolation("Parameter taxid must be included")
    if tax_id not in backend.taxes:
        raise RuleViolation(f"taxid must be the id of a tax rate, not {tax_id}")
    conditions = before.conditions if before else ()
    if "tax_conditions" in body:
        conditions = tuple(
            _condition(backend, condition) for condition in body["tax_conditions"] or ()
        )
    sequence = body.get("sequence", before.sequence if before else None)
    return backend.tax_rules.put(
        TaxRule(
            id=rule_id,
            tax_id=tax_id,
            sequence=_next_sequence(backend, rule_id) if sequence is None else sequence,
            name=body.get("name", before.name if before else None),
            conditions=conditions,
        )
    )


def _next_sequence(backend: HaloBackend, rule_id: int) -> int:
    highest = max((rule.sequence for rule in backend.tax_rules if rule.id != rule_id), default=0)
    return min(highest + 1, 2**31 - 1)


def _condition(backend: HaloBackend, body: Body) -> Condition:
    if body.get("value_type") is None:
        raise RuleViolation("A tax condition must have a value_type")
    listed = value_or_default(body, "value", None)
    if listed is None:
        entries = value_or_default(body, "value_lookup", ())
        sent = [value_or_default(entry, "id", "") for entry in entries]
    else:
        sent = listed.split(",")
    values = tuple(value.strip() for value in sent if value.strip())
    return Condition(
        backend.ids.next("tax_condition"), body["value_type"], values, body.get("value_bool")
    )


@dataclass(frozen=True, slots=True)
class Sale:
    """The values that the conditions of tax rules are compared with."""

    client: Client
    kind: int
    site_id: int
    item_id: int
    supplier_id: int
    group_id: int
    on_template: bool

    def meets(self, condition: Condition) -> bool:
        """Return whether a condition holds. Observed: one matching value is enough."""
        if condition.value_type == PURCHASE:
            return (self.kind == PO_INVOICE) == bool(condition.flag)
        value = {
            TOP_LEVEL: self.client.number("toplevel_id", 1),
            CUSTOMER: self.client.id,
            SITE: self.site_id,
            PRODUCT: self.item_id,
            BUNDLE: self.group_id,
            SUPPLIER: self.supplier_id,
        }[condition.value_type]
        return str(value) in condition.values


def rule_tax(backend: HaloBackend, sale: Sale) -> AppliedTax | None:
    """Return the tax of the first rule that applies, or ``None``.

    Documented: rules take precedence over every other setting, and all conditions must hold.
    Assumed: the first by sequence wins, and a rule without conditions applies to every line.
    """
    for rule in backend.tax_rules.select(order="sequence"):
        if all(sale.meets(condition) for condition in rule.conditions):
            return applied_tax(backend, find(backend.taxes, rule.tax_id))
    return None


def line_tax(
    backend: HaloBackend, body: Body, before: AppliedTax | None, extra: Extra, sale: Sale
) -> AppliedTax:
    """Return the tax of a line without a tax rule. Raises ``RuleViolation`` for an unknown code.

    Assumed: the order: the sent codes, a sent rate, the line's previous tax, the item's rate, the
    client's.
    """
    override = value_or_default(body, "override_tax_code", 0) or extra.get("override_tax_code", 0)
    if override:
        return applied_tax(backend, _find_by_code(backend, str(override)))
    code = value_or_default(body, "tax_code", "")
    if code not in ("", "0"):
        return applied_tax(backend, _find_by_code(backend, code))
    if body.get("tax_rate") is not None:
        return _cached_tax("", "", to_decimal(body["tax_rate"]), composite=False)
    is_sent = {"tax_code", "tax_rate", "override_tax_code"} & body.keys()
    if before is not None and not is_sent:
        return before
    return _default_tax(backend, sale)


def _default_tax(backend: HaloBackend, sale: Sale) -> AppliedTax:
    item = backend.items.get(sale.item_id)
    setting = "contract_tax_code" if sale.on_template else "item_tax_code"
    for tax_id in (item.extra.get("taxcode", 0) if item else 0, sale.client.number(setting)):
        tax = backend.taxes.get(tax_id)
        if tax is not None:
            return applied_tax(backend, tax)
    return NO_TAX


def _find_by_code(backend: HaloBackend, code: str) -> Tax:
    if code.isascii() and code.isdigit() and len(code) <= 10:
        tax = backend.taxes.get(int(code))
        if tax is not None:
            return tax
    for tax in backend.taxes:
        if tax.code is not None and tax.code == code:
            return tax
    raise RuleViolation(f"There is no tax rate with the id or code {code}")


def applied_tax(backend: HaloBackend, tax: Tax) -> AppliedTax:
    """Return the tax in the form that lines store."""
    return _cached_tax(str(tax.id), tax.name, value(backend, tax), composite=tax.composite)


@functools.lru_cache(maxsize=1024)
def _cached_tax(code: str, name: str, rate: Decimal, *, composite: bool) -> AppliedTax:
    """Return the tax; lines with equal taxes share one object."""
    return AppliedTax(code, name, rate, composite)


def tax_and_time_by_rule(
    backend: HaloBackend, extra: Extra, sale: Sale, now: datetime
) -> tuple[AppliedTax, datetime] | None:
    """Return the tax from a tax rule, and the time of the decision.

    ``None`` if no rule applies, or if the line excludes rules.
    """
    if extra.get("no_tax_override") or extra.get("lock_tax"):
        return None
    tax = rule_tax(backend, sale)
    return None if tax is None else (tax, now)
