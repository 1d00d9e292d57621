"""Configuration of a load balancer in front of several servers that share a store (nodes)."""
