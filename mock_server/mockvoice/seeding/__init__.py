"""Believable data: who the clients of an account are, what they buy and when they pay.

From a seed this floor makes clients and sales (``people.py``, ``business.py``); a vendor's
``plan.py`` tells them as requests of its own API (``requests.py``, ``plans.py``). One plan serves
a running mock, a real account and a file alike: the same seed, locale and day give the same
requests, in any process.
"""
