"""Grow CRM's contract suite."""
