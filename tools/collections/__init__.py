"""Postman and Bruno collections of the vendors' APIs, generated from their contracts.

``make collections`` runs it; docs/how-to/collections.md describes the result. The converters of Postman and
Bruno do the conversion. The modules here choose the examples and the order of the requests, pass
values from responses to later requests, and add the tests, the authentication and the environments.
"""
