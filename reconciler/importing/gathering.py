"""Rows of several files, sorted into environments, as a server would have shown them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reconciler.errors import UsageError
from reconciler.findings import finding
from reconciler.model import Observed
from reconciler.novu import integrations, wire

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from reconciler.findings import Finding
    from reconciler.importing.rows import Row
    from reconciler.model import ObservedIntegration

DEFAULT = "development"
"""The environment that rows belong to where nobody says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dump:
    """What one argument of the command line brought.

    Attributes:
        file: the file or folder.
        environment: the project's name for where its rows belong; empty where nobody said.
        rows: they were seen together, so what one shows of credentials says something of all.
    """

    file: str
    environment: str
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """Rows by environment.

    Attributes:
        live: as if each environment had been read from a server, by the project's name for it.
        findings: rows that cannot stand side by side.
        left_out: how many rows belong to environments that are not wanted.
    """

    live: Mapping[str, Observed]
    findings: tuple[Finding, ...]
    left_out: int


def gathered(dumps: Sequence[Dump], homes: Mapping[str, str]) -> Gathered:
    """Sort rows into environments.

    Args:
        dumps: in the order of the command line.
        homes: names of environments by Novu's id for them; those that are not in it are left out,
            unless it is empty.

    Raises:
        UsageError: rows of several environments lie in one dump, or several dumps lie there, and
            nobody says which is which.
    """
    _refuse_unclear(dumps, homes)
    found: dict[str, list[ObservedIntegration]] = {}
    seen: dict[tuple[str, str], Row] = {}
    findings: list[Finding] = []
    left_out = 0
    for dump in dumps:
        shown = wire.read_list(
            [
                {"_id": "-", **row.fields, "_environmentId": row.environment_id or "-"}
                for row in dump.rows
            ]
        )
        for row, observed in zip(dump.rows, shown, strict=True):
            name = _home(dump, row, homes)
            if not name:
                left_out += 1
                continue
            twin = seen.get((name, row.identifier))
            if twin is not None:
                if not row.is_same(twin):
                    findings.append(_twin(row, twin, name))
                continue
            seen[name, row.identifier] = row
            number = sum(map(len, found.values())) + 1
            found.setdefault(name, []).append(
                replace(observed, id=f"imported-{number}", environment_id=name)
            )
    return Gathered(
        live={name: _observed(name, rows) for name, rows in found.items()},
        findings=tuple(findings),
        left_out=left_out,
    )


def _refuse_unclear(dumps: Sequence[Dump], homes: Mapping[str, str]) -> None:
    unnamed = [each for each in dumps if not each.environment]
    if len(dumps) > 1 and unnamed and not homes:
        raise UsageError(
            f"several files are imported, and nobody says to which environment {unnamed[0].file}"
            " belongs",
            f"Name each, like development={unnamed[0].file}.",
        )
    for dump in dumps:
        counts: dict[str, int] = {}
        for row in dump.rows:
            counts[row.environment_id] = counts.get(row.environment_id, 0) + 1
        if len(counts) > 1 and not homes:
            each = ", ".join(f"{id_ or 'none'} ({number})" for id_, number in counts.items())
            raise UsageError(
                f"{dump.file} holds integrations of several environments: {each}",
                "Say which is which, like --environment development=ID --environment"
                " production=ID; others are left out. Older servers list every environment of the"
                " organization.",
            )


def _home(dump: Dump, row: Row, homes: Mapping[str, str]) -> str:
    """The environment that a row belongs to; empty where it is not wanted.

    A list that was named brings its own environment only: older servers list all of them,
    whichever key asks.
    """
    if homes and row.environment_id:
        home = homes.get(row.environment_id, "")
        return home if dump.environment in ("", home) else ""
    return dump.environment or DEFAULT


def _twin(row: Row, twin: Row, environment: str) -> Finding:
    detail = (
        f"{row.identifier!r} is in {environment} already, by {twin.location}. Integrations are told"
        " apart by identifier: take one of them out."
    )
    return finding("NS356", detail, location=row.location)


def _observed(name: str, rows: Iterable[ObservedIntegration]) -> Observed:
    return Observed(
        environment_id=name,
        environment_name=name,
        integrations=integrations.of_environment(rows, name),
    )
