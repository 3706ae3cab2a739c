"""Checks of every level, of the whole project and of two environments, one with a strange name."""

from golden.values import Case

from reconciler.doctor.checkup import Checkup, Topic, doubtful, failed, fine
from reconciler.errors import ApiKeyError, FindingsError
from reconciler.findings import Finding, Location, Severity
from reconciler.views.style import Look, Style

MISSING = Finding(
    severity=Severity.ERROR,
    code="NS305",
    summary="reference without a value",
    detail="The variable `SES_SECRET_KEY` is not set, or is empty.\nSet it.",
    location=Location(file="novu-sync.yaml", line=9, column=7),
)
WARNING = Finding(
    severity=Severity.WARNING, code="NS215", summary="integration that Novu makes", detail="It is."
)
ODD = "odd \x1b[31mname"

CHECKUP = Checkup(
    checks=(
        fine(Topic.PROJECT, "acme, novu-sync.yaml"),
        doubtful(
            Topic.CONFIGURATION,
            "2 environments, 7 integrations; 1 warning",
            "`novu-sync validate` tells them.",
        ),
        failed(Topic.VALUES, FindingsError([WARNING, MISSING, MISSING]), environment="development"),
        fine(
            Topic.KEY, "it opens Novu's environment Development (65a1)", environment="development"
        ),
        fine(Topic.LIMIT, "30 a second, 129 left now", environment="development"),
        failed(
            Topic.KEY,
            ApiKeyError("api.novu.co rejected the API key (401)", "Use another key."),
            environment=ODD,
        ),
    )
)

CASE = Case(
    subject="doctor",
    given=(CHECKUP,),
    looks={"plain": Look(), "colored": Look(style=Style(color=True))},
)
