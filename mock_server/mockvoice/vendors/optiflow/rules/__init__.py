"""What OptiFlow decides and reckons."""
