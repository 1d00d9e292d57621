"""OptiFlow's business rules and calculations."""
