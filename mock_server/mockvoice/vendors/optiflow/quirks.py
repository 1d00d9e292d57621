"""Where the documents and newer sources differ: what a sandbox's setting ``quirks`` selects."""

from mockvoice.vendors.optiflow.backend import OptiBackend


def can_change_series(backend: OptiBackend) -> bool:
    """Return whether an update can move an invoice to another numbering series.

    Documented: an update takes the same fields as a creation, all of them optional.
    Observed: the request class of updates in the source rejects another series.
    """
    return backend.strict
