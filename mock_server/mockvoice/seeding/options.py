"""What somebody wants an account to be filled with."""

from dataclasses import dataclass

MOST_CLIENTS = 20_000
MOST_INVOICES = 100_000


class InvalidSeedOptions(ValueError):
    """What was asked for cannot be made; the message says what can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedOptions:
    """How much data, and which. ``None`` leaves the choice to the plan."""

    clients: int = 25
    invoices: int = 200
    payments: int | None = None
    seed: int = 0
    locale: str | None = None

    def check(self) -> None:
        """Raise ``BadWish`` for numbers that no plan can meet."""
        _within("clients", self.clients, 1, MOST_CLIENTS)
        _within("invoices", self.invoices, 0, MOST_INVOICES)
        if self.payments is not None:
            _within("payments", self.payments, 0, 3 * MOST_INVOICES)


def _within(name: str, number: int, low: int, high: int) -> None:
    if not low <= number <= high:
        raise InvalidSeedOptions(
            f"{name} must be a whole number from {low} to {high}, not {number}"
        )
