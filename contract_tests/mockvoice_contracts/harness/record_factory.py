"""Base of the suites' factories, which create test records through the API with unique names."""

from collections.abc import Callable
from datetime import timedelta

from mockvoice_contracts.harness.client import Api
from mockvoice_contracts.harness.targets import Target


class RecordFactory:
    """Creates records. Fields that a test does not set get default values."""

    def __init__(self, api: Api, target: Target, unique: Callable[[str], str]) -> None:
        self._api = api.for_arranging()
        self._target = target
        self.unique_name = unique

    def day(self, days: int = 0) -> str:
        """Return the server's date plus ``days`` days, as ISO 8601."""
        return (self._target.now().date() + timedelta(days=days)).isoformat()

    def email(self) -> str:
        """Return a unique e-mail address."""
        return self.unique_name("person").replace(" ", ".") + "@contract.example"
