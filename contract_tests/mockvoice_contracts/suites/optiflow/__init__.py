"""What OptiFlow must do, over HTTP."""
