"""Requests as each vendor's web framework reads them: the rows of docs/reference/frameworks, sent to the mock."""
