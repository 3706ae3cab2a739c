from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from reconciler.views import formats

if TYPE_CHECKING:
    from collections.abc import Callable

VIEWS: dict[str, Callable[[str], object]] = {
    "plan": formats.plan_view,
    "report": formats.report_view,
    "findings": formats.findings_view,
    "drift": formats.drift_view,
    "providers": formats.providers_view,
    "provider": formats.provider_view,
    "doctor": formats.doctor_view,
    "diff": formats.diff_view,
}


@pytest.mark.parametrize(
    ("name", "subject"),
    [(name, subject) for name, subjects in formats.FORMATS.items() for subject in sorted(subjects)],
)
def test_everything_in_the_table_has_a_view(name: str, subject: str) -> None:
    assert callable(VIEWS[subject](name))


def test_text_and_json_show_everything() -> None:
    assert formats.FORMATS["text"] == formats.FORMATS["json"] == set(VIEWS)


def test_a_commands_formats_are_those_that_show_everything_it_has_to_show() -> None:
    assert formats.showing("plan", "report") == ("text", "json", "markdown", "github")
    assert formats.showing("plan", "providers") == ("text", "json")


@pytest.mark.parametrize("subject", VIEWS)
def test_a_format_that_does_not_exist_is_refused(subject: str) -> None:
    with pytest.raises(LookupError, match=f"'xml' shows no {subject}"):
        VIEWS[subject]("xml")


def test_the_table_costs_no_view_before_it_is_asked_for_one() -> None:
    program = (
        "import sys, reconciler.views.formats as f;"
        "print(sorted(n for n in sys.modules if n.startswith('reconciler.views.')))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert done.stdout.split() == [b"['reconciler.views.formats']"]
