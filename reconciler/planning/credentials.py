"""Whether credentials are sent, and what a plan says about it.

Where a server gives credentials back they are compared. Where it does not, the ledger's
fingerprints tell what was sent last; without them nobody knows, and they are sent once.
Configurations that a server withholds are decided in the same way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reconciler.model import OutsideChanges, Readback
from reconciler.planning.facts import (
    WITHHELD_CONFIGURATIONS,
    keeps_made_keys,
    made_by_novu,
    present,
)
from reconciler.planning.fingerprints import fingerprints_of, without_not_stored
from reconciler.planning.options import CredentialsMode
from reconciler.planning.outside import written_since
from reconciler.planning.paths import join
from reconciler.planning.plan import FieldAction, FieldChange, Reason, Visibility
from reconciler.secret import holds_unresolved, same

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from reconciler.fingerprint import Fingerprinter
    from reconciler.model import (
        Credentials,
        Entry,
        Integration,
        ObservedCredentials,
        ObservedIntegration,
    )
    from reconciler.planning.options import Options
    from reconciler.secret import Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What becomes of the credentials of one integration that exists.

    Attributes:
        changes: what a plan says, by key; empty where nothing is sent.
        send: the whole object to send, keys that Novu made carried over; `None`: not sent.
        withheld: paths that would be sent, were it not for ``--credentials never``.
        changed_outside: others wrote to the row, nothing is sent, and nobody can tell whether the
            server still has what is declared.
        loses_made_keys: Novu may hold keys of its own making, which it does not give back, so
            that they cannot be carried over.
    """

    changes: tuple[FieldChange, ...] = ()
    send: Credentials | None = None
    withheld: tuple[str, ...] = ()
    changed_outside: bool = False
    loses_made_keys: bool = False


_NOTHING = Decision()


def decide(  # noqa: PLR0913 - the sides of what is known of a row
    desired: Integration,
    observed: ObservedIntegration,
    entry: Entry | None,
    fingerprinter: Fingerprinter,
    options: Options,
    *,
    outside: OutsideChanges = OutsideChanges.WARN,
) -> Decision:
    """Whether to send the credentials to a row.

    Args:
        desired: as declared.
        observed: the row it is paired with.
        entry: what the ledger remembers of that very row.
        fingerprinter: of the environment.
        options: which credentials are to be sent in any case, or never.
        outside: what to do where others wrote to the row and it cannot be told what.
    """
    declared = desired.credentials
    if declared is None:
        return _NOTHING
    ignored = "credentials" in desired.ignore_changes
    changes = [] if ignored else compare(desired, observed.credentials, entry, fingerprinter)
    unsure = not ignored and _possibly_changed_outside(observed, entry)
    reason = asked(desired, entry, options)
    if reason is None and unsure and outside is OutsideChanges.RESEND:
        reason = Reason.POSSIBLY_CHANGED_OUTSIDE
    if reason is not None and not (ignored and reason is Reason.CREDENTIALS_ALWAYS):
        changes = _sent_again(present(declared), changes, reason)
    if not changes:
        return Decision(changed_outside=unsure and outside is OutsideChanges.WARN)
    if options.credentials is CredentialsMode.NEVER:
        return Decision(withheld=tuple(each.path for each in changes))
    readable = observed.credentials.readback is Readback.READABLE
    return Decision(
        changes=tuple(changes),
        send={**_made_keys(desired, observed.credentials), **declared},
        loses_made_keys=not readable and keeps_made_keys(desired),
    )


def asked(desired: Integration, entry: Entry | None, options: Options) -> Reason | None:
    """Why credentials are sent although they may be unchanged; `None` where nothing asks for it."""
    if options.rotates(desired.identifier):
        return Reason.ROTATION_ASKED
    if (
        desired.credentials_version is not None
        and entry is not None
        and entry.credentials_version != desired.credentials_version
    ):
        return Reason.CREDENTIALS_VERSION
    if options.credentials is CredentialsMode.ALWAYS:
        return Reason.CREDENTIALS_ALWAYS
    return None


def _possibly_changed_outside(observed: ObservedIntegration, entry: Entry | None) -> bool:
    """Whether others wrote to a row of which credentials are remembered and cannot be read."""
    return (
        observed.credentials.readback is not Readback.READABLE
        and entry is not None
        and entry.credentials is not None
        and written_since(entry, observed)
    )


def compare(
    desired: Integration,
    observed: ObservedCredentials,
    entry: Entry | None,
    fingerprinter: Fingerprinter,
) -> list[FieldChange]:
    """What is known to differ, or cannot be known: nothing where all is as declared.

    Args:
        desired: as declared; its credentials are managed.
        observed: what the server tells of the row's credentials.
        entry: what the ledger remembers of that very row.
        fingerprinter: of the environment.
    """
    declared = present(desired.credentials)
    if observed.readback is Readback.READABLE:
        changes = _by_value(desired, declared, observed.values)
    else:
        known = None if entry is None else entry.credentials
        changes = _by_memory("credentials", declared, known, entry, fingerprinter)
    return without_not_stored(desired, changes, entry, fingerprinter)


def withheld_changes(
    desired: Integration,
    observed: ObservedIntegration,
    entry: Entry | None,
    fingerprinter: Fingerprinter,
) -> list[FieldChange]:
    """As `compare`, for configurations that the server withholds."""
    if desired.configurations is None or "configurations" in (
        desired.ignore_changes | desired.unresolved
    ):
        return []
    unseen = WITHHELD_CONFIGURATIONS - present(observed.configurations).keys()
    wanted = present(desired.configurations)
    declared = {key: wanted[key] for key in unseen & wanted.keys()}
    known = None
    if entry is not None and "configurations" in entry.fields:
        paths = {key: join("configurations", (key,)) for key in unseen}
        known = {key: entry.fields[path] for key, path in paths.items() if path in entry.fields}
    changes = (
        _by_memory("configurations", declared, known, entry, fingerprinter)
        if declared or known
        else []
    )
    return without_not_stored(desired, changes, entry, fingerprinter)


def _by_value(
    desired: Integration, declared: Mapping[str, Value], stored: Mapping[str, Value]
) -> list[FieldChange]:
    changes = []
    for key, value in declared.items():
        if key not in stored:
            changes.append(_change("credentials", key, FieldAction.ADD))
        elif not holds_unresolved(value) and not same(value, stored[key]):
            changes.append(_change("credentials", key, FieldAction.CHANGE))
    changes.extend(
        _change("credentials", key, FieldAction.REMOVE)
        for key, value in stored.items()
        if key not in declared
        and not made_by_novu(desired.provider_id, key)
        and not same(value, None)
    )
    return changes


def _by_memory(
    field: str,
    declared: Mapping[str, Value],
    known: Mapping[str, str] | None,
    entry: Entry | None,
    fingerprinter: Fingerprinter,
) -> list[FieldChange]:
    """Compares with what the ledger remembers; its fingerprints are bound to its own identifier."""
    if known is None or entry is None:
        return _resent(field, declared, Reason.SECRET_UNVERIFIABLE)
    told = {key: value for key, value in declared.items() if not holds_unresolved(value)}
    wanted = fingerprints_of(field, told, entry.identifier, fingerprinter)
    return [
        *(
            _change(field, key, FieldAction.CHANGE if key in known else FieldAction.ADD)
            for key in declared
            if key not in known or (key in wanted and known[key] != wanted[key])
        ),
        *(_change(field, key, FieldAction.REMOVE) for key in known if key not in declared),
    ]


def _sent_again(
    declared: Credentials, changes: list[FieldChange], reason: Reason
) -> list[FieldChange]:
    """Keys that changed keep their reason, the others get the one for which all are sent."""
    known = {each.path for each in changes if each.reason is Reason.SECRET_CHANGED}
    changed = [each for each in changes if each.path in known]
    again = _resent("credentials", declared, reason)
    return [*changed, *(each for each in again if each.path not in known)]


def _resent(field: str, declared: Iterable[str], reason: Reason) -> list[FieldChange]:
    """Every key of an object, or the object itself where it has none and is sent to be cleared."""
    paths = [join(field, (key,)) for key in declared] or [field]
    return [
        FieldChange(
            path=path, action=FieldAction.RESEND, reason=reason, visibility=Visibility.SECRET
        )
        for path in paths
    ]


def _change(field: str, key: str, action: FieldAction) -> FieldChange:
    return FieldChange(
        path=join(field, (key,)),
        action=action,
        reason=Reason.SECRET_CHANGED,
        visibility=Visibility.SECRET,
    )


def _made_keys(desired: Integration, observed: ObservedCredentials) -> dict[str, Value]:
    """What Novu itself put there: a write replaces the whole object and would lose it."""
    return {
        key: value
        for key, value in observed.values.items()
        if made_by_novu(desired.provider_id, key)
    }
