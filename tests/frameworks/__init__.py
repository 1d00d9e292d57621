"""Requests as each vendor's web framework reads them: the rows of docs/frameworks, sent to the mock."""
