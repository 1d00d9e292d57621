"""COUNT's rules and calculations."""
