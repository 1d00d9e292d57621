"""A proxy that varies what a contract leaves open; no suite may report its responses."""
