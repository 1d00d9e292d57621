"""Options of a seeding run."""

from dataclasses import dataclass

MAX_CLIENTS = 20_000
MAX_INVOICES = 100_000


class InvalidSeedOptions(ValueError):
    """Invalid options of a seeding run. The message contains the allowed values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedOptions:
    """Amount and kind of data; ``None``: the vendor's locale, and as many payments as are likely."""

    clients: int = 25
    invoices: int = 200
    payments: int | None = None
    seed: int = 0
    locale: str | None = None

    def check(self) -> None:
        """Raise ``InvalidSeedOptions`` for numbers out of range."""
        _check_range("clients", self.clients, 1, MAX_CLIENTS)
        _check_range("invoices", self.invoices, 0, MAX_INVOICES)
        if self.payments is not None:
            _check_range("payments", self.payments, 0, 3 * MAX_INVOICES)


def _check_range(name: str, number: int, low: int, high: int) -> None:
    if not low <= number <= high:
        raise InvalidSeedOptions(
            f"{name} must be a whole number from {low} to {high}, not {number}"
        )
