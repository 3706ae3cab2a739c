"""Plug-ins: found by their entry point, loaded when asked, and never quoted."""

from __future__ import annotations

import threading
from importlib.metadata import EntryPoint
from typing import TYPE_CHECKING

import pytest

from reconciler.config import plugins
from reconciler.config.plugins import GROUP, PlugIn, installed
from reconciler.config.references import Reference, parse
from reconciler.config.refusing import BadReferenceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FAILURES: dict[str, Exception] = {
    "none": KeyError("hunter2"),
    "forbidden": PermissionError("hunter2"),
    "unreachable": ConnectionRefusedError("hunter2"),
    "slow": TimeoutError("hunter2"),
    "broken": ValueError("hunter2"),
}


def read(argument: str) -> object:
    """The plug-in of these tests."""
    if argument in FAILURES:
        raise FAILURES[argument]
    if argument == "hangs":
        threading.Event().wait()
    return {"number": 5, "empty": ""}.get(argument, f"value of {argument}")


NO_FUNCTION = "a text"


@pytest.fixture
def give(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Installs plug-ins, as far as anybody can tell."""

    def install(**words: str) -> None:
        found = [
            EntryPoint(name=name.replace("_", "-"), value=value, group=GROUP)
            for name, value in words.items()
        ]
        monkeypatch.setattr("importlib.metadata.entry_points", lambda group: found if group else ())
        installed.cache_clear()
        parse.cache_clear()

    yield install
    installed.cache_clear()
    parse.cache_clear()


MINE = f"{__name__}:read"


def refused(source: PlugIn, argument: str) -> BadReferenceError:
    with pytest.raises(BadReferenceError) as caught:
        source.read(argument)
    assert "hunter2" not in caught.value.detail
    assert caught.value.__cause__ is None
    return caught.value


@pytest.fixture
def vault(give: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> PlugIn:
    monkeypatch.setattr(EntryPoint, "load", lambda _: read)
    give(vault=MINE)
    return PlugIn("vault", seconds=20)


def test_a_reference_to_a_plug_in_that_is_installed_can_be_read(
    give: Callable[..., None],
) -> None:
    give(vault=MINE)
    assert parse("${vault:a/b#c}").whole == Reference(source="vault", argument="a/b#c")
    assert str(parse("${vault:a/b#c}").whole) == "${vault:a/b#c}"
    assert not parse("${vault:a}").is_public


@pytest.mark.parametrize("text", ["${vault:}", "${vault: }", "${vault:a:-b}", "${vault:a\nb}"])
def test_a_reference_to_a_plug_in_asks_for_something_and_has_no_default(
    give: Callable[..., None], text: str
) -> None:
    give(vault=MINE)
    with pytest.raises(BadReferenceError) as caught:
        parse(text)
    assert caught.value.code == "NS301"


def test_a_word_that_was_misspelt_is_told_with_the_plug_ins_there_are(
    give: Callable[..., None],
) -> None:
    give(vault=MINE)
    with pytest.raises(BadReferenceError) as caught:
        parse("${valt:a}")
    assert caught.value.code == "NS302"
    assert "Did you mean `vault`?" in caught.value.detail


def test_a_plug_in_may_not_have_a_word_that_no_reference_can_have(
    give: Callable[..., None],
) -> None:
    give(Vault=MINE, a_b=MINE)
    assert list(installed()) == ["a-b"]


def test_no_plug_in_takes_the_place_of_a_source_of_ours(give: Callable[..., None]) -> None:
    give(env=MINE)
    assert parse("${env:A:-b}").whole == Reference(source="env", argument="A", default="b")


def test_a_value_is_what_the_function_gives(vault: PlugIn) -> None:
    assert vault.read("a") == "value of a"
    assert vault.read("empty") == ""
    vault.stop()


def test_no_value_is_none_and_is_told_with_what_was_asked_for(vault: PlugIn) -> None:
    assert vault.read("none") is None
    assert "no value for `none`" in vault.lacking("none")


@pytest.mark.parametrize(
    ("argument", "code", "says"),
    [
        ("forbidden", "NS322", "may not read that"),
        ("unreachable", "NS322", "does not reach what it reads from"),
        ("slow", "NS322", "had no answer in time"),
        ("broken", "NS322", "failed with ValueError"),
        ("number", "NS322", "gave int instead of text"),
    ],
)
def test_a_failure_is_told_by_its_kind_and_never_in_its_own_words(
    vault: PlugIn, argument: str, code: str, says: str
) -> None:
    bad = refused(vault, argument)
    assert bad.code == code
    assert says in bad.detail
    assert f"`{argument}`" in bad.detail


@pytest.mark.usefixtures("vault")
def test_a_plug_in_that_hangs_is_left_behind() -> None:
    bad = refused(PlugIn("vault", seconds=0.2), "hangs")
    assert bad.code == "NS321"
    assert "longer than 0.2 seconds for `hangs`" in bad.detail


@pytest.mark.usefixtures("vault")
def test_a_plug_in_that_hangs_is_waited_for_no_longer_once_it_is_stopped() -> None:
    source = PlugIn("vault", seconds=60)
    thread = threading.Thread(target=refused, args=(source, "hangs"))
    thread.start()
    while thread.is_alive():
        source.stop()
        thread.join(0.05)


def test_a_plug_in_that_cannot_be_loaded_is_told(give: Callable[..., None]) -> None:
    give(vault="no_such_module_at_all:read", text="os:sep")
    bad = refused(PlugIn("vault", seconds=1), "a")
    assert bad.code == "NS322"
    assert "cannot be loaded: ModuleNotFoundError" in bad.detail
    assert "is no function" in refused(PlugIn("text", seconds=1), "a").detail


def test_a_plug_in_is_loaded_once(give: Callable[..., None]) -> None:
    give(case="os.path:normcase")
    source = PlugIn("case", seconds=5)
    assert source.read("a") == "a"
    give(case="no_such_module_at_all:read")
    assert source.read("b") == "b"


def test_two_packages_that_give_one_word_are_refused(
    give: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    give(vault=MINE)
    twice = {"vault": (*installed()["vault"], *installed()["vault"])}
    monkeypatch.setattr(plugins, "installed", lambda: twice)
    assert "both give the source `vault`" in refused(PlugIn("vault", seconds=1), "a").detail


def test_two_entry_points_of_one_word_are_both_known(monkeypatch: pytest.MonkeyPatch) -> None:
    entry = EntryPoint(name="vault", value=MINE, group=GROUP)
    monkeypatch.setattr(
        "importlib.metadata.entry_points", lambda group: (entry, entry)[: len(group)]
    )
    installed.cache_clear()
    assert installed() == {"vault": (entry, entry)}
    installed.cache_clear()
