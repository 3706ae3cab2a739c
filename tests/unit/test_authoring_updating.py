"""What counts as a difference between a server and what is declared, and what becomes of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from reconciler.authoring.editing import edited
from reconciler.authoring.updating import drift, unwritten
from reconciler.config.documents import Document
from reconciler.config.project import assembled
from reconciler.errors import ServerStateError
from reconciler.model import (
    Channel,
    Observed,
    ObservedCredentials,
    ObservedIntegration,
    Readback,
)
from reconciler.secret import Secret

if TYPE_CHECKING:
    from reconciler.authoring.updating import Drift
    from reconciler.config.project import Project

HEAD = """\
version: 1
project: x
environments:
  d: { apiKey: "${env:D}" }
integrations:
"""
GROUP: dict[str, Any] = {
    "value": "AND",
    "children": [{"on": "tenant", "field": "a", "operator": "EQUAL", "value": "b"}],
}


def opened(block: str) -> Project:
    document = Document(f"{HEAD}{block}".encode(), "x.yaml")
    assert document.findings == ()
    return assembled(document, directory=Path())


def row(identifier: str = "a", provider: str = "discord", **more: Any) -> ObservedIntegration:  # noqa: ANN401 - any field
    credentials = more.pop("credentials", None)
    made: dict[str, Any] = {
        "id": f"id-{identifier}",
        "environment_id": "d",
        "identifier": identifier,
        "provider_id": provider,
        "channel": Channel.CHAT if provider == "discord" else Channel.EMAIL,
        "credentials": ObservedCredentials(
            readback=Readback.ABSENT if credentials is None else Readback.READABLE,
            values={key: Secret(value) for key, value in (credentials or {}).items()},
        ),
    }
    return ObservedIntegration(**{**made, **more})


def compared(block: str, *rows: ObservedIntegration) -> Drift:
    observed = Observed(environment_id="d", environment_name="D", integrations=rows)
    return drift(opened(block), {"d": observed})


def wishes(block: str, *rows: ObservedIntegration) -> dict[str, Any]:
    found = compared(block, *rows)
    assert found.findings == ()
    return {".".join(map(str, each.path)): each.value for each in found.wishes}


def details(block: str, *rows: ObservedIntegration) -> list[str]:
    found = compared(block, *rows)
    assert found.wishes == ()
    assert {each.code for each in found.findings} <= {"NS345"}
    return [each.detail for each in found.findings]


DISCORD = "  - { identifier: a, providerId: discord"


def test_what_is_not_declared_or_is_to_be_ignored_is_not_looked_at() -> None:
    there = row(
        name="other", active=True, conditions=[GROUP], configurations={"inboxCount": "unread"}
    )
    assert wishes(f"{DISCORD} }}\n", there) == {}
    assert wishes(f"{DISCORD}, name: x, ignoreChanges: [name] }}\n", there) == {}


def test_what_a_server_does_not_tell_is_not_looked_at() -> None:
    block = f"{DISCORD}, conditions: [{{value: AND}}], rules: {{}}, configurations: {{inboxCount: none}}, name: x }}\n"
    assert wishes(block, row()) == {}
    resend = "  - { identifier: a, providerId: resend, credentials: { from: x } }\n"
    assert wishes(resend, row(provider="resend")) == {}


def test_what_differs_is_wished_for() -> None:
    there = row(name="${new}", active=True)
    assert wishes(f"{DISCORD}, name: old, active: false }}\n", there) == {
        "name": "$${new}",
        "active": True,
    }


def test_references_are_not_compared_and_not_replaced() -> None:
    assert wishes(f'{DISCORD}, name: "${{env:X}}" }}\n', row(name="y")) == {}
    assert wishes(f'{DISCORD}, name: "in ${{environment}}" }}\n', row(name="in d")) == {}
    (detail,) = details(f'{DISCORD}, name: "in ${{environment}}" }}\n', row(name="in e"))
    assert (
        detail
        == "`name` of 'a' differs: it holds `${environment}`, and the server has something else."
    )


def test_defaults_that_servers_add_to_conditions_are_no_difference() -> None:
    child = "{on: tenant, field: a, operator: EQUAL, value: b}"
    block = f"{DISCORD}, conditions: [{{value: AND, children: [{child}]}}] }}\n"
    assert wishes(block, row(conditions=[{**GROUP, "isNegated": False}])) == {}
    block = f"{DISCORD}, conditions: [{{value: AND, isNegated: false, children: [{child}]}}] }}\n"
    assert wishes(block, row(conditions=[GROUP])) == {}
    assert wishes(block, row(conditions=[{**GROUP, "isNegated": True}])) == {
        "conditions": [{**GROUP, "isNegated": True}]
    }
    assert wishes(block, row(conditions=[GROUP, GROUP])) == {
        "conditions": [{**GROUP, "isNegated": False}, GROUP]
    }
    assert wishes(block, row(conditions=[])) == {"conditions": []}
    odd = f"{DISCORD}, conditions: [x] }}\n"
    assert wishes(odd, row(conditions=[GROUP])) == {"conditions": [GROUP]}


def test_cleared_filters_that_came_back_are_wished_for() -> None:
    block = f"{DISCORD}, conditions: null, rules: ~ }}\n"
    assert wishes(block, row(conditions=[], rules={})) == {}
    assert wishes(block, row(conditions=[GROUP])) == {"conditions": [GROUP]}


def test_filters_that_nobody_can_declare_are_left_alone() -> None:
    block = f"{DISCORD}, conditions: [{{value: AND}}] }}\n"
    assert wishes(block, row(conditions=[{"odd": 1}])) == {}
    assert wishes(block, row(conditions=["odd"])) == {}


def test_credentials_are_compared_where_a_server_shows_them() -> None:
    block = """\
  - identifier: a
    providerId: resend
    credentials: { apiKey: "${env:K}", from: x, senderName: "${env:S}" }
"""
    shown = {"apiKey": "s3cret", "from": "y", "senderName": "s3cret"}
    assert wishes(block, row(provider="resend", credentials=shown)) == {"credentials.from": "y"}
    assert wishes(block.replace("from: x, ", ""), row(provider="resend", credentials=shown)) == {
        "credentials.from": "y"
    }
    (detail,) = details(block, row(provider="resend", credentials={"apiKey": "s3cret"}))
    assert detail == "`credentials.from` of 'a' differs: it is not there any more; remove the line."
    assert (
        wishes(block.replace("{ apiKey", "null # {"), row(provider="resend", credentials={})) == {}
    )


def test_a_secret_that_the_project_lacks_is_told_without_its_value() -> None:
    block = "  - { identifier: a, providerId: ses, credentials: { from: x } }\n"
    (detail,) = details(block, row(provider="ses", credentials={"apiKey": "s3cret", "from": "x"}))
    assert detail == (
        "`credentials.apiKey` of 'a' differs: it is there, secret and not declared; add a reference."
    )


def test_configurations_are_compared_key_by_key_but_for_what_is_withheld() -> None:
    block = """\
  - identifier: a
    providerId: discord
    configurations: { inboxCount: unread, inboundWebhookSigningKey: "${env:K}" }
"""
    assert wishes(block, row(configurations={"inboxCount": "none"})) == {
        "configurations.inboxCount": "none"
    }
    assert wishes(
        block, row(configurations={"inboxCount": "unread", "inboundWebhookEnabled": True})
    ) == {"configurations.inboundWebhookEnabled": True}


def test_another_provider_or_channel_is_told() -> None:
    found = details(f"{DISCORD}, channel: chat }}\n", row(provider="slack", channel=Channel.PUSH))
    assert len(found) == 2
    assert "`providerId` of 'a' differs: it is 'slack' there; Novu cannot change it." in found


def test_a_primary_that_moved_is_moved() -> None:
    block = """\
  - { identifier: a, providerId: resend, active: true, primary: true }
  - { identifier: b, providerId: resend, active: true }
  - { identifier: c, providerId: resend, active: true }
"""
    rows = [row(name, "resend", active=True, primary=name == "b") for name in ("a", "b", "c")]
    found = compared(block, *rows)
    assert [(each.declaration, each.path, each.value) for each in found.wishes] == [
        (0, ("primary",), False),
        (1, ("primary",), True),
    ]
    declared = block.replace("b, providerId: resend,", "b, providerId: resend, primary: false,")
    assert len(compared(declared, *rows).wishes) == 2
    assert wishes(block.replace(", primary: true", ""), *rows) == {}


def test_what_is_missing_or_unmanaged_is_counted() -> None:
    found = compared(f"{DISCORD} }}\n", row("z"), row("y"))
    assert found.missing == (("a", "d"),)
    assert found.unmanaged == 2


def test_rows_that_nobody_can_tell_apart_stop_it() -> None:
    with pytest.raises(ServerStateError):
        compared(f"{DISCORD} }}\n", row(), row())


def test_a_wish_that_could_not_be_written_is_told_with_its_place_and_value() -> None:
    block = "  - identifier: a-${environment}\n    providerId: discord\n    conditions: [{value: AND}]\n"
    project = opened(block)
    observed = Observed(
        environment_id="d", environment_name="D", integrations=(row("a-d", conditions=[GROUP]),)
    )
    result = edited(project, drift(project, {"d": observed}).wishes)
    assert result.left == ()  # an overlay takes it
    text = block.replace("conditions", "environments:\n      d:\n        conditions")
    project = opened(text)
    result = edited(project, drift(project, {"d": observed}).wishes)
    (left,) = result.left
    told = unwritten(project, left)
    assert told.code == "NS345"
    assert told.detail.startswith(
        "`conditions` of 'a-d' would have to be [{ value: AND, children: ["
    )
    assert told.detail.endswith(
        "could not be written: `conditions` is written there already. Edit it by hand."
    )
    assert told.location is not None
