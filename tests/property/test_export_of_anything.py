"""Whatever a server has, its export validates, plans to nothing, and is the same when repeated."""

from __future__ import annotations

import os
import tempfile
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.inprocess import InProcess
from support.projects import KEYS, projects, written

from reconciler.authoring import files
from reconciler.authoring.declared import declared_in, variables_in
from reconciler.authoring.export import export
from reconciler.authoring.filled import values
from reconciler.cli import composition
from reconciler.cli.live import observe_live
from reconciler.cli.options import ConnectionOptions, PlanningOptions, ProjectOptions
from reconciler.cli.project import sources
from reconciler.config.project import load
from reconciler.config.resolve import check
from reconciler.findings import errors
from reconciler.sandbox.application import Sandbox

if TYPE_CHECKING:
    from support.projects import Drawn

    from reconciler.authoring.export import Exported
    from reconciler.config.project import Project
    from reconciler.model import Observed

HOW = ConnectionOptions(parallelism=3, timeout=30.0, allowed_hosts=(), allow_insecure_http=False)
WHAT = PlanningOptions(
    targets=(), excludes=(), prune=False, credentials="changed", rotate=(),
    allow=(("primary", "email"), ("primary", "sms")),
)  # fmt: skip


def where(folder: Path) -> ProjectOptions:
    return ProjectOptions(config=folder, environments=(), all_environments=True, env_file=None)


def apply(folder: Path, sandbox: Sandbox) -> None:
    stop = threading.Event()
    with ExitStack() as stack:
        run = composition.plan_all(
            where(folder), HOW, WHAT, verbose=False, stack=stack, stop=stop,
            transport=InProcess(sandbox),
        )  # fmt: skip
        assert run.can_be_applied
        composition.apply_all(run, HOW, on_event=lambda *_: None, stop=stop)


def changes(folder: Path, sandbox: Sandbox) -> list[object]:
    with ExitStack() as stack:
        run = composition.plan_all(
            where(folder), HOW, WHAT, verbose=False, stack=stack, transport=InProcess(sandbox)
        )
        assert not run.failures, [each.error.summary for each in run.failures]
        return [change for each in run.prepared for change in each.plan.writes]


def exported(
    project: Project, folder: Path, sandbox: Sandbox
) -> tuple[dict[str, Observed], Exported]:
    live = observe_live(
        project, project.environments, sources(project, where(folder)), HOW, verbose=False,
        transport=InProcess(sandbox),
    )  # fmt: skip
    return live, export(
        live,
        environments=project.environments,
        reserved=variables_in(project),
        declared={name: declared_in(project, name) for name in project.environments},
    )


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(drawn=projects(), generation=st.sampled_from(["2026-04", "2026-11"]))
def test_what_is_exported_validates_plans_to_nothing_and_is_the_same_again(
    drawn: Drawn, generation: str
) -> None:
    """What a server does not tell, or did not keep, is all that is left to do."""
    with (
        Sandbox(generation=generation) as sandbox,
        written(drawn) as folder,
        tempfile.TemporaryDirectory() as other,
    ):
        apply(folder, sandbox)
        names = load(folder).environments
        head = files.project_head(
            "exported",
            {
                name: {
                    "apiUrl": "http://127.0.0.1:1",
                    "apiKey": f"${{env:{name.upper()}_API_KEY}}",
                    "ledger": "none",
                }
                for name in names
            },
        )
        place = Path(other, "novu-sync.yaml")
        place.write_text(head, "utf-8")
        live, first = exported(load(place), Path(other), sandbox)
        text = files.integrations(first, names, head=head)
        place.write_text(text, "utf-8")
        project = load(place)
        found = errors(check(project))
        assert {each.code for each in found} <= ({"NS311"} if first.placeholders else set()), text

        _, second = exported(project, Path(other), sandbox)
        assert files.integrations(second, names, head=head) == text
        assert files.dotenv(second, ()) == files.dotenv(first, ())

        if not first.withheld and not first.placeholders:
            told = values(first.variables, live)
            given = {name: each.reveal() for name, each in told.items()}
            with mock.patch.dict(os.environ, {**KEYS, **given}):
                assert changes(Path(other), sandbox) == [], text
