import pytest
from fake_novu import integration

from reconciler.applying import problems
from reconciler.errors import (
    ApiKeyError,
    ConflictError,
    FileError,
    GuardError,
    NetworkError,
    NovuSyncError,
    ResponseError,
    StatusError,
    WorldError,
)
from reconciler.model import ObservedIntegration, Patch
from reconciler.planning.plan import Create, Reason, Rename, Update

ROW = ObservedIntegration(
    id="row-1", environment_id="e", identifier="slack", provider_id="slack", channel="chat"
)
CREATE = Create(desired=integration("slack"))
UPDATE = Update(
    desired=integration("slack"),
    observed=ROW,
    patch=Patch(),
    fields=(),
    reason=Reason.FIELD_DIFFERS,
)
RENAME = Rename(desired=integration("slack-eu"), observed=ROW, patch=Patch(), fields=())


def answered(status: int, message: str = "Novu's words") -> StatusError:
    return StatusError(f"answered {status}", status=status, server_message=message)


@pytest.mark.parametrize(
    ("error", "ambiguous", "stops"),
    [
        (NetworkError("x", ambiguous=True), True, False),
        (NetworkError("x", ambiguous=False), False, True),
        (answered(500), True, False),
        (answered(408), True, False),
        (answered(400), False, False),
        (ResponseError("x"), True, False),
        (ApiKeyError("x"), False, True),
        (FileError("x"), False, True),
        (WorldError("x"), False, False),
        (GuardError("x"), False, False),
    ],
)
def test_an_error_tells_whether_the_write_may_have_happened_and_whether_others_would_fail_alike(
    error: NovuSyncError,
    ambiguous: bool,  # noqa: FBT001 - a column of the table
    stops: bool,  # noqa: FBT001 - as above
) -> None:
    assert problems.is_ambiguous(error) is ambiguous
    assert problems.stops_the_run(error) is stops


def test_a_refusal_says_nothing_of_an_earlier_sending_whose_answer_was_lost() -> None:
    error = answered(400)
    error.uncertain = True
    assert problems.is_ambiguous(error)
    assert "may have been carried out" in problems.explained(error, UPDATE).mend


def test_a_row_that_is_gone_is_said_to_be_gone() -> None:
    told = problems.explained(answered(404), UPDATE)
    assert told.summary == "'slack' is gone from the server since the plan was made"
    assert "Plan again" in told.mend


def test_a_404_of_something_else_than_novu_is_not_called_gone() -> None:
    for change, error in ((UPDATE, answered(404, "")), (CREATE, answered(404))):
        assert problems.explained(error, change) is error


def test_a_refused_rename_says_who_holds_the_name_and_what_helps() -> None:
    refused = ConflictError("answered 409", status=409, server_message="exists")
    told = problems.explained(refused, RENAME)
    assert "another environment" in told.summary
    assert "'slack-eu'" in told.summary
    assert "${environment}" in told.mend
    assert problems.explained(refused, UPDATE) is refused


@pytest.mark.parametrize("mend", ["", "Try later."])
def test_an_open_end_says_that_it_may_have_happened(mend: str) -> None:
    told = problems.explained(NetworkError("dropped", mend, ambiguous=True), UPDATE)
    assert told.summary == "dropped"
    assert told.mend == f"{mend} It may have been carried out: a new plan tells.".strip()


def test_other_errors_speak_for_themselves() -> None:
    error = answered(400)
    assert problems.explained(error, UPDATE) is error
