from __future__ import annotations

import pytest

from reconciler import errors
from reconciler.cli.exits import Exit, of_error, worst


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (errors.FindingsError([]), 3),
        (errors.GuardError("no"), 6),
        (errors.LockedError("held"), 7),
        (errors.ApiKeyError("wrong"), 8),
        (errors.UsageError("what"), 64),
        (errors.InterruptedRunError("stopped"), 130),
        (errors.FileError("gone"), 1),
        (errors.NetworkError("refused", ambiguous=False), 1),
        (errors.ResponseError("html"), 1),
        (errors.StatusError("500", status=500, server_message=""), 1),
        (errors.ConflictError("409", status=409, server_message=""), 1),
        (errors.ServerStateError("duplicates"), 1),
        (errors.NovuSyncError("of no kind"), 70),
    ],
)
def test_every_failure_has_its_exit_code(error: errors.NovuSyncError, code: int) -> None:
    assert of_error(error) == code


def test_every_error_of_the_tree_is_mapped() -> None:
    """A new branch of the tree must get a code of its own instead of looking like a bug."""

    def leaves(kind: type[errors.NovuSyncError]) -> list[type[errors.NovuSyncError]]:
        return [kind, *(leaf for child in kind.__subclasses__() for leaf in leaves(child))]

    def made(kind: type[errors.NovuSyncError]) -> errors.NovuSyncError:
        return kind.__new__(kind)

    branches = [kind for kind in leaves(errors.NovuSyncError) if kind is not errors.NovuSyncError]
    assert [kind.__name__ for kind in branches if of_error(made(kind)) is Exit.BUG] == []


def test_the_worst_of_several_environments_wins_in_the_documented_order() -> None:
    order = [70, 130, 4, 8, 7, 6, 5, 3, 1, 2, 0]
    for place, code in enumerate(order):
        assert worst(Exit(each) for each in order[place:]) == code


def test_nothing_at_all_is_done() -> None:
    assert worst([]) is Exit.DONE
