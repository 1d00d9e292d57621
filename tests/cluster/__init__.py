"""Tests of several servers behind HAProxy."""
