"""What becomes of sales: sent, paid in time, late, in parts or never, cancelled, credited."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum

from mockvoice.seeding.options import InvalidSeedOptions
from mockvoice.seeding.rng import SeededRandom

MOST_PAYMENTS = 3  # of one sale
_SHARES = {1: (100,), 2: (40, 60), 3: (30, 30, 40)}


class Outcome(Enum):
    """Where a sale stands today."""

    DRAFT = "draft"
    OPEN = "open"
    OVERDUE = "overdue"
    PART_PAID = "part paid"
    PAID = "paid"
    CANCELLED = "cancelled"
    CREDITED = "credited"
    REFUNDED = "refunded"


@dataclass(slots=True)
class Sale:
    """An invoice to be written. Days are counted from today."""

    client: int
    day: int
    due: int
    payday: int  # when this client would pay; in the future it has not paid yet
    outcome: Outcome = Outcome.OPEN
    number: int = 0  # in the order of time, from 0 on
    paid_on: list[int] = field(default_factory=list)

    def shares(self) -> Iterable[tuple[int, int, tuple[int, ...]]]:
        """For each payment its day, its share in per cent, and the shares before it.

        The last payment of what is wholly paid is told as the rest: its share is 0.
        """
        parts = len(self.paid_on) + (self.outcome is Outcome.PART_PAID)
        shares = _SHARES[parts] if parts else ()
        for place, day in enumerate(self.paid_on):
            last = place == parts - 1
            yield day, 0 if last else shares[place], shares[:place] if last else ()


def decide_outcomes(sales: Sequence[Sale], payments: int | None, rng: SeededRandom) -> None:
    """Decide what becomes of each sale; with ``payments``, so that there are exactly so many.

    Raises ``BadWish`` if these sales cannot have so many payments.
    """
    for sale in sales:
        _decide(sale, rng)
    _let_every_fate_occur(sales)
    if payments is not None:
        _set_payments(sales, payments)


def _decide(sale: Sale, rng: SeededRandom) -> None:
    draw = rng.fraction()
    if sale.day >= -12 and draw < 0.4:
        sale.outcome = Outcome.DRAFT
    elif draw > 0.97:
        sale.outcome = Outcome.CANCELLED
    elif draw > 0.95:
        sale.outcome = Outcome.CREDITED
    elif sale.payday >= 0:
        _wait(sale)
        if draw < 0.3 and sale.day < -4:
            _pay_in_two(sale, open_for_ever=True)
    elif draw > 0.93:
        _refund(sale)
    else:
        _pay(sale)
        if draw < 0.10 and sale.day < sale.payday:
            _pay_in_two(sale, open_for_ever=draw < 0.03)


def _wait(sale: Sale) -> None:
    sale.outcome = Outcome.OVERDUE if sale.due < 0 else Outcome.OPEN
    sale.paid_on = []


def _pay(sale: Sale) -> None:
    sale.outcome = Outcome.PAID
    sale.paid_on = [min(sale.payday, -1)]


def _pay_in_two(sale: Sale, *, open_for_ever: bool) -> None:
    first = min((sale.day + sale.payday) // 2, -1)
    second = sale.payday + 14
    if open_for_ever or second >= 0:
        sale.outcome, sale.paid_on = Outcome.PART_PAID, [first]
    else:
        sale.outcome, sale.paid_on = Outcome.PAID, [first, second]


def _refund(sale: Sale) -> None:
    _pay(sale)
    sale.outcome = Outcome.REFUNDED


def _change(sale: Sale, fate: Outcome) -> None:
    sale.outcome, sale.paid_on = fate, []
    if fate is Outcome.PART_PAID:
        sale.paid_on = [min(sale.day + 3, -1)]
    elif fate is Outcome.REFUNDED:
        _refund(sale)
    elif fate is Outcome.PAID:
        _pay(sale)


def _let_every_fate_occur(sales: Sequence[Sale]) -> None:
    """Where a fate is missing, give it to a sale that has one which occurs more often."""
    counts = {fate: sum(sale.outcome is fate for sale in sales) for fate in Outcome}
    for fate in Outcome:
        if counts[fate]:
            continue
        fitting = [s for s in sales if counts[s.outcome] > 1 and _may_become(s, fate)]
        if fitting:
            # What is new may be a draft, open or begun to be paid; of the rest the middle will do.
            new = fate in (Outcome.DRAFT, Outcome.OPEN, Outcome.PART_PAID)
            sale = fitting[-1] if new else fitting[len(fitting) // 2]
            counts[sale.outcome] -= 1
            counts[fate] += 1
            _change(sale, fate)
    _let_one_be_begun(sales, counts)


def _let_one_be_begun(sales: Sequence[Sale], counts: dict[Outcome, int]) -> None:
    """See that something is part paid before it is due, which is another state than when it is late."""
    early = [sale for sale in sales if sale.due >= 0 and sale.day < -4]
    if any(sale.outcome is Outcome.PART_PAID for sale in early):
        return
    for sale in early:
        if counts[sale.outcome] > 1:
            _change(sale, Outcome.PART_PAID)
            return


def _may_become(sale: Sale, fate: Outcome) -> bool:
    if fate in (Outcome.OPEN, Outcome.PART_PAID) and sale.due >= 0:
        return sale.day < -4 or fate is Outcome.OPEN
    if fate is Outcome.OPEN:
        return False
    if fate is Outcome.OVERDUE:
        return sale.due < 0
    return fate is Outcome.DRAFT or sale.day < -3


def _set_payments(sales: Sequence[Sale], wanted: int) -> None:
    number = sum(len(sale.paid_on) for sale in sales)
    while number > wanted:
        number -= _fewer(sales, number - wanted)
    while number < wanted:
        more = _more(sales, wanted - number)
        if not more:
            raise InvalidSeedOptions(
                f"payments must not be more than {number} for these invoices, not {wanted}"
            )
        number += more


def _fewer(sales: Sequence[Sale], wanted: int) -> int:
    """Take the last payment of so many sales, the newest first."""
    taken = 0
    for sale in reversed(sales):
        if taken < wanted and sale.paid_on:
            taken += 1
            sale.paid_on.pop()
            if sale.paid_on:
                sale.outcome = Outcome.PART_PAID
            else:
                _wait(sale)
    return taken


def _more(sales: Sequence[Sale], wanted: int) -> int:
    """Let so many sales have one more payment, those first that have the fewest."""
    given = 0
    for fewest in range(MOST_PAYMENTS):
        for sale in sales:
            if given == wanted:
                return given
            if len(sale.paid_on) == fewest and _takes_more(sale):
                given += 1
                before = sale.paid_on[-1] if sale.paid_on else sale.day
                sale.paid_on.append(min(max(before + 4, sale.payday), -1))
                sale.outcome = Outcome.PAID
        if given:
            return given
    return given


def _takes_more(sale: Sale) -> bool:
    return sale.outcome in (Outcome.OPEN, Outcome.OVERDUE, Outcome.PART_PAID, Outcome.PAID)
