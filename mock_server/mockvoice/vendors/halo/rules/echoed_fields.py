"""The published properties of headers and lines that no rule reads: stored, and returned as sent.

Documented: their names and types. Assumed: that a save stores them.
"""

# Returned only with a single record.
HEADER_ECHOED_NAMES = tuple(
    """global_details invoice_type_code xero_branding_theme mailboxid kashflowid time daysplus
    nextcreationperiod intacct_recordno sage_business_cloud_details_id sage_business_cloud_id
    exact_id exact_division xero_line_tax schedule_ignore_delete ticket_summary ticket_note
    xero_online_invoice_payment_url generic_online_invoice_payment_url intacct_save_location
    intacctseparatetaxline intacct_class intacct_class_name contains_calculated_quantity
    intacct_tax_solution intacct_tax_solution_name intacct_project intacct_project_name
    twilio_invoice avalara_details_id qbo_term_name qbo_term_id qbo_term
    exact_payment_conditon_name exact_payment_conditon_id exact_payment_conditon sqlimport_id
    invoice_match_id sync_include_paid ticket_client_to_invoice_to_id""".split()
)

LINE_ECHOED_NAMES = tuple(
    """customfields itemonorder dsite ddevnum productnumber asset_inventory_number lineactiondate
    labourdepartmentid meter_pricing_method line_fully_invoiced calculate_price_from_assets
    calculate_price_from_users recurring_invoice_price_type entity_type item_internal_reference
    item_external_reference override_ast_total kashflow_line_id is_meter current_reading
    last_reading_date quantity_custom percent_increase min_meter_units autorenewperiod
    intacct_location_id intacct_department_id synced_to_intacct hideitems
    includegrouppriceandqty auto_increase_period auto_increase_last_date
    needsreviewbeforecreation reviewed metertype importcsvid dbc_id exclude_auto_increase
    pro_rata_line_id intacct_warehouse_id invoice_class percent_invoiced is_bundled_line
    meter_tiers meter_min_quantity original_client_id myob_location myob_row_id dbc_sequence_id
    minimum_line_total hide_grouped_items_price deferred_revenue_olid deferred_revenue_olseq
    bundle_id bundle_name bundle_line_id xero_category_1_lookup xero_category_2_lookup
    xero_category_1_lookup_name xero_category_2_lookup_name use_rpi_increase
    merge_lines_if_matched surcharge_id decimalplacesforinvoices""".split()
)

ECHOED_DATES = frozenset(
    ["time", "lineactiondate", "last_reading_date", "auto_increase_last_date", "due_date"]
)

# What belongs to one record, so an invoice does not copy it from its template.
HEADER_FIELDS_OF_ONE_RECORD = frozenset(
    [
        "merge_data",
        "external_links",
        "time",
        "daysplus",
        "nextcreationperiod",
        "schedule_ignore_delete",
        "kashflowid",
        "intacct_recordno",
        "sage_business_cloud_id",
        "exact_id",
        "sqlimport_id",
        "invoice_match_id",
        "xero_online_invoice_payment_url",
        "generic_online_invoice_payment_url",
    ]
)
LINE_FIELDS_OF_ONE_RECORD = frozenset(
    [
        "autorenewperiod",
        "auto_increase_period",
        "auto_increase_last_date",
        "exclude_auto_increase",
        "use_rpi_increase",
        "needsreviewbeforecreation",
        "reviewed",
        "merge_lines_if_matched",
        "line_fully_invoiced",
        "kashflow_line_id",
        "synced_to_intacct",
        "myob_row_id",
    ]
)
