"""How fast the mock is beside others that serve the same contract; see docs/performance.md."""
