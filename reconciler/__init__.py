"""novu-sync: declare Novu integrations in YAML, plan the difference, apply it."""

__version__ = "0.1.0"
