"""Plans against a small model of the server, written from Novu's documented rules alone."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from planning_values import FINGERPRINTER, project

from reconciler.findings import errors
from reconciler.model import (
    Applied,
    Channel,
    Entry,
    Guards,
    Integration,
    Kind,
    Observed,
    ObservedCredentials,
    ObservedIntegration,
    Readback,
)
from reconciler.planning.drift import Cause
from reconciler.planning.fingerprints import desired_fingerprints
from reconciler.planning.guards import refusals
from reconciler.planning.options import CredentialsMode, Options
from reconciler.planning.plan import (
    Create,
    Delete,
    Rename,
    Replace,
    SetPrimary,
    Update,
)
from reconciler.planning.planner import plan
from reconciler.planning.standings import Standings
from reconciler.planning.three_way import drift
from reconciler.secret import Secret, reveal

if TYPE_CHECKING:
    import random

    from reconciler.model import Desired
    from reconciler.planning.plan import (
        Plan,
    )

PRIMARY_CHANNELS = ("email", "sms")
PROVIDERS = {
    "ses": Channel.EMAIL,
    "sendgrid": Channel.EMAIL,
    "twilio": Channel.SMS,
    "slack": Channel.CHAT,
    "anthropic": None,
}
USUAL = {
    "a": "ses",
    "b": "sendgrid",
    "c": "twilio",
    "d": "slack",
    "e": "ses",
    "x": "ses",
    "y": "ses",
}
"""Which provider an identifier mostly has, so that declared integrations often find their rows."""

NAMES = ("a", "b", "c", "d", "e")
FIELDS = ("name", "active", "credentials", "conditions", "rules", "configurations")


@dataclass
class TinyNovu:
    """Rows as Novu keeps them: what each call does to active, primary and priority."""

    readable: bool
    rows: dict[str, dict[str, Any]] = field(default_factory=dict)
    made: int = 0

    def create(self, body: dict[str, Any]) -> str:
        """A POST: the first active row of a channel becomes its primary."""
        self.made += 1
        row = {
            "id": f"id{self.made}",
            "name": "unnamed",
            "active": False,
            "primary": False,
            "priority": 0,
            "credentials": {},
            "conditions": [],
            "rules": None,
            "configurations": None,
            **deepcopy(body),
        }
        if row["active"] and row["channel"] in PRIMARY_CHANNELS:
            top = self.ranked(row["channel"])[:1]
            if top and top[0]["primary"]:
                row["priority"] = top[0]["priority"]
                top[0]["priority"] += 1
            else:
                row["primary"] = True
                row["priority"] = (top[0]["priority"] if top else 0) + 1
        self.rows[row["id"]] = row
        return row["id"]

    def put(self, key: str, body: dict[str, Any]) -> None:
        """A PUT: it replaces what it names and promotes nobody."""
        row = self.rows[key]
        was_active = row["active"]
        row.update(deepcopy(body))
        if body.get("rules"):
            row["conditions"] = []
        if row["channel"] not in PRIMARY_CHANNELS:
            return
        if row["active"] and not was_active:
            top = self.ranked(row["channel"], but=key)
            row["priority"] = (top[0]["priority"] if top else 0) + 1
        if not row["active"] or body.get("conditions") or body.get("rules"):
            row["primary"] = False
        if not row["active"]:
            row["priority"] = 0

    def set_primary(self, key: str) -> None:
        """Takes the primary, activates, empties conditions and rules."""
        row = self.rows[key]
        assert row["channel"] in PRIMARY_CHANNELS
        if row["primary"]:
            return
        ranked = self.ranked(row["channel"])
        for other in ranked:
            other["primary"] = False
        row.update(active=True, primary=True, conditions=[], rules=None)
        row["priority"] = max([each["priority"] for each in ranked], default=0) + 1

    def ranked(self, channel: str, but: str = "") -> list[dict[str, Any]]:
        """Active rows of a channel, the primary first, then by priority."""
        rows = [
            row
            for row in self.rows.values()
            if row["channel"] == channel and row["active"] and row["id"] != but
        ]
        return sorted(rows, key=lambda row: (row["primary"], row["priority"]), reverse=True)

    def observed(self) -> Observed:
        """The list of ``GET /v1/integrations``."""
        return Observed(
            environment_id="e" * 24,
            environment_name="Development",
            integrations=tuple(self.told(row) for row in self.rows.values()),
        )

    def told(self, row: dict[str, Any]) -> ObservedIntegration:
        """A row of the list."""
        credentials = ObservedCredentials(readback=Readback.ABSENT)
        if self.readable:
            credentials = ObservedCredentials(
                readback=Readback.READABLE,
                values={key: Secret(each) for key, each in row["credentials"].items()},
            )
        configurations = deepcopy(row["configurations"])
        if configurations and not self.readable:
            configurations.pop("inboundWebhookSigningKey", None)
        return ObservedIntegration(
            id=row["id"],
            environment_id="e" * 24,
            identifier=row["identifier"],
            provider_id=row["providerId"],
            channel=row["channel"],
            name=row["name"],
            active=row["active"],
            primary=row["primary"],
            priority=row["priority"],
            credentials=credentials,
            conditions=deepcopy(row["conditions"]),
            rules=deepcopy(row["rules"]),
            configurations=configurations,
        )


def body_of(source: object) -> dict[str, Any]:
    sent = {name: getattr(source, name) for name in FIELDS}
    return {name: reveal(each) for name, each in sent.items() if each is not None}


def created(server: TinyNovu, desired: Integration) -> str:
    return server.create(
        {
            "identifier": desired.identifier,
            "providerId": desired.provider_id,
            "channel": desired.channel,
            **body_of(desired),
        }
    )


def carry_out(made: Plan, server: TinyNovu) -> None:
    """Do what a plan says, one request after the other, as it is ordered."""
    ids = {}
    for change in made.writes:
        match change:
            case Create(desired=desired):
                ids[desired.identifier] = created(server, desired)
            case Replace(desired=desired, observed=observed):
                del server.rows[observed.id]
                ids[desired.identifier] = created(server, desired)
            case Update(observed=observed, patch=patch):
                server.put(observed.id, body_of(patch))
            case Rename(observed=observed, patch=patch):
                server.put(observed.id, {"identifier": patch.identifier, **body_of(patch)})
            case SetPrimary(observed=None):
                server.set_primary(ids[change.identifier])
            case SetPrimary(observed=observed):
                server.set_primary(observed.id)
            case Delete(observed=observed):
                del server.rows[observed.id]


def ledger_after(desired: Desired, server: TinyNovu) -> Applied:
    """What is remembered once everything declared was applied."""
    ids = {row["identifier"]: row["id"] for row in server.rows.values()}
    built_in = [row["id"] for row in server.rows.values() if row["providerId"] == "novu"]
    entries = {}
    for each in desired.integrations:
        credentials, fields = desired_fingerprints(each, FINGERPRINTER)
        remote_id = built_in[0] if each.provider_id == "novu" else ids[each.identifier]
        entries[each.identifier] = Entry(
            identifier=each.identifier,
            remote_id=remote_id,
            credentials=credentials,
            fields=fields,
            credentials_version=each.credentials_version,
            protected=each.protect,
        )
    return Applied(entries=entries)


words = st.sampled_from(("hush-1", "hush-2", "hush-3"))
gates = st.lists(
    st.fixed_dictionaries(
        {"type": st.just("GROUP"), "value": st.sampled_from(("AND", "OR"))},
        optional={
            "isNegated": st.booleans(),
            "children": st.lists(
                st.fixed_dictionaries(
                    {"field": st.just("identifier"), "value": words, "on": st.just("tenant")}
                ),
                max_size=2,
            ),
        },
    ),
    max_size=2,
)
rules = st.dictionaries(
    st.sampled_from(("==", "or", "in")), st.lists(st.one_of(words, st.integers(0, 2))), max_size=2
)
configurations = st.dictionaries(
    st.sampled_from(("inboxCount", "inboundWebhookSigningKey")), words, max_size=2
)
credentials = st.dictionaries(st.sampled_from(("apiKey", "region", "token")), words, max_size=3)


def provider_of(identifier: str) -> st.SearchStrategy[str]:
    """Mostly the usual one of that name."""
    usual = st.just(USUAL[identifier])
    return st.one_of(usual, usual, usual, usual, st.sampled_from(sorted(PROVIDERS)))


def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


@st.composite
def servers(draw: st.DrawFn) -> TinyNovu:
    """A server after some calls, by people and tools alike."""
    server = TinyNovu(readable=draw(st.booleans()))
    if draw(st.booleans()):
        server.create(
            {
                "identifier": "novu-inbox-7",
                "providerId": "novu",
                "channel": "in_app",
                "active": True,
            }
        )
    for name in draw(st.lists(st.sampled_from(sorted(USUAL)), unique=True, max_size=6)):
        provider = draw(provider_of(name))
        key = server.create(
            {
                "identifier": name,
                "providerId": provider,
                "channel": PROVIDERS[provider],
                "name": draw(st.sampled_from(("One", "Two"))),
                "active": draw(st.booleans()),
                "conditions": draw(gates),
                "credentials": draw(credentials),
                "configurations": draw(maybe(configurations)),
            }
        )
        if draw(st.booleans()):
            body = {"active": draw(st.booleans())}
            server.put(key, body | draw(st.sampled_from(({}, {"conditions": []}))))
        if server.rows[key]["channel"] in PRIMARY_CHANNELS and draw(st.booleans()):
            server.set_primary(key)
    return server


@st.composite
def integrations(draw: st.DrawFn, identifier: str) -> Integration:
    provider = draw(provider_of(identifier))
    secret = draw(st.booleans())
    name = draw(maybe(st.sampled_from(("One", "Two"))))
    declared_credentials = draw(maybe(credentials))
    declared_configurations = draw(maybe(configurations))
    return Integration(
        identifier=identifier,
        provider_id=provider,
        channel=PROVIDERS[provider],
        kind=Kind.AGENT if provider == "anthropic" else Kind.DELIVERY,
        name=Secret("hush-name") if secret and name else name,
        active=draw(maybe(st.booleans())),
        credentials=None
        if declared_credentials is None
        else {key: Secret(each) for key, each in declared_credentials.items()},
        conditions=draw(maybe(gates)),
        rules=draw(maybe(rules)),
        configurations=None
        if declared_configurations is None
        else {key: Secret(each) for key, each in declared_configurations.items()},
        referenced=frozenset(
            {"name", "conditions", "rules", "configurations"} if secret else {"configurations"}
        ),
        previous_identifiers=tuple(draw(st.sampled_from(((), ("x",), ("y", "x"))))),
        credentials_version=draw(maybe(st.integers(1, 2))),
        protect=draw(st.booleans()),
    )


@st.composite
def projects(draw: st.DrawFn) -> Desired:
    """What a project may declare: one primary a channel at most, active and unconditional."""
    names = draw(st.lists(st.sampled_from(NAMES), unique=True, max_size=4))
    found: list[Integration] = [draw(integrations(name)) for name in names]
    wishes: dict[str | None, str] = {}
    for at, each in enumerate(found):
        wish = draw(maybe(st.booleans()))
        if each.channel not in PRIMARY_CHANNELS or (wish and each.channel in wishes):
            continue
        if wish:
            wishes[each.channel] = each.identifier
            fields = {"primary": True, "active": True, "conditions": None, "rules": None}
        else:
            fields = {"primary": wish}
        found[at] = replaced(each, **fields)
    if draw(st.booleans()):
        found.append(
            Integration(
                identifier="inbox",
                provider_id="novu",
                channel=Channel.IN_APP,
                name=draw(maybe(st.just("Inbox"))),
                active=True,
            )
        )
    return project(*found)


def replaced(integration: Integration, **fields: object) -> Integration:
    given = {name: getattr(integration, name) for name in Integration.__dataclass_fields__}
    return Integration(**{**given, **fields})


def made_of(
    desired: Desired, server: TinyNovu, applied: Applied | None = None, **options: object
) -> Plan:
    found = plan(
        desired, server.observed(), applied or Applied(), FINGERPRINTER, Options(**options)
    )
    assume(not errors(found.findings))
    return found


@given(projects(), servers())
@settings(max_examples=200, deadline=None)
def test_apply_then_plan_is_empty(desired: Desired, server: TinyNovu) -> None:
    carry_out(made_of(desired, server), server)
    again = plan(
        desired, server.observed(), ledger_after(desired, server), FINGERPRINTER, Options()
    )

    assert again.writes == ()
    assert not errors(again.findings)


@given(projects(), projects(), servers())
@settings(max_examples=150, deadline=None)
def test_after_an_apply_nothing_drifts_and_what_differs_is_what_a_plan_would_change(
    before: Desired, after: Desired, server: TinyNovu
) -> None:
    """And what was applied is drift of nobody's doing but the configuration's."""
    carry_out(made_of(before, server), server)
    known = ledger_after(before, server)
    assert drift(before, server.observed(), known, FINGERPRINTER).is_empty

    made = made_of(after, server, known)
    found = drift(after, server.observed(), known, FINGERPRINTER)
    assert {each.identifier for each in found.differences} == {
        each.identifier for each in made.writes
    }
    assert found.count(Cause.DRIFTED) == found.count(Cause.BOTH) == 0


_EDITS = st.lists(
    st.tuples(
        st.integers(0, 9),
        st.sampled_from(
            [
                {"name": "edited"},
                {"active": False},
                {"active": True},
                {"conditions": []},
                {"rules": {}},
            ]
        ),
    ),
    max_size=6,
)


@given(projects(), servers(), _EDITS)
@settings(max_examples=150, deadline=None)
def test_what_only_the_server_changed_is_never_blamed_on_the_configuration(
    desired: Desired, server: TinyNovu, edits: list[tuple[int, dict[str, Any]]]
) -> None:
    carry_out(made_of(desired, server), server)
    known = ledger_after(desired, server)
    for number, body in edits:
        keys = sorted(server.rows)
        if keys:
            server.put(keys[number % len(keys)], body)
    found = drift(desired, server.observed(), known, FINGERPRINTER)
    assert {each.cause for each in found.differences} <= {Cause.DRIFTED}
    carry_out(plan(desired, server.observed(), known, FINGERPRINTER, Options()), server)
    after = drift(desired, server.observed(), ledger_after(desired, server), FINGERPRINTER)
    assert all(each.path == "primary" for each in after.differences), "primary: false stays refused"


@given(projects(), projects(), servers())
@settings(max_examples=100, deadline=None)
def test_one_project_after_another_converges_too(
    before: Desired, after: Desired, server: TinyNovu
) -> None:
    carry_out(made_of(before, server), server)
    known = ledger_after(before, server)
    carry_out(made_of(after, server, known, prune=True), server)
    remaining = Applied(
        entries={
            **{name: each for name, each in known.entries.items() if each.remote_id in server.rows},
            **ledger_after(after, server).entries,
        }
    )

    assert made_of(after, server, remaining, prune=True).writes == ()


@given(projects(), servers(), st.randoms(use_true_random=False))
@settings(max_examples=100, deadline=None)
def test_the_order_of_the_input_does_not_matter(
    desired: Desired, server: TinyNovu, chance: random.Random
) -> None:
    shuffled = project(*chance.sample(desired.integrations, len(desired.integrations)))
    rows = server.observed().integrations
    mixed = Observed(
        environment_id="e" * 24,
        environment_name="Development",
        integrations=tuple(chance.sample(rows, len(rows))),
    )

    one = plan(desired, server.observed(), Applied(), FINGERPRINTER, Options())
    other = plan(shuffled, mixed, Applied(), FINGERPRINTER, Options())

    assert one == other


@given(projects(), servers())
@settings(max_examples=100, deadline=None)
def test_unmanaged_rows_are_never_changed(desired: Desired, server: TinyNovu) -> None:
    """But for the primary, of which a channel has one: whoever gets it takes it from another."""
    made = made_of(desired, server)
    before = {each.id: deepcopy(server.rows[each.id]) for each in made.unmanaged}
    carry_out(made, server)
    after = {key: server.rows[key] for key in before}

    for row in (*before.values(), *after.values()):
        del row["primary"], row["priority"]
    assert after == before


@given(projects(), servers())
@settings(max_examples=200, deadline=None)
def test_what_becomes_of_the_primary_is_foreseen(desired: Desired, server: TinyNovu) -> None:
    made = made_of(desired, server)
    foreseen = Standings(server.observed().integrations)
    for change in made.writes:
        foreseen.carry_out(change)
    carry_out(made, server)

    for channel in PRIMARY_CHANNELS:
        rows = [row for row in server.rows.values() if row["channel"] == channel]
        primaries = {row["identifier"] for row in rows if row["primary"]}
        assert set(foreseen.primaries(channel)) == primaries
        assert set(foreseen.active().get(channel, [])) == {
            row["identifier"] for row in rows if row["active"]
        }


@given(projects(), servers())
@settings(max_examples=100, deadline=None)
def test_a_create_that_becomes_primary_says_so(desired: Desired, server: TinyNovu) -> None:
    made = made_of(desired, server)
    for change in made.writes:
        if isinstance(change, Create):
            key = created(server, change.desired)
            assert server.rows[key]["primary"] is change.becomes_primary
        elif isinstance(change, (Rename, Replace)):
            break  # the next creates are foreseen on top of what was left out here


@given(desired=projects(), mode=st.sampled_from(CredentialsMode), readable=st.booleans())
@settings(max_examples=100, deadline=None)
def test_nothing_secret_is_in_a_plan(
    desired: Desired, mode: CredentialsMode, *, readable: bool
) -> None:
    """Values that came from references are hidden, and so is what the server had in their place."""
    covered = ("name", "conditions", "rules", "configurations")
    hidden = [
        replaced(
            each,
            name=each.name and Secret("hush-name"),
            conditions=each.conditions and [{"value": Secret("hush-gate")}],
            rules=each.rules and {"in": [Secret("hush-rule"), "hush-half"]},
            referenced=frozenset(covered),
        )
        for each in desired.integrations
    ]
    server = TinyNovu(readable=readable)
    for each in hidden:
        old = {name: "hush-old" for name in ("name",) if each.name is not None}
        old |= {"conditions": [{"value": "hush-old"}]} if each.conditions is not None else {}
        old |= {"rules": {"in": ["hush-old", "x"]}} if each.rules is not None else {}
        created(server, replaced(each, active=False, **old))
    made = plan(
        project(*hidden),
        server.observed(),
        Applied(),
        FINGERPRINTER,
        Options(credentials=mode, rotate=("a",)),
    )

    assert "hush-old" not in repr(made)
    assert "hush" not in repr([each.fields for each in made.writes if isinstance(each, Update)])
    assert "hush" not in repr(made.findings)


_LIMITS = st.builds(
    Guards,
    max_deletes=st.integers(0, 4),
    max_delete_percent=st.integers(0, 100),
    max_updates=st.integers(0, 4),
)
_ALLOWED = st.fixed_dictionaries(
    {},
    optional={
        "allow_deletes": st.integers(0, 4),
        "allow_delete_percent": st.integers(0, 100),
        "allow_updates": st.integers(0, 4),
        "allow_replace": st.just(NAMES),
        "allow_primary": st.just(("email", "sms")),
        "allow_last_active": st.just(tuple(Channel)),
        "allow_empty": st.just(("development",)),
        "allow_environment_id": st.just(("e" * 24,)),
    },
)
_LIFTS = {
    "allow_empty": "empty-desired",
    **{
        f"allow_{each.replace('-', '_')}": each
        for each in (
            "deletes",
            "delete-percent",
            "updates",
            "replace",
            "primary",
            "last-active",
            "environment-id",
        )
    },
}


@given(projects(), projects(), servers(), _LIMITS, _LIMITS, _ALLOWED, st.booleans())
@settings(max_examples=200, deadline=None)
def test_guards_only_tighten(
    before: Desired,
    after: Desired,
    server: TinyNovu,
    one: Guards,
    other: Guards,
    allowed: dict[str, object],
    moved: bool,  # noqa: FBT001 - given by hypothesis
) -> None:
    """A lower limit refuses no less, an allowance only what it names, and no plan is changed."""
    carry_out(made_of(before, server), server)
    known, observed = ledger_after(before, server), server.observed()
    known = replace(known, environment_id="f" * 24 if moved else "e" * 24)

    def refused(guards: Guards, **options: object) -> set[str]:
        asked = Options(**{"prune": True, **options})
        limits = replace(after, environment=replace(after.environment, guards=guards))
        found = plan(limits, observed, known, FINGERPRINTER, asked)
        assert found == plan(after, observed, known, FINGERPRINTER, Options(prune=True))
        return {each.guard for each in refusals(found, limits, observed, known, asked)}

    lowest = Guards(
        **{
            name: min(getattr(one, name), getattr(other, name))
            for name in ("max_deletes", "max_delete_percent", "max_updates")
        }
    )
    strict, loose = refused(lowest), refused(one)
    lifted = refused(lowest, **allowed)

    assert strict >= loose
    assert strict >= lifted
    assert strict - lifted <= {_LIFTS[each] for each in allowed}
    assert ("environment-id" in strict) == moved
