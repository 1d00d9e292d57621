"""Mockvoice: a stateful mock server of four invoicing APIs.

The layers, lowest first; imports run down only:

* ``kernel``   money, clock, ids, tables and transactions; knows nothing of invoices
* ``web``      HTTP, contracts, validation and dispatch; knows no vendor
* ``vendors``  one slice per API, each in its vendor's own words
* ``control``  the control API (sandboxes, clock, faults, journal) and the console
* ``cli``      the commands
* ``testing``  the pytest plugin
"""

__version__ = "0.1.0"
