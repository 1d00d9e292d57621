"""What the contract of a vendor cannot say about its collections: a small file for each vendor."""

import tomllib
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """The settings of one vendor.

    ``left_out`` has the reason of each operation that the collections lack, ``after`` the operation
    that must come before another one of the same folder, and ``stored`` the variables that a
    response sets besides those of links, by JSON pointer.
    """

    left_out: dict[str, str] = field(default_factory=dict)
    after: dict[str, str] = field(default_factory=dict)
    stored: dict[str, dict[str, str]] = field(default_factory=dict)


def load_settings(key: str) -> Settings:
    """Return the settings of a vendor, which are empty without a file."""
    path = Path(__file__).with_name(f"{key}.toml")
    return Settings(**tomllib.loads(path.read_text("utf-8"))) if path.exists() else Settings()
