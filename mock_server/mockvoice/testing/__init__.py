"""The mock inside other people's tests: a pytest plugin, and the sandboxes that it hands out.

``plugin`` is loaded by every pytest run on a machine that has Mockvoice installed, so that it
imports nothing of the rest before a test asks for it.
"""
