"""What moved between a plan that was reviewed and the one that would run now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reconciler.planning.refusal import refusal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from reconciler.planning.basis import Basis, Row
    from reconciler.planning.refusal import Refusal

STALE = "stale"
"""The word of refusals that say so: exit 5, and nothing lifts them."""

_MEND = "Plan again, have that reviewed, and apply it."


def moved(before: Basis, now: Basis, environment: str) -> tuple[Refusal, ...]:
    """Why a plan may not be carried out any more: at least one reason, told by what moved.

    Args:
        before: what the plan that was reviewed was made of.
        now: what a plan is made of now, with another digest.
        environment: the project's name for the environment.
    """
    if before.environment_id != now.environment_id:
        return (
            _stale(
                (),
                f"environment: the plan is for the Novu environment {before.environment_id}, and "
                f"the API key of {environment!r} opens {now.environment_id}.",
            ),
        )
    config = dict(_configuration(before.desired, now.desired))
    rows = dict(_server(before.observed, now.observed))
    found = []
    if config:
        found.append(_stale(config, f"configuration: {_listed(config.values())}."))
    if rows:
        names = {(now.observed.get(key) or before.observed[key]).identifier or key for key in rows}
        found.append(_stale(names, f"server: {_listed(rows.values())}."))
    if not found:
        names = _differing(before, now)
        found.append(
            _stale(
                names,
                "ledger: the configuration and the server are as they were, but what is "
                "remembered of earlier runs is not, so that the plan would do something else "
                f"to {_listed(sorted(names)) or 'them, in another order'}.",
            )
        )
    return tuple(found)


def unexpected(digest: str, expected: Iterable[str], environment: str) -> tuple[Refusal, ...]:
    """The same where nothing but digests is known; empty where the digest is one of them."""
    known = sorted(expected)
    if digest in known:
        return ()
    return (
        _stale(
            (),
            f"the digest of {environment!r} is {digest} now, and {' or '.join(known)} was "
            "expected. The configuration, the server, what is remembered or the options are "
            "others than those that were reviewed.",
        ),
    )


def _stale(identifiers: Iterable[str], detail: str) -> Refusal:
    return refusal(STALE, identifiers, detail, _MEND)


def _configuration(
    before: Mapping[str, Mapping[str, str]], now: Mapping[str, Mapping[str, str]]
) -> Iterator[tuple[str, str]]:
    for name in sorted({*before, *now}):
        if name not in now:
            yield name, f"{name} is declared no more"
        elif name not in before:
            yield name, f"{name} is declared since"
        elif fields := _fields(before[name], now[name]):
            yield name, f"{name} ({fields})"


def _server(before: Mapping[str, Row], now: Mapping[str, Row]) -> Iterator[tuple[str, str]]:
    for key in sorted({*before, *now}):
        row = now.get(key) or before[key]
        name = f"{row.identifier or 'a row without identifier'} [{key}]"
        if key not in now:
            yield key, f"{name} is gone"
        elif key not in before:
            yield key, f"{name} is new"
        elif fields := _fields(before[key].fields, now[key].fields):
            yield key, f"{name} ({fields})"


def _fields(before: Mapping[str, str], now: Mapping[str, str]) -> str:
    """Names of what differs; a list of keys goes unnamed beside the key that came or went."""
    differ = sorted(name for name in {*before, *now} if before.get(name) != now.get(name))
    return ", ".join(
        name for name in differ if not any(other.startswith(f"{name}.") for other in differ)
    )


def _differing(before: Basis, now: Basis) -> set[str]:
    old, new = list(before.changes), list(now.changes)
    return {str(each["identifier"]) for each in old if each not in new} | {
        str(each["identifier"]) for each in new if each not in old
    }


def _listed(what: Iterable[str]) -> str:
    return "; ".join(what)
