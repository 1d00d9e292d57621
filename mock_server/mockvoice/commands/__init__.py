"""Commands with a module of their own; each imports what it needs when it runs.

Commands for the sandboxes of a server use only its control API, so that they can run on any machine.
"""
