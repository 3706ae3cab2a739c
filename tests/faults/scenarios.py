"""What the fault tests do to a server: each scenario is a way from one project to the next."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from support.world import PLANTED, World, declared

from reconciler.errors import UsageError
from reconciler.planning.options import Options
from reconciler.sandbox.application import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from reconciler.model import Desired


def _is_played(generation: str) -> bool:
    try:
        Sandbox(generation=generation).close()
    except UsageError:
        return False
    return True


BACKENDS = ("file", "novu")
"""Of the ledger; servers of 2024 have no contexts."""

GENERATIONS = tuple(filter(_is_played, ("2024-10", "2026-04", "2026-11")))
"""Those of Novu's generations that the sandbox plays."""

OLD = {f"SECRET_{letter}": f"{PLANTED}-old-{letter.lower()}" for letter in "ABC"}
NEW = {f"SECRET_{letter}": f"{PLANTED}-new-{letter.lower()}" for letter in "ABC"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A way from one project to the next.

    Attributes:
        before: what was applied already, as YAML; `None` where nothing was.
        after: what is applied while things go wrong.
        options: of every run to `after`.
        others: what others put on the server before.
    """

    before: str | None = None
    after: str
    options: Options = field(default_factory=Options)
    others: Callable[[World], None] = lambda _: None


def desired(yaml: str, secrets: Mapping[str, str]) -> Desired:
    """What a scenario declares for development."""
    return declared(yaml, variables=secrets)


def prepared(scenario: Scenario, generation: str, parallelism: int, backend: str = "file") -> World:
    """A world at the beginning of a scenario, noted for `World.restore`; leave it when done."""
    world = World(generation=generation, parallelism=parallelism, backend=backend)
    _neighbours(world)
    scenario.others(world)
    if scenario.before is not None:
        assert world.run(desired(scenario.before, OLD)).is_well
    world.remember()
    return world


def make(world: World, environment: str = "development", **body: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    """Make a row as somebody else does."""
    row: dict[str, Any] = world.ask(
        "POST", "/v1/integrations", {"check": False, **body}, environment=environment
    )
    return row


def _neighbours(world: World) -> None:
    """What is on every server: another environment in use, and rows made by hand."""
    for environment, suffix in (("production", "production"), ("development", "by-hand")):
        make(
            world,
            environment,
            providerId="slack",
            channel="chat",
            identifier=f"chat-{suffix}",
            name="Theirs",
            active=True,
            credentials={"applicationId": "A", "secretKey": "theirs"},
        )
        make(
            world,
            environment,
            providerId="sendgrid",
            channel="email",
            identifier=f"mail-{suffix}",
            name="Theirs",
            active=environment == "production",
            credentials={"apiKey": "theirs", "from": "a@acme.example"},
        )
    if world.generation != "2024-10":  # which wants identifiers unique in the organization
        make(
            world,
            "production",
            providerId="twilio",
            channel="sms",
            identifier="text-a",
            name="A twin",
            active=True,
        )


def _by_hand(world: World) -> None:
    """Rows that the project is about to declare, made by hand and not quite alike."""
    make(
        world,
        providerId="slack",
        channel="chat",
        identifier="chat-a",
        name="By hand",
        active=False,
        credentials={"applicationId": "other", "secretKey": "theirs"},
    )
    make(
        world,
        providerId="sendgrid",
        channel="email",
        identifier="mail-a",
        name="Mail A",
        active=True,
        credentials={"apiKey": "theirs", "from": "a@acme.example"},
    )
    make(world, providerId="discord", channel="chat", identifier="chat-b", name="B", active=True)


def mail(name: str, *lines: str, provider: str = "sendgrid", key: str = "A") -> str:
    """An email integration; further lines follow its name."""
    credentials = {
        "sendgrid": f"apiKey: '${{env:SECRET_{key}}}', from: a@acme.example, senderName: Acme",
        "ses": f"apiKey: '${{env:SECRET_{key}}}', secretKey: '${{env:SECRET_B}}', region: us-east-2,"
        " from: a@acme.example, senderName: Acme",
    }[provider]
    return _block(name, provider, credentials, "channel: email", *lines)


def text(name: str, *lines: str, key: str = "B") -> str:
    """An sms integration."""
    credentials = f"accountSid: AC1, token: '${{env:SECRET_{key}}}', from: '+1555'"
    return _block(name, "twilio", credentials, *lines)


def chat(name: str, *lines: str, provider: str = "slack", key: str = "C") -> str:
    """A chat integration."""
    credentials = (
        f"applicationId: A0, clientId: '1', secretKey: '${{env:SECRET_{key}}}',"
        f" signingSecret: '${{env:SECRET_A}}'"
    )
    return _block(name, provider, credentials if provider == "slack" else "", *lines)


def push(name: str, *lines: str, key: str = "A") -> str:
    """A push integration."""
    return _block(name, "fcm", f"serviceAccount: '${{env:SECRET_{key}}}'", *lines)


def _block(name: str, provider: str, credentials: str, *lines: str) -> str:
    given = {line.partition(":")[0] for line in lines}
    usual = [f"name: {name.title()}", "active: true"]
    return (
        "\n    ".join(
            [
                f"  - identifier: {name}",
                f"providerId: {provider}",
                *(line for line in usual if line.partition(":")[0] not in given),
                *lines,
                *([f"credentials: {{{credentials}}}"] if credentials else []),
            ]
        )
        + "\n"
    )


def _project(*blocks: str) -> str:
    return "integrations:\n" + "".join(blocks)


INBOX = """\
  - identifier: inbox
    providerId: novu
    name: Our inbox
    active: true
    credentials: {hmac: true}
"""
CONDITIONS = (
    "conditions: [{isNegated: false, value: AND, type: BOOLEAN, children: [{field: identifier,"
    " value: acme, operator: EQUAL, 'on': tenant}]}]"
)

SCENARIOS: Mapping[str, Scenario] = {
    "create": Scenario(
        after=_project(
            mail("mail-a", "primary: true"),
            mail("mail-b", provider="ses"),
            mail("mail-c", "active: false"),
            text("text-a", "primary: true"),
            text("text-b"),
            chat("chat-a", CONDITIONS),
            chat("chat-b", provider="discord"),
            push("push-a"),
            INBOX,
        ),
    ),
    "edit": Scenario(
        before=_project(
            mail("mail-a", "primary: true"),
            mail("mail-b"),
            mail("mail-c"),
            text("text-a", "primary: true"),
            text("text-b"),
            chat("chat-a"),
            chat("chat-old"),
            chat("chat-gone", provider="discord"),
            chat("chat-asleep", "active: false", provider="discord"),
            push("push-a"),
        ),
        after=_project(
            mail("mail-a", "name: Another"),
            mail("mail-b", "primary: true"),
            mail("mail-c", "active: false"),
            text("text-a", "primary: true", "name: Another"),
            chat("chat-a", CONDITIONS),
            chat("chat-new", "previousIdentifiers: [chat-old]"),
            chat("chat-asleep", provider="discord"),
            push("push-a"),
            push("push-new"),
        ),
        options=Options(prune=True, allow_deletes=2),
    ),
    "replace": Scenario(
        before=_project(
            mail("mail-a", "primary: true"),
            mail("mail-b"),
            chat("chat-a"),
            chat("chat-b", provider="discord"),
        ),
        after=_project(
            mail("mail-a", "primary: true", provider="ses"),
            mail("mail-b"),
            chat("chat-a", provider="discord"),
            chat("chat-b"),
        ),
        options=Options(allow_replace=("mail-a", "chat-a", "chat-b")),
    ),
    "adopt": Scenario(
        others=_by_hand,
        after=_project(
            mail("mail-a", "primary: true"),
            chat("chat-a"),
            chat("chat-b", provider="discord"),
            INBOX,
        ),
    ),
    "rotate": Scenario(
        before=_project(mail("mail-a"), text("text-a"), chat("chat-a"), push("push-a"), INBOX),
        after=_project(
            mail("mail-a", "credentialsVersion: 2"),
            text("text-a"),
            chat("chat-a"),
            push("push-a"),
            INBOX.replace("true}", "false}"),
        ),
    ),
    "primary": Scenario(
        before=_project(
            mail("mail-a", "primary: true"),
            mail("mail-b"),
            text("text-a", "primary: true"),
            text("text-b", "active: false"),
        ),
        after=_project(
            mail("mail-b"),
            mail("mail-c", "primary: true"),
            text("text-a", "active: false"),
            text("text-b", "primary: true"),
        ),
        options=Options(prune=True, allow_deletes=1),
    ),
}
"""Every scenario by name."""
