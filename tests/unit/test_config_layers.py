"""Defaults, base and overlay: what counts, and where it is written."""

from __future__ import annotations

from support.written import document, form

from reconciler.config.layers import Layer, Layered, merge


def test_mappings_are_merged_key_by_key_and_all_else_is_replaced() -> None:
    below = {"a": {"x": 1, "y": {"z": 1}}, "b": [1, 2], "c": "x", "d": 1}
    above = {"a": {"y": {"w": 2}}, "b": [3], "c": None, "e": {"f": 1}}
    assert merge(below, above) == {
        "a": {"x": 1, "y": {"z": 1, "w": 2}},
        "b": [3],
        "c": None,
        "d": 1,
        "e": {"f": 1},
    }


def test_a_mapping_replaces_what_is_none_and_is_replaced_by_it() -> None:
    assert merge({"a": 1, "b": {"c": 1}}, {"a": {"d": 1}, "b": 2}) == {"a": {"d": 1}, "b": 2}


def test_a_rule_is_replaced_as_a_whole() -> None:
    """It is one formula: merged key by key, two make one that nobody wrote, or none."""
    below = {"rules": {"!": {"var": "a"}}, "credentials": {"rules": {"x": 1}}}
    above = {"rules": {"!": {"==": []}}, "credentials": {"rules": {"y": 2}}}
    assert merge(below, above) == {
        "rules": {"!": {"==": []}},
        "credentials": {"rules": {"x": 1, "y": 2}},
    }


def test_nothing_that_was_read_is_changed() -> None:
    below, above = {"a": {"b": {"c": 1}}}, {"a": {"b": {"d": 2}}}
    merge(below, above)
    assert (below, above) == ({"a": {"b": {"c": 1}}}, {"a": {"b": {"d": 2}}})


TEXT = """
    defaults:
      email: {check: true, credentials: {senderName: Acme}}
    integrations:
      - identifier: ses
        providerId: ses
        credentials: {apiKey: a, region: b}
        conditions: [1, 2, 3]
        rules: {"!": {var: a}}
        environments:
          development:
            name: Dev
            credentials:
              region: null
              from: c
            conditions: [4]
            rules: {"!": {var: b}}
          production:
"""


def place(*path: str | int, environment: str = "development") -> str:
    location = form(TEXT, environment=environment).layered.spot(path).location
    return f"{location.line}:{location.column}"


def test_a_value_stands_where_the_layer_that_it_comes_from_has_it() -> None:
    assert place("name") == "16:9"
    assert place("credentials", "from") == "19:11"
    assert place("credentials", "apiKey") == "11:19"
    assert place("credentials", "senderName") == "7:38"
    assert place("check") == "7:11"
    assert place("conditions", 0) == "20:22"


def test_a_mapping_of_several_layers_stands_in_the_base() -> None:
    assert place() == "9:5"
    assert place("credentials") == "11:5"


def test_a_rule_stands_in_the_layer_that_it_comes_from() -> None:
    assert place("rules") == "21:9"
    assert place("rules", "!") == "21:17"
    assert place("rules", "!", environment="production") == "13:13"
    assert place("rules", environment="production") == "13:5"


def test_what_null_took_out_stands_where_the_null_does() -> None:
    assert place("credentials", "region") == "18:11"
    assert place("credentials", "region", environment="production") == "11:30"


def test_what_is_missing_stands_in_the_base_where_it_belongs() -> None:
    assert place("credentials", "secretKey") == "11:5"
    assert place("protect") == "9:5"


def test_only_what_is_written_somewhere_is_there() -> None:
    layered = form(TEXT).layered
    assert layered.has(("credentials", "senderName"))
    assert layered.has(("conditions", 2))
    assert not layered.has(("channel",))
    assert not layered.has(("conditions", 3))
    assert not layered.has(("name", "x"))
    assert not layered.has(("conditions", "x"))


def test_a_layer_has_a_pointer_into_its_file_and_the_text_without_quotes() -> None:
    file = document("a:\n  b: Yes\n")
    layer = Layer(value=file.value["a"], document=file, path=("a",))
    spot = Layered(value={"b": True}, base=layer).spot(("b",))
    assert (str(spot.location), spot.pointer, spot.unquoted) == (
        "novu-sync.yaml:2:3",
        "/a/b",
        "Yes",
    )
