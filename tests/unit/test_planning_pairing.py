from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from planning_values import declared, project, row, server

from reconciler.errors import ServerStateError
from reconciler.findings import Location
from reconciler.model import Channel
from reconciler.planning.pairing import pair_up

if TYPE_CHECKING:
    from reconciler.planning.pairing import Pair


def only(
    *integrations: object, rows: tuple[object, ...], foreign: frozenset[str] = frozenset()
) -> list[Pair]:
    return list(pair_up(project(*integrations), server(*rows, foreign=foreign)).pairs)


def inbox(identifier: str = "inbox", **fields: object) -> object:
    return declared(identifier, provider_id="novu", channel=Channel.IN_APP, **fields)


def inbox_row(identifier: str = "novu-inbox-x7", **fields: object) -> object:
    return row(identifier, provider_id="novu", channel=Channel.IN_APP, **fields)


def found(pair: Pair) -> str | None:
    return pair.observed.identifier if pair.observed else None


def codes(pair: Pair) -> list[str]:
    return [each.code for each in pair.findings]


def test_rows_are_found_by_identifier_and_the_others_are_unclaimed() -> None:
    pairing = pair_up(
        project(declared("b"), declared("a")), server(row("z"), row("c"), row("a"), row(None))
    )

    assert [(each.desired.identifier, found(each)) for each in pairing.pairs] == [
        ("a", "a"),
        ("b", None),
    ]
    assert [each.identifier for each in pairing.unclaimed] == [None, "c", "z"]


def test_the_in_app_built_in_is_adopted_whatever_novu_called_it() -> None:
    (pair,) = only(inbox(), rows=(inbox_row(), row("inbox", provider_id="slack", channel="chat")))

    assert found(pair) == "novu-inbox-x7"
    assert not pair.renamed
    assert not pair.findings


@pytest.mark.parametrize(
    ("provider", "channel"), [("novu-email", Channel.EMAIL), ("novu-sms", Channel.SMS)]
)
def test_the_demo_providers_are_adopted_too(provider: str, channel: Channel) -> None:
    (pair,) = only(
        declared("demo", provider_id=provider, channel=channel),
        rows=(row("novu-x", provider_id=provider, channel=channel),),
    )

    assert found(pair) == "novu-x"


def test_a_built_in_that_is_not_there_has_no_row() -> None:
    (pair,) = only(inbox(), rows=(row("inbox"),))

    assert found(pair) is None
    assert not pair.findings


def test_of_two_built_ins_the_one_of_the_declared_name_is_meant() -> None:
    (pair,) = only(inbox(), rows=(inbox_row(id="1"), inbox_row("inbox", id="2")))

    assert found(pair) == "inbox"


def test_a_built_in_that_is_declared_twice_is_a_finding() -> None:
    first, second = only(inbox("a"), inbox("b"), rows=(inbox_row(),))

    assert found(first) == "novu-inbox-x7"
    assert found(second) is None
    assert codes(second) == ["NS502"]


def test_another_integration_cannot_take_over_a_row_that_novu_made() -> None:
    by_name, by_earlier_name = only(
        declared("novu-inbox-x7"),
        declared("ses", previous_identifiers=("novu-slack-1",)),
        rows=(inbox_row(), row("novu-slack-1", provider_id="novu-slack", channel="chat")),
    )

    assert (found(by_name), codes(by_name)) == (None, ["NS505"])
    assert (found(by_earlier_name), codes(by_earlier_name)) == (None, ["NS505"])


def test_a_row_under_an_earlier_name_is_renamed_in_place() -> None:
    (pair,) = only(declared("new", previous_identifiers=("older", "old")), rows=(row("old"),))

    assert (found(pair), pair.renamed, pair.findings) == ("old", True, ())


def test_earlier_names_that_nobody_bears_are_harmless() -> None:
    new, kept = only(
        declared("new", previous_identifiers=("old",)),
        declared("ses", previous_identifiers=("older", "ses")),
        rows=(row("ses"),),
    )

    assert (found(new), new.renamed, new.findings) == (None, False, ())
    assert (found(kept), kept.renamed, kept.findings) == ("ses", False, ())


def test_old_and_new_name_both_on_the_server_is_a_finding_at_the_line() -> None:
    line = Location(file="novu-sync.yaml", line=7, column=5)
    (pair,) = only(
        declared("new", previous_identifiers=("old",), lines={"previousIdentifiers": line}),
        rows=(row("old"), row("new")),
    )

    assert (found(pair), codes(pair)) == ("new", ["NS501"])
    assert pair.findings[0].location == line
    assert pair.findings[0].environment == "development"
    assert "'old'" in pair.findings[0].detail


def test_two_rows_under_earlier_names_is_a_finding() -> None:
    (pair,) = only(declared("new", previous_identifiers=("a", "b")), rows=(row("a"), row("b")))

    assert codes(pair) == ["NS501"]


def test_an_earlier_name_that_another_integration_claims_is_a_finding() -> None:
    place = Location(file="novu-sync.yaml", line=3, column=3)
    other, claimed, both = only(
        declared("a"),
        declared("b", previous_identifiers=("a",), location=place),
        declared("c", previous_identifiers=("a",)),
        rows=(row("a"), row("c")),
    )

    assert (found(other), codes(other)) == ("a", [])
    assert (found(claimed), codes(claimed)) == (None, ["NS502"])
    assert claimed.findings[0].location == place
    assert (found(both), codes(both)) == ("c", ["NS502"])


def test_one_row_cannot_be_renamed_to_two_names() -> None:
    first, second = only(
        declared("a", previous_identifiers=("old",)),
        declared("b", previous_identifiers=("old",)),
        rows=(row("old"),),
    )

    assert (found(first), codes(first)) == ("old", [])
    assert (found(second), codes(second)) == (None, ["NS502"])


def test_a_rename_to_a_name_that_another_environment_holds_is_a_finding() -> None:
    (pair,) = only(
        declared("new", previous_identifiers=("old",)),
        rows=(row("old"),),
        foreign=frozenset({"new"}),
    )

    assert codes(pair) == ["NS503"]


def test_a_create_under_a_name_of_another_environment_is_left_to_the_server() -> None:
    (pair,) = only(declared("new"), rows=(), foreign=frozenset({"new"}))

    assert not pair.findings


def test_the_name_of_a_built_in_lays_no_claim_to_a_row() -> None:
    one, two = only(
        inbox("old"), declared("new", previous_identifiers=("old",)), rows=(inbox_row(), row("old"))
    )

    assert {found(one), found(two)} == {"novu-inbox-x7", "old"}
    assert not one.findings + two.findings


def test_duplicate_identifiers_stop_the_run_and_are_all_named() -> None:
    with pytest.raises(ServerStateError) as caught:
        pair_up(
            project(),
            server(
                row("a", id="2"),
                row("a", id="1"),
                row("b", id="3"),
                row("c", id="4"),
                row("c", id="5"),
            ),
        )

    assert "'a': 1, 2; 'c': 4, 5" in caught.value.summary
    assert "'b'" not in caught.value.summary
    assert caught.value.mend


def test_old_rows_without_an_identifier_are_no_duplicates() -> None:
    pairing = pair_up(
        project(), server(*(row(name, id=str(at)) for at, name in enumerate([None, None, "", ""])))
    )

    assert [each.id for each in pairing.unclaimed] == ["0", "1", "2", "3"]
