"""The rules of Halo: totals, taxes, payments, runs of templates, and access."""
