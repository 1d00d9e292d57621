"""Seeding over HTTP: at a limited rate, with retries, resumable, and without duplicates."""
