"""What Halo decides: totals, taxes, payments, runs of templates, and who may do what to what."""
