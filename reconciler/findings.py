"""What we tell the author of a configuration: findings, with a place, a code and the mend.

A finding is a value: collected, sorted and shown all at once; nothing is raised on the first one.
Codes are stable and documented in ``docs/findings.md``. The hundreds tell where a finding is made:
``NS1xx`` YAML and files, ``NS2xx`` keys, types and the provider catalogue, ``NS3xx`` references,
``NS4xx`` rules across integrations, ``NS5xx`` the declared state against the server's, ``NS6xx``
rules that a team sets itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Severity(StrEnum):
    """How bad it is: an error stops the run, a warning alone exits 0."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Location:
    """A place in a file. Lines and columns count from 1, columns in characters."""

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a code stands for.

    Attributes:
        code: stable, like ``NS204``.
        severity: its usual severity; some settings turn an error into a warning.
        summary: fixed words without user data.
    """

    code: str
    severity: Severity
    summary: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing to tell the author.

    Attributes:
        severity: error or warning.
        code: the rule's code.
        summary: the rule's fixed words.
        detail: what is wrong, why it matters and what to write instead; never a secret.
        location: the place in a file, where there is one.
        pointer: the place in the document as a JSON pointer (RFC 6901), ``""`` for the whole.
        environment: the environment it shows up in, empty where it is all the same.
    """

    severity: Severity
    code: str
    summary: str
    detail: str
    location: Location | None = None
    pointer: str = ""
    environment: str = ""


def _rules(*rows: tuple[str, Severity, str]) -> dict[str, Rule]:
    return {code: Rule(code=code, severity=sev, summary=text) for code, sev, text in rows}


_E, _W = Severity.ERROR, Severity.WARNING

RULES = _rules(
    # --- YAML and files, NS1xx ---
    ("NS101", _E, "not valid YAML"),
    ("NS102", _E, "text cannot be read"),
    ("NS103", _E, "key is not text"),
    ("NS104", _E, "YAML tag"),
    ("NS105", _E, "alias without a value"),
    ("NS106", _E, "file is too large"),
    ("NS107", _E, "merge key without a mapping"),
    ("NS108", _E, "more than one document in a file"),
    ("NS109", _E, "file is empty"),
    ("NS110", _E, "value that YAML readers disagree on"),
    ("NS111", _E, "number without an end"),
    ("NS112", _E, "file is not a mapping"),
    ("NS113", _E, "key is repeated"),
    ("NS120", _E, "two project files in one directory"),
    ("NS121", _E, "include matches no file"),
    ("NS122", _E, "include leads out of the project"),
    # --- keys, types, the provider catalogue, NS2xx ---
    ("NS201", _E, "unknown key"),
    ("NS202", _E, "value of the wrong type"),
    ("NS203", _E, "required key is missing"),
    ("NS204", _E, "number or boolean where text belongs"),
    ("NS205", _E, "word is not one of those allowed"),
    ("NS206", _E, "value is out of bounds"),
    ("NS207", _E, "no value where one is needed"),
    ("NS208", _E, "rule that Novu does not accept"),
    ("NS210", _E, "unknown provider"),
    ("NS211", _E, "unknown credential key"),
    ("NS212", _E, "required credential is missing"),
    ("NS213", _E, "channel does not fit the provider"),
    ("NS214", _E, "kind does not fit the provider"),
    ("NS215", _W, "integration that Novu makes by itself"),
    ("NS216", _E, "unknown configuration key"),
    # --- references, NS3xx ---
    ("NS301", _E, "malformed reference"),
    ("NS302", _E, "unknown source of values"),
    ("NS303", _E, "source of values is not available"),
    ("NS304", _E, "reference is not allowed here"),
    ("NS305", _E, "reference without a value"),
    ("NS306", _E, "file lies outside of the project"),
    ("NS307", _E, "file of a reference cannot be read"),
    ("NS308", _E, "value of a reference has the wrong type"),
    ("NS309", _E, "API key is used elsewhere"),
    ("NS310", _E, "secret in plain text"),
    ("NS311", _E, "placeholder was left in place"),
    ("NS312", _W, "default of a secret in plain text"),
    ("NS313", _E, "line of a dotenv file sets nothing"),
    ("NS314", _E, "address cannot be used"),
    ("NS320", _E, "command of a reference failed"),
    ("NS321", _E, "source of values took too long"),
    ("NS322", _E, "plug-in of a source failed"),
    ("NS330", _W, "values were not asked for"),
    ("NS331", _W, "credentials were possibly changed outside"),
    # --- what an export or an edit cannot take along, NS34x ---
    ("NS340", _W, "integration without an identifier"),
    ("NS341", _W, "key that the provider does not take"),
    ("NS342", _W, "provider that the catalogue lacks"),
    ("NS343", _W, "filter that novu-sync does not take"),
    ("NS345", _W, "difference that has to be written by hand"),
    ("NS346", _W, "not promoted"),
    # --- what other tools left behind, NS35x ---
    ("NS350", _E, "not valid JSON"),
    ("NS351", _E, "no integrations where they belong"),
    ("NS352", _E, "integration that cannot be read"),
    ("NS353", _W, "integration that nothing tells apart"),
    ("NS354", _E, "shell command that cannot be read"),
    ("NS355", _W, "value that only a shell knows"),
    ("NS356", _E, "identifier stands there twice"),
    ("NS357", _W, "request that makes no integration"),
    # --- rules across integrations, NS4xx ---
    ("NS401", _E, "unknown environment"),
    ("NS402", _E, "environment contradicts the file's"),
    ("NS403", _E, "identifier is declared twice"),
    ("NS404", _E, "previous identifier is taken"),
    ("NS405", _E, "channel has no primary"),
    ("NS406", _E, "primary is not active"),
    ("NS407", _E, "primary with conditions or rules"),
    ("NS408", _E, "conditions beside rules"),
    ("NS409", _E, "second primary of a channel"),
    ("NS410", _E, "second integration of a provider that comes once"),
    ("NS411", _E, "empty value would clear"),
    ("NS412", _W, "identifier with blanks"),
    ("NS420", _E, "http ledger without an address"),
    ("NS421", _E, "setting of another ledger"),
    ("NS422", _E, "address of a ledger that cannot be used"),
    # --- the declared state against what the server has, NS5xx ---
    ("NS501", _E, "several integrations on the server bear names of one declared integration"),
    ("NS502", _E, "two declared integrations are the same one on the server"),
    ("NS503", _E, "new identifier is taken in another environment"),
    ("NS504", _E, "nobody takes over from a primary that is declared not to be"),
    ("NS505", _E, "identifier belongs to an integration that Novu made"),
    ("NS511", _W, "change empties or activates what is not managed"),
    ("NS512", _W, "credential keys that Novu made cannot be carried over"),
    ("NS513", _W, "credentials are held back"),
    ("NS514", _W, "identifier is taken in another environment"),
    ("NS520", _W, "planned against a snapshot"),
    # --- rules that a team sets itself (policy), NS6xx ---
    ("NS601", _E, "identifier lacks the prefix of its environment"),
    ("NS602", _E, "used channel has no declared primary"),
    ("NS603", _E, "integration has been inactive for long"),
    ("NS604", _E, "provider is not allowed here"),
)
"""Every rule by its code."""


def finding(  # noqa: PLR0913 - a finding has that many sides, all of them named
    code: str,
    detail: str,
    *,
    location: Location | None = None,
    pointer: str = "",
    environment: str = "",
    severity: Severity | None = None,
) -> Finding:
    """Make a finding of a rule.

    Args:
        code: one of `RULES`.
        detail: what, why and the mend; never a secret.
        location: the place in a file.
        pointer: the place in the document.
        environment: the environment it shows up in.
        severity: another one than the rule's own, where a setting says so.

    Raises:
        KeyError: no rule has that code (a bug in novu-sync).
    """
    rule = RULES[code]
    return Finding(
        severity=severity or rule.severity,
        code=code,
        summary=rule.summary,
        detail=detail,
        location=location,
        pointer=pointer,
        environment=environment,
    )


def errors(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those that stop a run."""
    return tuple(each for each in findings if each.severity is Severity.ERROR)


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Sorted by place, then code, each told once; those without a place come last."""

    def place(each: Finding) -> tuple[bool, str, int, int, str, str, str]:
        at = each.location
        where = (at.file, at.line, at.column) if at else ("", 0, 0)
        return (at is None, *where, each.code, each.detail, each.environment)

    return tuple(sorted(dict.fromkeys(findings), key=place))
