"""Tax rates and tax rules, and which tax a line gets."""

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
    """A rate, made or changed. Raises ``BrokenRule`` for a linked rate that does not exist.

    Assumed: a composite rate links plain ones, since a circle would have no value.
    """
    before = existing_record(backend.taxes, body)
    tax_id = before.id if before else backend.ids.next("tax")
    old = before or Tax(tax_id, "")
    composite = bool(body["is_composite"]) if "is_composite" in body else old.composite
    linked = old.linked
    if "linked_rates" in body:
        linked = tuple(each["id"] for each in body["linked_rates"] or ())
    for each in linked if composite else ():
        part = backend.taxes.get(each)
        if part is None or part.composite or each == tax_id:
            raise RuleViolation(f"The linked tax rate {each} does not exist or is composite itself")
    if composite and before and any(tax_id in each.linked for each in backend.taxes):
        raise RuleViolation("The tax rate is a part of a composite rate")
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
    """The rate, gone; lines keep what they have. Raises ``BrokenRule`` while something names it.

    Assumed: tax rules and composite rates do.
    """
    tax = find(backend.taxes, tax_id)
    if backend.tax_rules.count("tax", tax_id):
        raise RuleViolation("A tax rule names this tax rate")
    if any(tax_id in each.linked for each in backend.taxes):
        raise RuleViolation("The tax rate is a part of a composite rate")
    backend.taxes.delete(tax_id)
    return tax


def value(backend: HaloBackend, tax: Tax) -> Decimal:
    """The rate in percent; of a composite one, the sum of its parts. Assumed."""
    if not tax.composite:
        return tax.value
    parts = [backend.taxes.get(each) for each in tax.linked]
    return total(part.value for part in parts if part)


def save_rule(backend: HaloBackend, body: Body) -> TaxRule:
    """A rule, made or changed. Raises ``BrokenRule`` without a tax rate that exists."""
    before = existing_record(backend.tax_rules, body)
    rule_id = before.id if before else backend.ids.next("tax_rule")
    tax_id = body.get("taxid", before.tax_id if before else None)
    if tax_id is None or tax_id not in backend.taxes:
        raise RuleViolation("The tax rate of the rule does not exist")
    conditions = before.conditions if before else ()
    if "tax_conditions" in body:
        conditions = tuple(_condition(backend, each) for each in body["tax_conditions"] or ())
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
    highest = max((r.sequence for r in backend.tax_rules if r.id != rule_id), default=0)
    return min(highest + 1, 2**31 - 1)


def _condition(backend: HaloBackend, body: Body) -> Condition:
    if body.get("value_type") is None:
        raise RuleViolation("A tax condition must say its value_type")
    listed = value_or_default(body, "value", None)
    if listed is None:
        found = [
            value_or_default(each, "id", "") for each in value_or_default(body, "value_lookup", ())
        ]
    else:
        found = listed.split(",")
    values = tuple(each.strip() for each in found if each.strip())
    return Condition(
        backend.ids.next("tax_condition"), body["value_type"], values, body.get("value_bool")
    )


@dataclass(frozen=True, slots=True)
class Sale:
    """What a tax rule looks at: who buys, and what."""

    client: Client
    kind: int
    site_id: int
    item_id: int
    supplier_id: int
    group_id: int
    on_template: bool

    def meets(self, condition: Condition) -> bool:
        """Whether a condition holds. Observed: inside one condition any listed value will do."""
        match condition.value_type:
            case 1:
                found = self.client.number("toplevel_id", 1)
            case 2:
                found = self.client.id
            case 3:
                found = self.site_id
            case 4:
                found = self.item_id
            case 5:
                found = self.group_id
            case 6:
                found = self.supplier_id
            case _:
                return (self.kind == PO_INVOICE) == bool(condition.flag)
        return str(found) in condition.values


def rule_tax(backend: HaloBackend, sale: Sale) -> AppliedTax | None:
    """The tax of the first rule that fits, or ``None``.

    Documented: rules go before every other setting, and all conditions of one must hold. Assumed:
    the first by sequence wins, and a rule without conditions fits every line.
    """
    for rule in backend.tax_rules.select(order="sequence"):
        if all(sale.meets(condition) for condition in rule.conditions):
            return applied_tax(backend, find(backend.taxes, rule.tax_id))
    return None


def line_tax(
    backend: HaloBackend, body: Body, before: AppliedTax | None, extra: Extra, sale: Sale
) -> AppliedTax:
    """The tax of a line that no rule decides.

    Assumed: the order. The line's own codes come first, then a bare rate, then what the line had;
    a new line takes its item's rate, then its client's. Raises ``BrokenRule`` for an unknown code.
    """
    own = value_or_default(body, "override_tax_code", 0) or extra.get("override_tax_code", 0)
    if own:
        return applied_tax(backend, _find_by_code(backend, str(own)))
    code = value_or_default(body, "tax_code", "")
    if code not in ("", "0"):
        return applied_tax(backend, _find_by_code(backend, code))
    if body.get("tax_rate") is not None:
        return _cached_tax("", "", to_decimal(body["tax_rate"]), composite=False)
    asks_anew = {"tax_code", "tax_rate", "override_tax_code"} & body.keys()
    if before is not None and not asks_anew:
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
        found = backend.taxes.get(int(code))
        if found is not None:
            return found
    for tax in backend.taxes:
        if tax.code is not None and tax.code == code:
            return tax
    raise RuleViolation(f"The tax {code} does not exist")


def applied_tax(backend: HaloBackend, tax: Tax) -> AppliedTax:
    """The tax as a line keeps it."""
    return _cached_tax(str(tax.id), tax.name, value(backend, tax), composite=tax.composite)


@functools.lru_cache(maxsize=1024)
def _cached_tax(code: str, name: str, rate: Decimal, *, composite: bool) -> AppliedTax:
    """Equal taxes of many lines are one object."""
    return AppliedTax(code, name, rate, composite)


def decided_by_rule(
    backend: HaloBackend, extra: Extra, sale: Sale, now: datetime
) -> tuple[AppliedTax, datetime] | None:
    """What the tax rules decide of a line; ``None`` if nothing, or if the line is locked."""
    if extra.get("no_tax_override") or extra.get("lock_tax"):
        return None
    tax = rule_tax(backend, sale)
    return None if tax is None else (tax, now)
