"""Whatever changed on a server, an update writes it or tells of it, and writes nothing else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.projects import projects, texts, written

from reconciler.authoring.declared import declared_in
from reconciler.authoring.editing import edited
from reconciler.authoring.rows import form_of
from reconciler.authoring.updating import drift, unwritten
from reconciler.cli.options import ProjectOptions
from reconciler.cli.project import declared, sources
from reconciler.config.catalogue import catalogue
from reconciler.config.documents import Document
from reconciler.config.project import assembled, load
from reconciler.config.resolve import check
from reconciler.findings import errors
from reconciler.model import Observed, ObservedCredentials, ObservedIntegration, Readback
from reconciler.secret import Secret, reveal

if TYPE_CHECKING:
    from support.projects import Drawn

    from reconciler.config.project import Project
    from reconciler.model import Integration

GROUP = {"on": "tenant", "field": "identifier", "operator": "EQUAL", "value": "v"}


def row(integration: Integration, environment: str) -> ObservedIntegration:
    """What a server that gives everything back has of a declared integration."""
    name: Any = reveal(integration.name)
    active: Any = reveal(integration.active)  # type: ignore[arg-type]  # it may be a reference
    return ObservedIntegration(
        id=integration.identifier,
        environment_id=environment,
        identifier=integration.identifier,
        provider_id=integration.provider_id,
        channel=integration.channel,
        kind=integration.kind,
        name=name or "Novu's own",
        active=bool(active),
        primary=bool(integration.primary),
        credentials=ObservedCredentials(
            readback=Readback.READABLE,
            values={
                key: Secret(reveal(value)) for key, value in (integration.credentials or {}).items()
            },
        ),
        conditions=[reveal(each) for each in integration.conditions or []],
        rules={key: reveal(value) for key, value in (integration.rules or {}).items()},
        configurations={},
    )


def changed(draw: st.DrawFn, there: ObservedIntegration) -> ObservedIntegration:
    """The same row after somebody worked on it."""
    if draw(st.booleans()):
        there = replace(there, name=draw(texts))
    if draw(st.booleans()):
        there = replace(there, active=not there.active)
    if there.conditions and draw(st.booleans()):
        groups: Any = draw(
            st.sampled_from(
                [
                    [],
                    [{"type": "GROUP", "isNegated": True, "value": "OR", "children": [GROUP]}],
                    [{"type": "GROUP", "value": "AND", "children": [GROUP, GROUP]}],
                ]
            )
        )
        there = replace(there, conditions=groups)
    values = dict(there.credentials.values)
    for key in sorted(values):
        if draw(st.integers(0, 2)) == 0 and not catalogue().is_secret(there.provider_id, key):
            if draw(st.integers(0, 4)) == 0:
                del values[key]
            elif isinstance(values[key].reveal(), str):
                values[key] = Secret(draw(texts))
    return replace(there, credentials=replace(there.credentials, values=values))


def read_again(project: Project, edits: dict[str, str]) -> Project:
    files: dict[str, Document] = {project.root.file: project.root}
    for each in project.declarations:
        files.setdefault(each.base.document.file, each.base.document)
    documents = [
        Document(edits[name].encode(), name) if name in edits else each
        for name, each in files.items()
    ]
    assert not any(each.findings for each in documents)
    return assembled(documents[0], documents[1:], directory=project.directory)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(drawn=projects(), data=st.data())
def test_an_update_brings_the_files_to_what_the_server_has_or_tells_why_not(
    drawn: Drawn, data: st.DataObject
) -> None:
    with written(drawn) as folder:
        project = load(Path(folder))
        where = ProjectOptions(config=folder, environments=(), all_environments=True, env_file=None)
        given_values = sources(project, where)
        before = {
            name: [
                row(each, name)
                for each in declared(project, name, given_values).desired.integrations
            ]
            for name in project.environments
        }

        def live(rows: dict[str, list[ObservedIntegration]]) -> dict[str, Observed]:
            return {
                name: Observed(environment_id=name, environment_name=name, integrations=tuple(each))
                for name, each in rows.items()
            }

        untouched = drift(project, live(before))
        assert untouched.wishes == ()
        assert untouched.findings == ()
        assert untouched.missing == ()

        draw: Any = data.draw
        after = {name: [changed(draw, each) for each in rows] for name, rows in before.items()}
        found = drift(project, live(after))
        result = edited(project, found.wishes)
        assert len(result.done) + len(result.left) == len(found.wishes)
        assert all(unwritten(project, each).code == "NS345" for each in result.left)
        again = read_again(project, {file: text for file, (_, text) in result.texts.items()})
        wanted = {(each.wish.environment, each.wish.path) for each in result.left}
        still = drift(again, live(after))
        assert {(each.environment, each.path) for each in still.wishes} <= wanted
        codes = {each.code for each in errors(check(again))}
        assert codes <= {"NS406", "NS212", "NS205"}, (
            codes
        )  # what somebody clicked may make no sense
        for name in project.environments:
            forms = declared_in(again, name)
            assert all(form_of(forms, each) for each in after[name])
