"""Made-up projects of any size, the same ones every time.

An integration is as large as a real one: a name, a provider, a channel, `active`, and the
credentials that its provider requires, secret ones as references. The references share a few
variables, since ten thousand of them would measure the kernel's handling of an environment
that nobody has.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRETS = 32
SERVICE_ACCOUNTS = 4

# By channel: provider, display name, credentials. "$secret" and "$account" become references,
# {n} the number of the integration. All keys are known to the official SDKs too, which drop
# any other, so that every contestant can send the same bodies.
_PROVIDERS: dict[str, tuple[tuple[str, str, dict[str, Any]], ...]] = {
    "chat": (
        (
            "slack",
            "Slack",
            {
                "applicationId": "A0ACME{n}",
                "clientId": "1234.{n}",
                "secretKey": "$secret",
                "signingSecret": "$secret",
            },
        ),
        (
            "msteams",
            "Microsoft Teams",
            {"clientId": "client-{n}", "secretKey": "$secret", "tenantId": "tenant-{n}"},
        ),
        ("telegram", "Telegram", {"apiToken": "$secret"}),
        ("rocket-chat", "Rocket.Chat", {"token": "$secret", "user": "acme-{n}"}),
    ),
    "push": (
        ("fcm", "Firebase", {"serviceAccount": "$account"}),
        (
            "apns",
            "Apple Push",
            {
                "secretKey": "$secret",
                "apiKey": "$secret",
                "projectName": "acme-{n}",
                "applicationId": "example.acme.app{n}",
                "secure": True,
            },
        ),
        ("expo", "Expo", {"apiKey": "$secret"}),
        ("one-signal", "OneSignal", {"applicationId": "app-{n}", "apiKey": "$secret"}),
    ),
    "email": (
        (
            "ses",
            "Amazon SES",
            {
                "apiKey": "$secret",
                "secretKey": "$secret",
                "region": "us-east-2",
                "from": "no-reply-{n}@acme.example",
                "senderName": "Acme {n}",
            },
        ),
        (
            "sendgrid",
            "SendGrid",
            {
                "apiKey": "$secret",
                "from": "no-reply-{n}@acme.example",
                "senderName": "Acme {n}",
            },
        ),
        (
            "mailjet",
            "Mailjet",
            {
                "apiKey": "$secret",
                "secretKey": "$secret",
                "from": "no-reply-{n}@acme.example",
                "senderName": "Acme {n}",
            },
        ),
    ),
    "sms": (
        (
            "twilio",
            "Twilio",
            {"accountSid": "AC{n}", "token": "$secret", "from": "+1500555{n}"},
        ),
        (
            "nexmo",
            "Vonage",
            {"apiKey": "$secret", "secretKey": "$secret", "from": "+1500556{n}"},
        ),
        ("plivo", "Plivo", {"accountSid": "PL{n}", "token": "$secret", "from": "+1500557{n}"}),
    ),
    "tool": (("pagerduty", "PagerDuty", {}), ("opsgenie", "Opsgenie", {})),
    "in_app": (("novu", "Acme Inbox", {"hmac": True}),),
}

CHAT_AND_PUSH = ("chat", "push")
ALL_CHANNELS = ("email", "sms", "chat", "push", "tool", "in_app")


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """A project of one environment, with what its peers need to do the same work.

    Attributes:
        integrations: as declared in the file, references unresolved.
        variables: what the references name.
    """

    integrations: tuple[dict[str, Any], ...]
    variables: dict[str, str]

    @property
    def text(self) -> str:
        """The whole project as one YAML file."""
        document: dict[str, Any] = {
            "version": 1,
            "project": "benchmark",
            "environments": {
                "development": {
                    "apiUrl": "${env:NOVU_API_URL}",
                    "apiKey": "${env:NOVU_API_KEY}",
                }
            },
        }
        if self.integrations:
            document["integrations"] = list(self.integrations)
        dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
        return str(yaml.dump(document, Dumper=dumper, sort_keys=False, width=100))

    @property
    def bodies(self) -> list[dict[str, Any]]:
        """What a create of each integration sends: references resolved, nothing left out."""
        return [
            {
                **each,
                "credentials": {
                    key: self._resolved(value) for key, value in each.get("credentials", {}).items()
                },
                "check": False,
            }
            for each in self.integrations
        ]

    @property
    def declared(self) -> list[dict[str, Any]]:
        """The fields that a server gives back and a comparison looks at: no credentials."""
        return [
            {key: value for key, value in each.items() if key != "credentials"}
            for each in self.integrations
        ]

    @property
    def longest_chain(self) -> int:
        """How many creates must follow one another: active ones of a channel with priorities."""
        return max(
            sum(bool(each["active"]) for each in self.integrations if each["channel"] == channel)
            for channel in ("email", "sms")
        )

    def _resolved(self, value: Any) -> Any:  # noqa: ANN401 - a credential is a string or a boolean
        if isinstance(value, str) and value.startswith("${env:"):
            return self.variables[value.removeprefix("${env:").removesuffix("}")]
        return value


def project(size: int, channels: tuple[str, ...] = CHAT_AND_PUSH) -> Project:
    """A project of that many active integrations, spread evenly over the channels.

    The in-app channel takes one at most, since Novu has one a environment.
    """
    integrations = tuple(
        _integration(number, channel, *_PROVIDERS[channel][turn % len(_PROVIDERS[channel])])
        for number, (channel, turn) in enumerate(islice(_turns(channels), size))
    )
    return Project(integrations=integrations, variables=_variables())


def _turns(channels: tuple[str, ...]) -> Iterator[tuple[str, int]]:
    """Channels in turn, each with how often it had one before."""
    once = [channel for channel in channels if channel == "in_app"]
    others = [channel for channel in channels if channel != "in_app"]
    for channel in once:
        yield channel, 0
    turn = 0
    while others:
        for channel in others:
            yield channel, turn
        turn += 1


def _integration(
    number: int, channel: str, provider: str, name: str, credentials: dict[str, Any]
) -> dict[str, Any]:
    n = f"{number:05}"
    declared: dict[str, Any] = {
        "identifier": f"{provider}-{n}",
        "name": f"{name} {n}",
        "providerId": provider,
        "channel": channel,
        "active": True,
    }
    if credentials:
        declared["credentials"] = {
            key: _value(value, number + place, n)
            for place, (key, value) in enumerate(credentials.items())
        }
    return declared


def _value(value: str | bool, place: int, n: str) -> str | bool:  # noqa: FBT001 - a credential
    if value == "$secret":
        return f"${{env:BENCH_SECRET_{place % SECRETS:02}}}"
    if value == "$account":
        return f"${{env:BENCH_ACCOUNT_{place % SERVICE_ACCOUNTS}}}"
    return value.format(n=n) if isinstance(value, str) else value


def _variables() -> dict[str, str]:
    secrets = {f"BENCH_SECRET_{each:02}": _noise("secret", each, 40) for each in range(SECRETS)}
    accounts = {
        f"BENCH_ACCOUNT_{each}": json.dumps(
            {
                "type": "service_account",
                "project_id": f"acme-{each}",
                "private_key_id": _noise("key id", each, 40),
                "private_key": _noise("key", each, 1700),
                "client_email": f"push@acme-{each}.example",
            }
        )
        for each in range(SERVICE_ACCOUNTS)
    }
    return secrets | accounts


def _noise(purpose: str, number: int, length: int) -> str:
    """Characters that look random and are always the same."""
    return hashlib.shake_256(f"{purpose} {number}".encode()).hexdigest(length // 2)
