"""Contract tests of Grow CRM."""
