"""Whatever clients do, primary and priority stay as Novu keeps them."""

from __future__ import annotations

from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from support.inprocess import ask

from reconciler.sandbox.application import Sandbox

RANKED = ("email", "sms")
KEYS = ("sandbox-development", "sandbox-production")
CONDITIONS = [{"value": "AND", "children": []}]
WHICH = st.integers(min_value=0, max_value=50)


class AnyClient(RuleBasedStateMachine):
    """Writes whatever Novu takes, in any order, in both environments."""

    def __init__(self) -> None:
        super().__init__()
        self.sandbox = Sandbox(builtins=False)
        self.ids: list[tuple[str, str]] = []
        self.moved: dict[str, str] = {}

    def teardown(self) -> None:
        """Close the sandbox."""
        self.sandbox.close()

    def write(self, method: str, which: int, end: str = "", body: object = None) -> int:
        """Write to one of the rows, and tell the status."""
        key, row_id = self.ids[which % len(self.ids)]
        path = f"/v1/integrations/{row_id}{end}"
        return ask(self.sandbox, method, path, body, key=key).status

    @rule(
        key=st.sampled_from(KEYS),
        channel=st.sampled_from((*RANKED, "chat")),
        active=st.booleans(),
        filtered=st.booleans(),
    )
    def create(self, key: str, channel: str, *, active: bool, filtered: bool) -> None:
        """Make a row."""
        body = {
            "providerId": "any",
            "channel": channel,
            "active": active,
            "conditions": CONDITIONS if filtered else [],
        }
        made = ask(self.sandbox, "POST", "/v1/integrations", body, key=key).data
        self.ids.append((key, made["_id"]))

    @precondition(lambda self: self.ids)
    @rule(which=WHICH, active=st.sampled_from((True, False, None)))
    def activate(self, which: int, active: bool | None) -> None:  # noqa: FBT001 - drawn by name
        """Switch a row on or off."""
        self.write("PUT", which, body={"active": active})

    @precondition(lambda self: self.ids)
    @rule(which=WHICH, filtered=st.booleans(), by_rules=st.booleans())
    def filter(self, which: int, *, filtered: bool, by_rules: bool) -> None:
        """Give a row filters, or take them away."""
        rules = {"==": [1, 1]} if filtered else {}
        conditions = CONDITIONS if filtered else []
        body: dict[str, Any] = {"rules": rules} if by_rules else {"conditions": conditions}
        self.write("PUT", which, body=body)

    @precondition(lambda self: self.ids)
    @rule(which=WHICH)
    def set_primary(self, which: int) -> None:
        """Make a row primary."""
        self.write("POST", which, "/set-primary")

    @precondition(lambda self: self.ids)
    @rule(which=WHICH)
    def delete(self, which: int) -> None:
        """Delete a row, perhaps for the second time."""
        assert self.write("DELETE", which) in (200, 404)

    def rows(self, key: str) -> list[dict[str, Any]]:
        """What a key sees."""
        listed: list[dict[str, Any]] = ask(self.sandbox, "GET", "/v1/integrations", key=key).data
        return listed

    @invariant()
    def active_rows_of_a_ranked_channel_are_numbered_from_one(self) -> None:
        """Without gaps and without equals, and the primary is on top."""
        for key in KEYS:
            for channel in RANKED:
                rows = [row for row in self.rows(key) if row["channel"] == channel]
                active = [row for row in rows if row["active"]]
                numbers = sorted(row["priority"] for row in active)
                assert numbers == list(range(1, len(active) + 1))
                primaries = [row["priority"] for row in active if row["primary"]]
                assert primaries in ([], [len(active)])

    @invariant()
    def all_other_rows_are_unranked(self) -> None:
        """Inactive ones, and those of channels without a primary."""
        for key in KEYS:
            for row in self.rows(key):
                if row["channel"] not in RANKED or not row["active"]:
                    assert (row["primary"], row["priority"]) == (False, 0)

    @invariant()
    def times_never_go_back(self) -> None:
        """A row's `updatedAt` only ever gets later."""
        for key in KEYS:
            for row in self.rows(key):
                assert row["updatedAt"] >= self.moved.get(row["_id"], row["createdAt"])
                self.moved[row["_id"]] = row["updatedAt"]


TestAnyClient = AnyClient.TestCase
TestAnyClient.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
