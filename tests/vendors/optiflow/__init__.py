"""Unit tests of OptiFlow's rules and PDF documents."""
