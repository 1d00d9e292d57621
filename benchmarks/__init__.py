"""Benchmarks: the mock compared with other servers of the same contract; see docs/explanation/performance.md."""
