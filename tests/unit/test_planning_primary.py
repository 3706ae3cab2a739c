from __future__ import annotations

from typing import TYPE_CHECKING

from planning_values import codes, declared, planned, project, row, server, told

from reconciler.findings import Location
from reconciler.model import Channel
from reconciler.planning.plan import Create, SetPrimary

if TYPE_CHECKING:
    from reconciler.model import Integration, ObservedIntegration
    from reconciler.planning.plan import Plan

GATE = [{"type": "GROUP", "value": "AND", "children": []}]


def mail(identifier: str = "ses", **fields: object) -> Integration:
    return declared(identifier, **{"active": True, **fields})


def mail_row(identifier: str = "ses", **fields: object) -> ObservedIntegration:
    return row(identifier, **{"active": True, **fields})


def promotion(result: Plan) -> SetPrimary:
    (found,) = [each for each in result.writes if isinstance(each, SetPrimary)]
    return found


def test_a_row_that_is_primary_as_declared_is_kept() -> None:
    result = planned(project(mail(primary=True)), server(mail_row(primary=True)))

    assert result.is_empty


def test_a_row_that_is_not_primary_as_declared_is_kept() -> None:
    result = planned(
        project(mail(primary=False)), server(mail_row(), mail_row("other", primary=True))
    )

    assert result.is_empty
    assert not result.findings


def test_the_primary_moves_from_whoever_has_it() -> None:
    result = planned(
        project(mail(primary=True)), server(mail_row(), mail_row("by-hand", primary=True))
    )

    assert told(result) == [("set-primary", "ses")]
    assert promotion(result).previous == "by-hand"
    assert promotion(result).observed == mail_row()
    assert len(result.changes) == 1


def test_a_channel_without_a_primary_gets_the_declared_one() -> None:
    result = planned(project(mail(primary=True)), server(mail_row(), mail_row("b")))

    assert promotion(result).previous is None


def test_an_inactive_primary_is_activated_and_made_primary() -> None:
    result = planned(
        project(mail(primary=True)), server(mail_row(active=False), mail_row("b", primary=True))
    )

    assert told(result) == [("update", "ses"), ("set-primary", "ses")]


def test_of_several_creates_the_declared_primary_takes_it_by_itself() -> None:
    result = planned(project(mail("a"), mail("b", primary=True), mail("c")), server())

    assert told(result) == [("create", "b"), ("create", "a"), ("create", "c")]
    assert [
        each.identifier
        for each in result.changes
        if isinstance(each, Create) and each.becomes_primary
    ] == ["b"]


def test_a_create_beside_a_primary_needs_set_primary() -> None:
    result = planned(project(mail("new", primary=True)), server(mail_row("by-hand", primary=True)))

    assert told(result) == [("create", "new"), ("set-primary", "new")]
    assert promotion(result).observed is None
    assert promotion(result).previous == "by-hand"


def test_a_create_is_foreseen_to_take_the_primary_that_nobody_has() -> None:
    result = planned(project(mail("new")), server(mail_row("by-hand")))

    (create,) = result.changes
    assert isinstance(create, Create)
    assert create.becomes_primary


def test_the_primary_moves_before_it_is_given_up() -> None:
    result = planned(
        project(mail("a", conditions=GATE), mail("b", primary=True)),
        server(mail_row("a", primary=True), mail_row("b")),
    )

    assert told(result) == [("set-primary", "b"), ("update", "a")]
    assert promotion(result).previous == "a"


def test_a_primary_that_is_declared_not_to_be_needs_somebody_to_take_over() -> None:
    line = Location(file="novu-sync.yaml", line=9, column=5)
    one = mail(primary=False, lines={"primary": line})
    alone = planned(project(one), server(mail_row(primary=True), mail_row("b")))
    followed = planned(
        project(one, mail("b", primary=True)), server(mail_row(primary=True), mail_row("b"))
    )

    assert codes(alone) == ["NS504"]
    assert alone.findings[0].location == line
    assert codes(followed) == []
    assert told(followed) == [("set-primary", "b")]


def test_a_create_that_would_become_primary_and_must_not_is_a_finding() -> None:
    assert codes(planned(project(mail(primary=False)), server())) == ["NS504"]


def test_a_primary_that_is_switched_off_is_primary_no_more() -> None:
    result = planned(
        project(mail(active=False, primary=False)), server(mail_row(primary=True), mail_row("b"))
    )

    assert not result.findings
    assert told(result) == [("update", "ses")]


def test_an_undeclared_create_comes_before_one_that_must_not_be_primary() -> None:
    result = planned(project(mail("a", primary=False), mail("b")), server())

    assert told(result) == [("create", "b"), ("create", "a")]
    assert not result.findings


def test_an_ignored_primary_is_not_compared_but_is_set_on_create() -> None:
    ignored = frozenset({"primary"})
    existing = planned(
        project(mail(primary=True, ignore_changes=ignored)),
        server(mail_row(), mail_row("b", primary=True)),
    )
    new = planned(
        project(mail("new", primary=True, ignore_changes=ignored)),
        server(mail_row("b", primary=True)),
    )

    assert existing.is_empty
    assert told(new) == [("create", "new"), ("set-primary", "new")]


def test_channels_without_a_primary_are_left_alone() -> None:
    result = planned(
        project(mail(channel=Channel.CHAT, provider_id="slack", primary=True)),
        server(mail_row(channel=Channel.CHAT, provider_id="slack")),
    )

    assert result.is_empty


def test_a_replaced_row_that_is_declared_primary_is_made_so_by_its_new_row() -> None:
    result = planned(
        project(mail(provider_id="sendgrid", primary=True)),
        server(mail_row(), mail_row("b", primary=True)),
    )

    assert told(result) == [("replace", "ses"), ("set-primary", "ses")]
    assert promotion(result).observed is None


def test_email_and_sms_have_a_primary_each() -> None:
    sms = {"channel": Channel.SMS, "provider_id": "twilio"}
    result = planned(
        project(mail(primary=True), mail("twilio", primary=True, **sms)),
        server(mail_row(primary=True), mail_row("twilio", **sms)),
    )

    assert told(result) == [("set-primary", "twilio")]
