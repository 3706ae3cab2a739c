"""Every protection, switched off one at a time: some test has to notice.

A mutant is a small change of the running program, made by code. `mutating` makes one before any
test is collected; `tests/faults/test_mutants.py` runs the tests that are named here under it.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, Final

from reconciler.applying import creating, memory, problems, reread, schedule
from reconciler.applying.apply import _Run
from reconciler.applying.carrying import Carrier, Done
from reconciler.cli import binding
from reconciler.config import commands, outside, plugins
from reconciler.ledger import document, gathered, journal, lock
from reconciler.ledger.contexts import ContextLedger
from reconciler.ledger.file import FileLedger
from reconciler.ledger.leased import Leased
from reconciler.novu import integrations, observe, wire
from reconciler.planning import (
    credentials,
    guards,
    limits,
    pairing,
    planfile,
    planner,
    prune,
    snapshot,
)
from reconciler.secret import Secret, Unresolved
from reconciler.transport import hosts, retrying, session

if TYPE_CHECKING:
    from collections.abc import Callable

_UNIT: Final = "tests/unit/test_"
_POINTS: Final = "tests/faults/test_named_points.py::"
_REMEMBERED = f"{_POINTS}test_a_point_that_was_worth_remembering_ends_as_if_nothing_had_happened"
_LOST_CREATE = f"{_POINTS}test_a_create_whose_answer_was_lost_is_looked_for_and_not_sent_again"
_BINDING: Final = "tests/e2e/test_binding.py::"
_STAYS = f"{_UNIT}planning_prune.py::test_what_is_not_surely_ours_stays"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """A protection that is off.

    Attributes:
        protection: what holds usually, for people.
        switch_off: makes it not hold.
        noticed_by: the test that fails then, as pytest names it.
    """

    protection: str
    switch_off: Callable[[], None]
    noticed_by: str


def _put(owner: Any, name: str, value: Any) -> Callable[[], None]:  # noqa: ANN401 - any member
    assert hasattr(owner, name), f"there is no {name} to switch off"
    return lambda: setattr(owner, name, value)


def _without(guard: Callable[..., object]) -> Callable[[], None]:
    return _put(guards, "GUARDS", tuple(each for each in guards.GUARDS if each is not guard))


def _guard(guard: Callable[..., object], test: str) -> Mutant:
    return Mutant(
        protection=f"guard {guard.__name__.strip('_').replace('_', '-')}",
        switch_off=_without(guard),
        noticed_by=f"{_UNIT}planning_guards.py::{test}",
    )


def _send_before_doubt(self: Any, observed: Any, patch: Any) -> Any:  # noqa: ANN401 - as Carrier's
    row = self._api.update(observed.id, patch)
    self._memory.doubt(observed.id)
    return Done(row_id=observed.id, row=row, sent=frozenset({"credentials"}))


def _record_before_forget(self: Any, entry: Any) -> None:  # noqa: ANN401 - as Memory's
    before = self._by_row.get(entry.remote_id)
    self._ledger.record(entry)
    if before is not None and before.identifier != entry.identifier:
        self._ledger.forget(before.identifier)
    self._by_row[entry.remote_id] = entry


def _discard_before_fold(self: Any) -> None:  # noqa: ANN401 - as FileLedger's
    tail, self._tail = self._tail, None
    if tail is not None:
        tail.discard()
        self._fold()


def _without_check(body: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    def made(*arguments: object) -> dict[str, Any]:
        return {key: value for key, value in body(*arguments).items() if key != "check"}

    return made


def _retry_anything(outcome: Any, **how: Any) -> float | None:  # noqa: ANN401 - as the original's
    return _WAIT(outcome, **{**how, "again": True})


def _following(*arguments: Any, **how: Any) -> Any:  # noqa: ANN401 - as the original's
    opened = _OPEN(*arguments, **how)
    opened.follow_redirects = True
    return opened


def _all(*changes: Callable[[], None]) -> Callable[[], None]:
    def made() -> None:
        for change in changes:
            change()

    return made


def _allowing(self: Any, *arguments: Any, **how: Any) -> None:  # noqa: ANN401 - as Commands'
    _COMMANDS(self, *arguments, **{**how, "allowed": True})


_COMMANDS = commands.Commands.__init__
_OBSERVE = observe.observe
_OPEN = session.open_client
_WAIT = retrying.wait_before_retry

MUTANTS: dict[str, Mutant] = {
    "ledger-intent": Mutant(
        protection="a ledger in Novu is told what is going to be written before it is",
        switch_off=_put(ContextLedger, "_cover", lambda self, writes: self._covered.update(writes)),
        noticed_by=f"{_REMEMBERED}[rotate 2026-11 x1 novu 7:killed-after]",
    ),
    "ledger-another-writer": Mutant(
        protection="what another run wrote to a ledger in Novu is not written over",
        switch_off=_put(ContextLedger, "_refuse_another_writer", lambda _: None),
        noticed_by=f"{_UNIT}ledger_contexts.py"
        "::test_what_another_run_wrote_meanwhile_is_not_written_over[another_applies]",
    ),
    "ledger-table": Mutant(
        protection="a part of a ledger in Novu that was put back is in doubt",
        switch_off=_put(gathered.Gathered, "doubt", lambda *_, **__: None),
        noticed_by=f"{_UNIT}ledger_contexts.py::test_a_part_that_was_put_back_is_in_doubt",
    ),
    "lock-reserve": Mutant(
        protection="no write begins that could outlast the lock",
        switch_off=_put(lock, "RESERVE", -1e9),
        noticed_by=f"{_UNIT}ledger_lock.py::test_a_run_that_lost_its_lock_writes_nothing_more",
    ),
    "lock-check": Mutant(
        protection="a lost lock keeps from writing to Novu",
        switch_off=_put(Leased, "create", lambda self, desired: self._api.create(desired)),
        noticed_by=f"{_UNIT}ledger_leased.py"
        "::test_nothing_is_written_once_the_lock_is_lost_and_reading_goes_on",
    ),
    "ledger-host": Mutant(
        protection="the password of a ledger goes to allowed hosts only",
        switch_off=_put(hosts, "check", lambda *_, **__: None),
        noticed_by=f"{_UNIT}ledger_state.py"
        "::test_the_host_of_a_ledger_must_be_allowed_by_who_runs_it",
    ),
    "environment-filter": Mutant(
        protection="rows of other environments are left out of the list",
        switch_off=_put(integrations, "of_environment", lambda rows, _: tuple(rows)),
        noticed_by=f"{_REMEMBERED}[create 2026-04 x1 4:timeout-after]",
    ),
    "duplicate-stop": Mutant(
        protection="duplicate identifiers on the server stop the run",
        switch_off=_put(
            pairing, "_by_identifier", lambda rows: {row.identifier: row for row in rows}
        ),
        noticed_by=f"{_UNIT}planning_pairing.py"
        "::test_duplicate_identifiers_stop_the_run_and_are_all_named",
    ),
    "post-re-list": Mutant(
        protection="after a lost answer the list is read before a create is sent again",
        switch_off=_put(
            creating.Creator,
            "_after_a_lost_answer",
            lambda self, desired: creating.Made(row=self._api.create(desired)),
        ),
        noticed_by=_LOST_CREATE,
    ),
    "post-not-repeated": Mutant(
        protection="a request that may not be carried out twice is not repeated blindly",
        switch_off=_put(retrying, "wait_before_retry", _retry_anything),
        noticed_by=_LOST_CREATE,
    ),
    "adopted-is-not-trusted": Mutant(
        protection="an adopted row is sent what cannot be seen of it",
        switch_off=_put(creating.Creator, "_patch", lambda *_: None),
        noticed_by=f"{_UNIT}applying_creating.py::test_adopting_sends_what_cannot_be_seen",
    ),
    "doubt": Mutant(
        protection="what is known of values is doubted before they are sent",
        switch_off=_put(memory.Memory, "doubt", lambda *_: None),
        noticed_by=f"{_REMEMBERED}[rotate 2026-11 x1 4:killed-after]",
    ),
    "doubt-before-send": Mutant(
        protection="the doubt is on disk before the values leave",
        switch_off=_put(Carrier, "_update", _send_before_doubt),
        noticed_by=f"{_REMEMBERED}[rotate 2026-11 x1 4:killed-after]",
    ),
    "uncertain": Mutant(
        protection="a refusal that follows a lost answer is not believed",
        switch_off=_put(problems, "is_ambiguous", lambda error: getattr(error, "ambiguous", False)),
        noticed_by=f"{_UNIT}applying_problems.py"
        "::test_a_refusal_says_nothing_of_an_earlier_sending_whose_answer_was_lost",
    ),
    "forget-before-record": Mutant(
        protection="a renamed row is forgotten under its old name before it is recorded anew",
        switch_off=_put(memory.Memory, "remember", _record_before_forget),
        noticed_by=f"{_UNIT}applying_memory.py::test_a_row_with_another_name_has_one_entry_still",
    ),
    "delete-is-checked": Mutant(
        protection="a row that is listed after its delete is not forgotten",
        switch_off=_put(_Run, "_check_deletes", lambda *_: None),
        noticed_by=f"{_UNIT}applying_apply.py::test_a_row_that_is_listed_after_its_delete_is_not_"
        "forgotten_and_the_delete_failed",
    ),
    "page-is-no-delete": Mutant(
        protection="an answer to a delete that is not Novu's deletes nothing",
        switch_off=_put(session.Session, "_read", lambda *_, **__: b""),
        noticed_by=f"{_UNIT}transport_session.py::test_a_page_in_place_of_novu_deletes_nothing",
    ),
    "fold-before-discard": Mutant(
        protection="the document is written before the journal is removed",
        switch_off=_put(FileLedger, "close", _discard_before_fold),
        noticed_by=f"{_UNIT}ledger_file.py"
        "::test_a_disk_that_fills_up_at_the_end_leaves_the_journal_for_the_next_run",
    ),
    "document-code": Mutant(
        protection="a ledger that something else changed is not believed",
        switch_off=_put(document, "_is", lambda *_: True),
        noticed_by=f"{_UNIT}ledger_document.py",
    ),
    "journal-code": Mutant(
        protection="a line of the journal that something else wrote is not believed",
        switch_off=_put(journal.hmac, "compare_digest", lambda *_: True),
        noticed_by=f"{_UNIT}ledger_journal.py",
    ),
    "one-name": Mutant(
        protection="one Novu environment is not applied under two names",
        switch_off=_put(FileLedger, "_refuse_another_name", lambda *_: None),
        noticed_by=f"{_UNIT}ledger_file.py::test_one_novu_environment_behind_two_names_is_refused",
    ),
    "stages": Mutant(
        protection="nothing is taken away after something failed",
        switch_off=_put(schedule, "TAKES_AWAY", frozenset()),
        noticed_by=f"{_UNIT}applying_apply.py",
    ),
    "lanes": Mutant(
        protection="what moves priorities goes one by one",
        switch_off=_put(schedule, "_lane", lambda _: None),
        noticed_by=f"{_UNIT}applying_schedule.py",
    ),
    "last-look": Mutant(
        protection="what did not converge is told",
        switch_off=_put(reread, "_differing", lambda *_: iter(())),
        noticed_by=f"{_UNIT}applying_reread.py",
    ),
    "built-ins-stay": Mutant(
        protection="Novu's built-ins are never pruned",
        switch_off=_put(prune, "NOVU_OWNED", frozenset()),
        noticed_by=_STAYS,
    ),
    "prune-owns": Mutant(
        protection="only what the ledger says we applied is pruned",
        switch_off=_put(planner, "may_be_pruned", lambda row, *_: row.provider_id != "novu"),
        noticed_by=f"{_REMEMBERED}[edit 2026-04 x1 13:dropped-before]",
    ),
    "ciphertext": Mutant(
        protection="ciphertext that a server answers is never taken for a value",
        switch_off=_put(wire, "_is_opaque", lambda _: False),
        noticed_by=f"{_UNIT}novu_wire.py",
    ),
    "check-is-said": Mutant(
        protection="check is always said",
        switch_off=_all(
            _put(wire, "create_body", _without_check(wire.create_body)),
            _put(wire, "update_body", _without_check(wire.update_body)),
        ),
        noticed_by=f"{_REMEMBERED}[create 2024-10 x1 4:timeout-after]",
    ),
    "inbox-name": Mutant(
        protection="the built-in inbox keeps the identifier that Novu gave it",
        switch_off=_put(wire, "is_built_in_inbox", lambda _: False),
        noticed_by=f"{_UNIT}novu_wire.py::test_the_built_in_inbox_never_sends_its_identifier",
    ),
    "pinned-environment": Mutant(
        protection="a key of another environment than the pinned one is refused",
        switch_off=_put(observe, "observe", lambda session, **_: _OBSERVE(session)),
        noticed_by=f"{_UNIT}novu_resources.py"
        "::test_a_key_of_another_environment_is_refused_by_name",
    ),
    "allowed-hosts": Mutant(
        protection="the API key goes to allowed hosts only",
        switch_off=_put(hosts, "check", lambda *_, **__: None),
        noticed_by=f"{_UNIT}transport_session.py"
        "::test_a_host_that_is_not_allowed_never_sees_a_request",
    ),
    "masked": Mutant(
        protection="a secret cannot print itself",
        switch_off=_put(Secret, "__repr__", lambda self: repr(self.reveal())),
        noticed_by=f"{_UNIT}secret.py",
    ),
    "redirects": Mutant(
        protection="the API key follows no redirect",
        switch_off=_put(session, "open_client", _following),
        noticed_by="tests/e2e/test_transport_wire.py",
    ),
    "plan-file-code": Mutant(
        protection="a plan file that anybody touched is not believed",
        switch_off=_put(planfile.Read, "is_unchanged", lambda *_: True),
        noticed_by=f"{_BINDING}test_a_plan_file_that_anybody_touched_is_refused",
    ),
    "plan-file-once": Mutant(
        protection="a plan file is good for once",
        switch_off=_put(binding.FromFile, "use", lambda *_: None),
        noticed_by=f"{_BINDING}test_a_used_plan_stays_used_when_the_world_is_put_back",
    ),
    "plan-file-stale": Mutant(
        protection="a plan file is stale where anything moved",
        switch_off=_put(binding.FromFile, "refusals", lambda *_: ()),
        noticed_by=f"{_BINDING}test_an_edit_in_the_dashboard_makes_a_plan_stale_and_is_named",
    ),
    "digest-compared": Mutant(
        protection="an expected digest is compared",
        switch_off=_put(binding.Digests, "refusals", lambda *_: ()),
        noticed_by=f"{_BINDING}test_a_digest_lets_just_the_plan_run_that_was_reviewed",
    ),
    "snapshot-hides": Mutant(
        protection="a snapshot holds nothing that a reference gives",
        switch_off=_put(snapshot, "_HIDDEN", ()),
        noticed_by=f"{_UNIT}planning_snapshot.py"
        "::test_nothing_secret_and_nothing_of_other_environments_is_in_it",
    ),
    "guard-deletes": _guard(
        limits.deletes, "test_one_delete_is_allowed_and_no_more_however_many_there_are"
    ),
    "guard-delete-percent": _guard(
        limits.delete_percent, "test_the_share_of_deletes_is_held_however_few_rows_there_are"
    ),
    "guard-updates": _guard(limits.updates, "test_changes_are_limited_where_the_project_says_so"),
    "guard-environment-id": _guard(
        guards._environment_id, "test_another_environment_than_last_time_is_refused_by_both_ids"
    ),
    "guard-replace": _guard(
        guards._replace, "test_a_replace_is_refused_until_it_is_allowed_by_name"
    ),
    "guard-protected": _guard(guards._protected, "test_protection_outlives_its_block"),
    "guard-primary": _guard(guards._primary, "test_a_channel_may_not_lose_its_primary"),
    "guard-last-active": _guard(
        guards._last_active, "test_the_last_active_integration_of_a_channel_stays"
    ),
    "guard-empty-desired": _guard(
        guards._empty_desired, "test_an_empty_project_prunes_nothing_that_is_remembered"
    ),
    "exec-permission": Mutant(
        protection="commands of references run only where that is permitted",
        switch_off=_put(commands.Commands, "__init__", _allowing),
        noticed_by=f"{_UNIT}config_commands.py::test_without_permission_nothing_is_run",
    ),
    "exec-without-keys": Mutant(
        protection="commands of references do not see the project's API keys",
        switch_off=_put(outside, "api_keys", lambda _: frozenset()),
        noticed_by=f"{_UNIT}config_outside.py"
        "::test_a_command_sees_the_processs_variables_but_no_api_key_of_the_project",
    ),
    "exec-group": Mutant(
        protection="a command that takes too long is ended with what it started",
        switch_off=_put(commands, "_kill", lambda process: process.kill()),
        noticed_by=f"{_UNIT}config_commands.py"
        "::test_a_command_that_takes_too_long_is_ended_with_all_that_it_started",
    ),
    "files-of-the-project": Mutant(
        protection="a link does not lead a reference out of the project",
        switch_off=_put(PurePath, "is_relative_to", lambda *_: True),
        noticed_by=f"{_UNIT}config_sources.py::test_a_link_out_of_the_project_is_refused",
    ),
    "words-of-plug-ins": Mutant(
        protection="a plug-in's exception is told by its kind alone",
        switch_off=_put(plugins.PlugIn, "read", lambda self, argument: self._loaded()(argument)),
        noticed_by=f"{_UNIT}config_plugins.py"
        "::test_a_failure_is_told_by_its_kind_and_never_in_its_own_words",
    ),
    "unresolved": Mutant(
        protection="a value that was not asked for cannot be sent or compared",
        switch_off=_put(Unresolved, "reveal", lambda _: ""),
        noticed_by=f"{_UNIT}secret.py"
        "::test_what_was_not_resolved_shows_as_a_secret_and_gives_nothing",
    ),
    "changed-outside": Mutant(
        protection="a row that others wrote to is told of",
        switch_off=_put(credentials, "written_since", lambda *_: False),
        noticed_by=f"{_UNIT}planning_credentials.py"
        "::test_a_row_that_others_wrote_to_is_told_of_sent_to_again_or_left",
    ),
    "changed-outside-stays": Mutant(
        protection="that others wrote to a row is not forgotten with the next apply",
        switch_off=_put(reread, "_mark", lambda _entry, row, _settled: row.updated_at),
        noticed_by=f"{_UNIT}applying_reread.py"
        "::test_a_time_that_others_moved_is_not_remembered_before_credentials_are_sent",
    ),
}
"""Every mutant by name."""
