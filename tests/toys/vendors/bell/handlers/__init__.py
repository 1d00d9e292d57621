"""Bell's operations."""
