"""Where Halo's documents and newer public sources differ: what applies to a sandbox."""

from mockvoice.vendors.halo.backend import HaloBackend


def record_save_status(backend: HaloBackend) -> int:
    """Return the status of a save of a record that is neither an invoice nor a template.

    Documented: 200. Observed: 201, which live servers sent on other resources.
    """
    return 200 if backend.strict else 201


def lines_require_client(backend: HaloBackend) -> bool:
    """Return whether ``GET /Invoice/lines`` must name a client.

    Documented: it has no parameters, and returns invoice lines. Observed: 400 without
    ``client_id``.
    """
    return not backend.strict
