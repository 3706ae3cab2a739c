"""Two sides beside each other: what differs, what is covered, what nobody can tell."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from reconciler.authoring.comparing import compare
from reconciler.authoring.declared import declared_in
from reconciler.authoring.sides import declared_side, live_side
from reconciler.config.documents import Document
from reconciler.config.project import assembled
from reconciler.model import (
    Channel,
    Kind,
    Observed,
    ObservedCredentials,
    ObservedIntegration,
    Readback,
)
from reconciler.secret import Secret

if TYPE_CHECKING:
    from reconciler.authoring.comparison import Comparison

HEAD = """\
version: 1
project: x
environments:
  d: { apiKey: "${env:D}" }
  p: { apiKey: "${env:P}" }
integrations:
"""


def row(
    identifier: str | None = "a",
    provider: str = "discord",
    **more: Any,  # noqa: ANN401 - any field
) -> ObservedIntegration:
    credentials = more.pop("credentials", None)
    made: dict[str, Any] = {
        "id": f"id-{identifier}",
        "environment_id": "e",
        "identifier": identifier,
        "provider_id": provider,
        "channel": Channel.CHAT if provider == "discord" else Channel.EMAIL,
        "credentials": ObservedCredentials(
            readback=Readback.ABSENT if credentials is None else Readback.READABLE,
            values={key: Secret(value) for key, value in (credentials or {}).items()},
        ),
    }
    return ObservedIntegration(**{**made, **more})


def compared(block: str, left: str, right: str, **live: list[ObservedIntegration]) -> Comparison:
    document = Document(f"{HEAD}{block}".encode(), "x.yaml")
    assert document.findings == ()
    project = assembled(document, directory=Path())
    sides = []
    for side in (left, right):
        name = side.removeprefix("live:")
        forms = declared_in(project, name)
        rows = Observed(
            environment_id=name, environment_name=name, integrations=tuple(live.get(name, ()))
        )
        sides.append(
            declared_side(forms, name, side) if name == side else live_side(rows, forms, name, side)
        )
    return compare(*sides, (left, right))


def lines(found: Comparison) -> list[str]:
    told = []
    for each in found.integrations:
        told += [
            f"{change.action} {change.path} {change.visibility} {change.before} {change.after}"
            for change in each.changes
        ]
        told += [f"unknown {path}" for path in each.unknown]
    return told


SES = """\
  - identifier: a-${environment}
    name: A ${environment}
    providerId: resend
    credentials: { apiKey: "${env:K}", from: x, senderName: s }
    environments:
      d: { credentials: { apiKey: "${env:K_D}", from: d }, conditions: [{value: AND}] }
      p: { active: true }
"""


def test_declared_sides_are_compared_as_they_are_written() -> None:
    """The same template is no difference, and references are told apart by their names."""
    found = compared(SES, "d", "p")
    assert lines(found) == [
        "add active public None True",
        "change credentials.apiKey public ${env:K_D} ${env:K}",
        "change credentials.from public d x",
        "remove conditions public [{'value': 'AND'}] None",
    ]
    (each,) = found.integrations
    assert (each.left, each.right, each.channel) == ("a-d", "a-p", "email")
    assert (found.differing, found.same, found.only_left, found.only_right) == (1, 0, 0, 0)


def test_a_secret_that_is_written_down_is_covered() -> None:
    block = SES.replace('"${env:K_D}"', "s3cret").replace('"${env:K}"', "other")
    found = lines(compared(block, "d", "p"))
    assert "change credentials.apiKey secret None None" in found
    assert "s3cret" not in str(found)
    assert lines(compared(SES.replace('"${env:K_D}"', "s").replace('"${env:K}"', "s"), "d", "p"))[
        1
    ].startswith("change credentials.from")


def test_what_is_on_one_side_only_is_counted_and_not_compared() -> None:
    block = "  - {identifier: b, providerId: discord, environments: {d: {}}}\n  - {identifier: c, providerId: anthropic, kind: agent, environments: {p: {}}}\n  - {identifier: o, kind: odd, environments: {p: {}}}\n"
    found = compared(block, "d", "p")
    assert (found.only_left, found.only_right) == (1, 2)
    assert [each.differs for each in found.integrations] == [True, True, True]
    assert lines(found) == []


def test_a_declared_side_and_its_server() -> None:
    block = SES + "  - {identifier: b, providerId: discord, rules: {}, conditions: null}\n"
    stored = {"apiKey": "s3cret", "from": "x", "senderName": "other", "region": None}
    there = row("a-p", "resend", name="A p", active=False, credentials=stored)
    found = compared(block, "p", "live:p", p=[there, row("b", rules={}, conditions=[])])
    assert lines(found) == [
        "change active public True False",
        "change credentials.senderName public s other",
        "unknown credentials.apiKey",
    ]
    assert "s3cret" not in repr(found)


def test_what_is_not_declared_is_not_compared_with_a_server() -> None:
    block = "  - {identifier: a, providerId: resend}\n"
    there = row("a", "resend", name="N", active=True, credentials={"from": "x"}, rules={"a": 1})
    assert lines(compared(block, "p", "live:p", p=[there])) == []


def test_what_a_server_withholds_is_told_as_not_compared() -> None:
    block = "  - {identifier: a-p, providerId: resend, credentials: {from: x}, configurations: {inboundWebhookSigningKey: '${env:K}'}}\n  - {identifier: b, providerId: discord, credentials: {}}\n  - {identifier: c, providerId: resend}\n"
    there = [row("a-p", "resend", configurations={}), row("b"), row("c", "resend")]
    assert lines(compared(block, "live:p", "p", p=there)) == [
        "unknown configurations.inboundWebhookSigningKey",
        "unknown credentials",
    ]


def test_keys_that_one_side_lacks_are_added_or_removed() -> None:
    block = "  - {identifier: a, providerId: resend, credentials: {from: x}, configurations: {inboxCount: none}}\n"
    stored = {"senderName": "s", "apiKey": "k"}
    there = row(
        "a",
        "resend",
        credentials=stored,
        configurations={"inboundWebhookEnabled": True, "inboundWebhookSigningKey": Secret("k")},
    )
    assert lines(compared(block, "p", "live:p", p=[there])) == [
        "add credentials.apiKey secret None None",
        "remove credentials.from public x None",
        "add credentials.senderName public None s",
        "add configurations.inboundWebhookEnabled public None True",
        "add configurations.inboundWebhookSigningKey secret None None",
        "remove configurations.inboxCount public none None",
    ]


def test_servers_are_compared_in_all_that_both_tell() -> None:
    """Secrets are told apart and not shown; conditions count with their defaults."""
    left = row(
        "a-d",
        "resend",
        primary=True,
        active=True,
        credentials={"apiKey": "one", "from": "x", "token": "t"},
        conditions=[{"value": "AND"}, "odd"],
        rules=None,
    )
    right = row(
        "a-p",
        "resend",
        active=True,
        credentials={"apiKey": "two", "from": "x"},
        conditions=[{"value": "OR", "isNegated": False, "children": []}, "odd"],
        rules={"a": 1},
    )
    novu = row("made-up", "novu-email", active=True)
    found = compared(
        "  - {identifier: z, providerId: discord, environments: {}}\n",
        "live:d",
        "live:p",
        d=[left, novu, row(None)],
        p=[right],
    )
    assert lines(found) == [
        "change primary public True False",
        "change credentials.apiKey secret None None",
        "remove credentials.token secret None None",
        "change conditions[0].value public AND OR",
    ]


def test_what_is_declared_by_a_reference_is_covered_on_a_server_too() -> None:
    block = "  - {identifier: 'a-${environment}', providerId: resend, name: '${env:N}', credentials: {from: '${env:F}'}}\n"
    live = {
        name: [
            row(
                f"a-{name}", "resend", name=f"s3cret {name}", credentials={"from": f"s3cret {name}"}
            )
        ]
        for name in ("d", "p")
    }
    found = compared(block, "live:d", "live:p", **live)
    assert lines(found) == [
        "change name reference None None",
        "change credentials.from reference None None",
    ]
    assert lines(compared(block, "d", "live:p", **live)) == [
        "unknown name",
        "unknown credentials.from",
    ]


def test_agents_are_compared_with_agents() -> None:
    block = "  - {identifier: a, providerId: anthropic}\n"
    there = row("a", "anthropic", channel=None, kind=Kind.AGENT, name="A")
    found = compared(block, "d", "live:d", d=[there])
    assert found.same == 1
    assert found.integrations[0].channel is None


def test_keys_that_novu_makes_are_not_compared_nor_is_nonsense_completed() -> None:
    block = "  - {identifier: a, providerId: whatsapp-business, conditions: odd, credentials: {businessAccountId: b}}\n"
    stored = {"token": "made", "businessAccountId": "b"}
    there = row("a", "whatsapp-business", channel=Channel.CHAT, credentials=stored, conditions=[])
    assert lines(compared(block, "p", "live:p", p=[there])) == ["change conditions public odd []"]
