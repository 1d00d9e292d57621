"""Statements of Grow CRM's page that no kind of check can try."""
