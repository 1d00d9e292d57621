"""What changed in the contracts since a release, and whether the changelog names what breaks clients.

``make contract-diff`` runs it; docs/reference/contract-conventions.md describes it. Redocly CLI finds and rates the
changes; the modules here join the documents for it and evaluate its reports.
"""
