"""A Novu-compatible server for tries and tests."""
