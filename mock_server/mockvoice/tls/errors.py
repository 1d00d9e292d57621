"""Errors of certificates."""


class InvalidCertificateFiles(Exception):
    """A certificate or its key cannot be used. The message names the option and the reason."""
