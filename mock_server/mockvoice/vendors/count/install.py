"""What a fresh workspace holds, and the demo world.

The demo world is a history of requests, so that every figure and status in it comes from the
same rules as everything else.
"""

import os
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from mockvoice.vendors.count.backend import CountBackend, shown_instant
from mockvoice.vendors.count.models import Account, AccountSubType, Tax, Team

# Switches the limit of requests a minute on, in every world that is made from then on.
REQUESTS_PER_MINUTE = "MOCKVOICE_COUNT_REQUESTS_PER_MINUTE"


def install(backend: CountBackend, document: Mapping[str, Any]) -> None:
    """Put what the API cannot create into a workspace: its settings, rates and first accounts."""
    now = shown_instant(backend.clock.now() - timedelta(days=int(document["installed_days_ago"])))
    backend.first_ids = {kind: tuple(ids) for kind, ids in document["first_ids"].items()}
    settings = {**document["team"], "redirect_uris": tuple(document["team"]["redirect_uris"])}
    limit = os.environ.get(REQUESTS_PER_MINUTE, "")
    if limit.isdigit():
        settings["requests_per_minute"] = int(limit)
    backend.teams.put(Team(**settings))
    for row in document["taxes"]:
        backend.taxes.put(Tax(row["id"], row["uuid"], row["name"], Decimal(row["percentage"])))
    for row in document["account_sub_types"]:
        backend.sub_types.put(AccountSubType(**row))
    for row in document["accounts"]:
        kind = backend.sub_types.get(row["sub_type_id"])
        if kind is None:
            raise KeyError(row["sub_type_id"])
        backend.accounts.put(
            Account(
                **{**row, "taxes": tuple(row.get("taxes", ()))},
                type=kind.type,
                currency=backend.team.currency,
                created=now,
                updated=now,
            )
        )
