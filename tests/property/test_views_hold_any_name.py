"""Whatever names and messages hold, they are neither markup nor commands, and a page has its limit."""

from __future__ import annotations

import re
from typing import Any

from golden.rows import ENVIRONMENT_ID, changed, row, ses, slack, update
from hypothesis import given, settings
from hypothesis import strategies as st
from support.commonmark import markup

from reconciler.findings import Finding, Location, Severity
from reconciler.planning.guards import Refusal
from reconciler.planning.plan import Create, Delete, Plan
from reconciler.views import plan_github, plan_markdown
from reconciler.views.markdown import LIMIT
from reconciler.views.style import Look
from reconciler.views.subjects import Reviewed, Unplanned

NAMES = st.text(
    st.sampled_from(
        [
            "`",
            "~",
            "<",
            ">",
            "-",
            "@",
            "#",
            "[",
            "]",
            "(",
            "%",
            ":",
            ",",
            "\n",
            "\r",
            " ",
            "x",
            "é",
            "\x1b",
            "\ud800",
        ]
    ),
    max_size=30,
) | st.text(max_size=20)
COMMAND = re.compile(r"::(?:error|warning|notice) (?:[a-z]+=[^,:\n]*,?)+::[^\n]*")


@st.composite
def pages(draw: st.DrawFn) -> tuple[list[Reviewed], list[Unplanned], Look]:
    name = lambda: draw(NAMES)  # noqa: E731 - one letter shorter everywhere
    place = Location(file=name(), line=1, column=1)
    changes: list[Any] = [
        Create(
            desired=ses(
                name(),
                name=name(),
                provider_id=name(),
                credentials={name(): name()},
                location=place,
            )
        ),
        update(changed(name(), name(), [name()]), desired=slack(name())),
        Delete(observed=row(name(), name=name(), provider_id=name(), channel=name())),
    ]
    plan = Plan(
        environment=name(),
        environment_id=ENVIRONMENT_ID,
        ledger_note=name(),
        changes=tuple(changes) * draw(st.sampled_from([1, 1, 1, 400])),
        unmanaged=(row(name(), name=name(), provider_id=name()),),
        findings=(
            Finding(
                severity=Severity.ERROR, code="NS501", summary=name(), detail=name(), location=place
            ),
        ),
    )
    refusal = Refusal(guard=name(), identifiers=(), detail=name(), mend=name())
    unplanned = Unplanned(environment=name(), summary=name(), mend=name())
    look = Look(next_step=name(), project=name(), folder=draw(st.sampled_from(["", "a/b"])))
    return [Reviewed(plan=plan, refusals=(refusal,))], [unplanned], look


@given(pages())
@settings(max_examples=150, deadline=None)
def test_a_comment_is_ours_alone_outside_of_spans_and_fences(
    page: tuple[list[Reviewed], list[Unplanned], Look],
) -> None:
    text = plan_markdown.render(*page)
    assert len(text.encode()) <= LIMIT
    first, _, rest = text.partition("\n")
    assert re.fullmatch(r"<!-- novu-sync:plan( project=\S+)? environment=\S* -->", first)
    left = re.sub(r"</?(details|summary)>", "", markup(rest))
    assert not set("<>[]@&_~\\`") & set(left), left


@given(pages())
@settings(max_examples=150, deadline=None)
def test_annotations_are_one_command_a_line_whatever_they_tell(
    page: tuple[list[Reviewed], list[Unplanned], Look],
) -> None:
    text = plan_github.render(*page)
    for line in text.removesuffix("\n").split("\n"):
        assert COMMAND.fullmatch(line), line
