"""Integrations that contradict themselves or each other, in one environment or in all."""

from __future__ import annotations

from broken.case import case, files

SLACK = "integrations:\n  - identifier: slack\n    providerId: slack\n"
SES = """\
integrations:
  - identifier: ses
    providerId: ses
    active: true
    primary: true
    credentials:
      apiKey: ${env:SES_ACCESS_KEY_ID}
      secretKey: ${env:SES_SECRET_ACCESS_KEY}
      region: us-east-1
      from: no-reply@acme.com
      senderName: Acme
"""
SENDGRID = """\
  - identifier: sendgrid
    providerId: sendgrid
    active: true
    primary: true
    credentials:
      apiKey: ${env:SENDGRID_API_KEY}
      from: no-reply@acme.com
      senderName: Acme
"""

CASES = (
    case(
        "an integration lives in an environment that is none",
        SLACK + "    environments:\n      development:\n      «NS401»prod:\n",
        "The project has no environment `prod`, so this would apply nowhere.",
    ),
    case(
        "an identifier is declared twice",
        SLACK + "  - «NS403»identifier: slack\n    providerId: discord\n",
        "is declared already, at",
    ),
    case(
        "an identifier is declared twice in one environment only",
        SLACK.replace("slack\n", "chat-${environment}\n", 1)
        + "  - «NS403 in production»identifier: chat-production\n    providerId: discord\n",
        "`chat-production` is declared already",
    ),
    case(
        "an overlay gives an identifier that another integration has",
        SLACK + "  - identifier: discord\n    providerId: discord\n    environments:\n"
        "      development:\n      production: {«NS403 in production»identifier: slack}\n",
        "Give each a name of its own, or let them live in different environments",
    ),
    files(
        "an identifier is declared in two files",
        {
            "novu-sync.yaml": "include: [a.yaml, b.yaml]\n",
            "a.yaml": SLACK,
            "b.yaml": "integrations:\n  - «NS403»identifier: slack\n    providerId: discord\n",
        },
        "a.yaml:2:5",
    ),
    case(
        "a previous identifier belongs to another integration",
        SLACK
        + "  - identifier: discord\n    providerId: discord\n    previousIdentifiers: [«NS404»slack]\n",
        "`slack` is taken, at",
    ),
    case(
        "a previous identifier is the identifier",
        SLACK + "    previousIdentifiers: [«NS404»slack]\n",
        "Remove it here or there",
    ),
    case(
        "two integrations had the same name",
        SLACK
        + "    previousIdentifiers: [chat]\n  - identifier: discord\n    providerId: discord\n"
        "    previousIdentifiers:\n      - old\n      - «NS404»chat\n",
        "so a row of that name cannot become this integration's",
    ),
    case(
        "a channel without a primary has one",
        SLACK + "    «NS405»primary: true\n",
        "There is no primary for `chat`, only for email and sms. Remove the line",
    ),
    case(
        "a primary is not active",
        SES.replace("true\n    primary", "false\n    «NS406»primary"),
        "A primary has to be active",
    ),
    case(
        "an overlay makes the primary inactive",
        SES.replace("    primary", "    «NS406 in development»primary")
        + "    environments:\n      production:\n      development: {active: false}\n",
        "Say one or the other",
    ),
    case(
        "an overlay makes an inactive one primary",
        SES.replace("active: true", "active: false").replace("    primary: true\n", "")
        + "    environments:\n      production:\n"
        "      development:\n        «NS406 in development»primary: true\n",
        "Say one or the other",
    ),
    case(
        "a primary has conditions",
        SES.replace("    primary", "    «NS407»primary")
        + "    conditions: [{children: [{on: tenant, field: id, operator: EQUAL, value: a}]}]\n",
        "so it has no `conditions`; Novu would empty them",
    ),
    case(
        "a primary has rules",
        SES.replace("    primary", "    «NS407»primary") + '    rules: {"==": [1, 1]}\n',
        "so it has no `rules`",
    ),
    case(
        "conditions stand beside rules",
        SLACK
        + '    rules: {"==": [1, 1]}\n'
        + "    «NS408»conditions: [{children: [{on: tenant, field: id, value: a}]}]\n",
        "Novu empties `conditions` when it gets `rules`",
    ),
    case(
        "a channel has two primaries",
        SES + SENDGRID.replace("    primary", "    «NS409»primary"),
        "`email` has a primary already, at",
    ),
    case(
        "a channel has two primaries in one environment",
        SES
        + SENDGRID.replace("    primary", "    «NS409 in production»primary")
        + "    environments:\n      production:\n      development: {primary: false}\n",
        "Leave it to one of them",
    ),
    case(
        "an environment has two of what comes once",
        "integrations:\n  - identifier: a\n    providerId: novu\n"
        "  - identifier: b\n    «NS410»providerId: novu\n",
        "An environment holds one integration of `novu`",
    ),
    case(
        "credentials end before they begin",
        SLACK.replace("slack", "discord") + "    «NS411»credentials:\n",
        "which clears what Novu has. Write `null` if that is meant, or remove the key",
    ),
    case(
        "a credential was forgotten",
        SES.replace("true", "false", 1)
        .replace("    primary: true\n", "")
        .replace("region: us-east-1", "«NS212 warning»«NS411»region:"),
        "",
        "stands here without a value",
    ),
    case(
        "an overlay forgets a credential that the base has",
        SES + "    environments:\n      development:\n      production:\n        credentials:\n"
        "          «NS212 in production»«NS411 in production»region:\n",
        "needs `region` to send",
        "stands here without a value",
    ),
    case(
        "an identifier holds blanks",
        SLACK.replace("identifier: slack", "«NS412 warning»identifier: our slack"),
        "has to be quoted wherever it is named. Use dashes",
    ),
    # --- what is wrong with an overlay is told of the overlay ---
    case(
        "an overlay misspells a key",
        SLACK + "    environments:\n      development: {«NS201»nmae: x}\n",
        "means nothing in `development`. Did you mean `name`?",
    ),
    case(
        "an overlay changes the provider",
        SLACK + "    environments:\n      development: {«NS201»providerId: discord}\n",
        "means nothing in `development`",
    ),
    case(
        "an overlay misspells a credential",
        SES + "    environments:\n      development:\n      production:\n"
        "        credentials: {«NS211 in production»regoin: x}\n",
        "Did you mean `region`?",
    ),
    case(
        "an overlay writes down a secret",
        SES + "    environments:\n      production:\n      development:\n        credentials:\n"
        "          «NS310 in development»secretKey: planted\n",
        "`secretKey` is secret and stands in the file",
    ),
    case(
        "an overlay is a list",
        SLACK + "    environments:\n      «NS202»development: [x]\n",
        "is a list, where a mapping belongs",
    ),
    case(
        "environments of an integration are a list",
        SLACK + "    «NS202»environments: [development]\n",
        "is a list, where a mapping belongs",
    ),
    case(
        "a default writes down a secret",
        "defaults:\n  email:\n    credentials:\n      «NS310»secretKey: planted\n"
        + SES.replace("      secretKey: ${env:SES_SECRET_ACCESS_KEY}\n", ""),
        "is secret and stands in the file",
    ),
)
