"""COUNT's operations: read, call one rule, render."""
