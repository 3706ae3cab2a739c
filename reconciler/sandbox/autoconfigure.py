"""Auto-configuration of delivery webhooks: Novu asks the provider, which the sandbox cannot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.model import Channel
from reconciler.sandbox.credentials import sends_mail
from reconciler.sandbox.refusals import crashed, refused

if TYPE_CHECKING:
    from reconciler.sandbox.parts import Parts
    from reconciler.sandbox.wire import Document

_BY_HAND = (
    "A support of auto-configuration of inbound webhook is not implemented by provider, manual"
    " configuration is required"
)
_ASKED = frozenset({"mailgun", "sendgrid"})


class AutoConfigure:
    """The use case, called inside a transaction with the environment of the API key."""

    def __init__(self, parts: Parts) -> None:
        """Work with the parts of a sandbox."""
        self._rows = parts.store.integrations
        self._generation = parts.generation

    def run(self, environment: Document, row_id: str) -> Document:
        """Tell that it did not succeed, which is no refusal: the status is 201 all the same.

        Raises:
            Refusal: there is no such integration in reach.
        """
        if not self._generation.is_row_id(row_id):
            raise crashed()
        row = self._rows.first(_id=row_id.lower(), deleted=False)
        if row is None:
            raise refused(404, f"Integration not found, id: {row_id}")
        self._generation.reach.admit(environment, row)
        return {"success": False, "message": self._problem(row)}

    def _problem(self, row: Document) -> str:
        failed = "Auto-configuration failed"
        if row.get("channel") == Channel.IN_APP:
            return f"{failed}: Channel type '{Channel.IN_APP}' is not supported"
        mails = row.get("channel") == Channel.EMAIL
        if mails and not sends_mail(row["providerId"], self._generation):
            return f"{failed}: Handler for provider was not found"
        if row["providerId"] in _ASKED:
            return f"Error configuring {row['providerId']} webhook: the sandbox reaches no provider"
        return _BY_HAND
