"""Findings of two files and of none, given out of order and one of them twice."""

from golden.values import Case

from reconciler.findings import Finding, Location, Severity
from reconciler.views.style import Look, Style

LATE = Finding(
    severity=Severity.WARNING,
    code="NS401",
    summary="two integrations want the same",
    detail="It works, but not as you think.\n\nKeep one of them.",
    location=Location(file="novu-sync.yaml", line=30, column=3),
    pointer="/integrations/3",
    environment="production",
)

EARLY = Finding(
    severity=Severity.ERROR,
    code="NS204",
    summary="unknown credential key",
    detail='"secretkey" is no credential of ses. Novu would drop it. Did you mean "secretKey"?',
    location=Location(file="novu-sync.yaml", line=9, column=7),
    pointer="/integrations/0/credentials/secretkey",
)

ELSEWHERE = Finding(
    severity=Severity.ERROR,
    code="NS101",
    summary="not YAML",
    detail="A quote is never closed.",
    location=Location(file="integrations/sms.yaml", line=2, column=11),
)

NOWHERE = Finding(
    severity=Severity.ERROR, code="NS301", summary="no such variable", detail="NOVU_KEY is not set."
)

CASE = Case(
    subject="findings",
    given=((NOWHERE, LATE, EARLY, ELSEWHERE, EARLY),),
    looks={"plain": Look(), "colored": Look(style=Style(color=True))},
)
