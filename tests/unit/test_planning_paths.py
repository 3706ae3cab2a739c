from __future__ import annotations

import pytest
from planning_values import declared

from reconciler.planning.paths import join, split, value_at
from reconciler.secret import Secret


@pytest.mark.parametrize(
    ("steps", "path"),
    [
        ((), "conditions"),
        ((0, "children", 1, "value"), "conditions[0].children[1].value"),
        (("==", 0, "var"), 'conditions["=="][0].var'),
        (("a.b",), 'conditions["a.b"]'),
        (("",), 'conditions[""]'),
        (('quo"te\\',), 'conditions["quo\\"te\\\\"]'),
        (("7",), "conditions.7"),
        (("x]y",), 'conditions["x]y"]'),
    ],
)
def test_a_path_is_written_so_that_it_can_be_read_back(
    steps: tuple[str | int, ...], path: str
) -> None:
    assert join("conditions", steps) == path
    assert split(path) == ("conditions", *steps)


def test_the_declared_value_at_a_path_is_found() -> None:
    one = declared(
        name="Mail",
        conditions=[{"children": [{"value": "acme"}]}],
        credentials={"apiKey": Secret("s3cret")},
    )

    assert value_at(one, "name") == "Mail"
    assert value_at(one, "conditions[0].children[0].value") == "acme"
    assert value_at(one, "credentials.apiKey") == Secret("s3cret")


def test_a_secret_on_the_way_is_opened() -> None:
    one = declared(rules={"==": Secret([{"var": "a"}])})

    assert value_at(one, 'rules["=="][0].var') == "a"


@pytest.mark.parametrize(
    "path",
    ["rules.x", "conditions[5]", "conditions[0].no", "conditions.no", "name.no", "credentials.no"],
)
def test_there_is_nothing_at_a_path_that_leads_nowhere(path: str) -> None:
    one = declared(name="Mail", conditions=[{"children": []}], credentials={})

    assert value_at(one, path) is None
