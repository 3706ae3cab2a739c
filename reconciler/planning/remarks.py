"""Warnings that a plan gives along: what a change does besides what it says."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from reconciler.findings import finding
from reconciler.planning.facts import is_built_in
from reconciler.planning.outside import is_renumbered
from reconciler.planning.plan import Create, Keep, Rename, SetPrimary, Update

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from reconciler.findings import Finding
    from reconciler.model import Integration, Observed
    from reconciler.planning.plan import Planned


_SHOWN = 5
"""Identifiers that a warning about many names."""


def clashes(changes: Iterable[Planned], observed: Observed, environment: str) -> list[Finding]:
    """Creates that a server may refuse, since the list shows their identifiers elsewhere.

    Servers of 2024 want an identifier to be unique in the whole organization, later ones in its
    environment; no answer tells which of them a server is until one identifier is in two places.

    Args:
        changes: those of a whole plan.
        observed: with what the list shows of other environments.
        environment: the project's name for it.
    """
    if observed.shares_identifiers:
        return []
    return [
        _finding(
            change.desired,
            "NS514",
            "identifier",
            f"{change.identifier!r} is to be created, and another environment of the organization "
            "holds that identifier. Servers of 2024 refuse this with 409, later ones take it. "
            "If this server refuses it, write ${environment} into the identifier, like "
            f"{change.identifier}-${{environment}}.",
            environment,
        )
        for change in changes
        if isinstance(change, Create)
        and not is_built_in(change.desired)
        and change.identifier in observed.foreign
    ]


def side_effects(changes: Iterable[Planned], environment: str) -> list[Finding]:
    """What changes do to fields that are not managed.

    Args:
        changes: those of a whole plan.
        environment: the project's name for it.
    """
    findings: list[Finding] = []
    for change in changes:
        if isinstance(change, SetPrimary):
            findings.extend(_of_set_primary(change, environment))
        elif isinstance(change, (Update, Rename)) and change.patch.rules:
            findings.extend(_of_rules(change, environment))
    return findings


def unverified(changes: Iterable[Planned], environment: str) -> list[Finding]:
    """What a plan without secrets cannot tell, all of it in one warning.

    Args:
        changes: those of a whole plan.
        environment: the project's name for it.
    """
    rows = [each for each in changes if isinstance(each, (Update, Rename, Keep))]
    names = sorted(each.identifier for each in rows if each.desired.unresolved)
    fields = sorted({field for each in rows for field in each.desired.unresolved})
    if not names:
        return []
    shown = [repr(each) for each in names[:_SHOWN]]
    shown += [f"{len(names) - _SHOWN} more"] if len(names) > _SHOWN else []
    detail = (
        f"Values that come from references were not asked for, so the {_listed(fields)} of "
        f"{_listed(shown)} are unverifiable: whether they differ cannot be told. What stands in "
        "the file itself, and keys that come or go, is compared all the same. Run plan without "
        "--no-secrets to compare everything."
    )
    return [finding("NS330", detail, environment=environment)]


def withheld(desired: Integration, paths: Iterable[str], environment: str) -> Finding:
    """``--credentials never`` holds something back."""
    return _finding(
        desired,
        "NS513",
        "credentials",
        f"{desired.identifier!r}: {', '.join(sorted(paths))} would be sent, since they changed or "
        "since nobody can tell whether they did, but --credentials never holds them back. The "
        "server keeps what it has. Run again without that option to send them.",
        environment,
    )


def changed_outside(desired: Integration, environment: str) -> Finding:
    """Others wrote to a row, and what it holds cannot be read."""
    hint = (
        f" It is a hint only: Novu writes to rows of {desired.channel} also when it renumbers "
        "their priorities."
        if is_renumbered(desired.channel)
        else ""
    )
    return _finding(
        desired,
        "NS331",
        "credentials",
        f"{desired.identifier!r}: somebody else has written to it since novu-sync last did, and "
        f"Novu does not give credentials back, so they were possibly changed outside.{hint} Send "
        f"the declared ones again with --rotate {shlex.quote(desired.identifier)}, or say "
        "outsideChanges: resend or ignore in the environment.",
        environment,
    )


def made_keys_lost(desired: Integration, environment: str) -> Finding:
    """Novu may have put keys of its own into credentials that are about to be replaced."""
    return _finding(
        desired,
        "NS512",
        "credentials",
        f"{desired.identifier!r}: Novu keeps credential keys of its own making for "
        f"{desired.provider_id!r}, and does not give them back, so they cannot be carried over "
        "when the credentials are replaced. Look at the integration in Novu's dashboard "
        "afterwards; it may have to be connected again.",
        environment,
    )


def _of_set_primary(change: SetPrimary, environment: str) -> Iterable[Finding]:
    desired, row = change.desired, change.observed
    if row is None:
        return
    emptied = [
        field
        for field in ("conditions", "rules")
        if getattr(row, field) and getattr(desired, field) is None
    ]
    if emptied:
        what = " and ".join(emptied)
        yield _finding(
            desired,
            "NS511",
            "primary",
            f"{desired.identifier!r} is made primary, and Novu empties the {what} of a row when it "
            f"does so. This configuration does not manage {what}, so they cannot be put back. "
            "Make another integration primary, or accept that they go.",
            environment,
        )
    if desired.active is None and not row.active:
        yield _finding(
            desired,
            "NS511",
            "primary",
            f"{desired.identifier!r} is made primary, and Novu activates a row when it does so. "
            "This configuration does not manage active. Write active: true beside primary: true to "
            "say that it is meant.",
            environment,
        )


def _of_rules(change: Update | Rename, environment: str) -> Iterable[Finding]:
    desired = change.desired
    if change.observed.conditions and desired.conditions is None:
        yield _finding(
            desired,
            "NS511",
            "rules",
            f"{desired.identifier!r} gets rules, and Novu empties the conditions of a row when it "
            "saves rules. This configuration does not manage conditions, so they cannot be put "
            "back. Write what they say into the rules.",
            environment,
        )


def _listed(words: Sequence[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last


def _finding(desired: Integration, code: str, field: str, detail: str, environment: str) -> Finding:
    location = desired.lines.get(field, desired.location)
    return finding(code, detail, location=location, environment=environment)
