"""How one generation of Novu's servers differs from the others: data and small policies.

Everything that Novu changed between releases and that the sandbox plays is asked here, so that
another generation is another `Generation` and no question about versions elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reconciler.sandbox.outside import Undelivered
    from reconciler.sandbox.reach import Reach
    from reconciler.sandbox.readback import ReadBack
    from reconciler.sandbox.refusals import Refusal, Spelling


@dataclass(frozen=True, slots=True, kw_only=True)
class Generation:
    """One generation.

    Attributes:
        name: the month of the release it stands for, like ``2026-11``.
        areas: the parts of the API that it has, as `routes` names them.
        reach: what an API key may list, touch and move.
        identifier_reach: where a create looks for its identifier; renames look in the whole
            organization.
        read_back: what answers show of stored credentials.
        spelling: how refusals are put.
        locates_syntax_errors: whether the refusal of broken JSON tells line and column.
        too_large: what a body beyond the limit is answered.
        closed_route: what API keys are told where only people may go.
        is_row_id: whether the database takes a text for the id of a row.
        channels: the words that ``channel`` may be, in the order the server lists them.
        kinds: the words that ``kind`` may be; empty where there is no such member.
        has_rules: whether ``rules`` is known.
        has_configurations: whether ``configurations`` is known.
        further_booleans: members of an update that must be boolean and change nothing else.
        providers: the names of the providers it knows, by their id.
        slug: makes an identifier of a name.
        credential_types: every credential key that is stored, with its JSON type; other keys
            vanish without a word.
        unchecked_credentials: those of them whose type is looked at by nobody but the database.
        encrypted_credentials: keys that are encrypted when stored; ``null`` in one of them is an
            internal error.
        worded_booleans: boolean credentials that may also come as words.
        boolean_words: those words.
        worded_objects: whether an object may also come as the JSON text that spells it.
        configuration_types: every key of ``configurations`` that is stored, with its JSON type.
        withheld_configurations: keys of ``configurations`` that API keys never get to see.
        merging_providers: providers whose credentials a PUT merges into the stored ones, where
            it replaces them for all others.
        checks_by_default: whether ``check`` counts as true where it is absent.
        unhandled: what a check of a provider that sends no mail is answered.
        undelivered: what a check that the provider refused is answered.
        renumbers_when_filtered: whether a primary that gets filters has its channel numbered
            anew; a wrong id kept older servers from it.
        indexed: whether the database has its indexes unless told otherwise.
        lists_by_index: whether lists follow an index where there is one, inactive rows first.
        tenants: whether tenants can be used unless told otherwise.
        replayed: what an idempotency key answers that was refused before.
        decorates_environments: whether environments have a color, a type and a slug.
        shows_every_key: whether the list of environments shows the API keys of all of them, or
            of the caller's own.
    """

    name: str
    areas: frozenset[str]
    reach: Reach
    identifier_reach: Reach
    read_back: ReadBack
    spelling: Spelling
    locates_syntax_errors: bool
    too_large: Callable[[], Refusal]
    closed_route: str
    is_row_id: Callable[[str], bool]
    channels: tuple[str, ...]
    kinds: tuple[str, ...]
    has_rules: bool
    has_configurations: bool
    further_booleans: tuple[str, ...]
    providers: Mapping[str, str]
    slug: Callable[[str], str]
    credential_types: Mapping[str, str]
    unchecked_credentials: frozenset[str]
    encrypted_credentials: frozenset[str]
    worded_booleans: frozenset[str]
    boolean_words: frozenset[str]
    worded_objects: bool
    configuration_types: Mapping[str, str]
    withheld_configurations: frozenset[str]
    merging_providers: frozenset[str]
    checks_by_default: bool
    unhandled: Callable[[], Refusal]
    undelivered: Callable[[Undelivered], Refusal]
    renumbers_when_filtered: bool
    indexed: bool
    lists_by_index: bool
    tenants: bool
    replayed: Callable[[Refusal], Refusal]
    decorates_environments: bool
    shows_every_key: bool
