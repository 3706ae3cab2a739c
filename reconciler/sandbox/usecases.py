"""All that a sandbox can do for a client."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.sandbox.autoconfigure import AutoConfigure
from reconciler.sandbox.contexts import Contexts
from reconciler.sandbox.environments import Environments
from reconciler.sandbox.integrations import Integrations
from reconciler.sandbox.tenants import Tenants

if TYPE_CHECKING:
    from reconciler.sandbox.parts import Parts


@dataclass(frozen=True, slots=True, kw_only=True)
class UseCases:
    """The use cases, by the part of the API."""

    integrations: Integrations
    contexts: Contexts
    environments: Environments
    auto_configure: AutoConfigure
    tenants: Tenants

    @classmethod
    def of(cls, parts: Parts) -> UseCases:
        """Those of one sandbox."""
        return cls(
            integrations=Integrations(parts),
            contexts=Contexts(parts),
            environments=Environments(parts),
            auto_configure=AutoConfigure(parts),
            tenants=Tenants(parts),
        )
