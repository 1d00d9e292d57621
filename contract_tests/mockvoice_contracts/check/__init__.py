"""``mockvoice check``: the suites run over one or more servers, and what is said of them afterwards."""
