"""COUNT's contract suite."""
