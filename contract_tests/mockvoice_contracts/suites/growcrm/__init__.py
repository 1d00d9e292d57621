"""The contract of Grow CRM as scenarios."""
