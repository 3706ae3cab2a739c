"""Random projects through everything but a socket: YAML, references, plan, HTTP, apply, ledger."""

from __future__ import annotations

import json
import threading
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from support import published
from support.inprocess import InProcess
from support.projects import Drawn, projects, write, written

from reconciler.cli import composition
from reconciler.cli.options import ConnectionOptions, PlanningOptions, ProjectOptions
from reconciler.config.project import load
from reconciler.config.resolve import check
from reconciler.findings import errors
from reconciler.planning.paths import split, value_at
from reconciler.planning.plan import (
    Delete,
    FieldAction,
    Keep,
    Reason,
    Rename,
    Replace,
    Update,
    Visibility,
)
from reconciler.sandbox.application import Sandbox
from reconciler.secret import holds_unresolved
from reconciler.views.formats import plan_view
from reconciler.views.style import Look
from reconciler.views.subjects import Reviewed

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator
    from pathlib import Path

    from reconciler.applying.report import Report
    from reconciler.cli.planned import PlannedRun
    from reconciler.model import Integration
    from reconciler.planning.plan import FieldChange, Plan

HOW = ConnectionOptions(parallelism=3, timeout=30.0, allowed_hosts=(), allow_insecure_http=False)
WHAT = PlanningOptions(
    targets=(),
    excludes=(),
    prune=False,
    credentials="changed",
    rotate=(),
    # A drawn primary may get other conditions, and Novu takes the primary from it then.
    allow=(("primary", "email"), ("primary", "sms")),
)

whole = settings(
    max_examples=60,
    deadline=None,
    # Projects are large on purpose; drawing one takes longer than hypothesis likes.
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def planned(
    folder: Path,
    sandbox: Sandbox,
    stack: ExitStack,
    stop: threading.Event | None = None,
    *,
    secrets: bool = True,
    guarded: bool = False,
) -> PlannedRun:
    """What ``novu-sync plan --all-environments`` plans, or with `stop` what ``apply`` does.

    No guard may refuse it, unless it is `guarded`.
    """
    where = ProjectOptions(
        config=folder, environments=(), all_environments=True, env_file=None, secrets=secrets
    )
    transport = InProcess(sandbox)
    run = composition.plan_all(
        where, HOW, WHAT, verbose=False, stack=stack, stop=stop, transport=transport
    )
    assert not run.failures, [each.error.summary for each in run.failures]
    assert guarded or run.can_be_applied, [each.refusals for each in run.prepared]
    return run


def applied(folder: Path, sandbox: Sandbox) -> tuple[Report, ...]:
    """What became of ``novu-sync apply --all-environments``."""
    stop = threading.Event()
    with ExitStack() as stack:
        run = planned(folder, sandbox, stack, stop)
        return composition.apply_all(run, HOW, on_event=lambda *_: None, stop=stop)


def shown(folder: Path, sandbox: Sandbox) -> str:
    """A plan with everything that is in it, as JSON, but for where in a file it was said."""
    with ExitStack() as stack:
        run = planned(folder, sandbox, stack)
        reviewed = [Reviewed(plan=each.plan, refusals=each.refusals) for each in run.prepared]
        text = plan_view("json")(reviewed, [], Look())
        published.check(json.loads(text))
    return json.dumps(json.loads(text, object_hook=_without_places), indent=1)


def _without_places(document: dict[str, Any]) -> dict[str, Any]:
    document = {key: each for key, each in document.items() if key not in ("location", "pointer")}
    if "findings" in document:
        document["findings"].sort(key=repr)
    return document


def pending(folder: Path, sandbox: Sandbox) -> list[str]:
    """What a new plan would change."""
    with ExitStack() as stack:
        run = planned(folder, sandbox, stack)
        return [f"{each!r}" for one in run.prepared for each in one.plan.writes]


def sound(folder: Path) -> None:
    """The strategy draws valid projects, or it is the strategy that is to be mended."""
    assert errors(check(load(folder))) == ()


@given(projects())
@whole
def test_apply_ends_complete_and_the_second_plan_is_empty(drawn: Drawn) -> None:
    with written(drawn) as folder, Sandbox() as sandbox:
        sound(folder)
        reports = applied(folder, sandbox)
        assert [each for each in reports if not each.is_complete or each.divergences] == []
        assert pending(folder, sandbox) == []
        assert [each.outcomes for each in applied(folder, sandbox)] == [()] * len(reports)
        assert pending(folder, sandbox) == []


@given(projects(), st.randoms(use_true_random=False))
@whole
def test_the_order_in_which_a_project_is_written_does_not_matter(
    drawn: Drawn, chance: random.Random
) -> None:
    with written(drawn) as folder, Sandbox() as sandbox:
        before = shown(folder, sandbox)
        write(drawn.shuffled(chance), folder)
        assert shown(folder, sandbox) == before
        reports = applied(folder, sandbox)
        assert all(each.is_complete for each in reports)
        write(drawn, folder)
        assert pending(folder, sandbox) == []


@given(projects(), st.data())
@whole
def test_a_rotated_secret_updates_those_who_use_it_and_nobody_else(
    drawn: Drawn, data: st.DataObject
) -> None:
    assume(drawn.variables)
    name = data.draw(st.sampled_from(sorted(drawn.variables)))
    value = drawn.variables[name]
    other = value.replace('"b"', '"c"') if value.startswith("{") else f"{value}!"
    rotated = Drawn(
        documents=drawn.documents, variables={**drawn.variables, name: other}, files=drawn.files
    )
    with Sandbox() as sandbox, written(drawn) as folder:
        applied(folder, sandbox)
        with written(rotated), ExitStack() as stack:
            run = planned(folder, sandbox, stack)
            writes = [each for one in run.prepared for each in one.plan.writes]
            assert all(isinstance(each, Update) for each in writes)
            users = {number_of(each.identifier) for each in writes}
            assert users <= set(declaring(drawn, f"${{env:{name}}}"))
            applied(folder, sandbox)
            assert pending(folder, sandbox) == []


def lone(value: str, **more: Any) -> Drawn:  # noqa: ANN401 - any YAML
    """A project of one integration, with credentials from a reference."""
    keys = dict.fromkeys(("apiKey", *more.pop("keys", ())), "${env:DRAWN_0}")
    block = {
        "identifier": "mail",
        "providerId": "sendgrid",
        "credentials": {**keys, "from": "a@b.c", "senderName": "A"},
        **more,
    }
    development = {"apiUrl": "http://127.0.0.1:1", "apiKey": "${env:DEVELOPMENT_API_KEY}"}
    main = {
        "version": 1,
        "project": "drawn",
        "environments": {"development": development},
        "integrations": [block],
    }
    return Drawn(documents={"novu-sync.yaml": main}, variables={"DRAWN_0": value}, files={})


@given(projects(), projects())
@example(lone("old"), lone("new"))
@example(lone("same"), lone("same", keys=["ipPoolName"]))
@example(lone("old", keys=["ipPoolName"]), lone("new"))
@example(lone("old"), lone("new", credentialsVersion=1))
@example(lone("same"), lone("same", credentialsVersion=1))
@example(lone("same"), lone("same", active=True, primary=True))
@example(lone("old", active=True), lone("new", active=True, primary=True))
@example(lone("old", active=True), lone("new", active=False))
@whole
def test_a_plan_without_secrets_is_the_same_but_for_values_from_references(
    before: Drawn, after: Drawn
) -> None:
    """Of any project on the remains of any other; and no variable, file or default is looked at."""
    with Sandbox() as sandbox, ExitStack() as stack:
        with written(before) as folder:
            applied(folder, sandbox)
        with written(after) as folder:
            whole_plans = planned(folder, sandbox, stack, guarded=True)
        with written(Drawn(documents=after.documents, variables={}, files={})) as folder:
            bare_plans = planned(folder, sandbox, stack, secrets=False, guarded=True)
    for with_them, without in zip(whole_plans.prepared, bare_plans.prepared, strict=True):
        assert with_them.refusals == without.refusals
        whole_plan, bare = with_them.plan, without.plan
        assert _structure(whole_plan) == _structure(bare)
        full, told = _differences(whole_plan), _differences(bare)
        declared = {
            each.identifier: each.desired for each in bare.changes if not isinstance(each, Delete)
        }
        for identifier, path in sorted(full.keys() | told.keys()):
            one, other = full.get((identifier, path)), told.get((identifier, path))
            assert one == other or _is_hidden(declared[identifier], path, one, other)


def _is_hidden(
    desired: Integration, path: str, full: FieldChange | None, told: FieldChange | None
) -> bool:
    """Whether a difference between the two plans is one that only a value could tell."""
    if full is None or full.visibility is Visibility.PUBLIC:
        return False
    if split(path)[0] != "credentials":
        return told is None and split(path)[0] in desired.unresolved
    if not holds_unresolved(value_at(desired, path)):
        return False
    # The key is known to be there before and after. It is left out, or where all keys are sent
    # again it is one of them: that it changed as well is what nobody can see.
    changed = (full.action, full.reason) == (FieldAction.CHANGE, Reason.SECRET_CHANGED)
    again = (FieldAction.RESEND, Reason.CREDENTIALS_VERSION)
    return changed and (told is None or (told.action, told.reason) == again)


def _differences(plan: Plan) -> dict[tuple[str, str], FieldChange]:
    """Every field that a plan says to differ, by the integration's identifier and its path."""
    return {
        (each.identifier, field.path): field
        for each in plan.changes
        if isinstance(each, (Update, Rename, Replace))
        for field in each.fields
    }


def _structure(plan: Plan) -> list[tuple[str, str]]:
    """What comes, goes and moves, and in which order."""
    return [
        (each.action, each.identifier)
        for each in plan.changes
        if not isinstance(each, (Update, Keep))
    ]


def number_of(identifier: str) -> str:
    return identifier.partition("_x.y")[0].removesuffix("-development").removesuffix("-production")


def declaring(drawn: Drawn, reference: str) -> Iterator[str]:
    """Identifiers of the integrations that name a reference."""
    for document in drawn.documents.values():
        for block in document.get("integrations", ()):
            if reference in repr(block):
                yield number_of(block["identifier"].replace("-${environment}", ""))
