"""What aliases stand for, and how much of it."""

from reconciler.config.anchors import MAX_ALIASED, Anchored, Anchors


def measured(value: object) -> Anchored:
    anchors = Anchors()
    anchors.set("a", value)
    found = anchors.get("a")
    assert found is not None
    return found


def test_a_value_counts_itself_and_all_that_it_holds() -> None:
    assert measured("text")[1:] == (1, 0)
    assert measured([])[1:] == (1, 1)
    assert measured({"a": [1, 2], "b": {"c": 3}})[1:] == (6, 2)


def test_a_name_that_is_set_again_means_the_later_value() -> None:
    anchors = Anchors()
    anchors.set("a", 1)
    anchors.set("a", 2)
    assert anchors.get("a") == (2, 1, 0)
    assert anchors.get("b") is None


def test_a_value_that_holds_another_many_times_is_as_large_as_if_it_were_written_out() -> None:
    """It is measured by walking each anchored value once, or this would never end."""
    anchors = Anchors()
    value: object = "x"
    for _ in range(100):
        value = [value, value]
        anchors.set("a", value)
    found = anchors.get("a")
    assert found is not None
    assert found.size == 2**101 - 1
    assert found.depth == 100


def test_aliases_may_stand_for_a_million_values_and_no_more() -> None:
    anchors = Anchors()
    half = Anchored(None, MAX_ALIASED // 2)
    assert anchors.use(half)
    assert anchors.use(half)
    assert not anchors.use(Anchored(None))
