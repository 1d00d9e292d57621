"""Mockvoice: a stateful double of four invoicing APIs.

The floors, bottom up; imports run down only:

* ``kernel``   money, clock, ids, tables and transactions; has never heard of an invoice
* ``web``      HTTP, contracts, validation and dispatch; knows no vendor
* ``vendors``  one slice per API, each in its vendor's own words
* ``control``  sandboxes, clock and pages for people
* ``cli``      the commands
* ``testing``  the pytest plugin
"""

__version__ = "0.1.0"
