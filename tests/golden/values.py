"""Cases of views: values in, text and JSON out, without a server or a command."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reconciler.views import formats
from reconciler.views.style import Look

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROOT = Path(__file__).parent / "views"

_VIEWS: Mapping[str, Callable[[str], Callable[..., str]]] = {
    "plan": formats.plan_view,
    "report": formats.report_view,
    "findings": formats.findings_view,
    "drift": formats.drift_view,
    "providers": formats.providers_view,
    "provider": formats.provider_view,
    "doctor": formats.doctor_view,
    "diff": formats.diff_view,
}

_ENDINGS = {"text": "txt", "json": "json", "markdown": "md", "github": "github"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """What a ``case.py`` assigns to ``CASE``.

    Attributes:
        subject: what is shown, like ``plan``.
        given: what the view is called with, before the look.
        looks: for text, by the name of the file it goes to.
    """

    subject: str
    given: tuple[Any, ...]
    looks: Mapping[str, Look] = field(default_factory=lambda: {"plain": Look()})


def folders() -> list[Path]:
    """The folder of every case."""
    return sorted(each.parent for each in ROOT.glob("*/case.py"))


def load(folder: Path) -> Case:
    """The case in a folder."""
    spec = importlib.util.spec_from_file_location(f"golden_case_{folder.name}", folder / "case.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    case: Case = module.CASE
    return case


def rendered(case: Case) -> dict[str, str]:
    """What the views make of a case, by file name: JSON once, text in each of its looks."""
    files = {}
    for name, subjects in formats.FORMATS.items():
        if case.subject not in subjects:
            continue
        view = _VIEWS[case.subject](name)
        looks = case.looks if name == "text" else {"plain": case.looks["plain"]}
        for look_name, look in looks.items():
            files[f"{look_name}.{_ENDINGS[name]}"] = view(*case.given, look)
    return files
