"""The vendors of this project, one package each, in their vendors' own words.

A package has a ``VENDOR`` in its ``__init__`` and is named in the entry-point group
``mockvoice.vendors`` of ``pyproject.toml``.
"""
