"""Unit tests of rules and rendering."""
