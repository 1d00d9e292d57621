"""The table ``known`` of target files: names that nothing reads, and values of another form, are errors."""

import pytest

from mockvoice.outbound.target_file import InvalidTargetConfiguration, check_known, parse
from mockvoice.seeding.seeder import seeder_for
from mockvoice.vendor_registry import load_vendor, own_vendor_keys
from mockvoice.vendors.growcrm import seeder


def checked(vendor, known, reader):
    table = {"url": "https://crm.example.com", "known": known}
    check_known(parse(vendor, table), load_vendor(vendor).known_records, reader)


@pytest.mark.parametrize("reader", ["check", "seed"])
@pytest.mark.parametrize(
    ("vendor", "known", "message"),
    [
        ("growcrm", {"tax_rate": {"20": 1}}, "did you mean 'tax_rates'?"),
        ("growcrm", {"tax_rates": {"20": 1}, "x": 1}, "has the unknown name x; known names are"),
        ("growcrm", {"tax_rates": 4}, 'tax_rates must be written like { "20" = 1, "8.25" = 2 }'),
        ("growcrm", {"tax_rates": {"20 %": 1}}, "tax_rates must be written like"),
        ("growcrm", {"tax_rates": {"20": "1"}}, "tax_rates must be written like"),
        ("growcrm", {"tax_rates": {"20": 1, "20.0": 2}}, "tax_rates must be written like"),
        ("growcrm", {"tax_rates": {"20": -1}}, "tax_rates must be written like"),
        ("growcrm", {"tax_rates": {"8": {"25": 2}}}, "tax_rates must be written like"),
        ("halo", {"tax_rates": {}}, "known names are none: nothing reads this table"),
    ],
)
def test_a_name_that_nothing_reads_or_a_value_of_another_form_is_an_error(
    vendor, known, message, reader
):
    with pytest.raises(InvalidTargetConfiguration) as error:
        checked(vendor, known, reader)

    assert message in str(error.value)
    assert f"[{vendor}] known" in str(error.value)


def test_names_that_only_the_seeder_reads_are_an_error_for_a_check_which_says_what_to_write():
    checked("growcrm", {"tax_rate_id": 1}, "seed")

    with pytest.raises(InvalidTargetConfiguration) as error:
        checked("growcrm", {"tax_rate_id": 1}, "check")
    assert str(error.value) == (
        "[growcrm] known: tax_rate_id is not read by mockvoice check; write tax_rates = "
        '{ "20" = 1, "8.25" = 2 } (ids of the account\'s tax rates, by their percentage)'
    )


@pytest.mark.parametrize("reader", ["check", "seed"])
def test_one_file_can_have_the_names_of_both_commands(reader):
    checked("growcrm", {"tax_rates": {"20": 1}, "tax_rate_id": 1}, reader)
    checked("growcrm", {"tax_rates": {"20": 1}}, reader)


@pytest.mark.parametrize(
    ("known", "standard", "reduced"),
    [
        ({}, None, None),
        ({"tax_rates": {"8.25": 2, "20": 4, "10": 3}}, 4, 3),
        ({"tax_rates": {"20": 4}}, 4, 4),
        ({"tax_rates": {"20": 4, "5": 6}, "tax_rate_id": 9}, 9, 6),
        ({"tax_rate_id": 9, "reduced_tax_rate_id": 7}, 9, 7),
    ],
)
def test_the_seeder_of_growcrm_uses_the_rates_of_a_check(known, standard, reduced):
    studio = object.__new__(seeder.Studio)
    studio._known = known

    assert studio._tax_rate_id(reduced=False) == standard
    assert studio._tax_rate_id(reduced=True) == reduced


def test_the_ids_of_the_initial_account_have_declared_names():
    for key in own_vendor_keys():
        vendor = load_vendor(key)
        declared = {name for name, row in vendor.known_records.items() if "seed" in row.readers}

        assert declared >= {*seeder_for(vendor).known_ids}
