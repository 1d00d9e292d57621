"""Probes by vendor: requests that show the effect of a planted fault.

A probe runs against a healthy server and one with the fault. If its results differ, the fault has
an effect, and the suite should catch it.
"""
