"""``mockvoice check``: run the suites against one or more servers and report the results."""
