"""Seeding over HTTP: rate-limited, with retries, resumable, and without duplicates."""
