"""The public API for the seeder of a vendor: the constant ``SEEDER`` of the module ``seeder``.

It is separate from ``mockvoice.vendor_api`` because it imports Faker, which a server does not need.
"""

from mockvoice.outbound.auth import ApiAuth, ApiRequest, BearerAuth
from mockvoice.seeding.catalog import Product, price_of, products
from mockvoice.seeding.options import InvalidSeedOptions, SeedOptions
from mockvoice.seeding.outcomes import Outcome, Sale
from mockvoice.seeding.requests import ExistingRecordQuery, Request, ResponseRef
from mockvoice.seeding.rng import SeededRandom
from mockvoice.seeding.sales_history import Client, SalesHistory, clients_and_sales
from mockvoice.seeding.seeder import PrefetchedResponses, RequestSequence, VendorSeeder

__all__ = [
    "ApiAuth",
    "ApiRequest",
    "BearerAuth",
    "Client",
    "ExistingRecordQuery",
    "InvalidSeedOptions",
    "Outcome",
    "PrefetchedResponses",
    "Product",
    "Request",
    "RequestSequence",
    "ResponseRef",
    "Sale",
    "SalesHistory",
    "SeedOptions",
    "SeededRandom",
    "VendorSeeder",
    "clients_and_sales",
    "price_of",
    "products",
]
