"""What a project says of an environment: its key, its address, its ledger and its guards."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.written import project, told

from reconciler.config import settings
from reconciler.config.ledgers import ledger_address
from reconciler.config.references import BadReferenceError, Resolver
from reconciler.config.settings import (
    API_URL,
    api_key,
    api_keys,
    api_url,
    described,
    environment_findings,
)
from reconciler.config.sources import Variables
from reconciler.errors import ApiKeyError
from reconciler.model import Guards, LedgerAddress
from reconciler.secret import Secret

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "schemas" / "novu-sync.schema.json").read_text("utf-8")
)


def written(text: str = "", key: str = "${env:KEY}"):  # noqa: ANN201 - a project
    """A project of one environment, whose lines begin in line 6."""
    lines = "".join(f"    {each}\n" for each in text.splitlines())
    return project(
        f"version: 1\nproject: acme\nenvironments:\n  dev:\n    apiKey: {key}\n{lines}", head=""
    )


def found(text: str = "", key: str = "${env:KEY}") -> list[str]:
    made = written(text, key)
    return told(environment_findings(made, "dev", api_keys(made)))


def resolver(**variables: str) -> Resolver:
    return Resolver("dev", {"env": Variables(variables)})


def test_the_references_of_all_api_keys_are_known() -> None:
    made = project(
        """
        environments:
          a: {apiKey: "${env:A}${file:./b}"}
          b: {apiKey: "${env:A}-${environment}"}
          c: {apiKey: 5}
          d: {apiKey: "${broken"}
          e: x
        """,
        head="",
    )
    assert api_keys(made) == {("env", "A"), ("file", "b")}


def test_every_setting_takes_references_or_none() -> None:
    """A new setting of the schema has to be put on one of the two sides."""
    known = set(SCHEMA["$defs"]["environment"]["properties"])
    assert settings._CLOSED | {"apiKey", "apiUrl"} == known


@pytest.mark.parametrize("name", sorted(settings._CLOSED))
def test_a_closed_setting_takes_no_reference(name: str) -> None:
    assert found(f"{name}: '${{env:A}}'") == ["NS304 6:5"]


def test_a_reference_deep_inside_of_a_setting_is_told_where_it_stands() -> None:
    assert found("ownership: {identifierPrefix: 'a-${environment}'}") == ["NS304 6:17"]


def test_a_setting_that_does_not_exist_is_not_told_that_it_takes_no_reference() -> None:
    assert found("apikey: ${env:A}") == []
    assert found("apikey: ${env") == ["NS301 6:5"]


@pytest.mark.parametrize(
    ("key", "codes"),
    [
        ("${env:KEY}", []),
        ("${file:key}", []),
        ("'a${env:KEY}'", []),
        ("${file:../key}", ["NS306 5:5"]),
        ("${env", ["NS301 5:5"]),
        ("plain", ["NS310 5:5"]),
        ("x-${environment}", ["NS310 5:5"]),
        ("<KEY>", ["NS311 5:5"]),
        ("${env:KEY:-plain}", ["NS312 5:5"]),
    ],
)
def test_an_api_key_is_a_reference(key: str, codes: list[str]) -> None:
    assert found(key=key) == codes


def test_an_api_key_may_be_plain_where_that_is_allowed() -> None:
    for key in ("plain", "${env:KEY:-plain}"):
        assert found("allowPlaintextSecrets: true", key) == []
    assert found("allowPlaintextSecrets: true", "<KEY>") == ["NS311 5:5"]


def test_an_address_holds_no_api_key() -> None:
    assert found("apiUrl: https://${env:HOST}") == []
    assert found("apiUrl: https://${env:KEY}") == ["NS309 6:5"]


def test_a_ledger_at_an_address_needs_one() -> None:
    assert found("ledger: http") == ["NS420 6:5"]
    assert found("ledger: {backend: http}") == ["NS420 6:14"]


STATE = "https://state.acme.com/x"


@pytest.mark.parametrize(
    ("settings", "codes"),
    [
        (f"backend: http, address: {STATE}", []),
        (f"backend: http, address: {STATE}, lockMethod: POST, username: ci", []),
        ("backend: http, address: '${env:STATE}', password: '${env:PASSWORD}'", []),
        (f"backend: novu, address: {STATE}", ["NS421"]),
        ("backend: http, address: state", ["NS422"]),
        ("backend: http, address: 'https://[x'", ["NS422"]),
        (f"backend: http, address: {STATE}, lockAddress: 'https://u@acme.com'", ["NS422"]),
        (f"backend: http, address: {STATE}, password: plain", ["NS310"]),
        (f"backend: http, address: {STATE}, password: '<ME>'", ["NS311"]),
        (f"backend: http, address: {STATE}, password: '${{env:P:-x}}'", ["NS312"]),
        (f"backend: http, address: {STATE}, password: '${{env:KEY}}'", ["NS309"]),
        (f"backend: http, address: {STATE}, username: '${{env:KEY}}'", ["NS309"]),
        (f"backend: http, address: {STATE}, username: '${{broken'", ["NS301"]),
        (f"backend: http, address: {STATE}, lockMethod: '${{env:X}}'", ["NS304"]),
    ],
)
def test_what_is_wrong_with_the_settings_of_a_ledger_is_told(
    settings: str, codes: list[str]
) -> None:
    assert [each.partition(" ")[0] for each in found(f"ledger: {{{settings}}}")] == codes


def test_a_password_may_be_plain_where_that_is_allowed() -> None:
    text = f"allowPlaintextSecrets: true\nledger: {{backend: http, address: {STATE}, password: x}}"
    assert found(text) == []


def test_the_address_of_a_ledger_is_resolved_with_its_secrets() -> None:
    made = written(
        "ledger:\n"
        "  backend: http\n"
        "  address: ${env:STATE}/x\n"
        "  lockAddress: ${env:STATE}/x/lock\n"
        "  lockMethod: POST\n"
        "  unlockMethod: DELETE\n"
        "  username: ci\n"
        "  password: ${env:PASSWORD}\n"
    )
    address = ledger_address(made, "dev", resolver(STATE="https://s.acme.com", PASSWORD="hush"))
    assert address is not None
    assert address == LedgerAddress(
        address="https://s.acme.com/x",
        lock_address="https://s.acme.com/x/lock",
        lock_method="POST",
        unlock_method="DELETE",
        username="ci",
        password=address.password,
    )
    assert address.password is not None
    assert address.password.reveal() == "hush"
    assert ledger_address(written("ledger: novu"), "dev", resolver()) is None
    with pytest.raises(BadReferenceError, match="no address") as caught:
        ledger_address(made, "dev", resolver(STATE="state", PASSWORD="hush"))
    assert caught.value.code == "NS422"
    with pytest.raises(BadReferenceError):
        ledger_address(made, "dev", resolver(STATE="https://s.acme.com"))


@pytest.mark.parametrize("ledger", ["auto", "novu", "file", "none", "{backend: file}", "{}", "[x]"])
def test_any_other_ledger_is_fine_or_left_to_the_schema(ledger: str) -> None:
    assert found(f"ledger: {ledger}") == []


ADDRESSES = [
    ("https://api.novu.co", "https://api.novu.co"),
    ("https://api.novu.co/", "https://api.novu.co"),
    ("https://api.novu.co/v1", "https://api.novu.co"),
    ("https://api.novu.co/v1/", "https://api.novu.co"),
    ("http://127.0.0.1:3000", "http://127.0.0.1:3000"),
    ("http://[::1]:3000", "http://[::1]:3000"),
    ("https://novu.acme.com/api/v1", "https://novu.acme.com/api"),
]


@pytest.mark.parametrize(("text", "address"), ADDRESSES)
def test_an_address_is_written_in_one_way(text: str, address: str) -> None:
    assert found(f"apiUrl: '{text}'") == []
    assert api_url(written(f"apiUrl: '{text}'"), "dev", resolver()) == address


@pytest.mark.parametrize(
    "text",
    [
        "api.novu.co",
        "ftp://api.novu.co",
        "https://",
        "https:///v1",
        "https://user@api.novu.co",
        "https://api.novu.co?a=b",
        "https://api.novu.co#a",
        "https://api.novu.co\\\\a",
        "https://api.novu.co:0",
        "https://api.novu.co:99999",
        "https://api.novu.co:x",
        "https://[::1",
        "https://api novu.co",
        "https://api.novu.co\\n",
        "",
    ],
)
def test_what_is_no_address_is_told_as_it_stands_or_as_it_turns_out(text: str) -> None:
    assert found(f'apiUrl: "{text}"') == ["NS314 6:5"]
    value = text.replace("\\n", "\n").replace("\\\\", "\\") or "x"
    with pytest.raises(BadReferenceError) as caught:
        api_url(written("apiUrl: ${env:URL}"), "dev", resolver(URL=value))
    assert caught.value.code == "NS314"


def test_novus_own_address_stands_in_where_none_is_given() -> None:
    assert api_url(written(), "dev", resolver()) == API_URL


def test_an_api_key_is_a_secret() -> None:
    key = api_key(written(), "dev", resolver(KEY="planted"))
    assert key.reveal() == "planted"
    assert "planted" not in repr(key)


def test_an_api_key_that_is_not_set_is_told() -> None:
    with pytest.raises(BadReferenceError, match="`KEY` is not set"):
        api_key(written(), "dev", resolver())


@pytest.mark.parametrize("value", ["planted key", "planted\n", "plänted", "planted\x00"])
def test_a_value_that_can_be_no_key_is_told_without_it(value: str) -> None:
    with pytest.raises(ApiKeyError) as caught:
        api_key(written(), "dev", resolver(KEY=value))
    assert "${env:KEY}" in caught.value.mend
    assert "plan" not in str(caught.value) + caught.value.mend
    with pytest.raises(ApiKeyError) as caught:
        api_key(written(key=json.dumps(value)), "dev", resolver())
    assert "the project file" in caught.value.mend


def test_an_environment_is_described_with_what_is_written_and_defaults_for_the_rest() -> None:
    secret = Secret("k")
    full = described(
        written(
            "environmentId: '65f0'\nledger: {backend: file}\nguards: {maxDeletes: 2}\n"
            "ownership: {identifierPrefix: acme-}"
        ),
        "dev",
        url="https://a",
        key=secret,
    )
    assert (full.name, full.api_url, full.api_key) == ("dev", "https://a", secret)
    assert (full.environment_id, full.ledger, full.identifier_prefix) == ("65f0", "file", "acme-")
    assert full.guards == Guards(max_deletes=2)
    least = described(written(), "dev", url="https://a", key=secret)
    assert (least.environment_id, least.ledger, least.identifier_prefix) == (None, "auto", None)
    assert least.guards == Guards()
    assert described(written("ledger: none"), "dev", url="", key=secret).ledger == "none"
