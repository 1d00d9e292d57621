"""Commands that are more than a few lines; each imports what it needs when it runs.

Those about a server's sandboxes know it by its HTTP address alone, so that they may run anywhere.
"""
