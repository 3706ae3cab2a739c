"""Whatever people do to the project and to the server, and however runs end: it converges.

Random sequences of edits to the YAML, edits in Novu's dashboard, lost ledgers and runs, healthy,
broken and killed, of both environments on every generation. What a run may do is checked after
each one; where an undisturbed one has to end, after each of those.
"""

# ruff: noqa: D102 - the name of a rule is its sentence, as that of a test is
from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from faults.scenarios import CONDITIONS, GENERATIONS, INBOX, chat, mail, push, text
from faults.walk import backends_of
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from support.breaking import BREAKS
from support.inprocess import ask
from support.mortal import ENDS
from support.world import ENVIRONMENTS, PLANTED, World, declared, is_novus

from reconciler.findings import errors
from reconciler.model import Channel
from reconciler.planning.facts import is_built_in
from reconciler.planning.options import Options
from reconciler.secret import reveal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from support.world import Ended, Row

    from reconciler.model import Desired, Integration

MAILS, TEXTS, CHATS = ("mail-a", "mail-b", "mail-c"), ("text-a", "text-b"), ("chat-a", "chat-b")
NAMES = (*MAILS, *TEXTS, *CHATS, "push-a")
SECRETS = {f"SECRET_{letter}": f"{PLANTED}-{letter.lower()}" for letter in "ABC"}
WRITERS = {"mail": mail, "text": text, "chat": chat, "push": push}
ELSEWHERE = "another environment of the organization"
"""What a refusal says whose cause this API key cannot see."""


@dataclass(frozen=True, kw_only=True)
class Block:
    """One integration of the project."""

    title: str = "One"
    active: bool = True
    primary: bool = False
    conditional: bool = False
    key: str = "A"
    other_provider: bool = False
    formerly: str = ""
    protect: bool = False

    def yaml(self, name: str, environment: str) -> str:
        """As the project file says it."""
        kind = name.partition("-")[0]
        lines = [
            f"name: {self.title}",
            f"active: {str(self.active).lower()}",
            *(["primary: true"] if self.primary else []),
            *([CONDITIONS] if self.conditional else ["conditions: []"]),
            *(["protect: true"] if self.protect else []),
            *([f"previousIdentifiers: [{self.formerly}-{environment}]"] if self.formerly else []),
        ]
        providers = {"mail": "ses", "chat": "discord"} if self.other_provider else {}
        provider = {"provider": providers[kind]} if kind in providers else {}
        return WRITERS[kind](f"{name}-{environment}", *lines, key=self.key, **provider)


BLOCKS = st.builds(
    Block,
    title=st.sampled_from(["One", "Two"]),
    active=st.booleans(),
    primary=st.booleans(),
    conditional=st.booleans(),
    key=st.sampled_from("ABC"),
    other_provider=st.booleans(),
    protect=st.sampled_from([False, False, False, True]),
)
EDITS = st.sampled_from(
    ["title", "activate", "deactivate", "delete", "primary", "conditions", "credentials"]
)
KILLS = sorted(each for each in BREAKS if each.startswith("killed"))
FAULTS = st.dictionaries(
    st.integers(3, 8) | st.integers(1, 14),
    st.sampled_from(KILLS) | st.sampled_from(sorted(BREAKS)),
    max_size=2,
)
STEPS = st.dictionaries(st.integers(1, 12), st.sampled_from(ENDS), max_size=1)


@cache
def resolved(yaml: str, environment: str) -> Desired:
    return declared(yaml, environment, SECRETS)


class Life(RuleBasedStateMachine):
    """A project and a server over the years."""

    def __init__(self) -> None:
        super().__init__()
        self.world: World | None = None
        self.blocks: dict[str, Block] = {}
        self.inbox = False
        self.tampered: set[str] = set()

    @initialize(
        generation=st.sampled_from(GENERATIONS),
        parallelism=st.sampled_from([1, 3]),
        in_novu=st.booleans(),
    )
    def begin(self, generation: str, parallelism: int, *, in_novu: bool) -> None:
        backend = backends_of(generation)[-1] if in_novu else "file"
        self.world = World(generation=generation, parallelism=parallelism, backend=backend)

    def teardown(self) -> None:
        if self.world is not None:
            self.world.__exit__()

    # -- the project

    @rule(blocks=st.dictionaries(st.sampled_from(NAMES), BLOCKS, min_size=1, max_size=4))
    def declare(self, blocks: dict[str, Block]) -> None:
        for name, block in blocks.items():
            self._declare(name, block)

    def _declare(self, name: str, block: Block) -> None:
        kind = name.partition("-")[0]
        # A project that says otherwise has findings, and is never applied.
        may_lead = kind in ("mail", "text") and block.active and not block.conditional
        block = replace(block, primary=block.primary and may_lead)
        if block.primary:
            for other, each in self.blocks.items():
                if other.startswith(kind):
                    self.blocks[other] = replace(each, primary=False)
        self._forget_the_name(name)
        self.blocks[name] = block

    @rule(names=st.sets(st.sampled_from(NAMES), min_size=1))
    def remove(self, names: set[str]) -> None:
        for name in names:
            self.blocks.pop(name, None)

    @rule(name=st.sampled_from(NAMES), protect=st.booleans())
    def protect(self, name: str, *, protect: bool) -> None:
        if name in self.blocks:
            self.blocks[name] = replace(self.blocks[name], protect=protect)

    @rule(names=st.sampled_from([MAILS, TEXTS, CHATS]), data=st.data())
    def rename(self, names: tuple[str, ...], data: st.DataObject) -> None:
        here = [name for name in names if name in self.blocks]
        free = [name for name in names if name not in self.blocks]
        if here and free:
            old, new = data.draw(st.sampled_from(here)), data.draw(st.sampled_from(free))
            self._forget_the_name(new)
            self.blocks[new] = replace(self.blocks.pop(old), formerly=old)

    def _forget_the_name(self, name: str) -> None:
        # A name that is declared again is nobody's earlier one: the project would have findings.
        self.blocks = {
            other: replace(each, formerly="") if each.formerly == name else each
            for other, each in self.blocks.items()
        }

    @rule(key=st.sampled_from("ABC"))
    def rotate_every_secret(self, key: str) -> None:
        self.blocks = {name: replace(each, key=key) for name, each in self.blocks.items()}

    @rule()
    def adopt_the_inbox_or_let_go_of_it(self) -> None:
        self.inbox = not self.inbox

    # -- the server, and the disk

    @rule(environment=st.sampled_from(ENVIRONMENTS), at=st.integers(0, 20), edit=EDITS)
    def edit_in_the_dashboard(self, environment: str, at: int, edit: str) -> None:
        rows = self.there.rows(environment)
        row = rows[at % len(rows)] if rows else None
        if row is None or (edit in ("primary", "credentials") and is_novus(row)):
            return
        path = f"/v1/integrations/{row['_id']}"
        bodies: dict[str, dict[str, Any]] = {
            "title": {"name": f"{row['name']} edited"[:30]},
            "activate": {"active": True},
            "deactivate": {"active": False},
            "conditions": {"conditions": [{"children": []}]},
            "credentials": {"credentials": {"apiKey": "tampered"}},
        }
        if edit in bodies:
            self._people("PUT", path, {**bodies[edit], "check": False}, environment)
        elif edit == "delete":
            self._people("DELETE", path, None, environment)
        else:
            self._people("POST", f"{path}/set-primary", None, environment)
        if edit == "credentials":
            self.tampered.add(row["_id"])

    @rule(
        environment=st.sampled_from(ENVIRONMENTS),
        name=st.sampled_from([*NAMES, "mail-theirs", "chat-theirs"]),
        whose=st.sampled_from(ENVIRONMENTS),
        active=st.booleans(),
    )
    def create_in_the_dashboard(
        self, environment: str, name: str, whose: str, *, active: bool
    ) -> None:
        kinds = {
            "mail": ("sendgrid", "email"),
            "text": ("twilio", "sms"),
            "chat": ("slack", "chat"),
            "push": ("fcm", "push"),
        }
        provider, channel = kinds[name.partition("-")[0]]
        body = {
            "providerId": provider,
            "channel": channel,
            "identifier": f"{name}-{whose}",
            "name": "By hand",
            "active": active,
            "credentials": {"apiKey": "theirs"},
            "check": False,
        }
        self._people("POST", "/v1/integrations", body, environment)

    @rule()
    def lose_the_ledgers(self) -> None:
        self.there.lose_the_ledgers()

    # -- runs

    @rule(
        environment=st.sampled_from(ENVIRONMENTS),
        prune=st.booleans(),
        breaks=FAULTS,
        ends=STEPS,
        blocks=st.dictionaries(st.sampled_from(NAMES), BLOCKS, max_size=3),
    )
    def run_in_bad_weather(
        self,
        environment: str,
        breaks: dict[int, str],
        ends: dict[int, str],
        blocks: dict[str, Block],
        *,
        prune: bool,
    ) -> None:
        self.declare(blocks)
        self._run(environment, prune=prune, breaks=breaks, ends=ends)

    @rule(environment=st.sampled_from(ENVIRONMENTS), prune=st.booleans())
    def run_in_peace(self, environment: str, *, prune: bool) -> None:
        ended = self._run(environment, prune=prune)
        assert ended.error is None, ended.error
        assert ended.plan is not None
        if self._is_explained(ended):
            return
        assert ended.is_well, ended.report
        again = self._run(environment, prune=prune, writing=False)
        assert again.plan is not None
        assert again.plan.is_empty, again.plan.writes
        self._is_as_declared(environment)

    @rule(environment=st.sampled_from(ENVIRONMENTS))
    def only_plan(self, environment: str) -> None:
        here = self.there
        before = here.everything(environment)
        self._run(environment, prune=True, writing=False)
        assert here.everything(environment) == before

    # -- what holds

    @invariant()
    def no_secret_is_on_the_disk(self) -> None:
        assert self.world is None or not self.world.tells_a_secret()

    @invariant()
    def nothing_is_there_twice(self) -> None:
        for environment in ENVIRONMENTS if self.world else ():
            names = [row["identifier"] for row in self.there.rows(environment)]
            assert len(names) == len(set(names)), Counter(names).most_common(1)

    @invariant()
    def a_channel_has_one_primary_at_most(self) -> None:
        for environment in ENVIRONMENTS if self.world else ():
            rows = self.there.rows(environment)
            leaders = Counter(row.get("channel") for row in rows if row["primary"])
            assert all(count == 1 for count in leaders.values()), leaders

    @precondition(lambda self: self.world is not None)
    @invariant()
    def the_ledgers_do_not_lie(self) -> None:
        for environment in ENVIRONMENTS:
            told = self.there.lies(self._desired(environment), but=self.tampered)
            assert not told, told

    # -- how

    @property
    def there(self) -> World:
        """The world, once it has begun."""
        assert self.world is not None
        return self.world

    def _people(self, method: str, path: str, body: object, environment: str) -> None:
        # A refusal is as good as an edit: it is what the dashboard would have shown.
        ask(self.there.sandbox, method, path, body, key=f"sandbox-{environment}")

    def _desired(self, environment: str) -> Desired:
        blocks = [each.yaml(name, environment) for name, each in sorted(self.blocks.items())]
        blocks += [INBOX] if self.inbox else []
        return resolved("integrations:\n" + "".join(blocks) if blocks else "", environment)

    def _run(
        self,
        environment: str,
        *,
        prune: bool,
        writing: bool = True,
        breaks: dict[int, str] | None = None,
        ends: dict[int, str] | None = None,
    ) -> Ended:
        here, desired = self.there, self._desired(environment)
        other = next(each for each in ENVIRONMENTS if each != environment)
        others, rows = here.everything(other), here.rows(environment)
        entries = here.entries(desired).values()
        ours = {(each.remote_id, each.identifier) for each in entries}
        protected = {each.remote_id for each in entries if each.protected}
        protected &= {row["_id"] for row in rows}
        options = Options(
            prune=prune,
            allow_deletes=99,
            allow_delete_percent=100,
            allow_replace=self._replaceable(desired),
        )
        here.sent.clear()
        # What a ledger in Novu does are requests: it has no steps of its own that could fail.
        ends = ends if here.backend == "file" else None
        ended = here.run(desired, options, breaks=breaks, ends=ends, writing=writing)
        assert here.everything(other) == others, "another environment was touched"
        left = {row["_id"] for row in here.rows(environment)}
        assert protected <= left, "a protected row was deleted"
        may_go = ours if prune else set()
        self._only_ours_were_touched(desired, rows, here.rows(environment), may_go)
        told = f"{ended!r}{ended.error}"
        assert PLANTED not in told
        if ended.refusals or (ended.plan and errors(ended.plan.findings)) or not writing:
            # The lock, and what a ledger in Novu keeps beside it, is all that may be written.
            written = {method for method, path, _ in here.sent if path.startswith("/v1/")}
            assert written <= {"GET"}
        return ended

    @staticmethod
    def _replaceable(desired: Desired) -> tuple[str, ...]:
        return tuple(each.identifier for each in desired.integrations)

    def _only_ours_were_touched(
        self,
        desired: Desired,
        before: Iterable[Row],
        after: Iterable[Row],
        may_go: set[tuple[str, str]],
    ) -> None:
        names = {each.identifier for each in desired.integrations if not is_built_in(each)}
        names |= {old for each in desired.integrations for old in each.previous_identifiers}
        adopts = any(map(is_built_in, desired.integrations))
        left = {row["_id"]: row for row in after}
        for row in before:
            is_inbox = row["providerId"] == "novu"
            if row["identifier"] in names or (adopts and is_inbox):
                assert not is_novus(row) or row["_id"] in left, "a built-in was deleted"
                continue
            if (row["_id"], row["identifier"]) in may_go and row["_id"] not in left:
                assert not is_novus(row), "a built-in was pruned"
                continue
            assert row["_id"] in left, f"{row['identifier']} was nobody's to delete"
            assert _lasting(left[row["_id"]]) == _lasting(row), "an unmanaged row was touched"

    def _is_explained(self, ended: Ended) -> bool:
        """Whether what was not done is said to be impossible, for a reason outside of the run."""
        assert ended.plan is not None
        if ended.refusals or errors(ended.plan.findings):
            return True
        assert ended.report is not None
        undone = [each for each in ended.report.outcomes if each.problem]
        return any(ELSEWHERE in each.problem for each in undone)

    def _is_as_declared(self, environment: str) -> None:
        rows = {row["identifier"]: row for row in self.there.rows(environment)}
        for each in self._desired(environment).integrations:
            if is_built_in(each):
                continue
            row = rows[each.identifier]
            assert row["providerId"] == each.provider_id
            assert row["name"] == each.name
            assert row["active"] is each.active
            assert bool(row["conditions"]) is bool(each.conditions)
            if each.primary:
                assert row["primary"], f"{each.identifier} is not the primary"
            if row["_id"] not in self.tampered:
                assert row["credentials"] == self._kept(each)

    def _kept(self, integration: Integration) -> dict[str, Any]:
        kept = self.there.kept_credentials
        values = (integration.credentials or {}).items()
        return {key: reveal(value) for key, value in values if key in kept}


def _lasting(row: Row) -> Row:
    """A row without what Novu moves when others are written."""
    moved = ("primary", "priority", "updatedAt")
    ranked = row.get("channel") in (Channel.EMAIL, Channel.SMS)
    return {key: value for key, value in row.items() if not (ranked and key in moved)}


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)
