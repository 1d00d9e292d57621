"""Grow CRM's business rules and arithmetic."""
