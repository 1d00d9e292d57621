"""The control API's operations, one module for each resource."""
