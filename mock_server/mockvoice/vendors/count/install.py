"""Installation of a new workspace: the records that the API cannot create.

The demo data is created afterwards by requests, so the rules calculate its amounts and statuses.
"""

import os
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

from mockvoice.vendors.count.backend import CountBackend, format_instant
from mockvoice.vendors.count.models import Account, AccountSubType, Tax, Team

# The environment variable with the rate limit of new workspaces.
REQUESTS_PER_MINUTE = "MOCKVOICE_COUNT_REQUESTS_PER_MINUTE"


def install(backend: CountBackend, document: Mapping[str, Any]) -> None:
    """Install the settings, tax rates, account sub-types and first accounts of a workspace.

    ``document`` is the content of ``install.json``.
    """
    now = format_instant(backend.clock.now() - timedelta(days=int(document["installed_days_ago"])))
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
        sub_type = backend.sub_types.get(row["sub_type_id"])
        if sub_type is None:
            raise KeyError(row["sub_type_id"])
        backend.accounts.put(
            Account(
                **{**row, "taxes": tuple(row.get("taxes", ()))},
                type=sub_type.type,
                currency=backend.team.currency,
                created=now,
                updated=now,
            )
        )
