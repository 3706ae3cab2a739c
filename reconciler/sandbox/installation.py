"""How a server was set up, whatever its generation."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """One way to run Novu.

    Attributes:
        idempotency: answer ``Idempotency-Key`` headers; self-hosted servers ignore them.
        indexes: whether the database has its indexes, which order lists and keep contexts
            unique; `None` is what servers of the generation have unless told.
        tenants: whether ``/v1/tenants`` can be used; `None` likewise.
    """

    idempotency: bool = False
    indexes: bool | None = None
    tenants: bool | None = None
