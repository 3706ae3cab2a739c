"""One provider as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.views import document
from reconciler.views.snippet import snippet_lines

if TYPE_CHECKING:
    from reconciler.views.document import Document
    from reconciler.views.style import Look
    from reconciler.views.subjects import Credential, Provider


def render(provider: Provider, _look: Look, /) -> str:
    """Everything that the catalogue knows of one provider."""
    return document.text("provider", {"provider": described(provider)})


def described(provider: Provider) -> Document:
    """A provider as a part of a document."""
    return {
        "id": provider.id,
        "name": provider.name,
        "channel": provider.channel,
        "kind": provider.kind,
        "docs": provider.docs,
        "note": provider.note,
        "credentials": [_credential(each) for each in provider.credentials],
        "configurations": list(provider.configurations),
        "example": "\n".join(snippet_lines(provider)) + "\n",
    }


def _credential(credential: Credential) -> Document:
    return {
        "key": credential.key,
        "type": credential.json_type,
        "required": credential.required,
        "secret": credential.secret,
        "enum": list(credential.enum),
        "label": credential.label,
        "description": credential.description,
        "serverMade": credential.server_made,
    }
