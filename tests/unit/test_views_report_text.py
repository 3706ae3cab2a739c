from __future__ import annotations

from golden.rows import ENVIRONMENT_ID, changed, hidden, slack

from reconciler.applying.report import Divergence, Outcome, Report, Result
from reconciler.planning.plan import Create
from reconciler.views.report_text import render
from reconciler.views.style import Look


def report(
    *outcomes: Outcome,
    divergences: tuple[Divergence, ...] = (),
    interrupted: bool = False,
    aborted: str = "",
) -> Report:
    return Report(
        environment="development",
        environment_id=ENVIRONMENT_ID,
        outcomes=outcomes,
        divergences=divergences,
        interrupted=interrupted,
        aborted=aborted,
    )


def outcome(
    result: Result, identifier: str = "slack", problem: str = "", mend: str = ""
) -> Outcome:
    change = Create(desired=slack(identifier))
    return Outcome(change=change, result=result, problem=problem, mend=mend)


def test_a_run_without_trouble_is_one_line() -> None:
    assert render([report(outcome(Result.DONE))], Look()) == (
        "Apply: 1 created, 0 updated, 0 deleted; 0 failed, 0 not attempted\n"
    )


def test_failures_come_with_their_mend() -> None:
    text = render([report(outcome(Result.FAILED, problem="Novu said no.", mend="Ask."))], Look())
    assert "\nFailed\n  ! create slack: Novu said no.\n      Ask.\n\n" in text


def test_a_failure_without_a_mend_is_one_line() -> None:
    text = render([report(outcome(Result.FAILED, problem="Novu said no."))], Look())
    assert "\nFailed\n  ! create slack: Novu said no.\n\nApply:" in text


def test_a_long_list_of_what_was_not_attempted_is_cut_unless_asked_for() -> None:
    many = report(*(outcome(Result.NOT_ATTEMPTED, f"slack-{each}", "why") for each in range(30)))
    assert "… and 10 more" in render([many], Look())
    assert "  · create slack-29: why\n" in render([many], Look(verbose=True))


def test_what_differs_and_what_novu_did_not_keep_are_told_apart() -> None:
    text = render(
        [
            report(
                outcome(Result.DONE),
                divergences=(
                    Divergence(identifier="ses", fields=(changed("name", "a", "b"),)),
                    Divergence(identifier="gone", fields=()),
                    Divergence(
                        identifier="braze", fields=(hidden("credentials.a"),), remembered=True
                    ),
                ),
            )
        ],
        Look(),
    )
    differing, _, not_kept = text.partition("Not kept by Novu")
    assert '  ses\n      ~ name: "a" → "b"\n  gone is gone\n' in differing
    assert "  braze\n      ~ credentials.a  (secret, changed)\n" in not_kept


def test_why_a_run_stopped_is_told() -> None:
    text = render([report(aborted="the key\nis rejected", interrupted=True)], Look())
    assert "\nStopped: the key is rejected\nInterrupted: " in text


def test_several_environments_are_headed_and_added_up() -> None:
    text = render([report(outcome(Result.DONE)), report(outcome(Result.FAILED))], Look())
    assert text.count("development  (Novu environment") == 2
    assert text.endswith(
        "\n2 environments: 1 created, 0 updated, 0 deleted; 1 failed, 0 not attempted\n"
    )


def test_what_to_run_next_comes_last() -> None:
    text = render([report()], Look(next_step="novu-sync plan"))
    assert text.endswith("\n\nNext: novu-sync plan\n")
