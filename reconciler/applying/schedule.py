"""When a change is carried out: stage after stage, and side by side inside of one.

Inside a stage, what moves Novu's priorities goes one by one, a lane for each channel: the server
reads and renumbers them without a lock. Everything else is a lane of its own.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import TYPE_CHECKING, TypeAlias, TypeVar, assert_never

from reconciler.planning.facts import WITH_PRIMARY
from reconciler.planning.plan import Create, Delete, Rename, Replace, SetPrimary, Stage, Update

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from reconciler.planning.plan import Change

Numbered: TypeAlias = "tuple[int, Change]"
"""A change and its position in the plan."""

Item = TypeVar("Item")

TAKES_AWAY = frozenset({Stage.REPLACE, Stage.SET_PRIMARY, Stage.DEACTIVATE, Stage.DELETE})
"""Stages that take something away, and so are left out once anything before them failed."""


def stages(changes: Sequence[Change]) -> Iterable[tuple[Stage, tuple[Numbered, ...]]]:
    """The stages that have changes, in order, each with its changes in plan order."""
    for stage in Stage:
        found = tuple(each for each in enumerate(changes) if each[1].stage is stage)
        if found:
            yield stage, found


def lanes(changes: Iterable[Numbered]) -> tuple[tuple[Numbered, ...], ...]:
    """Changes that wait for each other share a lane, in plan order; the longest lanes first."""
    shared: dict[str, list[Numbered]] = {}
    alone: list[tuple[Numbered, ...]] = []
    for each in changes:
        name = _lane(each[1])
        if name is None:
            alone.append((each,))
        else:
            shared.setdefault(name, []).append(each)
    return (*map(tuple, sorted(shared.values(), key=len, reverse=True)), *alone)


def _lane(change: Change) -> str | None:
    """What a change must not overlap with; `None` where nothing is in its way."""
    channel: str | None
    match change:
        case Create(desired=desired):
            moves, channel = desired.active is True, desired.channel
        case Update(observed=observed, patch=patch) | Rename(observed=observed, patch=patch):
            touched = (patch.active, patch.conditions, patch.rules)
            moves, channel = any(each is not None for each in touched), observed.channel
        case SetPrimary(desired=desired):
            moves, channel = True, desired.channel
        case Delete(observed=observed):
            moves, channel = observed.active, observed.channel
        case Replace(desired=desired, observed=observed):
            # It may leave one channel and enter another; there are few, and one lane does.
            return "replace" if {desired.channel, observed.channel} & WITH_PRIMARY else None
        case _:
            assert_never(change)
    return channel if moves and channel in WITH_PRIMARY else None


def run(lanes: Iterable[Sequence[Item]], work: Callable[[Item], None], *, parallelism: int) -> None:
    """Go through lanes side by side and through each lane in order; returns when all are done.

    The threads are daemons: a process that is told to end at once does not wait for them.

    Raises:
        BaseException: the first that `work` raised, once the other threads finished what they
            had begun. `work` is meant to raise nothing.
    """
    waiting = deque(lanes)
    turn = threading.Lock()
    raised: list[BaseException] = []

    def take() -> Sequence[Item]:
        with turn:
            return waiting.popleft() if waiting and not raised else ()

    def go() -> None:
        try:
            while lane := take():
                for item in lane:
                    work(item)
        except BaseException as error:  # noqa: BLE001 - raised again below, by the caller's thread
            raised.append(error)

    threads = [
        threading.Thread(target=go, name=f"apply-{number}", daemon=True)
        for number in range(min(parallelism, len(waiting)))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if raised:
        raise raised[0]
