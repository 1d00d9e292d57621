"""The address of the token endpoint."""

from mockvoice.vendors.halo.backend import HaloBackend


def get(backend: HaloBackend, base_url: str) -> dict[str, str]:
    return {"auth_url": f"{base_url}/auth", "tenant_id": backend.settings.tenant}
