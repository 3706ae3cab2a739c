"""References that cannot be read, stand in the wrong place, or have no value; secrets in a file."""

from __future__ import annotations

from broken.case import HEAD, PLAN, Case, case, whole

SLACK = "integrations:\n  - identifier: slack\n    providerId: slack\n"
SNS = """\
integrations:
  - identifier: sns
    providerId: sns
    active: true
    credentials:
      apiKey: ${env:SNS_ACCESS_KEY}
      region: us-east-1
"""
SMTP = """\
integrations:
  - identifier: smtp
    providerId: nodemailer
    credentials:
      host: smtp.acme.com
      port: "587"
      user: acme
      from: no-reply@acme.com
      senderName: Acme
"""
KEY = "${env:NOVU_PRODUCTION_API_KEY}"

CASES = (
    case(
        "a reference is not closed",
        SMTP + "      «NS301»password: ${env:planted\n",
        "is not closed by `}`. Write `${env:NAME}`",
    ),
    case(
        "a reference stands in a reference",
        SMTP + "      «NS301»password: ${env:A:-${env:B}}\n",
        "references cannot be nested",
    ),
    case(
        "a reference does not say where from",
        SMTP + "      «NS301»password: ${PASSWORD}\n",
        "does not say where its value comes from",
    ),
    case(
        "a variable has a name that no shell takes",
        SMTP + "      «NS301»password: ${env:SMTP-PASSWORD}\n",
        "is no reference",
    ),
    case(
        "a source is misspelt",
        SMTP + "      «NS302»password: ${environ:SMTP_PASSWORD}\n",
        "names a source of values that does not exist",
    ),
    case(
        "a source is of another tool",
        SMTP + "      «NS302»password: ${vault:secret/smtp}\n",
        "nor does a plug-in that is installed",
    ),
    case(
        "a command is to be run, and nobody allowed that",
        SMTP + "      «NS303 in development»password: ${exec:pass smtp}\n",
        "only with `--allow-exec`",
        UNUSED="",
    ),
    Case(
        name="a command fails",
        files={
            "novu-sync.yaml": HEAD
            + SMTP
            + "      «NS320 in development»password: ${exec:sh -c 'echo planted; echo planted >&2; exit 3'}\n"
        },
        mends=("The command `sh` ended with exit status 3",),
        command=(*PLAN, "--allow-exec"),
    ),
    Case(
        name="a command takes too long",
        files={
            "novu-sync.yaml": HEAD
            + SMTP
            + "      «NS321 in development»password: ${exec:sh -c 'echo planted; sleep 60'}\n"
        },
        mends=("`--source-timeout`",),
        command=(*PLAN, "--allow-exec", "--source-timeout", "0.5"),
    ),
    case(
        "a command has a quote that is not closed",
        SMTP + "      «NS301»password: ${exec:pass 'smtp}\n",
        "a quote is not closed",
    ),
    case(
        "an identifier comes from a variable",
        "integrations:\n  - «NS304»identifier: ses-${env:NAME}\n    providerId: ses\n",
        "`identifier` takes only `${environment}`",
    ),
    case(
        "a previous identifier comes from a file",
        SLACK + "    previousIdentifiers: [«NS304»'${file:old.txt}']\n",
        "takes only `${environment}`",
    ),
    case(
        "a provider comes from a variable",
        "integrations:\n  - identifier: a\n    «NS304»providerId: ${env:PROVIDER}\n    channel: chat\n",
        "`providerId` takes no reference",
    ),
    case(
        "primary comes from a variable",
        SLACK + "    «NS304»primary: ${env:PRIMARY}\n",
        "no reference",
    ),
    case("protect comes from a variable", SLACK + "    «NS304»protect: ${env:X}\n", "no reference"),
    case(
        "a ledger comes from a variable",
        "    «NS304»ledger: ${env:LEDGER}\n",
        "`ledger` takes no reference",
    ),
    case(
        "a file lies outside",
        SMTP + "      «NS306»password: ${file:../secret}\n",
        "A project may read its own files only: put it inside, use a variable, or permit",
    ),
    case(
        "a file lies at the root",
        SMTP + "      «NS306»password: ${file:/etc/passwd}\n",
        "lies outside",
    ),
    case(
        "a switch is partly a reference",
        SMTP + "      «NS308»secure: tr${env:UE}\n",
        "a reference has to be all of its value",
    ),
    case(
        "the API key of an environment is a credential",
        SMTP + f"      «NS309»password: {KEY}\n",
        "holds an API key of Novu, which would be sent to a provider",
    ),
    case(
        "the API key of an environment is a part of a name",
        SLACK + f"    «NS309»name: Slack {KEY}\n",
        "Use another one here",
    ),
    whole(
        "the API key of an environment is in an address",
        HEAD.replace("http://127.0.0.1:9", f"https://{KEY}.acme.com").replace(
            "apiUrl", "«NS309»apiUrl"
        ),
        "holds an API key of Novu",
    ),
    whole(
        "an API key is a file by another path",
        HEAD.replace(KEY, "${file:secrets/key}")
        + SLACK
        + "    «NS309»name: ${file:./secrets//key}\n",
        "holds an API key of Novu",
    ),
    case(
        "a password stands in the file",
        SMTP + "      «NS310»password: planted-password\n",
        "stands in the file, where everybody sees it who sees the repository. Write a reference",
    ),
    whole(
        "an API key stands in the file",
        HEAD.replace(KEY, "planted-key").replace(
            "    apiKey: planted", "    «NS310»apiKey: planted"
        ),
        "`apiKey` is secret and stands in the file",
    ),
    case(
        "a signing key stands in the file",
        SLACK + "    configurations: {«NS310»inboundWebhookSigningKey: planted}\n",
        "say `allowPlaintextSecrets: true`",
    ),
    case(
        "a secret is only the environment's name",
        SMTP + "      «NS310»password: planted-${environment}\n",
        "is secret and stands in the file",
    ),
    whole(
        "a secret may stand in the file of one environment, not in the other's",
        HEAD.replace("    apiKey", "    allowPlaintextSecrets: true\n    apiKey", 1)
        + SMTP
        + "      «NS310 in production»password: planted\n",
        "say `allowPlaintextSecrets: true`",
    ),
    case(
        "a secret stands in defaults that nobody uses",
        "defaults:\n  sms:\n    credentials: {«NS310»password: planted}\n",
        "stands in the file",
    ),
    whole(
        "a secret stands in defaults, and in one environment it may",
        HEAD.replace("    apiKey", "    allowPlaintextSecrets: true\n    apiKey", 1)
        + "defaults: {sms: {credentials: {«NS310 in production»password: planted}}}\n",
        "stands in the file",
    ),
    case(
        "a default has a reference where none may stand",
        "defaults:\n  chat:\n    «NS304»protect: ${env:PROTECT}\n"
        "    conditions: [{children: [{on: tenant, «NS301»value: '${x'}]}]\n",
        "takes no reference",
        "is not closed",
    ),
    case(
        "a placeholder was left in a credential",
        SMTP.replace("host: smtp.acme.com", "«NS311»host: <SMTP_HOST>")
        + "      password: ${env:P}\n",
        "holds a placeholder that was never replaced",
    ),
    case(
        "a placeholder was left in a secret",
        SMTP + "      «NS311»password: <CHANGE_ME>\n",
        "Novu would take it for the value",
    ),
    case(
        "a placeholder of a pipeline was left",
        SMTP + "      «NS311»password: '##SMTP_PASSWORD##'\n",
        "Write the value, or a reference",
    ),
    case("a credential is to be done", SMTP + "      «NS311»password: changeme\n", "a placeholder"),
    whole(
        "a placeholder was left in an API key",
        HEAD.replace(KEY, "<YOUR_API_KEY>").replace("    apiKey: <", "    «NS311»apiKey: <"),
        "`apiKey` holds a placeholder",
    ),
    case(
        "the default of a secret stands in the file",
        SMTP + "      «NS312 warning»password: ${env:P:-planted}\n",
        "the default of its reference stands in the file. Leave the default out",
    ),
    *(
        whole(
            f"an address is none: {url}",
            HEAD.replace("http://127.0.0.1:9", url).replace("apiUrl", "«NS314»apiUrl"),
            "Write one like `https://api.novu.co`",
        )
        for url in (
            "api.novu.co",
            "ftp://api.novu.co",
            "https://acme:planted@api.novu.co",
            "https://api.novu.co?x=1",
            '"https://api.novu.co:99999"',
            '"https://[::1"',
        )
    ),
    # --- what only a plan can tell, since it looks at values ---
    case(
        "a variable is not set",
        SNS + "      «NS305 in development»secretKey: ${env:SNS_SECRET_KEY}\n",
        "The variable `SNS_SECRET_KEY` is not set, or is empty. Set it, name a dotenv file",
        SNS_ACCESS_KEY="planted",
    ),
    case(
        "a variable is empty",
        SNS + "      «NS305 in development»secretKey: ${env:SNS_SECRET_KEY}\n",
        "write a default: `${env:SNS_SECRET_KEY:-…}`",
        SNS_ACCESS_KEY="planted",
        SNS_SECRET_KEY="",
    ),
    case(
        "a needed credential comes out empty",
        SNS + "      «NS305 in development»secretKey: ${env:SNS_SECRET_KEY:-}\n",
        "the empty default of its reference would stand in for it",
        SNS_ACCESS_KEY="planted",
    ),
    case(
        "all variables that are not set are told at once",
        SNS.replace("apiKey", "«NS305 in development»apiKey")
        + "      «NS305 in development»secretKey: ${env:SNS_SECRET_KEY}\n"
        "    «NS305 in development»name: ${env:SNS_NAME}\n",
        "`SNS_ACCESS_KEY` is not set",
        "`SNS_SECRET_KEY` is not set",
        "`SNS_NAME` is not set",
        UNRELATED="planted",
    ),
    case(
        "a file is not there",
        SNS + "      «NS307 in development»secretKey: ${file:secrets/sns}\n",
        "does not exist, or is not a file. Paths are relative to the directory",
        SNS_ACCESS_KEY="planted",
    ),
    case(
        "a switch from a variable is neither on nor off",
        "integrations:\n  - identifier: discord\n    providerId: discord\n"
        "    «NS308 in development»active: ${env:DISCORD_ACTIVE}\n",
        "The value that `active` refers to is not `true` or `false`",
        DISCORD_ACTIVE="planted",
    ),
    case(
        "a variable is no text",
        SNS + "      «NS308 in development»secretKey: ${env:SNS_SECRET_KEY}\n",
        "is not UTF-8 text",
        SNS_ACCESS_KEY="planted",
        SNS_SECRET_KEY="planted\udcff",
    ),
    case(
        "options from a variable are no object",
        "integrations:\n  - identifier: smtp\n    providerId: nodemailer\n"
        "    credentials:\n      «NS308 in development»tlsOptions: ${env:TLS}\n"
        "      host: smtp.acme.com\n      port: '587'\n      user: acme\n      password: ${env:TLS}\n"
        "      from: no-reply@acme.com\n      senderName: Acme\n",
        'is not a JSON object like `{"key": "value"}`',
        TLS="[planted]",
    ),
    case(
        "a variable holds a placeholder",
        SNS + "      «NS311 in development»secretKey: ${env:SNS_SECRET_KEY}\n",
        "holds a placeholder that was never replaced",
        SNS_ACCESS_KEY="planted",
        SNS_SECRET_KEY="<CHANGE_ME>",
    ),
    Case(
        name="an address from a variable is none",
        files={
            "novu-sync.yaml": HEAD.replace(
                "apiUrl: http://127.0.0.1:9", "«NS314 in development»apiUrl: ${env:NOVU_URL}"
            )
        },
        mends=("`apiUrl` is no address that novu-sync can use",),
        command=PLAN,
        variables={"NOVU_URL": "planted"},
    ),
    Case(
        name="lines of a dotenv file set nothing",
        files={
            "novu-sync.yaml": HEAD,
            "novu.env": 'A=1\n«NS313»planted\nexport B=2\n«NS313»C="planted\n',
        },
        mends=("The line sets no variable. Write `NAME=value`", "with quotes around a value"),
        command=(*PLAN, "--env-file", "{folder}/novu.env"),
    ),
)
