"""What COUNT decides, and what it computes."""
