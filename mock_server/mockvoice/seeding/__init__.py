"""Generate realistic invoicing data: clients, sales and payments.

From a seed, this layer generates clients and sales (``parties.py``, ``sales_history.py``); a
vendor's ``seeder.py`` turns them into requests of its own API (``requests.py``, ``seeder.py``).
They are executed in a running mock, sent to a real account, or written to a file. The same seed,
locale and day give the same requests, in any process.
"""
