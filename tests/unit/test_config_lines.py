"""Where the fields of an integration are written, by dotted path."""

from __future__ import annotations

import pytest
from support.written import form

from reconciler.config.lines import Lines

TEXT = """
    defaults: {chat: {active: true}}
    integrations:
      - identifier: slack
        providerId: slack
        credentials:
          applicationId: "1"
        conditions:
          - value: AND
            children: [{on: tenant}]
"""


@pytest.fixture
def lines() -> Lines:
    return Lines(form(TEXT).layered)


@pytest.mark.parametrize(
    ("dotted", "place"),
    [
        ("identifier", "8:5"),
        ("credentials.applicationId", "11:7"),
        ("conditions[0].value", "13:9"),
        ("conditions[0].children[0].on", "14:21"),
        ("active", "6:19"),
    ],
)
def test_a_field_is_found_by_its_dotted_path(lines: Lines, dotted: str, place: str) -> None:
    assert str(lines[dotted]) == f"novu-sync.yaml:{place}"


@pytest.mark.parametrize("dotted", ["name", "channel", "credentials.x", "conditions[1]"])
def test_what_is_written_nowhere_has_no_place(lines: Lines, dotted: str) -> None:
    with pytest.raises(KeyError, match=dotted.replace("[", r"\[")):
        lines[dotted]
    assert lines.get(dotted) is None


def test_all_paths_are_listed(lines: Lines) -> None:
    assert list(lines) == [
        "active",
        "identifier",
        "providerId",
        "credentials",
        "credentials.applicationId",
        "conditions",
        "conditions[0]",
        "conditions[0].value",
        "conditions[0].children",
        "conditions[0].children[0]",
        "conditions[0].children[0].on",
        "channel",
    ]
    assert len(lines) == 12
