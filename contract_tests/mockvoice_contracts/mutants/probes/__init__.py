"""The requests that show a planted fault, by vendor: each probe gives what it saw.

A probe asks a healthy server and one with the fault, and must see something else at each; then
the fault is alive, and a suite can be blamed for not finding it.
"""
