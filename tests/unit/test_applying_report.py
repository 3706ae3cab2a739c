import pytest
from fake_novu import integration

from reconciler.applying.report import Divergence, Outcome, Report, Result
from reconciler.planning.plan import Create

CHANGE = Create(desired=integration("slack"))


def report(*results: Result, **more: object) -> Report:
    outcomes = tuple(Outcome(change=CHANGE, result=each) for each in results)
    return Report(environment="e", environment_id="i", outcomes=outcomes, **more)  # type: ignore[arg-type]


def test_outcomes_are_counted_by_result() -> None:
    found = report(Result.DONE, Result.DONE, Result.FAILED)
    assert found.count(Result.DONE) == 2
    assert found.count(Result.FAILED) == 1
    assert found.count(Result.NOT_ATTEMPTED) == 0


def test_a_report_is_complete_when_everything_was_done_and_stayed_done() -> None:
    assert report().is_complete
    assert report(Result.DONE).is_complete
    unkept = Divergence(identifier="slack", fields=(), remembered=True)
    assert report(Result.DONE, divergences=(unkept,)).is_complete


@pytest.mark.parametrize(
    "incomplete",
    [
        report(Result.DONE, Result.FAILED),
        report(Result.NOT_ATTEMPTED),
        report(Result.DONE, interrupted=True),
        report(Result.DONE, aborted="the host is unreachable"),
        report(Result.DONE, divergences=(Divergence(identifier="slack", fields=()),)),
    ],
)
def test_a_report_is_incomplete_when_anything_is_left(incomplete: Report) -> None:
    assert not incomplete.is_complete
