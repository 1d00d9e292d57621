"""The services and records of the four vendors."""

from collections.abc import Mapping

from mockvoice_contracts.harness.client import Bearer
from tests.documents import count_service, growcrm_service, halo_service, optiflow_service
from tests.documents.service import Record, Service

RECORDS: dict[str, Mapping[str, Record]] = {
    "count": count_service.RECORDS,
    "growcrm": growcrm_service.RECORDS,
    "halo": halo_service.RECORDS,
    "optiflow": optiflow_service.RECORDS,
}


def open_service(vendor: str, url: str) -> Service:
    """Return the API of a vendor below the root URL of its own port."""
    if vendor == "count":
        return count_service.CountService(f"{url}/partners", count_service.create_auth())
    if vendor == "halo":
        return halo_service.HaloService(f"{url}/api", Bearer("halo-demo-token"))
    if vendor == "optiflow":
        return optiflow_service.OptiService(f"{url}/api/v1", Bearer("1|optiflow-demo-owner"))
    return growcrm_service.GrowService(f"{url}/api", Bearer("growcrm-demo-key"))
