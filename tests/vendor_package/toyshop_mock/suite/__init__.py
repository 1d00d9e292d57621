"""The contract tests of Toyshop."""
