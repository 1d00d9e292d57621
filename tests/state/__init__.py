"""Sandboxes that last beyond the process: ``mockvoice serve --state``."""
