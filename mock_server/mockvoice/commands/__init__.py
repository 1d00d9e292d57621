"""Commands of the command line; each imports most modules only when it runs.

Commands for the sandboxes of a server use only its control API, so they can run on any machine.
"""
