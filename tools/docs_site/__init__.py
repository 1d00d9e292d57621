"""The documentation site: the pages of docs/ as web pages, in a folder for each version.

``make docs`` runs it. Zensical builds the site; it fails at a link to a page or a heading that does not
exist. The pages also work on GitHub, so ``pages`` prepares copies of them for Zensical.
"""
