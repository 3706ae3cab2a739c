"""When a plan file is refused before anything else happens, and how it is used up."""

from __future__ import annotations

import stat
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from planning_values import FINGERPRINTER

from reconciler import __version__
from reconciler.cli import planfiles
from reconciler.cli.binding import FromFile
from reconciler.errors import FileError, StaleError
from reconciler.ledger.file import FileLedger
from reconciler.ledger.none import NoLedger
from reconciler.model import Applied
from reconciler.planning.basis import Basis
from reconciler.planning.planfile import Asked, Bound, PlanFile, read, write

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
BASIS = Basis(environment_id="e" * 24, digest="0" * 64, desired={}, observed={}, changes=())


def text(tool: str = __version__) -> bytes:
    file = PlanFile(
        tool=tool,
        project="acme",
        created=NOW,
        expires=NOW + timedelta(hours=24),
        nonce="abc",
        asked=Asked(),
        environments=(Bound(environment="development", key_id=FINGERPRINTER.key_id, basis=BASIS),),
    )
    return write(file, {"development": FINGERPRINTER}).encode()


def bound(now: datetime = NOW, tool: str = __version__) -> FromFile:
    return FromFile(read(text(tool), "x.plan"), "x.plan", now=now)


def test_a_plan_expires() -> None:
    assert bound(NOW + timedelta(hours=23, minutes=59))
    with pytest.raises(StaleError) as caught:
        bound(NOW + timedelta(hours=24))
    assert "x.plan expired at 2026-11-27T12:00:00+00:00" in caught.value.summary


def test_another_version_of_the_tool_does_not_apply_it() -> None:
    with pytest.raises(StaleError) as caught:
        bound(tool="9.9.9")
    assert caught.value.summary == (
        f"tool: x.plan was made by novu-sync 9.9.9, and this is {__version__}"
    )


def test_a_used_plan_is_known_by_the_ledger_and_old_ones_are_dropped(tmp_path: Path) -> None:
    ledger = FileLedger(
        tmp_path / "development.ledger.json",
        project="acme",
        environment="development",
        environment_id="e" * 24,
        fingerprinter=FINGERPRINTER,
    )
    ledger.mark("plan:old", "2026-11-26T11:59:59+00:00")
    ledger.mark("plan:young", "2026-11-26T12:00:01+00:00")
    ledger.mark("other", "not a time")
    bound().use(ledger, ledger.read())
    ledger.close()
    marks = ledger.read().marks

    assert marks == {
        "plan:young": "2026-11-26T12:00:01+00:00",
        "plan:abc": "2026-11-27T12:00:00+00:00",
        "other": "not a time",
    }
    with pytest.raises(StaleError):
        bound().refusals("development", "0" * 64, lambda: BASIS, ledger.read())
    assert bound().refusals("development", "0" * 64, lambda: BASIS, Applied()) == ()


def test_an_environment_without_a_ledger_remembers_no_plan() -> None:
    bound().use(NoLedger(), NoLedger().read())

    assert bound().refusals("development", "0" * 64, lambda: BASIS, NoLedger().read()) == ()


def test_a_file_that_is_too_large_is_not_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(planfiles, "_LARGEST", 10)
    path = tmp_path / "x.plan"
    path.write_bytes(text())
    with pytest.raises(FileError, match="too large"):
        planfiles.read(path)


def test_a_plan_file_replaces_one_that_others_could_read(tmp_path: Path) -> None:
    path = tmp_path / "x.plan"
    path.write_text("before", encoding="ascii")
    path.chmod(0o644)
    planfiles.write(path, "after")

    assert path.read_text("ascii") == "after"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_cannot_be_put_in_place_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "x.plan"
    path.mkdir()
    with pytest.raises(FileError, match=r"x\.plan cannot be written"):
        planfiles.write(path, "text")

    assert [each.name for each in tmp_path.iterdir()] == ["x.plan"]
