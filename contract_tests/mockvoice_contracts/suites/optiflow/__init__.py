"""Contract tests of OptiFlow, over HTTP."""
