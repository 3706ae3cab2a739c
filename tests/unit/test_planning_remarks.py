from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from planning_values import codes, declared, planned, project, row, secrets, server

from reconciler.findings import Location, Severity
from reconciler.model import Channel
from reconciler.planning.options import CredentialsMode

if TYPE_CHECKING:
    from reconciler.model import Integration
    from reconciler.planning.plan import Plan

GATE = [{"type": "GROUP", "value": "AND", "children": []}]
RULES = {"==": [1, 1]}


def promoted(desired: Integration, **observed: object) -> Plan:
    return planned(
        project(desired), server(row(**{"active": True, **observed}), row("b", active=True))
    )


@pytest.mark.parametrize("observed", [{"conditions": GATE}, {"rules": RULES}])
def test_set_primary_warns_of_conditions_and_rules_that_it_will_empty(
    observed: dict[str, Any],
) -> None:
    line = Location(file="novu-sync.yaml", line=4, column=5)
    result = promoted(declared(active=True, primary=True, lines={"primary": line}), **observed)

    assert codes(result) == ["NS511"]
    assert result.findings[0].severity is Severity.WARNING
    assert result.findings[0].location == line
    assert result.findings[0].environment == "development"
    assert next(iter(observed)) in result.findings[0].detail


def test_set_primary_says_nothing_of_conditions_that_are_managed() -> None:
    assert not promoted(declared(active=True, primary=True)).findings
    assert not promoted(
        declared(active=True, primary=True, conditions=[]), conditions=GATE
    ).findings


def test_set_primary_warns_that_it_activates_what_is_not_managed() -> None:
    result = promoted(declared(primary=True), active=False)

    assert codes(result) == ["NS511"]
    assert "active: true" in result.findings[0].detail


def test_rules_warn_of_conditions_that_they_will_empty() -> None:
    managed = declared(rules=RULES, conditions=[])
    observed = server(row(conditions=GATE))

    assert codes(planned(project(declared(rules=RULES)), observed)) == ["NS511"]
    assert codes(planned(project(managed), observed)) == []
    assert codes(planned(project(declared(rules=RULES)), server(row()))) == []


def test_held_back_credentials_are_named_by_key() -> None:
    one = declared(credentials=secrets({"secretKey": "hush-1", "apiKey": "hush-2"}))
    result = planned(project(one), server(row()), credentials=CredentialsMode.NEVER)

    assert codes(result) == ["NS513"]
    assert "credentials.apiKey, credentials.secretKey" in result.findings[0].detail
    assert "hush" not in repr(result)
    assert result.is_empty


def test_keys_that_novu_made_and_that_will_be_lost_are_warned_of() -> None:
    one = declared(
        provider_id="sendblue",
        channel=Channel.CHAT,
        credentials=secrets({"apiKey": "k"}),
        location=Location(file="novu-sync.yaml", line=2, column=3),
    )
    result = planned(project(one), server(row(provider_id="sendblue", channel=Channel.CHAT)))

    assert codes(result) == ["NS512"]
    assert result.findings[0].location == one.location


def test_a_create_warns_that_another_environment_holds_its_identifier() -> None:
    """Servers of 2024 refuse it, and nothing but a 409 would tell."""
    line = Location(file="novu-sync.yaml", line=3, column=5)
    desired = declared("new", lines={"identifier": line})
    result = planned(project(desired), server(foreign=frozenset({"new", "other"})))

    assert codes(result) == ["NS514"]
    assert result.findings[0].severity is Severity.WARNING
    assert result.findings[0].location == line
    assert "new-${environment}" in result.findings[0].detail


def test_nothing_is_said_where_the_server_is_seen_to_share_identifiers() -> None:
    shared = server(foreign=frozenset({"new"}), shares_identifiers=True)

    assert codes(planned(project(declared("new")), shared)) == []


def test_rows_that_are_there_already_clash_with_nobody() -> None:
    observed = server(row("a"), foreign=frozenset({"a"}))

    assert codes(planned(project(declared("a")), observed)) == []


def test_the_inbox_clashes_with_nobody_since_novu_names_it() -> None:
    inbox = declared("inbox", provider_id="novu", channel=Channel.IN_APP)

    assert codes(planned(project(inbox), server(foreign=frozenset({"inbox"})))) == []
