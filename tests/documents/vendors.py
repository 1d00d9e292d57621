"""The services and records of the four vendors."""

from collections.abc import Mapping

from mockvoice_contracts.harness.client import Bearer
from tests.documents import halo_service
from tests.documents.service import Record, Service


def open_service(vendor: str, url: str) -> Service:
    """Return the API of a vendor below the root URL of its own port."""
    return halo_service.HaloService(f"{url}/api", Bearer("halo-demo-token"))


def records_of(vendor: str) -> Mapping[str, Record]:
    return halo_service.RECORDS
