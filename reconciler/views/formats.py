"""Which formats there are, what each can show, and where the view for it lives.

A view is a function ``render`` in the module ``<subject>_<format>``; it is imported when it is
asked for. A new format is a line in the table and its modules.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from reconciler.applying.report import Report
    from reconciler.authoring.comparison import Comparison
    from reconciler.doctor.checkup import Checkup
    from reconciler.findings import Finding
    from reconciler.planning.drift import Drift
    from reconciler.views.style import Look
    from reconciler.views.subjects import Provider, Reviewed, Unplanned

_TEXT = frozenset(
    {"plan", "report", "findings", "drift", "providers", "provider", "doctor", "diff"}
)

FORMATS: Mapping[str, frozenset[str]] = {
    "text": _TEXT,
    "json": _TEXT,
    "markdown": frozenset({"plan", "report", "findings", "drift"}),
    "github": frozenset({"plan", "report", "findings", "drift"}),
}
"""Every format's name, with what it can show."""


def showing(*subjects: str) -> tuple[str, ...]:
    """The formats that can show all of these, in the table's order."""
    return tuple(name for name, shown in FORMATS.items() if shown.issuperset(subjects))


class PlanView(Protocol):
    """Shows the plans of one run."""

    def __call__(
        self, reviewed: Sequence[Reviewed], unplanned: Sequence[Unplanned], look: Look, /
    ) -> str:
        """The whole output, ended by one newline."""


class ReportView(Protocol):
    """Shows what became of the plans of one run."""

    def __call__(self, reports: Sequence[Report], look: Look, /) -> str:
        """The whole output, ended by one newline."""


class DriftView(Protocol):
    """Shows the drift of every environment of one run."""

    def __call__(
        self, drifts: Sequence[Drift], unplanned: Sequence[Unplanned], look: Look, /
    ) -> str:
        """The whole output, ended by one newline."""


class FindingsView(Protocol):
    """Shows findings."""

    def __call__(self, findings: Sequence[Finding], look: Look, /) -> str:
        """The whole output, ended by one newline."""


class ProvidersView(Protocol):
    """Shows the catalogue's providers."""

    def __call__(self, providers: Sequence[Provider], look: Look, /) -> str:
        """The whole output, ended by one newline."""


class ProviderView(Protocol):
    """Shows one provider."""

    def __call__(self, provider: Provider, look: Look, /) -> str:
        """The whole output, ended by one newline."""


class DoctorView(Protocol):
    """Shows what a look at everything found."""

    def __call__(self, checkup: Checkup, look: Look, /) -> str:
        """The whole output, ended by one newline."""


class DiffView(Protocol):
    """Shows two environments beside each other."""

    def __call__(self, comparison: Comparison, look: Look, /) -> str:
        """The whole output, ended by one newline."""


def plan_view(format_name: str) -> PlanView:
    """The view of plans in a format.

    Raises:
        LookupError: the format does not exist or shows no plans; so too the other functions here.
    """
    return cast("PlanView", _render("plan", format_name))


def report_view(format_name: str) -> ReportView:
    """The view of reports in a format."""
    return cast("ReportView", _render("report", format_name))


def drift_view(format_name: str) -> DriftView:
    """The view of drift in a format."""
    return cast("DriftView", _render("drift", format_name))


def findings_view(format_name: str) -> FindingsView:
    """The view of findings in a format."""
    return cast("FindingsView", _render("findings", format_name))


def providers_view(format_name: str) -> ProvidersView:
    """The view of the catalogue in a format."""
    return cast("ProvidersView", _render("providers", format_name))


def provider_view(format_name: str) -> ProviderView:
    """The view of one provider in a format."""
    return cast("ProviderView", _render("provider", format_name))


def doctor_view(format_name: str) -> DoctorView:
    """The view of a checkup in a format."""
    return cast("DoctorView", _render("doctor", format_name))


def diff_view(format_name: str) -> DiffView:
    """The view of a comparison in a format."""
    return cast("DiffView", _render("diff", format_name))


def _render(subject: str, format_name: str) -> object:
    if subject not in FORMATS.get(format_name, ()):
        raise LookupError(f"the format {format_name!r} shows no {subject}")
    return importlib.import_module(f"{__package__}.{subject}_{format_name}").render
