"""Slow work of one kind does not wait for that of another."""

from concurrent.futures import ThreadPoolExecutor

import requests

from mockvoice.app import Server
from mockvoice.settings import Settings
from tests.vendors.record_lists import RecordList

SEEDINGS = 3  # more than the threads of one kind


def test_documents_exports_and_sandboxes_do_not_wait_for_seedings() -> None:
    with Server(Settings(port=0, vendors=("halo", "growcrm"))) as server:
        url = f"{server.urls['main']}/_mock/sandboxes"
        names = [f"seeded-{number}" for number in range(SEEDINGS)]
        for name in names:
            requests.post(url, json={"name": name, "data": "empty"}, timeout=30)
        with ThreadPoolExecutor(SEEDINGS) as threads:
            body = {"vendor": "growcrm", "invoices": 1_000, "clients": 20}
            seedings = [
                threads.submit(requests.post, f"{url}/{name}/seed", json=body, timeout=120)
                for name in names
            ]
            halo = RecordList(server, "halo")
            invoices = halo.call("GET", "/api/Invoice?count=1").json()["invoices"]
            pdf = halo.call(
                "POST",
                f"/api/Invoice/PDF/{invoices[0]['id']}",
                headers={"Accept": "application/pdf"},
            )
            export = requests.get(f"{url}/default/journal.har", timeout=30)
            created = requests.post(url, json={"data": "demo", "seed": 77}, timeout=30)
            done = [seeding.done() for seeding in seedings]
            statuses = {seeding.result().status_code for seeding in seedings}

    assert (pdf.status_code, export.status_code, created.status_code) == (200, 200, 201)
    assert not any(done)
    assert statuses == {201}
