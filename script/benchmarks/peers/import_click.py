"""Imports click and ends: what any command line program made with click has to pay."""

import click  # noqa: F401 - the import is all there is
