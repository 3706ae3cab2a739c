"""Credentials: what Novu keeps of them, and what it says when it is asked to try them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.config.catalogue import catalogue
from reconciler.model import Channel
from reconciler.sandbox.casting import cast_credentials
from reconciler.sandbox.outside import Undelivered
from reconciler.sandbox.refusals import crashed, invalid_command

if TYPE_CHECKING:
    from reconciler.sandbox.generation import Generation
    from reconciler.sandbox.outside import Deliver
    from reconciler.sandbox.wire import Document
    from reconciler.secret import Json


def kept_credentials(given: Json, generation: Generation, before: Document | None) -> Document:
    """The credentials that a write leaves behind: the given ones, in place of those before.

    Args:
        given: from the body.
        generation: which keys are kept, and for whom a write merges.
        before: the row that is updated; `None` on a create.

    Raises:
        Refusal: a key that is encrypted is ``null``.
    """
    cast = cast_credentials(
        given, generation.credential_types, worded_objects=generation.worded_objects
    )
    encrypted = generation.encrypted_credentials
    if any(cast[key] is None for key in encrypted & cast.keys()):
        raise crashed()
    if before is None or before["providerId"] not in generation.merging_providers:
        return cast
    # A secret that comes back empty was never shown to the sender: the stored one stays.
    sent = {key: value for key, value in cast.items() if value or key not in encrypted}
    stored: Document = before.get("credentials", {})
    return stored | sent


def try_credentials(
    row: Document, credentials: Json, generation: Generation, deliver: Deliver
) -> None:
    """Do what ``check: true`` does: send a mail with credentials of an email provider.

    Args:
        row: with its provider and channel.
        credentials: to be tried.
        generation: how the server says that they were not taken.
        deliver: sends the mail.

    Raises:
        Refusal: there are none, no email provider has that id, or the provider refused.
    """
    if credentials is None:
        problem = "credentials should not be null or undefined"
        raise invalid_command("CheckIntegrationCommand", "credentials", [problem])
    if row.get("channel") != Channel.EMAIL:
        return
    provider = row["providerId"]
    if not sends_mail(provider, generation):
        raise generation.unhandled()
    try:
        deliver(provider, credentials if isinstance(credentials, dict) else {})
    except Undelivered as problem:
        raise generation.undelivered(problem) from None


def sends_mail(provider: str, generation: Generation) -> bool:
    """Whether the server knows how to send mail with that provider."""
    known = catalogue().get(provider) if provider in generation.providers else None
    channel = known.channel if known else catalogue().documented_only.get(provider)
    return channel == Channel.EMAIL
