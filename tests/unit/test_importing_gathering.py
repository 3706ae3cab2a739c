from __future__ import annotations

from typing import Any

import pytest

from reconciler.errors import UsageError
from reconciler.findings import Location
from reconciler.importing.gathering import Dump, gathered
from reconciler.importing.rows import Row
from reconciler.model import Readback

PLACE = Location(file="f", line=1, column=1)


def row(identifier: str, environment_id: str | None = "e1", **fields: Any) -> Row:  # noqa: ANN401 - any JSON
    told = {"_id": "x", "identifier": identifier, "providerId": "ses", **fields}
    return Row(fields={**told, "_environmentId": environment_id}, location=PLACE)


def dump(*rows: Row, environment: str = "", file: str = "list.json") -> Dump:
    return Dump(file=file, environment=environment, rows=rows)


def names(live: Any) -> dict[str, list[str | None]]:  # noqa: ANN401 - what `Gathered.live` holds
    return {
        name: [each.identifier for each in observed.integrations] for name, observed in live.items()
    }


def test_one_dump_of_one_environment_needs_no_name() -> None:
    found = gathered([dump(row("b"), row("a"))], {})
    assert names(found.live) == {"development": ["a", "b"]}
    assert found.live["development"].environment_id == "development"


def test_a_name_before_the_file_says_where_its_rows_belong() -> None:
    dumps = [dump(row("a"), environment="staging"), dump(row("a", None), environment="production")]
    found = gathered(dumps, {})
    assert names(found.live) == {"staging": ["a"], "production": ["a"]}


def test_rows_of_several_environments_are_sorted_by_their_ids_and_others_left_out() -> None:
    dumps = [dump(row("a"), row("b", "e2"), row("c", "e3"), row("d", None))]
    found = gathered(dumps, {"e1": "development", "e2": "production"})
    assert names(found.live) == {"development": ["a", "d"], "production": ["b"]}
    assert found.left_out == 1


def test_without_names_several_environments_or_files_are_wrong_usage() -> None:
    with pytest.raises(UsageError, match=r"list\.json holds .* e1 \(2\), none \(1\)"):
        gathered([dump(row("a"), row("b"), row("c", None))], {})
    with pytest.raises(UsageError, match=r"to which environment two\.json belongs"):
        gathered([dump(row("a"), environment="one"), dump(row("a"), file="two.json")], {})


def test_an_identifier_that_an_environment_has_already_is_told_where_it_comes_again() -> None:
    second = Row(fields=row("a", _id="y").fields, location=Location(file="g", line=2, column=3))
    found = gathered([dump(row("a"), environment="one"), dump(second, environment="one")], {})
    assert [(each.code, str(each.location)) for each in found.findings] == [("NS356", "g:2:3")]
    assert "f:1:1" in found.findings[0].detail
    assert names(found.live) == {"one": ["a"]}


def test_a_list_that_was_named_brings_its_own_environment_only() -> None:
    """Two keys of an older server list the same rows; one that comes twice is the same one."""
    every = (row("a"), row("b", "e2"))
    homes = {"e1": "one", "e2": "two"}
    found = gathered([dump(*every, environment="one"), dump(*every, environment="two")], homes)
    assert names(found.live) == {"one": ["a"], "two": ["b"]}
    assert found.left_out == 2
    found = gathered([dump(*every), dump(*every)], homes)
    assert names(found.live) == {"one": ["a"], "two": ["b"]}
    assert found.findings == ()


def test_what_rows_show_of_credentials_is_judged_for_each_dump() -> None:
    shown = dump(row("a", credentials={"region": "r"}), row("b", credentials={}), environment="x")
    withheld = dump(row("c", credentials={}), environment="y")
    live = gathered([shown, withheld], {}).live
    assert [each.credentials.readback for each in live["x"].integrations] == [
        Readback.READABLE,
        Readback.READABLE,
    ]
    assert live["y"].integrations[0].credentials.readback is Readback.ABSENT


def test_rows_of_several_dumps_have_ids_of_their_own() -> None:
    live = gathered([dump(row("a"), environment="x"), dump(row("b"), environment="x")], {}).live
    assert len({each.id for each in live["x"].integrations}) == 2
