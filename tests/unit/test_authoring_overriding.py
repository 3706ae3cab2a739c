"""An export into a project with defaults: what they would add is said otherwise, or left to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reconciler.authoring.export import export
from reconciler.model import (
    Channel,
    Observed,
    ObservedCredentials,
    ObservedIntegration,
    Readback,
)
from reconciler.secret import Secret

if TYPE_CHECKING:
    from reconciler.secret import Json

GROUP: list[Any] = [{"value": "AND", "children": []}]


def text(defaults: dict[str, Json], credentials: dict[str, str] | None = None, **more: Any) -> str:  # noqa: ANN401 - any field
    made: dict[str, Any] = {"conditions": [], "rules": {}, "configurations": {}, **more}
    row = ObservedIntegration(
        id="1",
        environment_id="e",
        identifier="a",
        provider_id=made.pop("provider_id", "resend"),
        channel=Channel.EMAIL,
        active=True,
        credentials=ObservedCredentials(
            readback=Readback.ABSENT if credentials is None else Readback.READABLE,
            values={key: Secret(value) for key, value in (credentials or {}).items()},
        ),
        **made,
    )
    live = {"d": Observed(environment_id="e", environment_name="D", integrations=(row,))}
    return "".join(export(live, defaults={"email": defaults}).parts.values())


def test_filters_and_configurations_that_only_the_defaults_have_are_cleared() -> None:
    defaults: dict[str, Json] = {
        "conditions": GROUP,
        "rules": {"a": 1},
        "configurations": {"inboxCount": "none"},
    }
    shown = text(defaults)
    assert (
        "    conditions: null\n    rules: null\n    configurations:\n      inboxCount: null\n"
        in shown
    )
    assert "null" not in text(
        defaults, conditions=[{"odd": 1}], rules={"b": 1}, configurations={"inboxCount": "unread"}
    ).replace("conditions: null", "")
    kept = text(
        defaults, rules={"==": [{"var": "context.a"}, 1]}, configurations={"inboxCount": "unread"}
    )
    assert "rules: null" not in kept
    assert "inboxCount: unread" in kept
    assert "null" not in text({"active": True})


def test_credentials_that_only_the_defaults_have_are_cleared_where_a_server_tells() -> None:
    defaults: dict[str, Json] = {"credentials": {"senderName": "Acme", "host": "x"}}
    shown = text(defaults, {"from": "f"}, provider_id="mailgun")
    assert "senderName: <CHANGE_ME>" in shown  # an active one cannot send without
    ses = text(
        {"credentials": {"ipPoolName": "p"}},
        {"apiKey": "k", "from": "f", "senderName": "s"},
        provider_id="sendgrid",
    )
    assert "ipPoolName: null" in ses
    assert "host" not in shown
    assert "null" not in text(defaults, {"from": "f"}, provider_id="brand-new")
    assert "credentials" not in text(defaults, {})


def test_what_the_defaults_have_is_not_asked_for() -> None:
    shown = text({"credentials": {"senderName": "Acme"}})
    assert "senderName" not in shown
    assert "from: <CHANGE_ME>" in shown
    everything: dict[str, Json] = {"apiKey": "${env:K}", "from": "f", "senderName": "s"}
    assert "from: <CHANGE_ME>" in text({"credentials": everything})  # or they would be left alone
