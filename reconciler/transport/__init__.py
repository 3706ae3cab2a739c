"""HTTP: sessions, allowed hosts, retries and rate limits."""
