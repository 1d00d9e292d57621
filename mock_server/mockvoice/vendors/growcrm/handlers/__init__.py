"""Handlers: one function per operation, which calls one rule and renders its result."""
