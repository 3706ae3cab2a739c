import inspect
import re

import pytest

from reconciler import errors
from reconciler.errors import (
    ConflictError,
    FindingsError,
    NetworkError,
    NovuSyncError,
    StatusError,
    WorldError,
)
from reconciler.findings import Finding, Severity


def test_every_error_is_drawn_in_the_tree_at_the_top_of_the_file() -> None:
    drawn = set(re.findall(r"\b\w+Error\b", errors.__doc__ or ""))
    defined = {
        name
        for name, each in inspect.getmembers(errors, inspect.isclass)
        if issubclass(each, NovuSyncError)
    }
    assert drawn == defined


def test_an_error_says_what_failed_and_what_helps() -> None:
    error = WorldError("the disk is full", "Free some space.")
    assert str(error) == error.summary == "the disk is full"
    assert error.mend == "Free some space."
    assert WorldError("x").mend == ""


@pytest.mark.parametrize("ambiguous", [True, False])
def test_a_network_error_says_whether_the_server_may_have_done_it(
    ambiguous: bool,  # noqa: FBT001 - a column of the table
) -> None:
    assert NetworkError("dropped", ambiguous=ambiguous).ambiguous is ambiguous


@pytest.mark.parametrize(
    ("status", "ambiguous"), [(400, False), (408, True), (409, False), (500, True), (503, True)]
)
def test_a_server_that_failed_may_have_done_it_and_one_that_refused_did_not(
    status: int,
    ambiguous: bool,  # noqa: FBT001 - a column of the table
) -> None:
    error = StatusError("answered", "Wait.", status=status, server_message="Novu's words")
    assert error.ambiguous is ambiguous
    assert (error.status, error.server_message, error.mend) == (status, "Novu's words", "Wait.")


def test_a_conflict_is_a_status_of_the_world() -> None:
    error = ConflictError("taken", status=409, server_message="")
    assert isinstance(error, StatusError)
    assert isinstance(error, WorldError)
    assert not error.ambiguous


def test_findings_travel_with_their_error() -> None:
    finding = Finding(severity=Severity.ERROR, code="NS100", summary="a", detail="b")
    assert FindingsError([finding]).findings == (finding,)
