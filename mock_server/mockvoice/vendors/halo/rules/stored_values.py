"""The stored form of sent values: dates in one format, objects with the properties that are stored."""

from collections.abc import Mapping
from typing import Any

from mockvoice.vendors.halo.rules import calendar
from mockvoice.vendors.halo.rules.echoed_fields import ECHOED_DATES

# Stored without a fraction of a second, as in the contract.
_WHOLE_SECOND_DATES = frozenset({"schedule_date", "datesent"})
_DATES = frozenset(
    [
        "schedule_date",
        "datesent",
        "dateposted",
        "last_synced",
        "last_reminder_sent",
        "credit_date",
        "period_start_date",
        "period_end_date",
        "approvaldatetime",
        "startdate",
        "enddate",
        "intent_date",
        "webhook_received_date",
        "date_period_start",
        "date_period_end",
        "date_reimbursed",
        "date_added",
        "duedate",
        "date_created",
        "date_updated",
        "date_active",
        "date_inactive",
        *ECHOED_DATES,
    ]
)
_ADDRESS = frozenset(
    """id type line1 line2 line3 line4 postcode description note primary inactive date_active
    date_inactive lat long client_name site_id site_name user_id user_name user_email""".split()
)
_VALUE_AND_LABEL = frozenset({"value", "label", "isnew"})
# Documented: value and label. Assumed: id and name.
_TAX_OF_OTHER_SYSTEM = _VALUE_AND_LABEL | {"id", "name"}
# What a line counts. Assumed: no source lists all properties of these objects, so all are stored.
_QUANTITIES = frozenset(
    ["quantity_licences", "quantity_users", "quantity_assets", "quantity_subscriptions"]
)
# The stored properties of objects; others are ignored.
_OBJECT_PROPERTIES: Mapping[str, frozenset[str]] = {
    "address": _ADDRESS,
    "shipaddress": _ADDRESS,
    "originaddress": _ADDRESS,
    "customfields": frozenset({"id", "name", "value"}),
    "thirdparty_tax_rates": _TAX_OF_OTHER_SYSTEM,
    "xerotaxrate": _TAX_OF_OTHER_SYSTEM,
    "kashflowtaxrate": _TAX_OF_OTHER_SYSTEM,
    "qbotaxrate": _TAX_OF_OTHER_SYSTEM,
    "qbotaxcode": _TAX_OF_OTHER_SYSTEM,
    "sageintacttaxcode": _TAX_OF_OTHER_SYSTEM,
    "sagebusinesscloudtaxcode": _TAX_OF_OTHER_SYSTEM,
    "exacttaxcode": _TAX_OF_OTHER_SYSTEM,
    "myobtaxcode": _TAX_OF_OTHER_SYSTEM,
    "xero_branding_theme": _VALUE_AND_LABEL,
    "qbo_term": _VALUE_AND_LABEL,
    "exact_payment_conditon": _VALUE_AND_LABEL,
    "meter_tiers": frozenset(["id", "idid", "minquantity", "maxquantity", "price"]),
    "merge_data": frozenset(
        """id invoice_id recurring_invoice_id schedule_id schedule_date contract_id contract_ref
        salesorder_id percent due_date""".split()
    ),
    "external_links": frozenset(
        """id table_id module_id integration_name halo_id third_party_id third_party_desc
        third_party_type third_party_url third_party_assigned_to third_party_count primary
        halo_desc halo_second_id halo_second_desc extra_match_field details_id
        third_party_secondary_id third_party_status third_party_priority date_created
        date_updated third_party_additional_id""".split()
    ),
}


def canonical_value(name: str, value: Any) -> Any:
    """Return the stored form of a value: dates in one format, objects without null properties."""
    if isinstance(value, str) and name in _DATES:
        at = calendar.parse_datetime(value)
        return (
            calendar.format_seconds(at)
            if name in _WHOLE_SECOND_DATES
            else calendar.format_datetime(at)
        )
    if isinstance(value, list):
        return [item for sent in value if (item := canonical_value(name, sent)) is not None]
    if isinstance(value, dict):
        if name in _QUANTITIES:
            return {key: sent for key, sent in value.items() if sent is not None}
        allowed = _OBJECT_PROPERTIES[name]
        return {
            key: canonical_value(key, sent)
            for key, sent in value.items()
            if sent is not None and key in allowed
        }
    return value
