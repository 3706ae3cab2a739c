"""Keys that nobody knows, values of the wrong type, and what the catalogue has to say."""

from __future__ import annotations

from broken.case import HEAD, case, whole

SES = "integrations:\n  - identifier: ses\n    providerId: ses\n"
SMTP = """\
integrations:
  - identifier: smtp
    providerId: nodemailer
    active: true
    credentials:
      host: smtp.acme.com
      user: acme
      password: ${env:SMTP_PASSWORD}
      from: no-reply@acme.com
      senderName: Acme
"""

CASES = (
    case(
        "a key of the project is misspelt",
        "«NS201»integratons: []\n",
        "Did you mean `integrations`?",
    ),
    case(
        "a key of an integration is misspelt", SES + "    «NS201»chanel: email\n", "mean `channel`?"
    ),
    case(
        "a key means nothing at all",
        SES + "    «NS201»wheels: 4\n",
        "Allowed are `identifier`, `name`, `providerId`",
    ),
    case(
        "a secret stands beside the credentials",
        SES + "    «NS201»secretKey: sk-planted\n",
        "It belongs under `credentials`",
    ),
    case(
        "a reference to a secret stands beside the credentials",
        SES + "    «NS201»secretKey: ${env:SES_SECRET_ACCESS_KEY}\n",
        "It belongs under `credentials`",
    ),
    case(
        "a key of an environment is misspelt",
        "    «NS201»apiurl: ${env:NOVU_API_URL}\n",
        "means nothing in `production`. Did you mean `apiUrl`?",
    ),
    case(
        "a guard does not exist",
        "    guards: {«NS201»maxDelete: 5}\n",
        "means nothing in `guards`. Did you mean `maxDeletes`?",
    ),
    whole(
        "a project lacks all that it needs",
        "«NS203»«NS203»«NS203»integrations: []\n",
        "`environments` is missing",
        "`project` is missing",
        "`version` is missing",
    ),
    whole(
        "an environment has no key",
        "version: 1\nproject: acme\nenvironments:\n  «NS203»development: {ledger: file}\n",
        "`apiKey` is missing. The environment's secret key, as a reference",
    ),
    whole(
        "an environment is empty",
        "version: 1\nproject: acme\nenvironments:\n  «NS207»development:\n",
        "is empty, where a mapping belongs",
    ),
    whole(
        "a project has no environment",
        "version: 1\nproject: acme\n«NS206»environments: {}\n",
        "there has to be one at least",
    ),
    whole(
        "an environment has a name that no command line takes",
        "version: 1\nproject: acme\nenvironments:\n  «NS206»pro duction: {apiKey: '${env:K}'}\n",
        "cannot name an environment",
    ),
    whole(
        "a project is of a version to come",
        HEAD.replace("version: 1", "«NS205»version: 2"),
        "names a format that this novu-sync does not read. Write for example `version: 1`",
    ),
    whole(
        "a project has a name of two words",
        HEAD.replace("project: acme", "«NS206»project: acme corp"),
        "letters, digits, dots, dashes and underscores",
    ),
    case("an integration is a word", "integrations:\n  - «NS202»slack\n", "a mapping belongs"),
    case("an integration is empty", "integrations:\n  -«NS207»\n", "where a mapping belongs"),
    case(
        "an integration has neither a name nor a provider",
        "integrations:\n  - «NS203»«NS203»name: Slack\n",
        "`identifier` is missing",
        "`providerId` is missing. What Novu calls the provider",
    ),
    case("integrations are a mapping", "«NS202»integrations: {slack: {}}\n", "a list belongs"),
    case(
        "a name is a number",
        SES + "    «NS204»name: 4711\n",
        'put it in quotes. Write for example `name: "Amazon SES"`. As it is meant, it is `"4711"`',
    ),
    case("a name is on", SES + "    «NS204»name: on\n", 'As it is meant, it is `"on"`'),
    case("a name is yes", SES + "    «NS204»name: Yes\n", "a bare yes, no, on and off so"),
    case("a name is 1e3", SES + "    «NS204»name: 1e3\n", 'As it is meant, it is `"1e3"`'),
    case(
        "a name is empty",
        SES + "    «NS207»name:\n",
        "is empty, where text belongs; or leave it out",
    ),
    case("a name is empty text", SES + "    «NS206»name: ''\n", "write something, or leave it out"),
    case(
        "active is a word",
        SES.replace("ses", "discord") + "    «NS202»active: 'no'\n",
        "Write for example `active: true`",
    ),
    case("active is empty", SES + "    «NS207»active: null\n", "or leave it out"),
    case("a channel does not exist", SES + "    «NS205»channel: emial\n", "Did you mean `email`?"),
    case("a kind does not exist", SES + "    «NS205»kind: robot\n", "`delivery`, `agent`"),
    case(
        "a field to ignore does not exist",
        SES + "    ignoreChanges: [name, «NS205»activ]\n",
        "Did you mean `active`?",
    ),
    case(
        "a version of credentials is zero", SES + "    «NS206»credentialsVersion: 0\n", "at least 1"
    ),
    case(
        "previous identifiers are one word",
        SES + "    «NS202»previousIdentifiers: ses-old\n",
        'Write for example `previousIdentifiers: ["ses-old"]`',
    ),
    case(
        "a ledger does not exist",
        "    «NS205»ledger: fille\n",
        "Did you mean `file`?",
    ),
    case(
        "a ledger needs an address",
        "    «NS420»ledger: http\n",
        "The ledger `http` needs an `address`, in a mapping: `{backend: http, address: …}`.",
    ),
    case(
        "a file takes no address",
        "    ledger: {backend: file, «NS421»address: https://state.acme.com}\n",
        "`address` is a setting of the backend `http`",
    ),
    case(
        "the address of a ledger is none",
        "    ledger: {backend: http, «NS422»address: 'https://state.acme.com/?x=1'}\n",
        "is no address that novu-sync can use",
    ),
    case(
        "the password of a ledger is written down",
        "    ledger:\n"
        "      backend: http\n"
        "      address: https://state.acme.com/x\n"
        "      «NS310»password: hunter2\n",
        "is secret and stands in the file",
    ),
    case(
        "the password of a ledger is an API key of Novu",
        "    ledger:\n"
        "      backend: http\n"
        "      address: https://state.acme.com/x\n"
        "      «NS309»password: ${env:NOVU_DEVELOPMENT_API_KEY}\n",
        "holds an API key of Novu",
    ),
    case(
        "a limit is below nothing",
        "    guards: {«NS206»maxDeletes: -1}\n",
        "has to be at least 0",
    ),
    case("a limit is text", "    guards: {«NS202»maxDeletes: '3'}\n", "a whole number belongs"),
    case(
        "a port is a number",
        SMTP + "      «NS204»port: 587\n",
        'is a number, where text belongs: put it in quotes. Write for example `port: "587"`',
    ),
    case(
        "a switch is text",
        SMTP + "      port: '587'\n      «NS202»secure: 'yes'\n",
        "`secure: true`",
    ),
    case(
        "options are text",
        SMTP + "      port: '587'\n      «NS202»«NS310»tlsOptions: planted\n",
        "where a mapping or a reference like `${env:NAME}` belongs",
        "stands in the file",
    ),
    case(
        "a required credential is missing on an active integration",
        SMTP.replace("    credentials", "    «NS212»credentials"),
        'needs `port` to send, and Novu does not check it. Write for example `port: "587"`',
    ),
    case(
        "a required credential is missing on an inactive one",
        SMTP.replace("true", "false").replace("    credentials", "    «NS212 warning»credentials"),
        "needs `port` as soon as it is active",
    ),
    case(
        "an active integration manages no credentials",
        "integrations:\n  - «NS212 warning»identifier: ses\n    providerId: ses\n    active: true\n",
        "sends only where somebody sets them in Novu",
    ),
    case(
        "a credential is misspelt",
        SMTP + "      port: '587'\n      «NS211»requireTLS: true\n",
        "and Novu would drop it. Did you mean `requireTls`?",
    ),
    case(
        "a credential is not one of the allowed words",
        "integrations:\n  - identifier: a\n    providerId: sendgrid\n    active: true\n    credentials:\n"
        "      {apiKey: '${env:K}', from: a@acme.com, senderName: Acme, «NS205»region: EU}\n",
        "Did you mean `eu`?",
    ),
    case(
        "a provider is misspelt",
        "integrations:\n  - identifier: a\n    «NS210»providerId: send-gird\n    channel: email\n",
        "Novu would take it unseen. Did you mean `sendgrid`?",
    ),
    case(
        "a provider is called as people call it",
        "integrations:\n  - identifier: a\n    «NS210»providerId: smtp\n    channel: email\n",
        "Did you mean `nodemailer`?",
    ),
    case(
        "a provider is like none, and nobody knows its channel",
        "integrations:\n  - «NS203»identifier: a\n    «NS210»providerId: xyzzy\n",
        "`channel` is missing: nobody knows what `xyzzy` delivers to",
        "say `allowUnknownProviders: true`",
    ),
    case(
        "unknown providers are allowed, and told of all the same",
        "allowUnknownProviders: true\nintegrations:\n  - identifier: a\n"
        "    «NS210 warning»providerId: xyzzy\n    channel: chat\n"
        "    credentials: {«NS211 warning»novelty: '${env:NOVELTY}'}\n",
        "novu-sync knows no provider `xyzzy`",
        "Novu would drop it",
    ),
    case(
        "a provider has another channel",
        SES + "    «NS213»channel: sms\n",
        "`ses` delivers to email, and Novu would not notice. Write `channel: email`, or leave",
    ),
    case("a provider is no agent", SES + "    «NS214»kind: agent\n", "is of kind delivery. Leave"),
    case(
        "an integration is one that Novu makes by itself",
        "integrations:\n  - identifier: a\n    «NS215 warning»providerId: novu-email\n",
        "It can be adopted where it exists",
    ),
    case(
        "a configuration is misspelt",
        SES + "    configurations: {«NS216»inboundWebhookEnable: true}\n",
        "Did you mean `inboundWebhookEnabled`?",
    ),
    case(
        "a rule has two operators",
        SES + '    «NS208»rules: {"==": [1, 1], "!": [0]}\n',
        "Novu wants exactly one; `and` and `or` join several",
    ),
    case(
        "a rule has an operator that Novu refuses",
        SES + "    rules: {and: [{«NS208»log: 1}]}\n",
        "`log` is no operator that Novu accepts in rules",
    ),
    case(
        "a condition lacks what it looks at",
        SES + "    conditions:\n      - children:\n          - «NS203»field: identifier\n",
        "`on` is missing",
    ),
    case(
        "a condition has an operator of another language",
        SES + "    conditions:\n      - children: [{on: tenant, «NS205»operator: ==}]\n",
        "is none of the words that are allowed",
    ),
    case(
        "defaults are of a channel that does not exist",
        "defaults:\n  «NS201»mail: {active: true}\n",
        "Did you mean `email`?",
    ),
    case(
        "a default is a credential that no provider of the channel takes",
        "defaults: {email: {credentials: {«NS211»sendername: Acme}}}\n",
        "Did you mean `senderName`?",
    ),
    case(
        "one block has every kind of mistake, and all are told at once",
        "integrations:\n  - «NS201»«NS203»nmae: x\n"
        "    «NS210»providerId: slak\n    «NS204»name: 5\n    channel: chat\n"
        "    «NS202»active: 'on'\n    «NS205»kind: robot\n    «NS206»ignoreChanges: [name, name]\n",
        "Did you mean `name`?",
        "`identifier` is missing",
        "Did you mean `slack`?",
        'it is `"5"`',
        "true or false",
        "`delivery`, `agent`",
        "twice",
    ),
)
