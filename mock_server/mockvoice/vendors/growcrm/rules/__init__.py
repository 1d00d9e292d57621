"""Grow CRM's decisions, and its arithmetic."""
