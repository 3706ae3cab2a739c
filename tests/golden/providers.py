"""A few made-up providers."""

from __future__ import annotations

from reconciler.config.catalogue import Credential, Provider
from reconciler.model import Channel, Kind

GRAND = Provider(
    id="grand-mail",
    channel=Channel.EMAIL,
    kind=Kind.DELIVERY,
    name="Grand Mail: the 2nd",
    docs="https://docs.example.com/grand-mail",
    novu_owned=False,
    single_per_environment=False,
    credentials=(
        Credential(
            key="apiKey",
            json_type="string",
            secret=True,
            required=True,
            label="Access key (the long one)",
            description="What the account page shows once.",
        ),
        Credential(key="secretKey", json_type="string", secret=True, required=True, label="Key"),
        Credential(key="privateKey", json_type="string", secret=True, required=True, label="Key"),
        Credential(key="token", json_type="string", secret=True, label="Token", server_made=True),
        Credential(key="from", json_type="string", secret=False, required=True, label="From"),
        Credential(key="port", json_type="string", secret=False, required=True, label="Port"),
        Credential(
            key="region",
            json_type="string",
            secret=False,
            required=True,
            enum=("no", "eu"),
            label="Region",
        ),
        Credential(key="secure", json_type="boolean", secret=False, required=True, label="Secure"),
        Credential(
            key="account", json_type="string", secret=False, required=True, label="Grand Mail Id"
        ),
        Credential(key="tlsOptions", json_type="object", secret=True, label="TLS options"),
    ),
    configurations=("inboundWebhookEnabled", "inboundWebhookSigningKey"),
    note="It is grand.",
)

BARE = Provider(
    id="bare-chat",
    channel=Channel.CHAT,
    kind=Kind.DELIVERY,
    name="Bare Chat",
    docs="",
    novu_owned=False,
    single_per_environment=False,
    credentials=(),
    configurations=(),
    note="",
)

AGENT = Provider(
    id="thinker",
    channel=None,
    kind=Kind.AGENT,
    name="Thinker",
    docs="",
    novu_owned=False,
    single_per_environment=False,
    credentials=(Credential(key="apiKey", json_type="string", secret=True, required=True),),
    configurations=(),
    note="",
)
