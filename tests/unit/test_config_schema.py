"""What is wrong with the shape of a project, found before anything else is looked at."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from reconciler.config.catalogue import catalogue
from reconciler.config.schema import document_problems, integration_problems
from reconciler.findings import RULES, Severity

if TYPE_CHECKING:
    from reconciler.config.schema import Problem

SECRET = "sk-live-4711-do-not-show"
REFERENCE = "${env:NAME}"


def project(*integrations: object, **more: Any) -> Any:  # noqa: ANN401 - any JSON
    return {
        "version": 1,
        "project": "acme",
        "environments": {"development": {"apiKey": "${env:NOVU_DEVELOPMENT_API_KEY}"}},
        "integrations": list(integrations),
        **more,
    }


def ses(**more: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    return {"identifier": "ses-main", "providerId": "ses", **more}


def merged(provider_id: str = "ses", **more: Any) -> dict[str, Any]:  # noqa: ANN401 - any JSON
    return {"identifier": "a", "providerId": provider_id, **more}


def complete(provider_id: str) -> dict[str, Any]:
    provider = catalogue().get(provider_id)
    assert provider is not None
    samples: dict[str, Any] = {"string": REFERENCE, "boolean": False, "object": {}}
    return {each.key: samples[each.json_type] for each in provider.credentials}


def one(problems: tuple[Problem, ...]) -> Problem:
    assert len(problems) == 1, problems
    assert problems[0].code in RULES
    return problems[0]


def test_a_whole_project_has_no_problems() -> None:
    integration = ses(
        name="Amazon SES",
        channel="email",
        kind="delivery",
        active=REFERENCE,
        primary=True,
        credentials={"region": "us-east-1"},
        conditions=[{"children": [{"on": "tenant", "field": "identifier", "value": "acme"}]}],
        rules={"and": [{"==": [{"var": "context.tenant.id"}, "acme"]}, {"!": {"var": "x"}}]},
        configurations={"inboundWebhookEnabled": True},
        check=False,
        previousIdentifiers=["ses-old"],
        protect=True,
        ignoreChanges=["name"],
        credentialsVersion=3,
        environments={"development": {"name": "Dev", "credentials": {"from": None}}, "prod": None},
    )
    assert document_problems(project(integration)) == ()


def test_a_project_with_environments_only_is_fine() -> None:
    document = project()
    del document["integrations"]
    assert document_problems(document) == ()


def test_null_takes_away_what_novu_can_take_away() -> None:
    cleared = dict.fromkeys(("credentials", "conditions", "rules", "configurations"))
    assert document_problems(project(ses(**cleared))) == ()
    empty = {"conditions": [], "rules": {}, "credentials": {}, "configurations": {}}
    assert document_problems(project(ses(**empty))) == ()


def test_a_key_of_your_own_begins_with_x() -> None:
    assert document_problems(project(**{"x-common": [1, 2]})) == ()
    found = one(document_problems(project(**{"x-common": [1, 2], "common": []})))
    assert (found.code, found.path) == ("NS201", ("common",))


FILE_PROBLEMS: list[tuple[dict[str, Any], str, tuple[str | int, ...], str]] = [
    ({"enviroments": {}}, "NS201", ("enviroments",), "Did you mean `environments`?"),
    ({"frobnicate": {}}, "NS201", ("frobnicate",), "Allowed are `version`, `project`"),
    ({"version": 2}, "NS205", ("version",), "Write for example `version: 1`"),
    ({"version": "1"}, "NS205", ("version",), "Write for example `version: 1`"),
    ({"project": 7}, "NS204", ("project",), "put it in quotes"),
    ({"project": "two words"}, "NS206", ("project",), "letters, digits, dots"),
    ({"project": "acme\n"}, "NS206", ("project",), "letters, digits, dots"),
    ({"project": "a" * 101}, "NS206", ("project",), "100 characters"),
    ({"environments": {}}, "NS206", ("environments",), "one at least"),
    ({"environments": {"a b": {"apiKey": "k"}}}, "NS206", ("environments", "a b"), "cannot name"),
    ({"environments": {"dev": {}}}, "NS203", ("environments", "dev"), "`apiKey` is missing"),
    ({"environments": {"dev": None}}, "NS207", ("environments", "dev"), "a mapping belongs"),
    ({"integrations": None}, "NS207", ("integrations",), "a list belongs; or leave it out"),
    ({"integrations": {}}, "NS202", ("integrations",), "is a mapping, where a list belongs"),
    ({"include": "a.yaml"}, "NS202", ("include",), '`include: ["integrations/*.yaml"]`'),
    ({"include": ["a.yaml", 5]}, "NS204", ("include", 1), "Item 2 of `include` is a number"),
    ({"include": ["a.yaml", "a.yaml"]}, "NS206", ("include",), "twice"),
    ({"environment": "a/b"}, "NS206", ("environment",), "letters, digits, dots"),
    ({"allowUnknownProviders": "yes"}, "NS202", ("allowUnknownProviders",), "true or false"),
    ({"defaults": {"emial": {}}}, "NS201", ("defaults", "emial"), "Did you mean `email`?"),
    (
        {"defaults": {"sms": {"identifier": "a"}}},
        "NS201",
        ("defaults", "sms", "identifier"),
        "Allowed are `active`",
    ),
    (
        {"defaults": {"email": {"credentials": {"sendername": "Acme"}}}},
        "NS211",
        ("defaults", "email", "credentials", "sendername"),
        "not one of the credentials of email providers, and Novu would drop it. Did you mean",
    ),
]


@pytest.mark.parametrize(("more", "code", "path", "says"), FILE_PROBLEMS)
def test_what_a_project_file_gets_wrong_is_told(
    more: dict[str, Any], code: str, path: tuple[str | int, ...], says: str
) -> None:
    found = one(document_problems(project(**more)))
    assert (found.code, found.path) == (code, path)
    assert says in found.detail


ENVIRONMENT_PROBLEMS: list[tuple[dict[str, Any], str, tuple[str | int, ...], str]] = [
    ({"apiurl": "https://x"}, "NS201", ("apiurl",), "in `dev`. Did you mean `apiUrl`?"),
    ({"apiKey": 4711}, "NS204", ("apiKey",), "is a number, where text belongs: put it in quotes"),
    ({"apiKey": ""}, "NS206", ("apiKey",), "is empty text"),
    ({"apiKey": None}, "NS207", ("apiKey",), "is empty, where text belongs"),
    ({"environmentId": True}, "NS204", ("environmentId",), "bare yes, no, on and off"),
    ({"ledger": "fille"}, "NS205", ("ledger",), "Did you mean `file`?"),
    ({"ledger": None}, "NS202", ("ledger",), "is empty, where text or a mapping belongs"),
    ({"ledger": ["file"]}, "NS202", ("ledger",), "is a list, where text or a mapping belongs"),
    ({"ledger": {"address": "https://x"}}, "NS203", ("ledger",), "`backend` is missing"),
    ({"ledger": {"backend": "disk"}}, "NS205", ("ledger", "backend"), "`auto`, `file`"),
    ({"guards": {"maxDeletes": -1}}, "NS206", ("guards", "maxDeletes"), "at least 0"),
    ({"guards": {"maxDeletes": "3"}}, "NS202", ("guards", "maxDeletes"), "a whole number belongs"),
    ({"guards": {"maxDeletes": True}}, "NS202", ("guards", "maxDeletes"), "a whole number"),
    ({"guards": {"maxDeletes": 0.5}}, "NS202", ("guards", "maxDeletes"), "a whole number"),
    ({"ownership": {"prefix": "a"}}, "NS201", ("ownership", "prefix"), "`identifierPrefix`"),
]


@pytest.mark.parametrize(("more", "code", "path", "says"), ENVIRONMENT_PROBLEMS)
def test_what_an_environment_gets_wrong_is_told(
    more: dict[str, Any], code: str, path: tuple[str | int, ...], says: str
) -> None:
    document = project(environments={"dev": {"apiKey": REFERENCE} | more})
    found = one(document_problems(document))
    assert (found.code, found.path) == (code, ("environments", "dev", *path))
    assert says in found.detail


SHAPE_PROBLEMS: list[tuple[dict[str, Any], str, tuple[str | int, ...], str]] = [
    ({"chanel": "email"}, "NS201", ("chanel",), "Did you mean `channel`?"),
    ({"apiKey": SECRET}, "NS201", ("apiKey",), "It belongs under `credentials`"),
    ({"wheels": 4}, "NS201", ("wheels",), "Allowed are `identifier`, `name`"),
    ({"identifier": 7}, "NS204", ("identifier",), "put it in quotes"),
    ({"identifier": ""}, "NS206", ("identifier",), "is empty text"),
    ({"name": None}, "NS207", ("name",), "is empty, where text belongs; or leave it out"),
    ({"providerId": []}, "NS202", ("providerId",), "is a list, where text belongs"),
    ({"channel": "emial"}, "NS205", ("channel",), "Did you mean `email`?"),
    ({"channel": 5}, "NS204", ("channel",), "is a number"),
    ({"kind": "robot"}, "NS205", ("kind",), "`delivery`, `agent`"),
    ({"active": "yes"}, "NS202", ("active",), "is text, where true or false or a reference"),
    ({"active": "$${env:X}"}, "NS202", ("active",), "is text, where true or false"),
    ({"active": None}, "NS207", ("active",), "is empty, where true or false or a reference"),
    ({"primary": 1}, "NS202", ("primary",), "is a number, where true or false belongs"),
    ({"primary": REFERENCE}, "NS202", ("primary",), "where true or false belongs"),
    ({"check": REFERENCE}, "NS202", ("check",), "where true or false belongs"),
    ({"protect": REFERENCE}, "NS202", ("protect",), "where true or false belongs"),
    ({"credentials": SECRET}, "NS202", ("credentials",), "is text, where a mapping belongs"),
    ({"previousIdentifiers": "a"}, "NS202", ("previousIdentifiers",), "a list belongs"),
    ({"credentialsVersion": 0}, "NS206", ("credentialsVersion",), "at least 1"),
    ({"ignoreChanges": ["nmae"]}, "NS205", ("ignoreChanges", 0), "Did you mean `name`?"),
    ({"ignoreChanges": ["name", "name"]}, "NS206", ("ignoreChanges",), "twice"),
    ({"conditions": {}}, "NS202", ("conditions",), "is a mapping, where a list belongs"),
    ({"conditions": [{}]}, "NS203", ("conditions", 0), "`children` is missing"),
    ({"conditions": [{"children": [{}]}]}, "NS203", ("conditions", 0, "children", 0), "`on`"),
    (
        {"conditions": [{"value": "and", "children": []}]},
        "NS205",
        ("conditions", 0, "value"),
        "Did you mean `AND`?",
    ),
    (
        {"conditions": [{"children": [{"on": "tenant", "operator": "EQUALS"}]}]},
        "NS205",
        ("conditions", 0, "children", 0, "operator"),
        "Did you mean `EQUAL`?",
    ),
    ({"rules": {"and": [], "or": []}}, "NS208", ("rules",), "2 operators"),
    ({"rules": {"map": []}}, "NS208", ("rules", "map"), "no operator that Novu accepts"),
    ({"rules": {"!": {"strtsWith": []}}}, "NS208", ("rules", "!", "strtsWith"), "`startsWith`"),
    ({"rules": {"and": [{}]}}, "NS208", ("rules", "and", 0), "0 operators"),
    ({"rules": []}, "NS202", ("rules",), "is a list, where a mapping belongs"),
    ({"environments": ["dev"]}, "NS202", ("environments",), "is a list, where a mapping belongs"),
    ({"environments": {"": {}}}, "NS206", ("environments", ""), "cannot name"),
    ({"environments": {"dev": []}}, "NS202", ("environments", "dev"), "a mapping belongs"),
    (
        {"environments": {"dev": {"providerId": "sns"}}},
        "NS201",
        ("environments", "dev", "providerId"),
        "means nothing in `dev`",
    ),
    (
        {"environments": {"dev": {"active": "no"}}},
        "NS202",
        ("environments", "dev", "active"),
        "true or false",
    ),
]


@pytest.mark.parametrize(("more", "code", "path", "says"), SHAPE_PROBLEMS)
def test_what_an_integration_gets_wrong_is_told(
    more: dict[str, Any], code: str, path: tuple[str | int, ...], says: str
) -> None:
    found = one(document_problems(project(ses(), ses(**more))))
    assert (found.code, found.path) == (code, ("integrations", 1, *path))
    assert says in found.detail


def test_an_integration_without_a_provider_is_told_what_the_provider_is() -> None:
    found = one(document_problems(project({"identifier": "a"})))
    assert (found.code, found.path) == ("NS203", ("integrations", 0))
    assert "`providerId` is missing. What Novu calls the provider." in found.detail
    assert 'Write for example `providerId: "ses"`.' in found.detail


def test_all_problems_of_a_file_are_told_at_once() -> None:
    document = project({"name": 5, "wheels": 4}, None, 7, enviroments={}, version=2)
    found = document_problems(document)
    assert sorted((each.code, each.path) for each in found) == [
        ("NS201", ("enviroments",)),
        ("NS201", ("integrations", 0, "wheels")),
        ("NS202", ("integrations", 2)),
        ("NS203", ("integrations", 0)),
        ("NS203", ("integrations", 0)),
        ("NS204", ("integrations", 0, "name")),
        ("NS205", ("version",)),
        ("NS207", ("integrations", 1)),
    ]
    missing = [each.detail for each in found if each.code == "NS203"]
    assert ["identifier" in each for each in missing] == [True, False]


@pytest.mark.parametrize(
    ("document", "code", "says"),
    [
        (None, "NS207", "The file is empty, where a mapping belongs."),
        ([], "NS202", "The file is a list, where a mapping belongs."),
        ("text", "NS202", "The file is text"),
    ],
)
def test_a_file_that_is_no_mapping_is_told(document: Any, code: str, says: str) -> None:  # noqa: ANN401 - any JSON
    found = one(document_problems(document))
    assert (found.code, found.path) == (code, ())
    assert found.detail.startswith(says)


def test_a_project_file_names_what_it_lacks_and_shows_how_it_is_written() -> None:
    found = document_problems({})
    assert [(each.code, each.path) for each in found] == [("NS203", ())] * 3
    assert "Write for example `version: 1`." in found[0].detail


def test_a_file_that_is_included_holds_integrations_and_may_be_tied() -> None:
    included = {"version": 1, "environment": "production", "integrations": [ses()], "x-a": 1}
    assert document_problems(included, included=True) == ()
    assert document_problems({}, included=True) == ()


def test_what_belongs_in_the_project_file_is_sent_there() -> None:
    document = {"integrations": [], "defaults": {}, "integration": []}
    found = document_problems(document, included=True)
    assert [(each.code, each.path) for each in found] == [
        ("NS201", ("defaults",)),
        ("NS201", ("integration",)),
    ]
    assert "belongs in the project file" in found[0].detail
    assert "Did you mean `integrations`?" in found[1].detail


def test_unknown_credentials_in_defaults_are_warnings_where_the_project_says_so() -> None:
    more = {"defaults": {"sms": {"credentials": {"novelty": REFERENCE, "from": 5}}}}
    strict = document_problems(project(**more))
    lenient = document_problems(project(**more, allowUnknownProviders=True))
    assert [(each.code, each.severity) for each in strict] == [("NS211", None), ("NS204", None)]
    assert [(each.code, each.severity) for each in lenient] == [
        ("NS211", Severity.WARNING),
        ("NS204", None),
    ]


# --- one merged integration ---


@pytest.mark.parametrize("provider_id", [each.id for each in catalogue().providers])
def test_an_integration_with_all_credentials_has_no_errors(provider_id: str) -> None:
    found = integration_problems(
        merged(provider_id, active=True, credentials=complete(provider_id))
    )
    codes = [each.code for each in found]
    assert codes in ([], ["NS215"])


@pytest.mark.parametrize(
    "provider_id", [each.id for each in catalogue().providers if each.credentials]
)
def test_a_misspelt_credential_is_told_with_what_was_meant(provider_id: str) -> None:
    key = next(iter(complete(provider_id)))
    found = integration_problems(merged(provider_id, credentials={f"{key}s": SECRET}))
    misspelt = one(tuple(each for each in found if each.code == "NS211"))
    assert misspelt.path == ("credentials", f"{key}s")
    assert f"Did you mean `{key}`?" in misspelt.detail


def test_a_missing_credential_stops_an_active_integration_and_warns_on_an_inactive_one() -> None:
    given = complete("ses")
    del given["region"]
    for active in (True, REFERENCE):
        found = one(integration_problems(merged(active=active, credentials=given)))
        assert (found.code, found.path, found.severity) == ("NS212", ("credentials",), None)
        assert "needs `region` to send" in found.detail
        assert '`region: "us-east-1"`' in found.detail
    for inactive in ({"active": False}, {}):
        found = one(integration_problems(merged(**inactive, credentials=given)))
        assert (found.code, found.severity) == ("NS212", Severity.WARNING)
        assert "as soon as it is active" in found.detail


@pytest.mark.parametrize("nothing", [None, ""])
def test_an_empty_credential_is_a_missing_one(nothing: str | None) -> None:
    given = complete("ses") | {"region": nothing}
    assert one(integration_problems(merged(active=True, credentials=given))).code == "NS212"


def test_cleared_credentials_miss_all_that_is_required() -> None:
    found = integration_problems(merged(active=True, credentials=None))
    assert [each.code for each in found] == ["NS212"] * 5


def test_credentials_that_are_not_managed_are_no_error() -> None:
    found = one(integration_problems(merged(active=True)))
    assert (found.code, found.severity) == ("NS212", Severity.WARNING)
    assert integration_problems(merged(active=False)) == ()
    assert integration_problems(merged("discord", active=True)) == ()


CREDENTIAL_PROBLEMS: list[tuple[str, dict[str, Any], str, str]] = [
    ("nodemailer", {"port": 587}, "NS204", '`port: "587"`'),
    ("nodemailer", {"password": 4711}, "NS204", "put it in quotes"),
    ("nodemailer", {"user": True}, "NS204", "bare yes, no, on and off"),
    ("nodemailer", {"secure": "true"}, "NS202", "`secure: true`"),
    ("nodemailer", {"secure": 1}, "NS202", "is a number"),
    ("nodemailer", {"tlsOptions": SECRET}, "NS202", "a mapping or a reference"),
    ("nodemailer", {"tlsOptions": [SECRET]}, "NS202", "is a list"),
    ("nodemailer", {"host": {"name": SECRET}}, "NS202", "is a mapping, where text belongs"),
    ("sendgrid", {"region": "EU"}, "NS205", "`global`, `eu`. Did you mean `eu`?"),
    ("sendgrid", {"region": 5}, "NS204", "is a number"),
    ("tool-webhook", {"method": "FETCH"}, "NS205", "`POST`, `PUT`, `PATCH`"),
]


@pytest.mark.parametrize(("provider_id", "more", "code", "says"), CREDENTIAL_PROBLEMS)
def test_what_a_credential_gets_wrong_is_told(
    provider_id: str, more: dict[str, Any], code: str, says: str
) -> None:
    given = complete(provider_id) | more
    found = one(integration_problems(merged(provider_id, active=True, credentials=given)))
    assert (found.code, found.path) == (code, ("credentials", *more))
    assert says in found.detail


def test_no_value_of_a_credential_is_ever_quoted() -> None:
    hostile: list[Any] = [SECRET, 4711004711, [SECRET], {SECRET[:3]: SECRET}, True]
    for provider in catalogue().providers:
        for value in hostile:
            given: dict[str, Any] = {each.key: value for each in provider.credentials}
            integration = merged(provider.id, credentials=given | {"novelty": value})
            said = repr(integration_problems(integration))
            said += repr(document_problems(project(integration | {"credentials": value})))
            assert SECRET not in said
            assert "4711004711" not in said


def test_an_unknown_provider_is_told_with_what_was_meant() -> None:
    found = one(integration_problems(merged("sess", channel="email")))
    assert (found.code, found.path, found.severity) == ("NS210", ("providerId",), None)
    assert "Did you mean `ses`?" in found.detail


def test_a_provider_that_resembles_none_may_be_allowed() -> None:
    found = one(integration_problems(merged("xyzzy", channel="chat")))
    assert "`allowUnknownProviders: true`" in found.detail


def test_where_unknown_providers_are_allowed_what_is_unknown_warns() -> None:
    integration = merged(
        "xyzzy",
        channel="chat",
        credentials={"apiKey": REFERENCE, "novelty": REFERENCE},
        configurations={"novelty": True},
    )
    found = integration_problems(integration, allow_unknown=True)
    assert [(each.code, each.severity) for each in found] == [
        ("NS210", Severity.WARNING),
        ("NS211", Severity.WARNING),
        ("NS216", Severity.WARNING),
    ]
    assert all(each.severity is None for each in integration_problems(integration))


def test_a_known_key_keeps_its_type_with_an_unknown_provider() -> None:
    integration = merged("xyzzy", channel="chat", credentials={"port": 587})
    codes = [each.code for each in integration_problems(integration, allow_unknown=True)]
    assert codes == ["NS210", "NS204"]


def test_of_an_unknown_provider_somebody_has_to_say_the_channel() -> None:
    found = integration_problems(merged("xyzzy"), allow_unknown=True)
    assert [(each.code, each.severity) for each in found] == [
        ("NS210", Severity.WARNING),
        ("NS203", None),
    ]
    agent = integration_problems(merged("xyzzy", kind="agent"), allow_unknown=True)
    assert [each.code for each in agent] == ["NS210"]


def test_a_word_without_a_provider_warns() -> None:
    found = one(integration_problems(merged("emailjs", channel="email")))
    assert (found.code, found.severity) == ("NS210", Severity.WARNING)


@pytest.mark.parametrize(
    ("provider_id", "more", "code", "says"),
    [
        ("ses", {"channel": "sms"}, "NS213", "Write `channel: email`, or leave `channel` out."),
        ("anthropic", {"channel": "chat"}, "NS213", "Leave `channel` out."),
        ("ses", {"kind": "agent"}, "NS214", "is of kind delivery"),
        ("anthropic", {"kind": "delivery"}, "NS214", "is of kind agent"),
    ],
)
def test_what_does_not_fit_the_provider_is_told(
    provider_id: str, more: dict[str, Any], code: str, says: str
) -> None:
    found = one(integration_problems(merged(provider_id, **more)))
    assert (found.code, found.path) == (code, tuple(more))
    assert says in found.detail


def test_what_novu_makes_by_itself_warns_but_for_the_in_app_built_in() -> None:
    found = one(integration_problems(merged("novu-email")))
    assert found.code == "NS215"
    assert RULES[found.code].severity is Severity.WARNING
    assert integration_problems(merged("novu", credentials={"hmac": True})) == ()


def test_an_unknown_setting_is_told() -> None:
    found = one(integration_problems(merged(configurations={"inboxcount": "unread"})))
    assert (found.code, found.path) == ("NS216", ("configurations", "inboxcount"))
    assert "Did you mean `inboxCount`?" in found.detail


@pytest.mark.parametrize(
    "integration",
    [
        {},
        {"providerId": 5},
        {"providerId": ["ses"], "credentials": []},
        {"providerId": "ses", "channel": [], "kind": {}, "active": [], "credentials": "text"},
        {"providerId": "ses", "channel": "emial", "kind": "robot", "configurations": 5},
        {"providerId": "xyzzy", "channel": {}, "kind": [], "credentials": 5},
    ],
)
def test_what_the_file_got_wrong_already_does_no_harm_here(integration: dict[str, Any]) -> None:
    codes = {each.code for each in integration_problems(integration)}
    assert codes <= {"NS210", "NS203"}


def test_every_keyword_of_the_published_schema_can_be_explained() -> None:
    """A keyword that nobody explains would end a run with a traceback."""
    from reconciler.config.explain import _EXPLANATIONS  # noqa: PLC0415 - looks behind the door

    path = Path(__file__).parents[2] / "schemas" / "novu-sync.schema.json"
    published = json.loads(path.read_text("utf-8"))
    applied = {"properties", "patternProperties", "propertyNames", "items", "$ref"}
    told_elsewhere = {"title", "description", "examples", "default", "writeOnly"}
    editors_only = {"if", "then", "allOf", "enumDescriptions", "dependentRequired"}
    structure = {"$schema", "$defs"}
    known = set(_EXPLANATIONS) | applied | told_elsewhere | editors_only | structure

    def keywords(schema: object) -> set[str]:
        if not isinstance(schema, dict):
            return set()
        found = set(schema)
        for key in ("properties", "patternProperties", "$defs"):
            for each in schema.get(key, {}).values():
                found |= keywords(each)
        for key in ("items", "additionalProperties", "propertyNames", "if", "then"):
            found |= keywords(schema.get(key))
        for key in ("anyOf", "allOf"):
            for each in schema.get(key, ()):
                found |= keywords(each)
        return found

    assert keywords(published) <= known
