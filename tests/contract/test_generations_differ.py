"""Where the generations differ, trait by trait, and what is known of why.

A trait that is changed without being listed here fails, and so does one that is listed and does
not differ.
"""

from __future__ import annotations

from dataclasses import fields
from itertools import pairwise

import pytest

from reconciler.sandbox.generations import GENERATIONS, named_generation

SINCE_2025 = {
    "areas": "Contexts and auto-configuration came in autumn 2025; before, both are 404.",
    "identifier_reach": "A create looks for its identifier in the environment; in 2024 it looked in"
    " the whole organization.",
    "read_back": "Answers to writes show credentials decrypted since October 2025, the ciphertext"
    " as stored before.",
    "spelling": "Errors have `ctx`, and problems of a body are 422 under `errors`; in 2024 they were"
    " 400 and a list of messages.",
    "locates_syntax_errors": "The newer JavaScript engine tells line and column of broken JSON.",
    "too_large": "A body beyond the limit is 413; in 2024 nobody caught the fault: 500.",
    "closed_route": "The word for routes that API keys may not use changed.",
    "is_row_id": "The database driver took any twelve characters for an id until then.",
    "has_configurations": "`configurations` came in autumn 2025.",
    "further_booleans": "`removeNovuBranding` moved from integrations to the organization.",
    "providers": "Providers were added, and three renamed.",
    "slug": "Another library makes identifiers of names: `send-grid`, `sendgrid` before.",
    "credential_types": "Credential keys were added; the database drops those it does not know.",
    "unchecked_credentials": "Six keys are stored that the request type does not list.",
    "encrypted_credentials": "`signingSecret` is encrypted, too.",
    "boolean_words": "An empty text counts as no answer where a boolean may be a word.",
    "worded_objects": "`tlsOptions` may come as JSON text.",
    "configuration_types": "`configurations` came in autumn 2025.",
    "checks_by_default": "`check` is false where it is absent; in 2024 it was true.",
    "unhandled": "A check of an unknown provider is 400; in 2024 a fault of the server: 500.",
    "undelivered": "A provider's refusal is 400; in 2024 mostly a fault of the server: 500.",
    "indexed": "Servers make their database indexes by themselves; in 2024 they had to be told.",
    "tenants": "Tenants are refused by servers that run the second version of workflows.",
    "replayed": "A kept refusal is thrown as a plain object and becomes 503; in 2024 it was replayed.",
    "decorates_environments": "Environments have a color, a type and a slug.",
    "shows_every_key": "The list of environments shows the API keys of all of them.",
}
SINCE_MAY_2026 = {
    "reach": "API keys see and touch their own environment only (May and June 2026): another row is"
    " 403, an unknown environment 404.",
    "read_back": "API keys never get credentials back: `{}` (May 2026).",
    "channels": "The channel `tool` came.",
    "kinds": "`kind` came: a delivery or an agent.",
    "has_rules": "`rules` replaces `conditions` (autumn 2026).",
    "providers": "Providers were added: agents, tools, chats.",
    "credential_types": "Credential keys were added that the database dropped before.",
    "unchecked_credentials": "The request type lists all keys that are stored.",
    "encrypted_credentials": "`headers` is encrypted, too.",
    "configuration_types": "`payloadSchema` came (autumn 2026).",
    "withheld_configurations": "The signing key of delivery webhooks is held back like credentials.",
    "merging_providers": "Credentials of WhatsApp are merged over the stored ones.",
    "renumbers_when_filtered": "The wrong id is mended that kept others from being numbered anew.",
    "lists_by_index": "The list asks for the environment as well, so that the index over"
    " organization and `active` does not order it; no order is promised.",
}
DIFFERENCES = {("2024-10", "2026-04"): SINCE_2025, ("2026-04", "2026-11"): SINCE_MAY_2026}


@pytest.mark.parametrize(("older", "newer"), list(pairwise(GENERATIONS)))
def test_generations_differ_where_it_is_known_why(older: str, newer: str) -> None:
    one, other = named_generation(older), named_generation(newer)
    traits = [each.name for each in fields(one) if each.name != "name"]
    differing = {each for each in traits if getattr(one, each) != getattr(other, each)}
    assert differing == DIFFERENCES[older, newer].keys()
