"""Probes of how COUNT reads and checks requests: values, references, names, lists, credentials."""

from typing import Any

from requests import PreparedRequest

from mockvoice_contracts.mutants.probe_client import ProbeClient, pick
from mockvoice_contracts.mutants.probes.count_records import (
    VAT,
    account,
    approved_invoice,
    body,
    create,
    customer,
    invoice,
    invoice_action,
    line,
)
from mockvoice_contracts.suites.count.request_signer import SignedAuth, signature


def untaxed_document(api: ProbeClient) -> Any:
    return pick(invoice(api, line(api, 100, taxes=[VAT]), taxSetting="none"), "taxTotal", "total")


def discount_as_text(api: ProbeClient) -> Any:
    return [invoice(api, discount=discount)["total"] for discount in (25, "25.00")]


def numbers_of_two_types(api: ProbeClient) -> Any:
    number = api.unique("SHARED")
    bodies = [body(api, invoiceNumber=number, invoiceType=kind) for kind in ("invoice", "estimate")]
    return [api("POST", "/partners/invoices", payload)[0] for payload in bodies]


def unknown_customer(api: ProbeClient) -> Any:
    payload = {
        "accUuid": account(api, "Assets"), "amount": 5, "postedDate": api.day(),
        "customerUuid": "0f0e0d0c-0b0a-4908-8706-050403020100",
    }  # fmt: skip
    status, response = api("POST", "/partners/transactions", payload)
    return [status, response["code"], response.get("details")]


def primary_contacts(api: ProbeClient) -> Any:
    contacts = [{"firstName": name, "isPrimary": True} for name in ("Ann", "Bea")]
    payload = {"customer": api.unique("Customer"), "contacts": contacts}
    return api("POST", "/partners/customers", payload)[0]


def product_names(api: ProbeClient) -> Any:
    name = api.unique("Product")
    return [api("POST", "/partners/products", {"name": name})[0] for _ in range(2)]


def inferred_types(api: ProbeClient) -> Any:
    money = {"accUuid": account(api, "Assets"), "amount": 5, "postedDate": api.day()}
    categories = [account(api, kind) for kind in ("Income", "Expenses")]
    return [
        create(api, "transactions", **money, categoryAccountUuid=category)["type"]
        for category in categories
    ]


def tag_prefixes(api: ProbeClient) -> Any:
    word = api.unique("Prefix").replace(" ", "")
    names = [f"{word}-one", f"{word}-two", f"other-{word}"]
    for name in names:
        create(api, "tags", name=name)
    found = api("GET", "/partners/tags/find-by-name", query={"name": word.upper()})[1]["data"]
    rows = found["records"] if "records" in found else found["tags"]
    return [names.index(row["name"]) for row in rows]


def page_after_the_last(api: ProbeClient) -> Any:
    owner = customer(api)
    invoice(api, customerUuid=owner)
    query = {"customerUuid": owner, "limit": 1}
    pages = [api("GET", "/partners/invoices", query={**query, "page": page}) for page in (1, 2)]
    return [[status, len(response["data"]["records"])] for status, response in pages]


def customers_in_reverse(api: ProbeClient) -> Any:
    word = api.unique("Reverse").replace(" ", "")
    for name in ("a", "b", "c"):
        create(api, "customers", customer=f"{word} {name}")
    query = {"search": word, "orderDirection": "DESC"}
    data = api("GET", "/partners/customers", query=query)[1]["data"]
    return [row["customer"][-1] for row in data["records"]]


def statuses_of_customers(api: ProbeClient) -> Any:
    owners = [customer(api) for _ in range(3)]
    for owner in owners:
        invoice(api, customerUuid=owner)
        approved_invoice(api, customerUuid=owner)
    query = {"customerUuids": owners[:2], "status": "draft,approved"}
    rows = api("GET", "/partners/invoices", query={**query, "limit": 100})[1]["data"]["records"]
    return sorted(owners.index(row["customerUuid"]) if row["customerUuid"] in owners else -1
                  for row in rows)  # fmt: skip


class EmptyHash(SignedAuth):
    """A signature of a request without a body, whose hash is the empty text."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Sign the request again, with the empty text as the hash of its body."""
        request = super().__call__(request)
        at, path = str(request.headers["x-timestamp"]), request.path_url.removeprefix("/partners")
        request.headers["x-signature"] = signature(
            self.secret, str(request.method), path, at, ""
        )  # fmt: skip
        return request


def empty_body_hashes(api: ProbeClient) -> Any:
    credentials, record = api.target.credentials, invoice(api)
    auth = EmptyHash(credentials, api.target.now, bearer=credentials["access_token"])
    unapproved = api("PATCH", f"/partners/invoices/{record['id']}/approve", auth=auth)[0]
    return [unapproved, invoice_action(api, record, "GET")[1]["data"]["status"]]


def refresh_of_another_client(api: ProbeClient) -> Any:
    credentials = api.target.credentials
    payload = {
        "grant_type": "refresh_token",
        "refresh_token": credentials["refresh_token"],
        "client_id": "another-client",
    }
    auth = SignedAuth(credentials, api.target.now)
    return api("POST", "/partners/refresh-user-access-token", payload, auth=auth)[0]
