"""OptiFlow's operations, one module for each resource."""
