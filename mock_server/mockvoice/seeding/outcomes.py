"""Outcomes of sales: paid on time, late, in parts or never; cancelled, credited, refunded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum

from mockvoice.seeding.options import InvalidSeedOptions
from mockvoice.seeding.rng import SeededRandom

MAX_PAYMENTS = 3  # of one sale
_SHARES = {1: (100,), 2: (40, 60), 3: (30, 30, 40)}


class Outcome(Enum):
    """The final status of a generated invoice."""

    DRAFT = "draft"
    OPEN = "open"
    OVERDUE = "overdue"
    PARTLY_PAID = "partly paid"
    PAID = "paid"
    CANCELLED = "cancelled"
    CREDITED = "credited"
    REFUNDED = "refunded"


@dataclass(slots=True)
class Sale:
    """An invoice to create. Days are counted from today."""

    client: int
    day: int
    due: int
    payday: int  # day on which the client would pay; today or later: not paid yet
    outcome: Outcome = Outcome.OPEN
    number: int = 0  # in chronological order, from 0 on
    paid_on: list[int] = field(default_factory=list)

    def shares(self) -> Iterable[tuple[int, int, tuple[int, ...]]]:
        """Yield the day of each payment, its share in per cent, and the shares before it.

        The share 0 is the remainder: the last payment of a fully paid sale.
        """
        parts = len(self.paid_on) + (self.outcome is Outcome.PARTLY_PAID)
        shares = _SHARES[parts] if parts else ()
        for index, day in enumerate(self.paid_on):
            is_last = index == parts - 1
            yield day, 0 if is_last else shares[index], shares[:index] if is_last else ()


def decide_outcomes(sales: Sequence[Sale], payments: int | None, rng: SeededRandom) -> None:
    """Decide the outcome of each sale; ``payments`` sets the exact number of payments.

    Raises ``InvalidSeedOptions`` if these sales cannot have that many payments.
    """
    for sale in sales:
        _decide(sale, rng)
    _ensure_all_outcomes(sales)
    if payments is not None:
        _set_payments(sales, payments)


def _decide(sale: Sale, rng: SeededRandom) -> None:
    draw = rng.random()
    if sale.day >= -12 and draw < 0.4:
        sale.outcome = Outcome.DRAFT
    elif draw > 0.97:
        sale.outcome = Outcome.CANCELLED
    elif draw > 0.95:
        sale.outcome = Outcome.CREDITED
    elif sale.payday >= 0:
        _set_unpaid(sale)
        if draw < 0.3 and sale.day < -4:
            _pay_in_two(sale, stays_open=True)
    elif draw > 0.93:
        _refund(sale)
    else:
        _pay(sale)
        if draw < 0.10 and sale.day < sale.payday:
            _pay_in_two(sale, stays_open=draw < 0.03)


def _set_unpaid(sale: Sale) -> None:
    sale.outcome = Outcome.OVERDUE if sale.due < 0 else Outcome.OPEN
    sale.paid_on = []


def _pay(sale: Sale) -> None:
    sale.outcome = Outcome.PAID
    sale.paid_on = [min(sale.payday, -1)]


def _pay_in_two(sale: Sale, *, stays_open: bool) -> None:
    first = min((sale.day + sale.payday) // 2, -1)
    second = sale.payday + 14
    if stays_open or second >= 0:
        sale.outcome, sale.paid_on = Outcome.PARTLY_PAID, [first]
    else:
        sale.outcome, sale.paid_on = Outcome.PAID, [first, second]


def _refund(sale: Sale) -> None:
    _pay(sale)
    sale.outcome = Outcome.REFUNDED


def _set_outcome(sale: Sale, outcome: Outcome) -> None:
    sale.outcome, sale.paid_on = outcome, []
    if outcome is Outcome.PARTLY_PAID:
        sale.paid_on = [min(sale.day + 3, -1)]
    elif outcome is Outcome.REFUNDED:
        _refund(sale)
    elif outcome is Outcome.PAID:
        _pay(sale)


def _ensure_all_outcomes(sales: Sequence[Sale]) -> None:
    """Assign each missing outcome to a sale whose outcome occurs more than once."""
    counts = {outcome: sum(sale.outcome is outcome for sale in sales) for outcome in Outcome}
    for outcome in Outcome:
        if counts[outcome]:
            continue
        candidates = [s for s in sales if counts[s.outcome] > 1 and _can_become(s, outcome)]
        if candidates:
            # A recent sale can be a draft, open or partly paid; other outcomes suit an older sale.
            is_recent = outcome in (Outcome.DRAFT, Outcome.OPEN, Outcome.PARTLY_PAID)
            sale = candidates[-1] if is_recent else candidates[len(candidates) // 2]
            counts[sale.outcome] -= 1
            counts[outcome] += 1
            _set_outcome(sale, outcome)
    _ensure_early_part_payment(sales, counts)


def _ensure_early_part_payment(sales: Sequence[Sale], counts: dict[Outcome, int]) -> None:
    """Ensure that a sale is partly paid and not due yet: APIs show an overdue one as overdue."""
    early = [sale for sale in sales if sale.due >= 0 and sale.day < -4]
    if any(sale.outcome is Outcome.PARTLY_PAID for sale in early):
        return
    for sale in early:
        if counts[sale.outcome] > 1:
            _set_outcome(sale, Outcome.PARTLY_PAID)
            return


def _can_become(sale: Sale, outcome: Outcome) -> bool:
    if outcome in (Outcome.OPEN, Outcome.PARTLY_PAID) and sale.due >= 0:
        return sale.day < -4 or outcome is Outcome.OPEN
    if outcome is Outcome.OPEN:
        return False
    if outcome is Outcome.OVERDUE:
        return sale.due < 0
    return outcome is Outcome.DRAFT or sale.day < -3


def _set_payments(sales: Sequence[Sale], requested: int) -> None:
    number = sum(len(sale.paid_on) for sale in sales)
    while number > requested:
        number -= _remove_payments(sales, number - requested)
    while number < requested:
        added = _add_payments(sales, requested - number)
        if not added:
            raise InvalidSeedOptions(
                f"payments must not be more than {number} for these invoices, but is {requested}"
            )
        number += added


def _remove_payments(sales: Sequence[Sale], number: int) -> int:
    """Remove the last payment of up to ``number`` sales, newest first; return how many."""
    removed = 0
    for sale in reversed(sales):
        if removed < number and sale.paid_on:
            removed += 1
            sale.paid_on.pop()
            if sale.paid_on:
                sale.outcome = Outcome.PARTLY_PAID
            else:
                _set_unpaid(sale)
    return removed


def _add_payments(sales: Sequence[Sale], number: int) -> int:
    """Add a payment to up to ``number`` sales with the fewest payments; return how many."""
    added = 0
    for fewest in range(MAX_PAYMENTS):
        for sale in sales:
            if added == number:
                return added
            if len(sale.paid_on) == fewest and _can_be_paid(sale):
                added += 1
                before = sale.paid_on[-1] if sale.paid_on else sale.day
                sale.paid_on.append(min(max(before + 4, sale.payday), -1))
                sale.outcome = Outcome.PAID
        if added:
            return added
    return added


def _can_be_paid(sale: Sale) -> bool:
    return sale.outcome in (Outcome.OPEN, Outcome.OVERDUE, Outcome.PARTLY_PAID, Outcome.PAID)
