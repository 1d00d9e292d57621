"""Probes of COUNT's customers, tags and filters."""

import time
from typing import Any

from mockvoice_contracts.mutants.probe_client import ProbeClient, pick
from mockvoice_contracts.mutants.probes.count_records import (
    create,
    customer,
    deposit,
    invoice,
    invoice_action,
    read,
)


def _email(api: ProbeClient) -> str:
    return f"{api.unique('mail').replace(' ', '')}@probe.example"


def customer_updates(api: ProbeClient) -> Any:
    email, other_email = _email(api), _email(api)
    fields = {"website": "https://probe.example", "billingAddress": {"street": "A", "city": "B"}}
    first = create(api, "customers", customer=api.unique("Customer"), email=email, **fields)
    create(api, "customers", customer=api.unique("Customer"), email=other_email)
    path = f"/partners/customers/{first['id']}"
    changes = {"website": "", "billingAddress": {"city": "C"}}
    after = api("PUT", path, changes)[1]["data"]
    taken = api("PUT", path, {"email": other_email})[0]
    api("PUT", path, {"email": email})
    api("DELETE", path)
    renewed = {"customer": api.unique("Customer"), "email": email}
    return [
        pick(after, "website", "billingAddress"),
        taken,
        api("GET", "/partners/customers/find-by-email", query={"email": email})[0],
        api("POST", "/partners/customers", renewed)[0],
    ]


def customer_lists(api: ProbeClient) -> Any:
    word = api.unique("Sorted").replace(" ", "")
    rows = [
        create(api, "customers", customer=f"{word} {name}", mainPhone=f"{word}-phone-{name}")
        for name in ("one", "two", "three")
    ]
    time.sleep(0.01)  # updatedAt has milliseconds
    api("PUT", f"/partners/customers/{rows[0]['id']}", {"notes": "changed"})

    def names(**query: Any) -> list[str]:
        data = api("GET", "/partners/customers", query=query)[1]["data"]
        return [row["customer"].rpartition(" ")[2] for row in data["records"]]

    return [names(search=f"{word}-phone"), names(search=word, orderBy="updatedAt")]


def tags(api: ProbeClient) -> Any:
    ids = [create(api, "tags", name=api.unique("Tag"))["id"] for _ in range(2)]
    group = create(api, "tags/groups", name=api.unique("Group"), tagUuids=ids)
    draft = invoice(api, tagUuids=ids)
    invoice_action(api, draft, "PATCH", "", {"tagUuids": []})
    api("DELETE", f"/partners/tags/{ids[0]}")
    members = api("GET", f"/partners/tags/groups/{group['id']}")[1]["data"]["tagUuids"]
    return [len(read(api, draft)["tagUuids"]), len(members)]


def filters(api: ProbeClient) -> Any:
    owners = [customer(api) for _ in range(2)]
    for owner in owners:
        invoice(api, customerUuid=owner)
    account = api("GET", f"/partners/transactions/{deposit(api, 5)}")[1]["data"]["accUuid"]
    posted = {"accUuid": account, "startDate": api.day(), "endDate": api.day()}
    requests = (("invoices", {"customerUuids": owners}), ("transactions", posted))
    return [
        api("GET", f"/partners/{resource}", query=query)[1]["data"]["totalRecords"]
        for resource, query in requests
    ]
