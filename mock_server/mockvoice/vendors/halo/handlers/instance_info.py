"""Facts about the instance."""

from mockvoice.vendors.halo.backend import HaloBackend


def get(backend: HaloBackend, base_url: str) -> dict[str, str]:
    version = backend.settings.version
    return {"dbid": "1", "app_version": version, "auth_url": f"{base_url}/auth"}
