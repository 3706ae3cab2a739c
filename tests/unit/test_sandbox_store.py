from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from reconciler.errors import FileError
from reconciler.sandbox.store import Store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def store() -> Iterator[Store]:
    opened = Store(None)
    yield opened
    opened.close()


def put(store: Store, row_id: str, **members: object) -> None:
    row = {"_id": row_id, "_environmentId": "e", "deleted": False, **members}
    store.integrations.put(row, {"shown": row_id})


def test_documents_come_back_in_the_order_they_were_first_put(store: Store) -> None:
    for row_id in ("b", "a", "c"):
        put(store, row_id)
    put(store, "b", identifier="again")
    assert [each["_id"] for each in store.integrations.find()] == ["b", "a", "c"]


def test_documents_are_found_by_their_members(store: Store) -> None:
    put(store, "a", active=True)
    put(store, "b", active=False)
    put(store, "c", active=None)
    assert [each["_id"] for each in store.integrations.find(active=True)] == ["a"]
    assert store.integrations.first(active=False) == {
        "_id": "b",
        "_environmentId": "e",
        "deleted": False,
        "active": False,
    }
    assert store.integrations.first(identifier="nobody's") is None


def test_the_highest_of_equals_is_the_first(store: Store) -> None:
    for row_id, priority in (("a", 1), ("b", 3), ("c", 3)):
        put(store, row_id, priority=priority)
    highest = store.integrations.highest("priority", _environmentId="e")
    assert highest is not None
    assert highest["_id"] == "b"


def test_a_list_joins_what_is_shown_of_each(store: Store) -> None:
    assert store.integrations.answers() == ""
    put(store, "b")
    put(store, "a")
    assert store.integrations.answers(_environmentId="e") == '{"shown":"b"},{"shown":"a"}'


def test_a_removed_document_is_gone(store: Store) -> None:
    put(store, "a")
    store.integrations.remove({"_id": "a"})
    assert store.integrations.find() == []


def test_a_failed_transaction_leaves_nothing_behind(store: Store) -> None:
    def fail() -> None:
        with store.transaction():
            put(store, "a")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert store.integrations.find() == []


def test_a_file_keeps_what_was_put(tmp_path: Path) -> None:
    path = tmp_path / "data.sqlite"
    first = Store(path)
    with first.transaction():
        put(first, "a", name="a\0ü😀")
    first.close()
    second = Store(path)
    assert [each["name"] for each in second.integrations.find()] == ["a\0ü😀"]
    second.close()


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("these are notes, and quite a lot of them: " + "x" * 200)
    with pytest.raises(FileError) as caught:
        Store(path)
    assert str(path) in caught.value.summary
    assert caught.value.mend


def test_a_folder_that_is_missing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError):
        Store(tmp_path / "missing" / "data.sqlite")
