"""The properties that the API stores as sent, by resource: their names and default values.

A record stores only values that differ from the default. A property with the default ``None`` is
left out of responses while it has no value.
"""

import functools
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from mockvoice.kernel.money import decimal
from mockvoice.vendors.halo.models import NO_EXTRA, Extra
from mockvoice.vendors.halo.rules.echoed_fields import (
    HEADER_ECHOED_NAMES,
    LINE_ECHOED_NAMES,
)
from mockvoice.vendors.halo.rules.stored_values import canonical_value

UNSET_DATE = "1900-01-01T00:00:00"

Defaults = Mapping[str, Any]


def _fields(names: str, default: Any = None) -> dict[str, Any]:
    return dict.fromkeys(names.split(), default)


# Observed: a real server sends every property with a default in every response.
HEADER: Defaults = {
    **_fields(
        """accountsid thirdpartyinvoicenumber reference payment_ref order_number cust_order_number
        taken_by contactname tel_number deladdress1 deladdress2 deladdress3 deladdress4
        deladdress5 originaddress1 originaddress2 originaddress3 originaddress4 originaddress5
        notes_1 notes_2 notes_3 purchaseorder_id supplier_id client_to_invoice_to_id
        creation_source dateposted last_synced last_reminder_sent sendinvoicereminder credit_date
        period_start_date period_end_date global_tax_code global_nom_code include_in_autopay
        take_auto_payment disabled reviewrequired approval_start approval_process_id period_type
        enddate invoice_prorata_periods_ahead immediate_prorata_recurring_invoice_id
        invoice_separately minimum_price_active minimum_amount minimum_line_description
        is_down_payment is_recognition dont_sync_to_3rd_party quote_status"""
    ),
    **_fields(
        """sitenumber uid contract_id ticket_id datetype percentold percent billingcategory
        due_date_type due_date_int paymentterms emailstatus take_payment_on_duedate
        creditlinkedtoinvoiceid approval_status approvalagent approvalagentid assigned_agent
        add_contract_assets add_labour add_project add_travel add_mileage add_itemsissued
        add_prepay add_salesorder invoice_percent_increase recognised_from_invoice qboid
        kashflow_tenant_id pdftemplate_id""",
        0,
    ),
    **_fields(
        """address1 address2 address3 address4 address5 approvalemailaddress approvalnote
        organisation_id internal_note contract_ref xeroid xero_status xero_tenant_id
        xero_branding_theme_id xero_branding_theme_name qbo_company_id kashflow_pdf snelstart_id
        dbc_id dbc_company_id""",
        "",
    ),
    **_fields("hideinvoice requires_approval", default=False),
    **_fields("schedule_date datesent approvaldatetime", UNSET_DATE),
    "salesorder_id": -2,
    "invoice_auto_increase_period": -1,
}
# Sent only with a single record, and never null.
HEADER_OBJECTS: Defaults = {
    "address": {},
    "shipaddress": {},
    "originaddress": {},
    "customfields": [],
    "merge_data": [],
}
# Sent only with a single record, and only if they have a value.
HEADER_ECHOED: Defaults = dict.fromkeys(HEADER_ECHOED_NAMES)
# Sent only with ``includedetails``. Observed: always then.
HEADER_DETAILS: Defaults = {
    "supplier_name": "",
    "pdftemplate_name": "",
    "avalara_details_name": "",
    "external_links": [],
}
# Stored as sent; in responses only where a separate rule adds them.
HEADER_RENDERED_SEPARATELY: Defaults = _fields("invoicenumber duedate")
# All properties of a header that are stored as sent.
HEADER_FIELDS = (
    HEADER,
    HEADER_OBJECTS,
    HEADER_ECHOED,
    HEADER_DETAILS,
    HEADER_RENDERED_SEPARATELY,
)

LINE: Defaults = {
    **_fields(
        """item_code item_longdescription nominal_code tax_code_overriden override_tax_code
        no_tax_override lock_tax item_taxable asset_id contract_id site ticket_id prepay_id
        meter_id actioncode recurring_invoice_quantity_type period_type billingperiod line_periods
        startdate enddate autorenew group_id onetimecharge salesorder_line salesorder_line_id
        purchaseorder_id purchaseorder_line_id expense_id creditlinkedidid credit_id supplier
        supplier_name is_deferred_revenue is_recognised_revenue isdownpayment xero_lineid
        xero_tax_code qbo_lineid hide_on_pdf comment_1 comment_2 quantity_licences quantity_users
        quantity_assets quantity_subscriptions"""
    ),
    **dict.fromkeys(LINE_ECHOED_NAMES),
}
# Set only by the server.
LINE_LINKS: Defaults = _fields(
    "recurring_invoice_id recurring_invoice_line_id onetimechargeinvoiceid", 0
)

PAYMENT: Defaults = {
    **_fields("method module_id invoice_qbo_id", 0),
    **_fields(
        "payment_method_name intent_response webhook_payload thirdpartyid qbo_company_id", ""
    ),
    **_fields("intent_date webhook_received_date", UNSET_DATE),
    **_fields(
        """payment_method reference nominalcode intent_id xero_id qbo_id myob_id sage50_reference
        creditnote_xeroid dateposted last_synced sqlimport_id invoice_match_id"""
    ),
    "posted": False,
}

CHANGE: Defaults = {
    **_fields("invoice_detail_quantity_id invoice_detail_prorata_id field_id", 0),
    "line_description": None,
}

PRO_RATA: Defaults = _fields(
    """client_to_invoice_id site_id site_name user_id device_id quantity_id change_id
    date_period_start date_period_end unitcost shortdescription longdescription
    prorata_next_invoice dont_auto_calculate inv_manual_pr_immediately istempprorata
    include_in_roi"""
)

TAX: Defaults = {
    **_fields(
        """third_party_desc xero_tenant_id xero_tenant_name kashflow_tenant_name qbo_company_name
        qbocode qbocode_name""",
        "",
    ),
    "kashflow_tenant_id": 0,
    "qbotaxcode": {},
    **_fields(
        """onseparateline third_party_id avalara_id category_code thirdparty_tax_rates xerotaxrate
        kashflowtaxrate qbo_company_id qbotaxrate sageintacttaxcode sage_tenant_id
        sage_tenant_name sagebusinesscloudtaxcode exact_division exact_division_name exacttaxcode
        myobtaxcode myob_details_id myob_details_name"""
    ),
}

CLIENT: Defaults = {
    **_fields("inactive dontinvoice excludefrominvoicesync", default=False),
    "toplevel_id": 1,
    "main_site_name": "Main",
    **_fields(
        """default_currency_code item_tax_code contract_tax_code client_to_invoice
        invoiceduedaysextraclient""",
        0,
    ),
    **_fields(
        """accountsid xeroid service_tax_code prepay_tax_code client_to_invoice_recurring
        tax_number stripe_customer_id"""
    ),
}

ITEM: Defaults = {
    **_fields("baseprice costprice recurringprice recurringcost taxcode taxcodeother", 0),
    **_fields("salestaxincluded isrecurringitem dontinvoice", default=False),
    "taxable": True,
    **_fields("nominalcode assetgroup_id accountsid supplier_id"),
}

COST_CENTRE: Defaults = {"chargeable": False, **_fields("addr1 addr2 addr3 addr4", "")}
BUDGET_TYPE: Defaults = {"defaultrate": 0, **_fields("chargerate ticket_id")}
EXPENSE: Defaults = {
    "ihid": 0,
    "amount": 0,
    **_fields("invoiceable reviewed", default=False),
    **_fields("agent_id fault_id actionnumber lookup_id reviewed_agent_id", 0),
    "description": "",
    "customfields": [],
    **_fields("date_reimbursed client_id client_to_invoice_to_id site_id date_added date_invoiced"),
}
CHARGE_RATE: Defaults = {
    **_fields(
        """area contract_id charge_id round travel_surchargeid rate minimum increment
        oohmultiplier holidaymultiplier weekendmultiplier contractmultiplier rateoverride
        mileage_rate ticket_id tree_id""",
        0,
    ),
    **_fields("surcharge useagentworkinghours use_budget_rate override_surcharge", default=False),
    **_fields("use_for_travel use_for_mileage", default=True),
    **_fields("startdate expirydate"),
    "agents": "",
    "agentslist": [],
    "org": -1,
}


def merge_extra(before: Extra, body: Mapping[str, Any], *fields: Defaults) -> Extra:
    """Return the stored properties updated by a body; null resets a property to its default."""
    sent = [(name, defaults[name]) for name in body for defaults in fields if name in defaults]
    if not sent:
        return before
    merged = dict(before)
    for name, default in sent:
        value = canonical_value(name, body[name])
        if value is None or value == default:
            merged.pop(name, None)
        else:
            merged[name] = value
    return merged or NO_EXTRA


@functools.lru_cache(maxsize=8192)
def _cached_decimal(text: str) -> Decimal:
    return decimal(text)


def to_decimal(value: float) -> Decimal:
    """Return a number of a body as an exact decimal; equal numbers share one object."""
    return _cached_decimal(str(value))


def value_or_default(body: Mapping[str, Any], name: str, default: Any) -> Any:
    """Return the value of a property in a body, or the default if it is missing or null."""
    value = body.get(name)
    return default if value is None else value
