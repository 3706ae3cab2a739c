"""Sequences that nobody recorded: the sandbox against the rules, written down a second time."""

from __future__ import annotations

from typing import Any, ClassVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from support.inprocess import ask
from support.small_novu import RANKED, RULES, SmallNovu

from reconciler.sandbox.application import Sandbox

HOMES = ("development", "production")
CHANNELS = ("email", *RANKED, "chat", "in_app")
WHICH = st.integers(min_value=0, max_value=30)
HOME = st.sampled_from(HOMES)
IDENTIFIERS = st.sampled_from([f"i{number}" for number in range(24)])
CONDITIONS: list[Any] = [{"value": "AND", "children": []}]
BROKEN: list[Any] = [{"value": "AND", "children": ["no object"]}]


class AnyClient(RuleBasedStateMachine):
    """Writes in any order with the keys of both environments."""

    generation: ClassVar[str]

    def __init__(self) -> None:
        super().__init__()
        self.sandbox = Sandbox(generation=self.generation, builtins=False)
        self.model = SmallNovu(RULES[self.generation])
        self.ids: list[str] = []

    def teardown(self) -> None:
        """Close the sandbox."""
        self.sandbox.close()

    def asked(self, key: str, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401
        """What the sandbox answers."""
        return ask(self.sandbox, method, path, body, key=f"sandbox-{key}")

    def changed(self, key: str, number: int, **body: object) -> int:
        """The status of an update."""
        path = f"/v1/integrations/{self.ids[number]}"
        return int(self.asked(key, "PUT", path, {"check": False, **body}).status)

    def number(self, which: int) -> int | None:
        """One of the rows that were ever made."""
        return which % len(self.ids) if self.ids else None

    @rule(
        key=HOME,
        channel=st.sampled_from(CHANNELS),
        identifier=IDENTIFIERS,
        active=st.booleans(),
        filtered=st.booleans(),
        unasked=st.sampled_from((False, False, False, True)),
        broken=st.sampled_from((False, False, True)),
    )
    def create(self, **asked: Any) -> None:  # noqa: ANN401 - drawn by name
        """Make a row."""
        key, unasked = asked["key"], asked["unasked"]
        conditions: list[Any] = CONDITIONS if asked["filtered"] else []
        body = {
            "providerId": "novu" if asked["channel"] == "in_app" else "any",
            "channel": asked["channel"],
            "identifier": asked["identifier"],
            "active": asked["active"],
            "conditions": BROKEN if asked["broken"] else conditions,
        }
        if not unasked:
            body["check"] = False
        answer = self.asked(key, "POST", "/v1/integrations", body)
        assert answer.status == self.model.create(**asked)
        if answer.status == 201:
            self.ids.append(answer.data["_id"])

    @rule(key=HOME, which=WHICH, active=st.booleans())
    def activate(self, key: str, which: int, *, active: bool) -> None:
        """Switch a row on or off."""
        if (number := self.number(which)) is not None:
            status = self.changed(key, number, active=active)
            assert status == self.model.activate(key, number, active=active)

    @rule(key=HOME, which=WHICH, filtered=st.booleans())
    def filter(self, key: str, which: int, *, filtered: bool) -> None:
        """Give a row conditions, or take them away."""
        if (number := self.number(which)) is not None:
            status = self.changed(key, number, conditions=CONDITIONS if filtered else [])
            assert status == self.model.filter(key, number, filtered=filtered)

    @rule(key=HOME)
    def filter_the_primary(self, key: str) -> None:
        """Give conditions to a row that leads, which takes the lead from it."""
        leading = [row.number for row in self.model.rows if row.primary and row.home == key]
        for number in leading:
            status = self.changed(key, number, conditions=CONDITIONS)
            assert status == self.model.filter(key, number, filtered=True)

    @rule(key=HOME, which=WHICH, identifier=IDENTIFIERS)
    def rename(self, key: str, which: int, identifier: str) -> None:
        """Give a row another identifier, perhaps one that is taken."""
        if (number := self.number(which)) is not None:
            status = self.changed(key, number, identifier=identifier)
            assert status == self.model.rename(key, number, identifier)

    @rule(key=HOME, which=WHICH, home=HOME)
    def move(self, key: str, which: int, home: str) -> None:
        """Put a row into the other environment; ranked rows stay, since two may lead then."""
        number = self.number(which)
        rows = [row for row in self.model.rows if row.number == number and not row.priority]
        if number is not None and rows:
            environment = self.sandbox.environment_id(home)
            status = self.changed(key, number, _environmentId=environment)
            assert status == self.model.move(key, number, home)

    @rule(key=HOME, which=WHICH)
    def set_primary(self, key: str, which: int) -> None:
        """Make a row primary."""
        if (number := self.number(which)) is not None:
            path = f"/v1/integrations/{self.ids[number]}/set-primary"
            status = self.asked(key, "POST", path).status
            assert status == self.model.set_primary(key, number)

    @rule(key=HOME, which=WHICH)
    def delete(self, key: str, which: int) -> None:
        """Delete a row, perhaps for the second time."""
        if (number := self.number(which)) is not None:
            path = f"/v1/integrations/{self.ids[number]}"
            assert self.asked(key, "DELETE", path).status == self.model.delete(key, number)

    @invariant()
    def both_keys_see_what_the_rules_say(self) -> None:
        """Every row that they should, with its primary and priority."""
        names = {self.sandbox.environment_id(home): home for home in HOMES}
        for key in HOMES:
            shown = {
                (
                    *(self.ids.index(row["_id"]), names[row["_environmentId"]], row["channel"]),
                    *(row["identifier"], row["active"], bool(row["conditions"])),
                    *(row["primary"], row["priority"]),
                )
                for row in self.asked(key, "GET", "/v1/integrations").data
            }
            assert shown == {row.told for row in self.model.seen(key)}


class ClientOf202410(AnyClient):
    """A client of a server of October 2024."""

    generation = "2024-10"


class ClientOf202604(AnyClient):
    """A client of a server of April 2026."""

    generation = "2026-04"


class ClientOf202611(AnyClient):
    """A client of a server of November 2026."""

    generation = "2026-11"


SETTINGS = settings(max_examples=60, stateful_step_count=40, deadline=None)

TestIn202410 = ClientOf202410.TestCase
TestIn202410.settings = SETTINGS
TestIn202604 = ClientOf202604.TestCase
TestIn202604.settings = SETTINGS
TestIn202611 = ClientOf202611.TestCase
TestIn202611.settings = SETTINGS
