"""The generated pages and tables of the documentation: what code and contracts say, as Markdown.

``make reference`` writes them. They are part of the repository, so that links to them work everywhere;
``tests/project/test_reference_pages.py`` compares them with the code.
"""
