"""Compares what is declared, what is there and what was applied; never fetches or writes."""
