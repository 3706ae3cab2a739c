"""Novu's API: JSON to model and back, one module for each API resource."""
