"""What references of one run read: each value once, slow ones together."""

from __future__ import annotations

import os
import sys
import threading
import time
from typing import TYPE_CHECKING

import pytest
from support.written import project

from reconciler.config.outside import AT_ONCE, Permit, Remembered, Sources, fetch
from reconciler.config.references import Reference, parse
from reconciler.config.refusing import BadReferenceError
from reconciler.config.resolve import resolve
from reconciler.secret import Secret, reveal

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

KEYS = {"NOVU_DEVELOPMENT_API_KEY": "dev-key", "NOVU_PRODUCTION_API_KEY": "prod-key"}


class Asked:
    """A slow source that counts."""

    def __init__(self, read: Callable[[str], str | None]) -> None:
        self._read = read
        self.asked: list[str] = []
        self.stopped = False

    def read(self, argument: str) -> str | None:  # noqa: D102 - as any source
        self.asked.append(argument)
        return self._read(argument)

    def lacking(self, argument: str) -> str:  # noqa: D102 - as any source
        return f"lacks {argument}"

    def stop(self) -> None:  # noqa: D102 - as any source
        self.stopped = True


def of(*arguments: str) -> list[Reference]:
    return [Reference(source="slow", argument=each) for each in arguments]


def test_each_value_is_asked_for_once() -> None:
    asked = Asked(str.upper)
    source = Remembered(asked)
    fetch({"slow": source}, of("a", "b", "a"))
    fetch({"slow": source}, of("b", "c"))
    assert sorted(asked.asked) == ["a", "b", "c"]
    assert [source.read(each) for each in "abcd"] == ["A", "B", "C", "D"]
    assert source.lacking("a") == "lacks a"
    assert len(asked.asked) == 4


def test_slow_values_are_asked_for_at_the_same_time() -> None:
    """All of them meet at a barrier: one after the other they would never pass it."""
    barrier = threading.Barrier(AT_ONCE, timeout=10)
    source = Remembered(Asked(lambda argument: f"{argument} {barrier.wait() >= 0}"))
    fetch({"slow": source}, of(*map(str, range(2 * AT_ONCE))))
    assert source.read("15") == "15 True"


def test_what_takes_its_time_is_waited_for() -> None:
    source = Remembered(Asked(lambda argument: (time.sleep(0.5), argument)[1]))
    fetch({"slow": source}, of("a"))
    assert source.knows("a")


def test_sources_that_are_quick_are_not_asked_before_the_time() -> None:
    asked = Asked(str)
    fetch({"slow": asked}, [*of("a"), Reference(source="environment")])
    assert asked.asked == []


def test_a_refusal_is_kept_and_raised_wherever_the_value_is_wanted() -> None:
    def no(_: str) -> str:
        raise BadReferenceError("NS320", "no")

    asked = Asked(no)
    source = Remembered(asked)
    fetch({"slow": source}, of("a"))
    raised = []
    for _ in range(2):
        with pytest.raises(BadReferenceError) as caught:
            source.read("a")
        raised.append(caught.value)
    assert [(each.code, each.detail) for each in raised] == [("NS320", "no")] * 2
    assert raised[0] is not raised[1]
    assert asked.asked == ["a"]


def test_a_bug_of_ours_stays_one() -> None:
    source = Remembered(Asked(lambda _: str(1 // 0)))
    fetch({"slow": source}, of("a"))
    with pytest.raises(ZeroDivisionError):
        source.read("a")


def test_an_interruption_stops_what_is_under_way_and_waits_for_its_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Else a command that was started in that very moment would outlive the process."""
    stopped, ended = threading.Event(), threading.Event()

    def slow(_: str) -> str:
        assert stopped.wait(20)
        ended.set()
        return "late"

    class Stoppable(Asked):
        def stop(self) -> None:  # as any source
            stopped.set()

    wait = threading.Event.wait
    raising = [KeyboardInterrupt()]

    def interrupted(self: threading.Event, timeout: float | None = None) -> bool:
        is_fetch = sys._getframe(1).f_code is fetch.__code__
        if is_fetch and raising:
            raise raising.pop()
        return wait(self, timeout)

    monkeypatch.setattr(threading.Event, "wait", interrupted)
    asked = Stoppable(slow)
    with pytest.raises(KeyboardInterrupt):
        fetch({"slow": Remembered(asked)}, of("a", *map(str, range(20))))
    assert ended.is_set()
    assert len(asked.asked) <= AT_ONCE


SLACK = """
integrations:
  - identifier: a
    providerId: slack
    credentials:
      applicationId: A
      clientId: "1"
      secretKey: {one}
      signingSecret: {two}
"""


def test_a_command_runs_once_in_a_run_however_often_and_however_it_is_written(
    tmp_path: Path,
) -> None:
    script = tmp_path / "count"
    script.write_text("#!/bin/sh\necho x >> runs\necho value\n", "utf-8")
    script.chmod(0o700)
    text = SLACK.format(one="'${exec:./count a}'", two="\"before-${exec:./count  'a'}\"")
    written = project(text, directory=tmp_path)
    sources = Sources(written, KEYS, Permit(commands=True, process=dict(os.environ)))
    for name in ("development", "production"):
        desired = resolve(written, name, sources=sources).desired
        assert desired is not None
        credentials = desired.integrations[0].credentials
        assert credentials is not None
        assert isinstance(credentials["secretKey"], Secret)
        assert reveal(credentials["secretKey"]) == "value"
        assert reveal(credentials["signingSecret"]) == "before-value"
    assert (tmp_path / "runs").read_text("utf-8") == "x\n"


def test_commands_run_at_the_same_time(tmp_path: Path) -> None:
    """Each waits for the other: one after the other neither would end in time."""
    script = tmp_path / "meet"
    script.write_text(
        '#!/bin/sh\n: > "$1"\nwhile [ ! -e "$2" ]; do sleep 0.05; done\necho "$1"\n', "utf-8"
    )
    script.chmod(0o700)
    text = SLACK.format(one="'${exec:./meet a b}'", two="'${exec:./meet b a}'")
    written = project(text, directory=tmp_path)
    permit = Permit(commands=True, seconds=20, process=dict(os.environ))
    assert resolve(written, "development", sources=Sources(written, KEYS, permit)).desired


def test_a_command_sees_the_processs_variables_but_no_api_key_of_the_project(
    tmp_path: Path,
) -> None:
    """Else `printenv` would put an API key where a reference to it is refused."""
    text = SLACK.format(
        one='"${exec:printenv NOVU_PRODUCTION_API_KEY}"', two='"${exec:printenv OTHER}"'
    )
    written = project(text, directory=tmp_path)
    process = {**os.environ, **KEYS, "OTHER": "seen"}
    sources = Sources(written, {**KEYS, "FROM_FILE": "x"}, Permit(commands=True, process=process))
    found = resolve(written, "development", sources=sources)
    assert [each.code for each in found.findings] == ["NS320"]
    assert "exit status 1" in found.findings[0].detail
    assert sources["exec"].read("printenv OTHER") == "seen"
    with pytest.raises(BadReferenceError):
        sources["exec"].read("printenv FROM_FILE")


def test_nothing_is_run_where_the_configuration_has_findings(tmp_path: Path) -> None:
    text = SLACK.format(one="'${exec:touch ran}'", two="in-plain-text")
    written = project(text, directory=tmp_path)
    sources = Sources(written, KEYS, Permit(commands=True, process=dict(os.environ)))
    assert resolve(written, "development", sources=sources).desired is None
    assert not (tmp_path / "ran").exists()


def test_files_of_a_permitted_directory_are_read(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    inside = tmp_path / "inside"
    for each in (outside, inside):
        each.mkdir()
    (outside / "key").write_text("value\n", "utf-8")
    (tmp_path / "elsewhere").write_text("value\n", "utf-8")
    text = SLACK.format(one=f"'${{file:{outside}/key}}'", two="'${file:../outside/key}'")
    refused = resolve(project(text, directory=inside), "development", variables=KEYS)
    assert [each.code for each in refused.findings] == ["NS306", "NS306"]
    written = project(text, directory=inside, readable=(outside,))
    desired = resolve(written, "development", variables=KEYS).desired
    assert desired is not None
    credentials = desired.integrations[0].credentials
    assert credentials is not None
    assert reveal(credentials["signingSecret"]) == "value"
    text = SLACK.format(one="'${file:../elsewhere}'", two="'${file:../outside/../elsewhere}'")
    written = project(text, directory=inside, readable=(outside,))
    found = resolve(written, "development", variables=KEYS).findings
    assert [each.code for each in found] == ["NS306", "NS306"]


def test_a_plug_in_is_made_when_it_is_named() -> None:
    sources = Sources(project(""), {}, Permit())
    assert set(sources) == {"env", "file"}
    assert isinstance(sources["vault"], Remembered)
    assert sources["vault"] is sources["vault"]


def test_commands_need_a_permission(tmp_path: Path) -> None:
    sources = Sources(project("", directory=tmp_path), {}, Permit())
    with pytest.raises(BadReferenceError) as caught:
        sources["exec"].read(parse("${exec:true}").references[0].argument)
    assert caught.value.code == "NS303"
