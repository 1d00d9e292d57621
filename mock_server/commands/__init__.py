"""The control API from the shell: sandboxes, their clocks and their snapshots.

Nothing here knows the server but by its HTTP address, so that it may run anywhere.
"""
